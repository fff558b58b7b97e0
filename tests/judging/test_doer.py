"""Who made a finding so: told where the audit log knows it, and only there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judging.observing.doer import with_doer
from grader.judging.observing.since import with_since
from grader.judging.recorded.recording import observation_from_json, observation_to_json
from grader.judging.submit import practice_check
from grader.model.audit import AuditExtract, AuditFinding, AuditWrite
from grader.model.observation import Observation, StartingPoint
from grader.model.studio import NAMESPACE
from grader.model.text import Bilingual
from grader.model.verdict import CheckResult, Finding, PartResult, Verdict
from tests.judging.doubles import HandClock, PlayedCluster, PlayedSandbox
from tests.judging.test_since import PATCHED, scaled
from tests.judging.world import baseline_world, deploy_service

_BOTH = Bilingual("x", "x")
SCALED = AuditWrite(
    "2026-01-01T12:07:00.400000Z",
    "candidate",
    "patch",
    "deployments.apps",
    NAMESPACE,
    "routing",
    "scale",
    200,
    "kubectl",
    ("spec.replicas=0",),
)
DELETED = replace(
    SCALED,
    at="2026-01-01T12:04:59.900000Z",
    verb="delete",
    name="audio",
    subresource="",
    changed=(),
)
BY = "candidate, kubectl: patch deployments.apps/scale routing (spec.replicas=0)"


def _seen(*writes: AuditWrite) -> Observation:
    return replace(scaled().observation(), audit=AuditExtract("sha256:x", 9, writes))


def _failed(where: str) -> CheckResult:
    finding = Finding(_BOTH, _BOTH, where, _BOTH)
    part = PartResult("p", _BOTH, 1, Verdict.FAILED, finding)
    return CheckResult("c", _BOTH, 1, False, Verdict.FAILED, finding, parts=(part,))


def _told(where: str, observation: Observation) -> tuple[str, str]:
    (result,) = with_doer(with_since([_failed(where)], observation), observation)
    assert result.finding is not None
    assert result.parts[0].finding == result.finding
    return result.finding.since, result.finding.by


def test_who_wrote_a_value_is_told() -> None:
    """With the log a value's finding has its doer, and the moment instead of the second."""
    where = f"Deployment {NAMESPACE}/routing: spec.replicas"
    assert _told(where, _seen(SCALED)) == (SCALED.at, BY)
    assert _told(where, scaled().observation()) == (PATCHED, "")


def test_who_took_something_away_is_told() -> None:
    """Of an object that is gone, the log knows who deleted it, one by one or all at once."""
    where = f"Deployment {NAMESPACE}/audio"
    said = "candidate, kubectl: delete deployments.apps audio"
    assert _told(where, _seen(DELETED)) == (DELETED.at, said)
    swept = replace(DELETED, verb="deletecollection", name="")
    assert _told(where, _seen(swept))[1] == "candidate, kubectl: deletecollection deployments.apps"


@pytest.mark.parametrize(
    "write",
    [
        replace(SCALED, at="2026-01-01T12:03:00Z"),
        replace(SCALED, at="2026-01-01T12:11:00Z"),
        replace(SCALED, code=403),
        replace(SCALED, dry_run=True),
        replace(SCALED, name="payment"),
        replace(SCALED, namespace="default"),
        replace(SCALED, changed=("spec.paused=true",)),
        replace(SCALED, subresource="status"),
    ],
    ids=["before", "after the look", "refused", "dry run", "other", "elsewhere", "place", "status"],
)
def test_nobody_is_named_for_what_he_did_not_do(write: AuditWrite) -> None:
    """Another's later write, a refused one, another object or place: the cluster's note stands alone."""
    where = f"Deployment {NAMESPACE}/routing: spec.replicas"
    assert _told(where, _seen(write)) == (PATCHED, "")


def test_a_state_is_nobody_s_doing() -> None:
    """That pods are not ready is the cluster's answer; the log is not asked."""
    where = f"Deployment {NAMESPACE}/routing: pods with condition Ready"
    assert _told(where, _seen(SCALED))[1] == ""


def test_the_record_tells_the_same() -> None:
    """An extract comes back from the record as it was, and says the same of a finding."""
    seen = replace(
        _seen(SCALED),
        audit=AuditExtract("sha256:x", 9, (SCALED,), 3, (AuditFinding("gap", "t", "d"),)),
    )
    again = observation_from_json(observation_to_json(seen))
    assert again.audit == seen.audit
    where = f"Deployment {NAMESPACE}/routing: spec.replicas"
    assert _told(where, again) == _told(where, seen)


def test_a_log_that_cannot_be_read_costs_nothing() -> None:
    """No verdict depends on the log: what went wrong with it is a finding beside the result."""
    world = baseline_world()
    start = StartingPoint.of(world.observation())
    whole = PlayedSandbox(PlayedCluster(lambda: world))
    broken = replace(whole, audited=OSError("the disk\nis gone"))
    with_log = practice_check(whole, deploy_service(), start, clock=HandClock())
    without = practice_check(broken, deploy_service(), start, clock=HandClock())
    assert without.results == with_log.results
    assert without.verdict is with_log.verdict is Verdict.FAILED
    assert without.audit is not None
    assert [f.kind for f in without.audit.findings] == ["absent"]
