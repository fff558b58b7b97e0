"""What Services answered: silence, an error, an answer from before, somebody else's answer."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.judging.proof.difference import Path, Solved, value_at
from grader.judging.proof.mutant import About, Mutant, always, put_at
from grader.judging.proof.operators.undone import words
from grader.model.observation import Observation, ProbeAnswer

_OK = 200
_SILENCE = ProbeAnswer(0, error="connection refused")
_PATHS_AT_MOST = 8


def answers(solved: Sequence[Solved]) -> Iterator[Mutant]:
    """Damage to the answer of every probe that the checks declare; objects stay as they are."""
    found = solved[0].found.probes
    for key, answer in sorted(solved[0].solved.probes.items()):
        if answer.status == _OK:
            yield _other(key, "is silent", always(_SILENCE))
            yield _other(key, "is an error", lambda a: replace(a, status=500, body="{}"))
            if answer.nonce_echoed:
                yield _other(key, "is from before", lambda a: replace(a, nonce_echoed=False))
        elif key in found and found[key].status == _OK:
            yield _other(key, "comes as it was found", always(found[key]))
        yield from _body(key, [(s.found.probes.get(key), s.solved.probes.get(key)) for s in solved])


def _body(
    key: str, both: Sequence[tuple[ProbeAnswer | None, ProbeAnswer | None]]
) -> Iterator[Mutant]:
    """Each part of a JSON answer that every right answer made another, as it was found."""
    pairs = [(_json(old), _json(new)) for old, new in both]
    contents = [(old, new) for old, new in pairs if old is not None and new is not None]
    if len(contents) < len(pairs):
        return
    common = set.intersection(*(set(_differences(old, new, ())) for old, new in contents))
    for path in sorted(common, key=str)[:_PATHS_AT_MOST]:
        values = [value_at(new, path) for _, new in contents]
        if path[-1] != "nonce" and all(value == values[0] for value in values):
            old = value_at(contents[0][0], path)
            yield _other(key, f"has {words(path)} as it was found", _with(path, old))


def _with(path: Path, value: Any) -> Callable[[ProbeAnswer], ProbeAnswer]:
    def change(answer: ProbeAnswer) -> ProbeAnswer:
        content = copy.deepcopy(_json(answer))
        put_at(content, path, value)
        return replace(answer, body=json.dumps(content))

    return change


def _other(key: str, what: str, change: Callable[[ProbeAnswer], ProbeAnswer]) -> Mutant:
    def on_record(observation: Observation) -> Observation:
        probes = {**observation.probes, key: change(observation.probes[key])}
        return replace(observation, probes=probes)

    return Mutant(f"answer of {key} {what}", About.ANSWER, on_record=on_record)


def _json(answer: ProbeAnswer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _differences(old: Any, new: Any, path: Path) -> Iterator[Path]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        # What only one of them has is no value that could be put back.
        for key in sorted({*old} & {*new}, key=str):
            yield from _differences(old[key], new[key], (*path, key))
    elif old != new:
        yield path
