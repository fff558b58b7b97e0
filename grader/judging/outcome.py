"""What became of one check in a run of pytest, and who is at fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from grader.checks.declaration import Part
from grader.checks.expectation import CannotJudge, CheckFailed
from grader.checks.wording import both, shown
from grader.judging.causes import Cause, cause_in_check
from grader.judging.observing.last_change import last_changed
from grader.model.observation import KubeObject
from grader.model.text import Bilingual
from grader.model.verdict import Finding, PartResult, Verdict

_WHY = Bilingual("C'est ce que cette vérification demande.", "This is what the check asks for.")


@dataclass(frozen=True)
class Fault:
    """What went wrong on our side."""

    cause: Cause
    text: str


@dataclass
class Notes:
    """What was noted while a stretch of a check ran; `grader.judging.causes` says who is at fault."""

    findings: list[Finding] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ran: bool = False

    @property
    def verdict(self) -> Verdict:
        """Error before failed before passed; what did not run to its end is an error."""
        if self.faults:
            return Verdict.ERROR
        if self.findings:
            return Verdict.FAILED
        return Verdict.PASSED if self.ran else Verdict.ERROR

    def note(
        self,
        report: pytest.TestReport,
        raised: pytest.ExceptionInfo[BaseException] | None,
        folder: Path,
        *,
        passed: bool,
    ) -> None:
        """Take in a report, what was raised where anything was, and whether all went well."""
        if hasattr(report, "wasxfail"):
            self._blame(Cause.XFAIL, "the check is marked xfail; no verdict is expected to fail")
        elif report.skipped:
            self._blame(Cause.SKIPPED, f"the check was skipped: {_reason(report)}")
        elif raised is not None:
            self._note_exception(raised, report.when, folder)
        elif not passed:
            text = report.longreprtext
            self._blame(Cause.XFAIL if text.startswith("[XPASS") else Cause.UNKNOWN, text)
        elif report.when == "call":
            self.ran = True

    def _note_exception(
        self, raised: pytest.ExceptionInfo[BaseException], when: str, folder: Path
    ) -> None:
        error = raised.value
        cause = cause_in_check(error, when, folder)
        if cause is Cause.WORK:
            self.findings.append(
                error.finding if isinstance(error, CheckFailed) else _assertion(raised)
            )
        elif isinstance(error, CannotJudge):
            self._blame(cause, str(error))
        else:
            last = raised.traceback[-1]
            place = f"{last.path}:{last.lineno + 1}"
            self._blame(cause, f"{type(error).__name__}: {error} ({place}, in {when})")

    def _blame(self, cause: Cause, text: str) -> None:
        self.faults.append(Fault(cause, shown(text)))


@dataclass
class Outcome:
    """One check: what was noted outside its parts, and in each of them.

    Args:
        check: The check's id.
        whole: What was noted outside any part.
        by_part: What was noted in each subtest's name, "" for one without.
        last_change: When the latest of the objects that it looked at changed; "" where it looked at none.
    """

    check: str
    whole: Notes = field(default_factory=Notes)
    by_part: dict[str, Notes] = field(default_factory=dict)
    last_change: str = ""

    def note_read(self, found: KubeObject) -> None:
        """Take in that the check looks at an object."""
        self.last_change = max(self.last_change, last_changed(found.get("metadata") or {}))

    def note(
        self,
        report: pytest.TestReport,
        raised: pytest.ExceptionInfo[BaseException] | None,
        folder: Path,
        *,
        passed: bool,
    ) -> None:
        """Take in a phase or a subtest as pytest publishes it."""
        notes = self.whole
        if isinstance(report, pytest.SubtestReport):
            notes = self.by_part.setdefault(report.context.msg or "", Notes())
        notes.note(report, raised, folder, passed=passed)

    def parts(self, declared: Sequence[Part]) -> tuple[PartResult, ...]:
        """What became of each declared part.

        What failed outside any part fails those that had not run; the others keep what they got.
        """
        return tuple(self._part(part) for part in declared)

    def faults(self, declared: Sequence[Part]) -> list[Fault]:
        """What went wrong on our side, in and outside the parts; empty where nothing did."""
        inside = (fault for notes in self.by_part.values() for fault in notes.faults)
        found = [*self.whole.faults, *inside]
        if not found and not self.whole.findings and not self.whole.ran:
            found.append(Fault(Cause.NOT_RUN, "the check did not run"))
        return found or [Fault(Cause.PARTS_MISUSED, text) for text in self._misuse(declared)]

    @property
    def findings(self) -> list[Finding]:
        """Why the work is not what it has to be: first what stopped the check, then part by part."""
        inside = (finding for notes in self.by_part.values() for finding in notes.findings)
        return [*self.whole.findings, *inside]

    def _misuse(self, declared: Sequence[Part]) -> list[str]:
        """What of the parts is the check's own mistake, seen only while it runs."""
        if not declared:
            return []
        names = [part.id for part in declared]
        found = [
            f"subtest {name!r} is no part of the check, allowed: {', '.join(names)}"
            for name in self.by_part
            if name not in names
        ]
        idle = [name for name in names if name not in self.by_part]
        if idle and not self.whole.findings:
            found.append(f"the check ended without running its part {', '.join(idle)}")
        if self.whole.findings and not idle:
            found.append("the check failed outside its parts after all of them had run")
        return found

    def _part(self, part: Part) -> PartResult:
        notes = self.by_part.get(part.id)
        if notes is None:
            findings = self.whole.findings
            idle = Fault(Cause.NOT_RUN, "it did not run")
            notes = Notes(findings, [] if findings else [idle])
        failed = notes.verdict is Verdict.FAILED
        return PartResult(
            id=part.id,
            title=part.title,
            points=part.points,
            verdict=notes.verdict,
            finding=notes.findings[0] if failed else None,
            fault="; ".join(fault.text for fault in notes.faults),
        )


def _assertion(raised: pytest.ExceptionInfo[BaseException]) -> Finding:
    last = raised.traceback[-1]
    line = str(last.statement).strip()
    where = f"{Path(last.path).name}:{last.lineno + 1}"
    return Finding(both(line), both(str(raised.value)), where, _WHY)


def _reason(report: Any) -> str:
    longrepr = report.longrepr
    return shown(str(longrepr[2] if isinstance(longrepr, tuple) else longrepr))
