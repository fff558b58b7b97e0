"""Times the page about a cohort, beside the same page made from every signed document anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from grader.exam.results.cohort import cohort, statistics_of_signed, taken_of
from grader.exam.simulated_cohort import simulate
from grader.exam.theory.bank import load_bank
from grader.model.cohort import Taken
from grader.model.measured import Measured, median
from grader.model.phase import PhaseLog
from grader.model.text import Language
from grader.report.cohort import cohort_html
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.settings import data_folder
from grader.store.certifications import CertificationStore
from grader.store.database import Database

PAGE_LIMIT_S = 1.0
"""What the page of ten thousand results may take."""


def bench_cohort(log: PhaseLog, *, results: int = 10_000, runs: int = 3) -> Measured:
    """Store simulated results in a database of its own, and make the page about them, several times.

    Raises:
        GraderError: questions-invalid.
    """
    ours: list[float] = []
    theirs: list[float] = []
    with bench_folder() as folder:
        database = Database(folder / "grader.db")
        with log.phase(f"{results} results"):
            simulate(database, folder, load_bank(data_folder("exams") / "theory"), results)
        papers = CertificationStore(database).signed()
        for number in range(1, runs + 1):
            with log.phase(f"pair {number}"):
                ours.append(_timed(lambda: cohort(database)))
                theirs.append(
                    _timed(lambda: [taken_of(statistics_of_signed(one)) for one in papers])
                )
    return Measured(
        name="cohort",
        ours_s=median(ours),
        theirs_s=median(theirs),
        ratio=median([one / two for one, two in zip(ours, theirs, strict=True)]),
        phases={"ours": {"page": median(ours)}, "theirs": {"page": median(theirs)}},
        compared_with="the same page, with every signed document read anew",
        runs=runs,
        limit_s=PAGE_LIMIT_S,
    )


def _timed(read: Callable[[], Sequence[Taken]]) -> float:
    began = time.monotonic()
    cohort_html(read(), templates=data_folder("reports"), language=Language.FRENCH)
    return time.monotonic() - began
