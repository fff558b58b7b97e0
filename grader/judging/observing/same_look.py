"""Whether a sandbox that was brought back to its start is to a scenario what it was: in what lasts, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.judging.proof.difference import differences, lasting_objects, named
from grader.model.observation import Observation, StartingPoint


def otherwise(old: StartingPoint, new: StartingPoint) -> list[str]:
    """What differs between two starts of a scenario in one sandbox.

    While all was well, everything that lasts must be the same. What the fault then made may have values of its
    own, as a Job's labels have; but no object may be missing or there beside it.
    """
    told = [*differences(old.before, new.before), *_seen(old.before, new.before)]
    before, after = lasting_objects(old.found), lasting_objects(new.found)
    told += [
        f"{named(key)} is missing after the fault" for key in sorted(before.keys() - after.keys())
    ]
    told += [
        f"{named(key)} is there after the fault" for key in sorted(after.keys() - before.keys())
    ]
    return list(dict.fromkeys(told))


def otherwise_healthy(old: Observation, new: Observation) -> list[str]:
    """What differs between two looks at healthy services, as far as both looked."""
    return [*differences(old, new), *_seen(old, new)]


def _seen(old: Observation, new: Observation) -> Iterator[str]:
    """What checks see besides the objects; times and logs aside, which never come twice."""
    for key in _both(old.probes, new.probes):
        one, other = old.probes[key], new.probes[key]
        if (one.status, one.nonce_echoed) != (other.status, other.nonce_echoed):
            yield f"{key} answers {other.status}, not {one.status}"
    for key in _both(old.files, new.files):
        if old.files[key] != new.files[key]:
            yield f"{key} differs"
    for key in _both(old.listings, new.listings):
        was = {f.path: (f.size, f.link, f.content) for f in old.listings[key]}
        now = {f.path: (f.size, f.link, f.content) for f in new.listings[key]}
        yield from (
            f"{path} differs"
            for path in sorted(was.keys() | now.keys())
            if was.get(path) != now.get(path)
        )
    yield from (f"{key} could not be seen" for key in sorted(new.faults.keys() - old.faults.keys()))


def _both(one: Any, other: Any) -> list[str]:
    return sorted(one.keys() & other.keys())
