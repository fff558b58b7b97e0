"""Sandboxes for proofs: lent, reset where the provider can, and ended whatever happens."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from grader.exam.owner import owner_at_work
from grader.exam.proofs.proof_sandboxes import ProofSandboxes
from grader.exam.proofs.proving import ProofOrder, prove_scenarios
from grader.exam.surroundings import Surroundings
from grader.judging.proof.claims import Group
from grader.judging.proof.lease import Cancelled
from grader.model.errors import Code, GraderError
from grader.model.observation import Observation, StartingPoint
from grader.model.phase import PhaseLog
from grader.model.scenario import Scenario
from grader.model.verdict import Verdict
from grader.sandbox.protocol import Sandbox
from tests.exam.fakes import FakeJudge, FakeProvider, ResettingProvider, fake_surroundings
from tests.exam.waiting import wait_for


@dataclass
class StagingJudge(FakeJudge):
    """One that sees what it is told to see, stage after stage."""

    seen: Iterator[Mapping[str, Sequence[Any]]] = field(default_factory=lambda: iter(()))

    def set_stage(self, sandbox: Sandbox, scenario: Scenario, log: PhaseLog) -> StartingPoint:
        """The next thing to see."""
        del sandbox, scenario, log
        return StartingPoint.of(Observation("2026-01-01T00:00:00Z", next(self.seen, {})))


@pytest.fixture
def provider(tmp_path: Path) -> ResettingProvider:
    """What the sandboxes are made by."""
    return ResettingProvider(tmp_path / "world")


@pytest.fixture
def sandboxes(tmp_path: Path, provider: ResettingProvider) -> ProofSandboxes:
    """Where trials get their sandboxes."""
    return ProofSandboxes(tmp_path / "home", provider, FakeJudge(), said.append)


said: list[str] = []


def scenario() -> Scenario:
    """The fakes' one scenario."""
    return FakeJudge().load(Path(), "deploy-service", 0)


def deployment(name: str) -> Mapping[str, Sequence[Any]]:
    """Objects that are one Deployment."""
    return {"apps/v1/Deployment": [{"metadata": {"name": name, "namespace": "n"}}]}


def test_lent_locked_and_ended(sandboxes: ProofSandboxes, provider: ResettingProvider) -> None:
    """A sandbox has a locked folder while it lives; once all are closed nothing is left, and nothing is lent."""
    with sandboxes.lend(scenario()) as lease:
        assert lease.fresh
        (folder,) = sandboxes.folder.iterdir()
        owner = owner_at_work(folder)
        assert owner is not None
        assert (owner.pid, owner.doing) == (os.getpid(), "prove")
    assert sandboxes.close() == {"deploy-service": ()}
    assert list(sandboxes.folder.iterdir()) == []
    assert not [path for path in provider.world.iterdir() if path.is_dir()]
    with pytest.raises(Cancelled), sandboxes.lend(scenario()):
        pass


def test_reset_for_the_next(sandboxes: ProofSandboxes, provider: ResettingProvider) -> None:
    """The next trial with the same services gets the same sandbox, reset; not a spoilt one."""
    with sandboxes.lend(scenario()):
        (first,) = [folder.name for folder in sandboxes.folder.iterdir()]
    with sandboxes.lend(scenario()) as lease:
        assert (lease.fresh, provider.resets) == (False, [first])
        lease.spoilt = True
    assert provider.stopped == [first]
    with sandboxes.lend(scenario()) as lease:
        assert lease.fresh
    sandboxes.close()


def test_a_fresh_one_is_made_where_it_is_asked_for(
    sandboxes: ProofSandboxes, provider: ResettingProvider
) -> None:
    """Who asks for a fresh sandbox gets one, and the idle one makes room for it."""
    with sandboxes.lend(scenario()):
        (first,) = [folder.name for folder in sandboxes.folder.iterdir()]
    with sandboxes.lend(scenario(), fresh=True) as lease:
        assert lease.fresh
        assert (provider.resets, provider.stopped) == ([], [first])
    sandboxes.close()


def test_a_reset_one_that_differs_is_thrown_away(
    tmp_path: Path, provider: ResettingProvider
) -> None:
    """A sandbox that does not look as a fresh one after its reset is ended, and a fresh one made."""
    judge = StagingJudge(seen=iter([deployment("a"), deployment("b"), deployment("a")]))
    words: list[str] = []
    sandboxes = ProofSandboxes(tmp_path / "home", provider, judge, words.append)
    with sandboxes.lend(scenario()):
        pass
    with sandboxes.lend(scenario()) as lease:
        assert lease.fresh
    assert len(provider.resets) == 1
    assert words == [
        "a reset sandbox is not as a fresh one: Deployment/n/a is missing, Deployment/n/b is there"
    ]
    sandboxes.close()


def test_other_services_need_another_sandbox(
    sandboxes: ProofSandboxes, provider: ResettingProvider
) -> None:
    """A sandbox with other services is not reset but ended: this machine's memory is for those that are used."""
    one = scenario()
    with sandboxes.lend(one):
        pass
    other = Scenario(**{**vars(one), "id": "other", "services": ("audio",)})
    with sandboxes.lend(other) as lease:
        assert lease.fresh
        assert len(provider.stopped) == 1
    assert sandboxes.close() == {"deploy-service": (), "other": ()}


def test_what_can_not_be_ended_is_named(
    sandboxes: ProofSandboxes, provider: ResettingProvider
) -> None:
    """What a sandbox leaves behind is told for the scenario that used it."""
    provider.stuck = True
    with sandboxes.lend(scenario()):
        (name,) = [folder.name for folder in sandboxes.folder.iterdir()]
    left = sandboxes.close()["deploy-service"]
    assert f"container {name}-network" in left


@pytest.mark.parametrize("phase", FakeProvider.PHASES)
def test_a_start_that_fails_leaves_nothing(
    sandboxes: ProofSandboxes, provider: ResettingProvider, phase: str
) -> None:
    """Wherever a start fails, what it had started is ended and its folder gone."""
    provider.fail_at = phase
    with pytest.raises(GraderError, match="the fake broke"), sandboxes.lend(scenario()):
        pass
    assert list(sandboxes.folder.iterdir()) == []
    assert not [path for path in provider.world.iterdir() if path.is_dir()]


def test_sweep(tmp_path: Path, provider: ResettingProvider) -> None:
    """What a killed proof left is ended by the next; what another proof works with is not touched."""
    words: list[str] = []
    sandboxes = ProofSandboxes(tmp_path / "home", provider, FakeJudge(), words.append)
    dead = sandboxes.folder / "dead22"
    dead.mkdir(parents=True)
    (dead / "owner.lock").touch()
    (sandboxes.folder / "scratch-1").mkdir()
    with sandboxes.lend(scenario()):
        sandboxes.sweep()
        assert provider.stopped == ["dead22"]
        assert len(list(sandboxes.folder.iterdir())) == 1
    assert words == ["ending what an earlier proof left behind: dead22"]
    sandboxes.close()


def test_an_interrupt_ends_everything(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a start ends the proof, the sandbox that was being made, and its folder."""
    provider = ResettingProvider(tmp_path / "world", stop_at="cluster")
    provider.world.mkdir()
    os.mkfifo(provider.world / "gate")
    around: Surroundings = fake_surroundings(tmp_path, provider, FakeJudge())
    (around.scenarios).mkdir(parents=True, exist_ok=True)
    (around.scenarios / "right-one.sh").write_text("deploy\n")

    def interrupt() -> None:
        wait_for((provider.world / "reached").exists, "the start")
        os.kill(os.getpid(), signal.SIGINT)
        # The start goes on, as one does whose children were ended under it.
        (provider.world / "gate").open("wb").close()

    groups = frozenset({Group.UNTOUCHED})
    order = ProofOrder((), None, groups, jobs=2, cache=tmp_path / "cache")
    helper = threading.Thread(target=interrupt)
    helper.start()
    with pytest.raises(KeyboardInterrupt):
        prove_scenarios(around, order, lambda _scenario, _claim: None)
    helper.join()
    assert list((around.home / "proofs").iterdir()) == []
    assert [path.name for path in provider.world.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("doing", ["cluster", "reset"])
def test_what_is_made_after_the_end_is_ended(
    sandboxes: ProofSandboxes, provider: ResettingProvider, doing: str
) -> None:
    """A start or a reset that goes on after its sandbox was stopped makes things anew; they are ended too."""
    provider.world.mkdir()
    os.mkfifo(provider.world / "gate")
    if doing == "reset":
        with sandboxes.lend(scenario()):
            pass
    provider.stop_at = doing
    ended: list[type[BaseException]] = []

    def trial() -> None:
        try:
            with sandboxes.lend(scenario()):
                raise AssertionError("lent after the end")
        except (Cancelled, GraderError) as error:
            ended.append(type(error))

    thread = threading.Thread(target=trial, daemon=True)
    thread.start()
    wait_for((provider.world / "reached").exists, "the start")
    (made,) = sandboxes.folder.iterdir()
    sandboxes.close()
    # What a reset makes; a start's next phase makes it by itself.
    (provider.world / made.name).mkdir()
    (provider.world / "gate").open("wb").close()
    thread.join()
    assert ended == [Cancelled]
    assert [path.name for path in provider.world.iterdir() if path.is_dir()] == []
    assert list(sandboxes.folder.iterdir()) == []
    assert sandboxes.close() == {"deploy-service": ()}


@pytest.mark.parametrize(
    ("processors", "free_mib", "asked", "jobs"),
    [
        pytest.param(6, 100_000, None, 4, id="as-processors-allow"),
        pytest.param(1, 100_000, None, 1, id="at-least-one"),
        pytest.param(64, 100_000, None, 16, id="at-most-sixteen"),
        pytest.param(64, 3_600, None, 3, id="as-memory-allows"),
        pytest.param(64, 0, None, 1, id="no-memory"),
        pytest.param(1, 0, 5, 5, id="as-asked"),
    ],
)
def test_as_many_trials_as_the_machine_keeps_up_with(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    processors: int,
    free_mib: int,
    asked: int | None,
    jobs: int,
) -> None:
    """Where nobody says how many trials run at a time, processors and memory do."""
    around = replace(
        fake_surroundings(tmp_path, ResettingProvider(tmp_path / "world"), FakeJudge()),
        processors=processors,
        free_mib=lambda: free_mib,
    )
    around.scenarios.mkdir(parents=True, exist_ok=True)
    made: list[int] = []
    monkeypatch.setattr(
        "grader.exam.proofs.proving.prove", lambda *_planned, jobs, **_more: made.append(jobs)
    )
    order = ProofOrder((), None, frozenset(Group), jobs=asked, cache=tmp_path / "cache")
    prove_scenarios(around, order, lambda _scenario, _claim: None)
    assert made == [jobs]


def test_unfit_provider_starts_nothing(tmp_path: Path, provider: ResettingProvider) -> None:
    """A scenario that needs what the provider does not offer is refused, and no sandbox is made for it."""
    judge = FakeJudge()
    load = judge.load
    judge.load = lambda *words: Scenario(  # type: ignore[method-assign]
        **{**vars(load(*words)), "needs": ("dns",)}
    )
    around = fake_surroundings(tmp_path, provider, judge)
    order = ProofOrder((), None, frozenset(Group), jobs=1, cache=tmp_path / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.judging.proof.prove.collect_checks", lambda _scenario: ())
        patch.setattr("grader.judging.proof.prove.goals", lambda _scenario, _checks: ())
        proof = prove_scenarios(around, order, lambda _scenario, _claim: None)
    assert proof.scenarios[0].refused == "the provider fake does not offer what it needs: dns"
    assert proof.verdict is Verdict.ERROR
    assert not [path for path in provider.world.iterdir() if path.is_dir()]


def test_an_unknown_scenario_starts_nothing(tmp_path: Path, provider: ResettingProvider) -> None:
    """A wrong id is told before anything is started."""
    around = fake_surroundings(tmp_path, provider, FakeJudge())
    order = ProofOrder(("none",), None, frozenset(Group), jobs=1, cache=tmp_path / "cache")
    with pytest.raises(GraderError) as caught:
        prove_scenarios(around, order, lambda _scenario, _claim: None)
    assert caught.value.code is Code.SCENARIO_UNKNOWN
    assert not [path for path in provider.world.iterdir() if path.is_dir()]
