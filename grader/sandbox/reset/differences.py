"""What of a cluster is not as it was, in words."""

from __future__ import annotations

from grader.checks.volatile import is_living
from grader.sandbox.reset.objects import (
    POD,
    Objects,
    considered,
    crowd,
    is_alike,
    is_ending,
    named,
)


def differences(origin: Objects, look: Objects) -> list[str]:
    """Compare all that lasts, and how many pods each controller has.

    Unlike `plan` it does not ask whether an object is the very same one.

    Returns:
        "Deployment/pivori-production/audio is missing" and so on; nothing where all is as it was.
    """
    was, now = dict(considered(origin)), dict(considered(look))
    told = [
        *(f"{named(key)} is missing" for key in sorted(was.keys() - now.keys())),
        *(f"{named(key)} is there" for key in sorted(now.keys() - was.keys())),
    ]
    for key in sorted(was.keys() & now.keys()):
        old, new = was[key], now[key]
        if is_ending(new):
            told.append(f"{named(key)} is being deleted")
        elif not is_living(old["kind"], old) and not is_alike(old, new):
            told.append(f"{named(key)} differs")
    before, after = crowd(origin.get(POD, ())), crowd(look.get(POD, ()))
    told += [
        f"{after[owner]} pods of {owner} instead of {before[owner]}"
        for owner in sorted(before.keys() | after.keys())
        if before[owner] != after[owner]
    ]
    return told
