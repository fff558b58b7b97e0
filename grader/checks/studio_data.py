"""The data of the studio's services: what each answers, and what it is to answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.checks.answers import Answers
from grader.checks.declaration import http_probe
from grader.checks.expectation import expect
from grader.checks.matchers import equal_to
from grader.model.observation import HttpProbe

GROUPS: Mapping[str, tuple[str, ...]] = {
    "geolocation": ("geolocation", "routing", "proximity"),
    "finance": ("trading-bot", "market-data", "payment"),
    "media": ("iptv", "audio", "live"),
    "gaming": ("game", "leaderboard", "reward"),
    "documents": ("document-scan", "watermark", "security"),
}
"""The ids of the fifteen services by their group: a check's probes are declared before it runs."""

SERVICES: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)
"""All of them, in the order of the guide."""

DATA: Mapping[str, HttpProbe] = {name: http_probe(name, "/data") for name in SERVICES}
"""The request by which each service shows its records."""


def expect_records(answers: Answers, service: str, records: Mapping[str, Any]) -> None:
    """Fail unless a service answers now, through its Service, with exactly these records.

    Args:
        answers: With the service's probe from `DATA` declared.
        service: Its id.
        records: By key.

    Raises:
        CheckFailed: It does not answer, or with other records.
    """
    answer = answers.to(DATA[service])
    expect(
        (answer.status, answer.fresh),
        equal_to((200, True)),
        where=answer.where("HTTP status, nonce sent back"),
        fr="Un service dont les données manquent ou sont abîmées répond par une erreur, ou pas du tout.",
        en="A service whose data is missing or damaged answers with an error, or not at all.",
    )
    expect(
        (answer.json.get("service"), answer.json.get("count"), answer.json.get("records")),
        equal_to((service, len(records), dict(records))),
        where=answer.where("service, count, records"),
        fr="Ce que les utilisateurs obtiennent compte, pas ce que contient un dossier.",
        en="What users get counts, not what a folder holds.",
    )


def records_of(answers: Answers, service: str) -> Mapping[str, Any]:
    """What a service answers; of an earlier look too. Raises as `Answers.to` and `Answer.json`."""
    found = answers.to(DATA[service]).json.get("records")
    return found if isinstance(found, Mapping) else {}


def stored_records(content: bytes | None) -> Mapping[str, Any] | None:
    """The records in a service's store.json, by key; None where it is no store."""
    try:
        store = json.loads(content or b"")
    except (ValueError, RecursionError):
        return None
    records = store.get("records") if isinstance(store, dict) else None
    return records if isinstance(records, dict) else None
