"""Sets a sandbox up for a scenario: looked at while all is well, broken, and looked at again.

Starting an attempt, proving a scenario and resetting a sandbox all do it here, so that what is proved
is what a candidate gets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.judging.authoring.templates import rendered_file, variables
from grader.judging.collect import collect_checks
from grader.judging.observing.observe import Wants, observe
from grader.judging.observing.take_baseline import take_baseline
from grader.model.errors import Code, GraderError
from grader.model.observation import StartingPoint
from grader.model.phase import PhaseLog
from grader.model.scenario import Scenario
from grader.sandbox.protocol import Sandbox

FAULT_S = 180
"""How long one script of a fault may take, with its own waiting for the fault to show."""


def set_stage(sandbox: Sandbox, scenario: Scenario, log: PhaseLog) -> StartingPoint:
    """Make a sandbox with healthy services what the scenario's candidate is to find.

    Both observations hold all that the scenario's checks declare, so that a check can compare.

    Raises:
        GraderError: sandbox-broken, where the fault could not be brought in; judging-failed, where
            there is nothing to compare with later; scenario-invalid.
    """
    wants = Wants.of([check.declaration for check in collect_checks(scenario)])
    with log.phase("baseline"):
        before = take_baseline(sandbox, wants, services=scenario.services)
    if scenario.fault is None:
        return StartingPoint.of(before)
    with log.phase("fault") as note:
        break_sandbox(sandbox, scenario, note)
    with log.phase("found"):
        return StartingPoint(before, observe(sandbox, wants))


def break_sandbox(sandbox: Sandbox, scenario: Scenario, note: Callable[[str], None]) -> None:
    """Bring in the scenario's fault: its manifests and scripts in the order of their names.

    Raises:
        GraderError: sandbox-broken, naming the file; scenario-invalid, where one can't be rendered.
    """
    for file in fault_files(scenario.folder):
        note(file.name)
        if file.suffix == ".yaml":
            sandbox.apply(rendered_file(file, variables(scenario)))
        else:
            _run(sandbox, scenario, file)


def fault_files(folder: Path) -> list[Path]:
    """The files of a scenario's fault in the order in which they are brought in."""
    found = (folder / "fault").glob("*")
    return sorted(file for file in found if file.suffix in {".yaml", ".sh"})


def _run(sandbox: Sandbox, scenario: Scenario, file: Path) -> None:
    place = sandbox.workstation
    script = rendered_file(file, variables(scenario, place.paths))
    done = place.run(script, timeout_s=FAULT_S)
    if done.exit_code != 0:
        said = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-15:])
        raise GraderError(
            Code.SANDBOX_BROKEN,
            f"the scenario's fault could not be brought in: exit code {done.exit_code}",
            where=str(file),
            hint="start the attempt again",
            detail=said,
        )
