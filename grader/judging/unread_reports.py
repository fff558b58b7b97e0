"""Keeps pytest from writing down what nobody reads of a run that judges: it takes as long as many a check itself.

What a check raised is noted as it is (`grader.judging.outcome`). How it came to it, line by line, and a summary of it at the
end are for a terminal, and there is none.
"""

from __future__ import annotations

import pytest


class UnreadReports:
    """The plugin that leaves them out, once the checks are collected: why they can't be is read."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take pytest's own reporter away."""
        if not session.testsfailed:
            session.config.pluginmanager.unregister(name="terminalreporter")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        """A failed report that says no more than that; None, for pytest's own, where nothing failed or something skipped."""
        if call.excinfo is None or call.when == "collect":
            return None
        error = call.excinfo.value
        if isinstance(error, pytest.skip.Exception | BaseExceptionGroup):
            return None
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="failed",
            longrepr=type(error).__name__,
            when=call.when,
            duration=call.duration,
            start=call.start,
            stop=call.stop,
        )

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say what ended the run, as the reporter would have."""
        print(excinfo.exconly())  # noqa: T201 - into the run's own output

    def pytest_internalerror(self) -> bool:
        """Keep pytest from telling it on standard error, as it does where it has no reporter: it is noted."""
        return True
