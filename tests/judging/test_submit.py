"""Observing, converging, recording, and judging again."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grader.judging.convergence import QUIET_S
from grader.judging.observing.motion import at_rest
from grader.judging.observing.observe import Wants, observe
from grader.judging.recorded.evidence import read_evidence
from grader.judging.recorded.recording import (
    observation_from_json,
    observation_to_json,
    pack,
    unpack,
)
from grader.judging.submit import practice_check, submit
from grader.model.errors import Code, GraderError
from grader.model.observation import (
    DiskRequest,
    DiskUsage,
    FileRequest,
    HttpProbe,
    LogRequest,
    Observation,
    StartingPoint,
    WorkstationFile,
)
from grader.model.studio import NAMESPACE
from grader.model.submission import Round
from grader.model.text import Language
from grader.model.verdict import Verdict
from grader.sandbox.protocol import FilesFound
from tests.judging.doubles import HandClock, PlayedCluster, PlayedSandbox, PlayedWorkstation, still
from tests.judging.world import (
    World,
    baseline_world,
    deploy_service,
    solved_world,
)

# A short settling time: each look runs every check for real.
SCENARIO = replace(deploy_service(), settle_s=4)
SHORT = replace(SCENARIO, settle_s=1)
BASELINE = StartingPoint.of(baseline_world().observation())


def played(*worlds: World | Exception) -> PlayedSandbox:
    """A sandbox that shows the worlds one after another, and the last one for ever."""
    script = itertools.chain(worlds, itertools.repeat(worlds[-1]))
    current: list[World | Exception] = []

    class Cluster(PlayedCluster):
        def objects(self) -> dict[str, list[dict[str, object]]]:
            current[:] = [next(script)]
            self.looks += 1
            return self.world().objects

    return PlayedSandbox(Cluster(lambda: current[0] if current else worlds[0]))


def starting() -> World:
    """Right work whose pods are not ready yet."""
    world = solved_world()
    for pod in world.pods("geolocation"):
        pod["status"]["conditions"][0]["status"] = "False"
        pod["status"]["containerStatuses"][0]["state"] = {
            "waiting": {"reason": "ContainerCreating"}
        }
    return world


def test_ready_work_is_judged_at_once(tmp_path: Path) -> None:
    """Right work needs one look and no waiting."""
    clock = HandClock()
    submission = submit(still(solved_world()), SCENARIO, BASELINE, folder=tmp_path, clock=clock)
    assert (submission.passed, submission.score.earned, submission.rounds) == (True, 100, 1)
    assert clock.time == 0


def test_work_that_converges_passes(tmp_path: Path) -> None:
    """Pods that get ready within the settling time count, and each look is reported."""
    rounds: list[Round] = []
    sandbox = played(starting(), starting(), solved_world())
    submission = submit(
        sandbox, SCENARIO, BASELINE, folder=tmp_path, on_round=rounds.append, clock=HandClock()
    )
    assert submission.passed
    assert [look.number for look in rounds] == [1, 2, 3]
    assert rounds[0].results[0].verdict is Verdict.FAILED


def test_what_starts_is_waited_for_until_the_deadline() -> None:
    """While a pod starts, judging waits the whole settling time, and no longer."""
    clock = HandClock()
    submission = practice_check(still(starting()), SCENARIO, BASELINE, clock=clock)
    assert submission.verdict is Verdict.FAILED
    assert SCENARIO.settle_s <= clock.time < SCENARIO.settle_s + 1


def test_what_is_at_rest_is_not_waited_for() -> None:
    """Where nothing can change by itself, judging ends after a short quiet time."""
    clock = HandClock()
    submission = practice_check(still(baseline_world()), SCENARIO, BASELINE, clock=clock)
    assert submission.verdict is Verdict.FAILED
    assert submission.score.earned == 0
    assert QUIET_S <= clock.time < QUIET_S + 1


def test_the_last_look_counts() -> None:
    """A state that was right for some checks and is gone at the end earns nothing."""
    half = solved_world()
    half.logs.clear()
    submission = practice_check(
        played(half, baseline_world()), SCENARIO, BASELINE, clock=HandClock()
    )
    assert submission.score.earned == 0


def test_broken_sandbox_is_an_error_and_can_be_tried_again(tmp_path: Path) -> None:
    """A cluster that can't be read gives error, no points and no evidence; the next try is whole."""
    sandbox = played(GraderError(Code.SANDBOX_BROKEN, "the API server is gone"))
    submission = submit(sandbox, SHORT, BASELINE, folder=tmp_path, clock=HandClock())
    assert submission.verdict is Verdict.ERROR
    assert "API server is gone" in submission.trouble
    assert (submission.score.earned, submission.score.lost) == (0, 0)
    assert submission.evidence is None
    assert list(tmp_path.iterdir()) == []
    assert submit(
        still(solved_world()), SCENARIO, BASELINE, folder=tmp_path, clock=HandClock()
    ).passed


def test_sandbox_that_recovers_is_judged() -> None:
    """An error that is over before the deadline leaves no mark on the verdict."""
    sandbox = played(ConnectionError("cut"), ConnectionError("cut"), solved_world())
    submission = practice_check(sandbox, SCENARIO, BASELINE, clock=HandClock())
    assert (submission.passed, submission.trouble, submission.rounds) == (True, "", 3)


def test_what_can_not_change_is_not_waited_for() -> None:
    """A sandbox that is gone, or a check that is skipped, is the same at the next look: no time is spent."""
    clock = HandClock()
    gone = played(GraderError(Code.SANDBOX_GONE, "no container is left"))
    submission = practice_check(gone, SCENARIO, BASELINE, clock=clock)
    assert (submission.verdict, submission.goes, submission.rounds) == (Verdict.ERROR, "person", 1)
    assert {result.cause for result in submission.results} == {"sandbox-gone"}
    assert clock.time == 0


def test_the_submission_says_who_has_to_act() -> None:
    """Nobody where all passed, the candidate where the work failed, a retry where the sandbox was silent."""
    silent = PlayedCluster(solved_world, probe_error=OSError("no more sockets"))
    for sandbox, goes in (
        (still(solved_world()), ""),
        (still(baseline_world()), "candidate"),
        (PlayedSandbox(silent), "retry"),
        (played(ConnectionError("cut")), "retry"),
        (played(RuntimeError("who knows")), "person"),
    ):
        assert practice_check(sandbox, SHORT, BASELINE, clock=HandClock()).goes == goes


def test_killed_probe_spoils_only_its_own_checks() -> None:
    """A probe that could not be asked makes its checks errors; the others are judged."""
    cluster = PlayedCluster(solved_world, probe_error=OSError("no more sockets"))
    submission = practice_check(PlayedSandbox(cluster), SCENARIO, BASELINE, clock=HandClock())
    verdicts = {result.id: result.verdict for result in submission.results}
    assert {id_ for id_, v in verdicts.items() if v is Verdict.ERROR} == {
        "version",
        "production-values",
        "health",
    }
    assert submission.verdict is Verdict.ERROR
    assert submission.score.lost == 0


def test_every_probe_has_a_nonce_of_its_own() -> None:
    """No two requests carry the same nonce, and none can be guessed."""
    sandbox = still(starting())
    practice_check(sandbox, SCENARIO, BASELINE, clock=HandClock())
    nonces = sandbox.cluster.nonces
    assert len(nonces) > 20
    assert len(set(nonces)) == len(nonces)
    assert min(len(nonce) for nonce in nonces) >= 32


def test_observation_has_all_that_was_asked_for() -> None:
    """Objects, answers, logs and files come in one observation; what is not there is None."""
    probe = HttpProbe(NAMESPACE, "geolocation", "http", "/health")
    logs = LogRequest(NAMESPACE, {"app.kubernetes.io/name": "geolocation"})
    wants = Wants((probe,), (logs,), ("/there", "/not-there"))
    observation = observe(still(solved_world()), wants)
    assert observation.probes[probe.key].status == 200
    assert len(observation.logs[logs.key]) == 2
    assert observation.files == {"/there": b"hello", "/not-there": None}
    assert observation.faults == {}
    assert observation.taken_at.endswith("Z")


def test_files_of_a_pattern_are_counted() -> None:
    """Files come with their content where it was asked for; more of them than allowed are no verdict."""
    asked: list[FileRequest] = []

    class Workstation(PlayedWorkstation):
        def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
            asked.extend(wanted)
            found = [WorkstationFile(f"/b/{n}", 1, 0.5, b"\xff") for n in range(3)]
            return [found, GraderError(Code.SANDBOX_BROKEN, "more than 2 files")]

        def disk(self, path: str) -> DiskUsage | None:
            return DiskUsage(9, 5, 3) if path == "/b" else None

    wants = Wants(
        listings=(FileRequest("/b/*", 10, 3), FileRequest("/b/*", 0, 2)),
        disks=(DiskRequest("/b"), DiskRequest("/c")),
    )
    cluster = still(solved_world()).cluster
    observation = observe(PlayedSandbox(cluster, Workstation()), wants)
    assert asked == list(wants.listings)
    assert len(observation.listings[wants.listings[0].key]) == 3
    assert "more than 2 files" in observation.faults[wants.listings[1].key]
    assert observation.disks == {"disk of /b": DiskUsage(9, 5, 3), "disk of /c": None}
    recorded = observation_from_json(json.loads(json.dumps(observation_to_json(observation))))
    assert recorded == observation


def test_a_workstation_that_does_not_answer_spoils_what_is_asked_of_it() -> None:
    """Where no file can be listed every listing is a fault, and all else is seen."""

    class Workstation(PlayedWorkstation):
        def files(self, wanted: Sequence[FileRequest]) -> Sequence[FilesFound]:
            raise OSError(f"{len(wanted)} asked for, and nobody there")

    wants = Wants(
        files=("/there",), listings=(FileRequest("/b/*", 10, 3), FileRequest("/c/*", 0, 2))
    )
    observation = observe(PlayedSandbox(still(solved_world()).cluster, Workstation()), wants)
    assert observation.listings == {}
    assert observation.faults == {
        request.key: "OSError: 2 asked for, and nobody there" for request in wants.listings
    }
    assert observation.files == {"/there": b"hello"}


def _waiting(world: World, reason: str, **more: object) -> None:
    for pod in world.pods("geolocation"):
        pod["status"]["conditions"][0]["status"] = "False"
        status = pod["status"]["containerStatuses"][0]
        status.update({"state": {"waiting": {"reason": reason}}, **more})


def _crashed(at: str, restarts: int) -> Callable[[World], None]:
    return lambda world: _waiting(
        world,
        "CrashLoopBackOff",
        restartCount=restarts,
        lastState={"terminated": {"finishedAt": at}},
    )


@pytest.mark.parametrize(
    ("bend", "rests"),
    [
        (lambda _world: None, True),
        (lambda w: _waiting(w, "ImagePullBackOff"), True),
        (lambda w: _waiting(w, "ContainerCreating"), False),
        (_crashed("2026-01-01T12:09:59Z", 4), True),
        (_crashed("2026-01-01T12:09:59Z", 1), False),
        (_crashed("2026-01-01T12:05:00Z", 4), False),
        (_crashed("", 4), False),
        (
            lambda w: w.pods("audio")[0]["metadata"].update(deletionTimestamp="x"),
            False,
        ),
        (
            lambda w: w.get("apps/v1/Deployment", "audio")["metadata"].update(generation=2),
            False,
        ),
        (lambda w: w.get("apps/v1/Deployment", "audio")["spec"].update(replicas=9), False),
        (lambda w: w.add("batch/v1/Job", "job", status={"active": 1}), False),
        (
            lambda w: w.add(
                "v1/Secret",
                "sh.helm.release.v1.x.v1",
                type="helm.sh/release.v1",
                metadata={"labels": {"status": "pending-install"}},
            ),
            False,
        ),
    ],
    ids=[
        "ready",
        "no image",
        "creating",
        "crash with a long pause",
        "crash with a short pause",
        "crash whose pause is over",
        "crash at an unknown time",
        "terminating",
        "not yet seen by its controller",
        "pods still to be made",
        "job at work",
        "helm at work",
    ],
)
def test_rest_and_motion(bend: Callable[[World], object], rests: bool) -> None:
    """At rest is only what can't change by itself before the deadline; doubt is motion."""
    world = solved_world()
    bend(world)
    assert at_rest(world.observation(), 20) is rests


def test_evidence_round_trip(tmp_path: Path) -> None:
    """Evidence holds what was judged and how, and its name is its content's digest."""
    submission = submit(
        still(starting()), SCENARIO, BASELINE, folder=tmp_path, language=Language.ENGLISH,
        clock=HandClock(),
    )  # fmt: skip
    assert submission.evidence is not None
    evidence = read_evidence(submission.evidence)
    assert evidence.results == submission.results
    assert evidence.scenario == "deploy-service"
    assert evidence.language is Language.ENGLISH
    assert evidence.studio == SCENARIO.studio
    assert evidence.made_by["scenario_digest"].startswith("sha256:")
    assert submission.evidence_digest == f"sha256:{submission.evidence.name[:64]}"
    assert "exam-geo-notarealkey01" not in json.dumps(
        observation_to_json(evidence.observation)["objects"]
    )


def test_equal_evidence_has_one_name(tmp_path: Path) -> None:
    """The same content gives the same bytes, and so the same file."""
    observation = solved_world().observation()
    assert pack(observation_to_json(observation)) == pack(observation_to_json(observation))
    text, data = unpack(pack(observation_to_json(observation))[1])
    assert observation_from_json(data) == observation_from_json(json.loads(text))
    whole = Observation(
        "t", {}, files={"/a": b"\xff\x00", "/b": None}, faults={"x": "\udcff surrogate"}
    )
    assert observation_from_json(unpack(pack(observation_to_json(whole))[1])[1]) == whole
    assert tmp_path.is_dir()


def test_altered_evidence_is_refused(tmp_path: Path) -> None:
    """A changed, renamed, cut, bloated or foreign file is no evidence, and says why."""
    submission = submit(
        still(solved_world()), SCENARIO, BASELINE, folder=tmp_path, clock=HandClock()
    )
    assert submission.evidence is not None
    path = submission.evidence
    packed = path.read_bytes()
    text = gzip.decompress(packed)
    bad = {
        path: gzip.compress(text.replace(b'"failed"', b'"passed"').replace(b"2.4.1", b"9.9.9")),
        tmp_path / "renamed.json.gz": packed,
        tmp_path / "cut.json.gz": packed[:-9],
        tmp_path / "plain.json.gz": b"{}",
        tmp_path / "nan.json.gz": gzip.compress(b'{"a": NaN}'),
        tmp_path / "list.json.gz": gzip.compress(b"[]"),
        tmp_path / "missing.json.gz": None,
    }
    for file, content in bad.items():
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(GraderError, match="no evidence"):
            read_evidence(file)


def test_evidence_that_can_t_be_written_is_no_result(tmp_path: Path) -> None:
    """Where the evidence can't be written, the submission fails loudly instead of counting."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(GraderError) as raised:
        submit(still(solved_world()), SCENARIO, BASELINE, folder=blocked, clock=HandClock())
    assert raised.value.code is Code.JUDGING_FAILED


def test_parameters_come_from_the_attempt_s_seed(tmp_path: Path) -> None:
    """Evidence keeps the seed, so that the same task is judged again."""
    scenario = replace(SCENARIO, seed=42)
    submission = submit(
        still(solved_world()), scenario, BASELINE, folder=tmp_path, clock=HandClock()
    )
    assert submission.evidence is not None
    assert read_evidence(submission.evidence).seed == 42
