"""One file a submission, from which it can be judged again without the cluster."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import grader
from grader.judging.digests import grader_digest, scenario_digest
from grader.judging.recorded.recording import (
    observation_from_json,
    observation_to_json,
    pack,
    starting_point_from_json,
    starting_point_to_json,
    unpack,
)
from grader.model.errors import Code, GraderError
from grader.model.observation import Observation, StartingPoint
from grader.model.scenario import Scenario
from grader.model.studio import Studio, StudioService
from grader.model.submission import Submission
from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, Finding, PartResult, Verdict

FORMAT = "grader-evidence/v2"
SUFFIX = ".json.gz"


@dataclass(frozen=True)
class Evidence:
    """What a submission was judged on and how.

    Attributes:
        scenario: The scenario's id.
        seed: What its parameters were drawn from.
        language: What the candidate read.
        pass_percent: The pass mark then.
        studio: What was true of the services then.
        start: The sandbox before the candidate began.
        observation: The sandbox as it was judged.
        results: What was made of it.
        made_by: Versions and digests: "grader", "grader_digest", "scenario_digest".
    """

    scenario: str
    seed: int
    language: Language
    pass_percent: int
    studio: Studio
    start: StartingPoint
    observation: Observation
    results: tuple[CheckResult, ...]
    made_by: Mapping[str, str]

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        start: StartingPoint,
        observation: Observation,
        submission: Submission,
    ) -> Evidence:
        """The evidence of a submission, made by this grader."""
        return cls(
            scenario=scenario.id,
            seed=scenario.seed,
            language=submission.language,
            pass_percent=scenario.pass_percent,
            studio=scenario.studio,
            start=start,
            observation=observation,
            results=submission.results,
            made_by=made_by(scenario),
        )


def made_by(scenario: Scenario) -> Mapping[str, str]:
    """Which grader and which form of a scenario judge now."""
    return {
        "grader": grader.__version__,
        "grader_digest": grader_digest(),
        "scenario_digest": scenario_digest(scenario.folder),
    }


def write_evidence(folder: Path, evidence: Evidence) -> Path:
    """Write `<sha256 of the content>.json.gz`, complete or not at all.

    Raises:
        GraderError: disk-full or judging-failed.
    """
    try:
        text, packed = pack(_to_json(evidence))
    except (ValueError, RecursionError) as error:
        what = f"what was observed can't be recorded: {error}"
        raise GraderError(Code.JUDGING_FAILED, what, where=str(folder)) from error
    path = folder / f"{hashlib.sha256(text).hexdigest()}{SUFFIX}"
    half = folder / f".{path.name}.{secrets.token_hex(4)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with half.open("xb") as stream:
            stream.write(packed)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink()
        code = Code.DISK_FULL if error.errno == errno.ENOSPC else Code.JUDGING_FAILED
        what = f"the evidence can't be written: {error.strerror}"
        raise GraderError(code, what, where=str(folder)) from error
    return path


def read_evidence(path: Path) -> Evidence:
    """The evidence in a file, whose name must be its content's digest.

    Raises:
        GraderError: usage; it can't be read, was altered, or is something else.
    """
    try:
        return _from_json(_untouched(path))
    except (OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        reason = f"{type(error).__name__} {error}" if isinstance(error, KeyError) else str(error)
        what = f"this is no evidence that can be judged: {reason}"
        raise GraderError(Code.USAGE, what, where=str(path)) from error


def _untouched(path: Path) -> Mapping[str, Any]:
    text, data = unpack(path.read_bytes())
    if path.name != f"{hashlib.sha256(text).hexdigest()}{SUFFIX}":
        raise ValueError("its name is not the digest of its content: one of them was altered")
    if data.get("format") != FORMAT:
        raise ValueError(f"its format is {data.get('format')!r}, allowed: {FORMAT}")
    return data


def results_to_json(results: Sequence[CheckResult]) -> list[dict[str, Any]]:
    """Results as JSON data, texts in both languages."""
    return [asdict(result) for result in results]


def results_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[CheckResult, ...]:
    """The results that `results_to_json` wrote. Raises KeyError or TypeError for anything else."""
    return tuple(
        CheckResult(
            id=entry["id"],
            title=Bilingual(**entry["title"]),
            points=_whole(entry["points"]),
            guard=entry["guard"],
            verdict=Verdict(entry["verdict"]),
            finding=_finding(entry["finding"]),
            fault=entry["fault"],
            parts=tuple(_part(part) for part in entry.get("parts", ())),
            cause=entry.get("cause", ""),
            unchanged_since=entry.get("unchanged_since", ""),
        )
        for entry in data
    )


def _whole(points: Any) -> int:
    if type(points) is not int or points < 1:
        raise ValueError(f"points: {points!r}, allowed: a whole number from 1")
    return points


def _part(data: Mapping[str, Any]) -> PartResult:
    return PartResult(
        id=data["id"],
        title=Bilingual(**data["title"]),
        points=_whole(data["points"]),
        verdict=Verdict(data["verdict"]),
        finding=_finding(data["finding"]),
        fault=data["fault"],
    )


def _finding(data: Mapping[str, Any] | None) -> Finding | None:
    if data is None:
        return None
    expected, seen, why = (Bilingual(**data[key]) for key in ("expected", "seen", "why"))
    return Finding(expected, seen, data["where"], why, data.get("since", ""), data.get("by", ""))


def _to_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "scenario": evidence.scenario,
        "seed": evidence.seed,
        "language": evidence.language.value,
        "pass_percent": evidence.pass_percent,
        "studio": [asdict(service) for service in evidence.studio.services.values()],
        "start": starting_point_to_json(evidence.start),
        "observation": observation_to_json(evidence.observation),
        "results": results_to_json(evidence.results),
        "made_by": dict(evidence.made_by),
    }


def _from_json(data: Mapping[str, Any]) -> Evidence:
    services = (StudioService(**service) for service in data["studio"])
    return Evidence(
        scenario=data["scenario"],
        seed=data["seed"],
        language=Language(data["language"]),
        pass_percent=data["pass_percent"],
        studio=Studio({service.id: service for service in services}),
        start=starting_point_from_json(data["start"]),
        observation=observation_from_json(data["observation"]),
        results=results_from_json(data["results"]),
        made_by=data["made_by"],
    )
