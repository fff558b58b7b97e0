"""What became of one check in a run of pytest, and who is at fault."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.checks.expectation import CannotJudge, CheckFailed
from grader.checks.wording import both, shown
from grader.model.text import Bilingual
from grader.model.verdict import Finding, Verdict

_WHY = Bilingual("C'est ce que cette vérification demande.", "This is what the check asks for.")


@dataclass
class Outcome:
    """Gathers the phases of one check.

    The work is at fault only where the check said so itself, by CheckFailed or by an assert in its
    own file. Anything else, known or unknown, is ours.
    """

    check: str
    findings: list[Finding] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    ran: bool = False

    @property
    def verdict(self) -> Verdict:
        """Error before failed before passed; a check that did not run to its end is an error."""
        if self.faults:
            return Verdict.ERROR
        if self.findings:
            return Verdict.FAILED
        return Verdict.PASSED if self.ran else Verdict.ERROR

    @property
    def fault(self) -> str:
        """What went wrong on our side; "" where nothing did."""
        if self.verdict is not Verdict.ERROR:
            return ""
        return "; ".join(self.faults) or "the check did not run"

    def note(
        self,
        report: pytest.TestReport,
        raised: pytest.ExceptionInfo[BaseException] | None,
        folder: Path,
    ) -> None:
        """Take in a phase as it ends."""
        if hasattr(report, "wasxfail"):
            self.faults.append("the check is marked xfail; a verdict can't be expected to fail")
        elif report.skipped:
            self.faults.append(f"the check was skipped: {_reason(report)}")
        elif raised is not None:
            self._note_exception(raised, report.when, folder)
        elif report.when == "call" and report.passed:
            self.ran = True

    def note_report(self, report: pytest.TestReport) -> None:
        """Take in a report as pytest publishes it: some fail without any exception."""
        if report.failed and not self.findings and not self.faults:
            self.faults.append(shown(report.longreprtext))

    def _note_exception(
        self, raised: pytest.ExceptionInfo[BaseException], when: str, folder: Path
    ) -> None:
        error = raised.value
        if isinstance(error, CheckFailed) and when != "teardown":
            self.findings.append(error.finding)
        elif isinstance(error, AssertionError) and when == "call" and _is_inside(raised, folder):
            self.findings.append(_assertion(raised))
        elif isinstance(error, CannotJudge):
            self.faults.append(shown(str(error)))
        else:
            last = raised.traceback[-1]
            place = f"{last.path}:{last.lineno + 1}"
            self.faults.append(shown(f"{type(error).__name__}: {error} ({place}, in {when})"))


def _is_inside(raised: pytest.ExceptionInfo[BaseException], folder: Path) -> bool:
    """Whether the innermost frame is the scenario's: an assert of a library is no verdict."""
    return Path(raised.traceback[-1].path).is_relative_to(folder)


def _assertion(raised: pytest.ExceptionInfo[BaseException]) -> Finding:
    last = raised.traceback[-1]
    line = str(last.statement).strip()
    where = f"{Path(last.path).name}:{last.lineno + 1}"
    return Finding(both(line), both(str(raised.value)), where, _WHY)


def _reason(report: Any) -> str:
    longrepr = report.longrepr
    return shown(str(longrepr[2] if isinstance(longrepr, tuple) else longrepr))
