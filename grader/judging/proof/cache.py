"""What was shown once need not be shown again, as long as nothing that it rests on has changed.

Only what was shown is kept: a failure is looked at anew each time, an error proves nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache as once
from pathlib import Path
from typing import Any

from grader.judging.digests import files_digest
from grader.judging.proof.claims import Claim, Excepted, Ground, Group
from grader.judging.proof.difference import Solved
from grader.judging.recorded.recording import (
    observation_from_json,
    observation_to_json,
    pack,
    unpack,
)
from grader.model.scenario import Answer, Scenario
from grader.model.verdict import Verdict
from grader.sandbox.settings import data_folder

_CODE = ("model", "checks", "judging", "sandbox")


@dataclass(frozen=True)
class Kept:
    """What a trial came to.

    Attributes:
        claims: All of them passed, or so many mutants that the group did.
        excepted: What the author left out.
        solved: A right answer's sandbox, before and after; None for other trials.
    """

    claims: tuple[Claim, ...]
    excepted: tuple[Excepted, ...] = ()
    solved: Solved | None = None


@dataclass(frozen=True)
class ProofCache:
    """Results by content, in a folder that may be deleted at any time.

    Args:
        folder: Where; made when something is kept.
        provider: What runs the sandboxes.
        reading: Whether what is there counts; results are kept in any case.
    """

    folder: Path
    provider: str
    reading: bool = True

    def key(self, scenario: Scenario, trial: str, answers: Sequence[Answer]) -> str:
        """Names a trial by all that its result rests on."""
        parts = {
            "scenario": checks_digest(scenario.folder),
            "answers": [(a.name, hashlib.sha256(a.path.read_bytes()).hexdigest()) for a in answers],
            "seed": scenario.seed,
            "trial": trial,
            "provider": self.provider,
            "grader": surroundings_digest(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    def get(self, key: str) -> Kept | None:
        """What is known of a trial; None where it has to be made."""
        if not self.reading:
            return None
        try:
            _, data = unpack(self._file(key).read_bytes())
            return _from_json(data)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, kept: Kept) -> None:
        """Keep what a trial came to; a cache that can't be written is no reason to fail."""
        file = self._file(key)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(".partial")
            partial.write_bytes(pack(_to_json(kept))[1])
            partial.replace(file)
        except OSError:
            return

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.json.gz"


def checks_digest(folder: Path) -> str:
    """A digest over what decides a scenario's verdicts: all but statements and answers."""
    return files_digest(
        folder,
        [
            file
            for file in folder.rglob("*")
            if "__pycache__" not in file.parts
            and file.parent.name != "answers"
            and not file.name.startswith("statement.")
        ],
    )


@once
def surroundings_digest() -> str:
    """A digest over what makes sandboxes and judges them: the grader's code, charts, services, images, tools."""
    package = Path(__file__).resolve().parents[2]
    code = [file for name in _CODE for file in (package / name).rglob("*.py")]
    fixtures = data_folder("fixtures")
    made_of = [file for file in fixtures.rglob("*") if "__pycache__" not in file.parts]
    return files_digest(package, code) + files_digest(fixtures, made_of)


def _to_json(kept: Kept) -> dict[str, Any]:
    solved = kept.solved
    return {
        "claims": [claim_to_json(claim) for claim in kept.claims],
        "excepted": [asdict(excepted) for excepted in kept.excepted],
        "solved": solved
        and {
            "found": observation_to_json(solved.found),
            "solved": observation_to_json(solved.solved),
        },
    }


def _from_json(data: Mapping[str, Any]) -> Kept:
    solved = data["solved"]
    return Kept(
        claims=tuple(replace(claim_from_json(claim), cached=True) for claim in data["claims"]),
        excepted=tuple(
            Excepted(Group(e["group"]), e["name"], e["reason"]) for e in data["excepted"]
        ),
        solved=solved
        and Solved(observation_from_json(solved["found"]), observation_from_json(solved["solved"])),
    )


def claim_to_json(claim: Claim) -> dict[str, Any]:
    """A claim as JSON data."""
    return asdict(claim)


def claim_from_json(data: Mapping[str, Any]) -> Claim:
    """The claim that `claim_to_json` wrote."""
    return Claim(
        group=Group(data["group"]),
        name=data["name"],
        verdict=Verdict(data["verdict"]),
        reasons=tuple(data["reasons"]),
        ground=Ground(data["ground"]),
        failed=tuple(data["failed"]),
        points=data["points"],
        seconds=data["seconds"],
        cached=data["cached"],
    )
