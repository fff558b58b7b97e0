"""Who made a finding so, and when to the moment: from the API server's audit log, where it knows.

The cluster's own notes tell the second and the program; the log tells who it was, and of what was taken away too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from grader.judging.observing.last_change import meets
from grader.judging.observing.since import Place, object_at, place_of, with_findings
from grader.model.audit import AuditWrite, moment_of
from grader.model.observation import Observation
from grader.model.verdict import CheckResult, Finding

# The cluster's notes have whole seconds, and are made a moment after the request came.
_NOTED = timedelta(seconds=2)
_INDEX = re.compile(r"\[[^\]]*\]")


def with_doer(results: Sequence[CheckResult], observation: Observation) -> tuple[CheckResult, ...]:
    """The results, each finding with who made it so, where the observation's audit extract tells it."""
    if observation.audit is None or not observation.audit.writes:
        return tuple(results)

    def told(finding: Finding) -> Finding:
        write = None if finding.by else _doing(finding, observation)
        if write is None:
            return finding
        return replace(finding, since=write.at, by=_in_words(write))

    return tuple(with_findings(result, told) for result in results)


def _doing(finding: Finding, observation: Observation) -> AuditWrite | None:
    """The last request that can have made it so; None where something else came after it, or none did."""
    place = place_of(finding.where)
    if place is None or place.is_state:
        # A state is the cluster's answer: who asked for it is not told by the last request.
        return None
    is_there = object_at(place, observation) is not None
    last = next(_latest_first(place, observation, is_there=is_there), None)
    if last is None:
        return None
    if not is_there:
        return last if last.verb in {"delete", "deletecollection"} else None
    at, noted = moment_of(last.at), moment_of(finding.since)
    if at is None or noted is None or abs(at - noted) > _NOTED:
        return None
    return last


def _latest_first(
    place: Place, observation: Observation, *, is_there: bool
) -> Iterator[AuditWrite]:
    until = moment_of(observation.taken_at)
    resource = _plural(place.kind)
    for write in reversed(observation.audit.writes if observation.audit else ()):
        at = moment_of(write.at)
        if not write.done or at is None or (until is not None and at > until):
            continue
        if (write.resource.partition(".")[0], write.namespace) != (resource, place.namespace):
            continue
        by_name = write.name == place.name
        swept = not is_there and write.verb == "deletecollection" and not write.name
        own = write.subresource in {"", "scale"}
        if (by_name or swept) and own and _touches(write, place.path):
            yield write


def _touches(write: AuditWrite, path: str) -> bool:
    """Whether a request wrote a place, as far as it says what it wrote."""
    if not path or not write.changed or "…" in write.changed:
        return True
    wanted = _INDEX.sub("", path)
    return any(meets(wanted, _INDEX.sub("", place.partition("=")[0])) for place in write.changed)


def _in_words(write: AuditWrite) -> str:
    """For people of either language: "candidate, kubectl: patch deployments.apps payment (spec.replicas=0)"."""
    who = f"{write.user}, {write.agent}" if write.agent else write.user
    changed = f" ({', '.join(write.changed)})" if write.changed else ""
    return f"{who}: {write.what}{changed}"


def _plural(kind: str) -> str:
    """The resource of a kind, as Kubernetes' own names are made."""
    word = kind.lower()
    if word == "endpoints":
        return word
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch")) else f"{word}s"
