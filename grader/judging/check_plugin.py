"""The pytest plugin that gives checks their fixtures and notes what became of each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest

from grader.checks.answers import Answers
from grader.checks.cluster import Cluster
from grader.checks.declaration import ATTRIBUTE, Declaration
from grader.checks.disks import Disks
from grader.checks.files import Files
from grader.checks.helm import Helm
from grader.checks.indexed import IndexedObjects
from grader.checks.logs import Logs
from grader.checks.look import Look
from grader.checks.rendering import Render, Thing, rendered
from grader.judging.authoring.templates import rendered_text, variables
from grader.judging.collect import DeclaredCheck, declaration_of, item_check_id
from grader.judging.guards import Comparison, demand_baseline
from grader.judging.outcome import Outcome
from grader.model.change import Change
from grader.model.observation import KubeObject, Observation, StartingPoint
from grader.model.scenario import ParameterValue, Scenario
from grader.model.studio import Studio
from grader.model.text import Bilingual


@dataclass(frozen=True)
class Sight:
    """What checks judge: the sandbox now, and as it was before the candidate began."""

    observation: Observation
    start: StartingPoint


@dataclass
class CheckPlugin:
    """Fixtures for checks, and the outcome of each.

    Args:
        scenario: Whose checks these are.
        look: Called once with the collected checks; gives what they are to judge.
    """

    scenario: Scenario
    look: Callable[[Sequence[DeclaredCheck]], Sight]
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    internal_error: str = ""
    interrupted: bool = False
    declared: tuple[DeclaredCheck, ...] = ()
    _sight: Sight | None = None
    _rendered: dict[int, tuple[Declaration, Declaration]] = field(default_factory=dict)
    _indexed: dict[int, tuple[Observation, IndexedObjects]] = field(default_factory=dict)
    _made: tuple[pytest.ExceptionInfo[BaseException] | None, bool] = (None, False)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Look at the sandbox once it is known what the checks want to see."""
        self.declared = tuple(
            DeclaredCheck(item_check_id(item), self._render(declaration))
            for item in session.items
            if (declaration := declaration_of(item)) is not None
        )
        try:
            self._sight = self.look(self.declared)
        except Exception as error:  # noqa: BLE001 - whatever it is, there is nothing to judge
            pytest.exit(f"nothing was observed: {error}")

    def begin(self, scenario: Scenario, sight: Sight) -> None:
        """Judge something else from here on, with the checks that are collected already."""
        self.outcomes = {}
        self._let_go(keep=sight.start)
        self._sight = sight
        if scenario is not self.scenario:
            self.scenario = scenario
            self._rendered = {}
            self.__dict__.pop("_variables", None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what a phase or a subtest raised, for its report, which pytest publishes next.

        By then pytest has turned a check that passed around a failed subtest into a failed one.
        """
        report = yield
        self.outcomes.setdefault(item.nodeid, Outcome(item_check_id(item)))
        self._made = (call.excinfo, report.passed)
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what became of a phase or a subtest."""
        raised, passed = self._made
        self._made = (None, False)
        if report.nodeid in self.outcomes:
            folder = self.scenario.folder
            self.outcomes[report.nodeid].note(report, raised, folder, passed=passed)

    def pytest_internalerror(self, excrepr: Any) -> None:
        """Note that pytest itself broke down."""
        self.internal_error = str(excrepr)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note Ctrl-C, which pytest itself takes for the end of the run; its own word for that is another."""
        ended = excinfo.value
        self.interrupted = isinstance(ended, KeyboardInterrupt) and not isinstance(
            ended, pytest.Session.Interrupted
        )

    @cached_property
    def _changes(self) -> Sequence[Change]:
        self._demand_baseline()
        return self._comparison.changes(self._seen.observation, self.scenario.may_change)

    @cached_property
    def _comparison(self) -> Comparison:
        start = self._seen.start
        return Comparison(start.before, start.found)

    @property
    def _seen(self) -> Sight:
        if self._sight is None:
            raise RuntimeError("a check ran before anything was observed")
        return self._sight

    def _render(self, thing: Thing) -> Thing:
        """Anything that a check declares, with the attempt's parameters in it."""
        return rendered(thing, lambda text: rendered_text(text, self._variables))

    @cached_property
    def _variables(self) -> Mapping[str, Any]:
        return variables(self.scenario)

    def _let_go(self, keep: StartingPoint) -> None:
        """Forget what was made of the last sight, but for what is of the same start."""
        self.__dict__.pop("_changes", None)
        if self._sight is not None and self._sight.start is not keep:
            self.__dict__.pop("_comparison", None)
        earlier = id(keep.before), id(keep.found)
        self._indexed = {key: one for key, one in self._indexed.items() if key in earlier}

    def _objects(self, observation: Observation) -> IndexedObjects:
        """Its objects, indexed once for all checks; those of before for all looks."""
        # By identity: the observation is kept beside it, so no other takes its number.
        known = self._indexed.get(id(observation))
        if known is None:
            index = IndexedObjects(observation.objects)
            known = self._indexed[id(observation)] = (observation, index)
        return known[1]

    def _look(
        self,
        observation: Observation,
        request: pytest.FixtureRequest,
        *,
        earlier: bool = False,
        on_read: Callable[[KubeObject], None] = lambda _found: None,
    ) -> Look:
        if earlier:
            self._demand_baseline()
        written = _declared(request)
        # By identity: what it was made from is kept beside it, so no other takes its number.
        known = self._rendered.get(id(written))
        if known is None:
            known = self._rendered[id(written)] = (written, self._render(written))
        render = _Declared(written, self._render)
        objects = self._objects(observation)
        return Look(
            observation, known[1], render, earlier=earlier, on_read=on_read, objects=objects
        )

    def _demand_baseline(self) -> None:
        demand_baseline(self._seen.start.before, self.scenario.services)

    @pytest.fixture
    def before(self, request: pytest.FixtureRequest) -> Look:
        """The sandbox while all was well, before the scenario broke anything."""
        return self._look(self._seen.start.before, request, earlier=True)

    @pytest.fixture
    def found(self, request: pytest.FixtureRequest) -> Look:
        """The sandbox as the candidate found it."""
        return self._look(self._seen.start.found, request, earlier=True)

    @pytest.fixture
    def _now(self, request: pytest.FixtureRequest) -> Look:
        """The sandbox as it was handed in; its parts are fixtures of their own."""
        item = request.node
        outcome = self.outcomes.setdefault(item.nodeid, Outcome(item_check_id(item)))
        return self._look(self._seen.observation, request, on_read=outcome.note_read)

    @pytest.fixture
    def cluster(self, _now: Look) -> Cluster:
        """The objects of the sandbox."""
        return _now.cluster

    @pytest.fixture
    def baseline(self, before: Look) -> Cluster:
        """The objects while all was well."""
        return before.cluster

    @pytest.fixture
    def helm(self, _now: Look) -> Helm:
        """Helm's releases."""
        return _now.helm

    @pytest.fixture
    def answers(self, _now: Look) -> Answers:
        """What Services answered to this check's probes."""
        return _now.answers

    @pytest.fixture
    def logs(self, _now: Look) -> Logs:
        """The logs that this check asked for."""
        return _now.logs

    @pytest.fixture
    def files(self, _now: Look) -> Files:
        """The workstation's files that this check asked for."""
        return _now.files

    @pytest.fixture
    def disks(self, _now: Look) -> Disks:
        """The workstation's disks that this check asked for."""
        return _now.disks

    @pytest.fixture
    def changes(self) -> Sequence[Change]:
        """What is not as it was, and that the scenario did not allow to change."""
        return self._changes

    @pytest.fixture
    def studio(self) -> Studio:
        """What is true of the fifteen services."""
        return self.scenario.studio

    @pytest.fixture
    def parameters(self) -> Mapping[str, ParameterValue]:
        """What was drawn for this attempt."""
        return self.scenario.parameters


def run_checks(session: pytest.Session) -> None:
    """Run every collected check once, as pytest's own loop does.

    With nothing following, pytest takes down every fixture, also those of modules: the next time they are made anew.

    Raises:
        pytest.Session.Interrupted: Something told the run to stop.
    """
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail or session.shouldstop:
            raise session.Interrupted(session.shouldfail or session.shouldstop)


def _declared(request: pytest.FixtureRequest) -> Declaration:
    declaration = getattr(request.function, ATTRIBUTE, None)
    return (
        declaration if isinstance(declaration, Declaration) else Declaration(Bilingual("", ""), 1)
    )


@dataclass(frozen=True)
class _Declared:
    """Renders what a check declared, and nothing else: a name that was observed is no template."""

    written: Declaration
    render: Render

    def __call__(self, thing: Thing, /) -> Thing:
        """The thing with the attempt's parameters in it; as it is where nobody declared it."""
        said = self.written
        own = (*said.probes, *said.logs, *said.files, *said.listings, *said.disks)
        return self.render(thing) if thing in own else thing
