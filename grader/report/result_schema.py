"""The JSON Schema of the JSON report, for programs that read one."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_VERDICT = {"enum": ["passed", "failed", "error"]}
_BOTH = {
    "type": "object",
    "required": ["fr", "en"],
    "properties": {"fr": _TEXT, "en": _TEXT},
    "additionalProperties": False,
}
_FINDING = {
    "description": "why it failed; null where it did not",
    "oneOf": [
        {"type": "null"},
        {
            "type": "object",
            "required": ["expected", "seen", "where", "why", "since"],
            "properties": {
                "expected": _BOTH,
                "seen": _BOTH,
                "where": _TEXT,
                "why": _BOTH,
                "since": _TEXT,
                "by": {"type": "string", "description": "who made it so, from the audit log"},
            },
        },
    ],
}
_OUTCOME = {
    "id": _TEXT,
    "title": _BOTH,
    "outcome": _VERDICT,
    "points": _COUNT,
    "earned": _COUNT,
    "finding": _FINDING,
    "fault": {"type": "string", "description": "what went wrong on our side; else empty"},
}


def result_schema() -> dict[str, Any]:
    """What `grader report --format json` prints. More fields may come; these stay."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "grader result",
        "description": "What judging an attempt came to.",
        "type": "object",
        "required": [
            *("schema", "attempt", "scenario", "title", "candidate", "language", "seed"),
            *("started_at", "submitted_at", "verdict", "passed", "points", "max_points"),
            *("pass_percent", "checks", "evidence", "trouble", "grader"),
        ],
        "properties": {
            "schema": {"const": 1, "description": "another number: laid out otherwise"},
            "attempt": _TEXT,
            "scenario": _TEXT,
            "title": _BOTH,
            "candidate": {"type": "string", "description": "empty for practice"},
            "language": {"enum": ["fr", "en"]},
            "seed": {"type": "integer"},
            "started_at": {"type": "string", "description": "RFC 3339, UTC"},
            "submitted_at": {"type": "string", "description": "RFC 3339, UTC"},
            "verdict": _VERDICT,
            "passed": {"type": "boolean"},
            "points": _COUNT,
            "max_points": _COUNT,
            "pass_percent": {"type": "integer", "minimum": 0, "maximum": 100},
            "checks": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": [*_OUTCOME, "kind", "cause", "parts"],
                    "properties": {
                        **_OUTCOME,
                        "kind": {"enum": ["objective", "guard"]},
                        "cause": _TEXT,
                        "unchanged_since": {
                            "type": "string",
                            "description": "the last change of what a passed check looked at",
                        },
                        "parts": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": list(_OUTCOME),
                                "properties": _OUTCOME,
                            },
                        },
                    },
                },
            },
            "evidence": {
                "type": "object",
                "required": ["path", "digest"],
                "properties": {
                    "path": _TEXT,
                    "digest": {"type": "string", "pattern": "^(sha256:[0-9a-f]+)?$"},
                },
            },
            "trouble": {
                "type": "string",
                "description": "what kept it from being judged; else empty",
            },
            "goes": {"enum": ["", "candidate", "retry", "person"]},
            "grader": {"type": "string", "description": "the version that judged"},
            "regraded_at": {"type": ["string", "null"]},
            "earlier": {"type": "array", "items": {"type": "object"}},
            "audit": {
                "type": ["object", "null"],
                "description": "who changed what, and what is missing of the log",
            },
        },
    }
