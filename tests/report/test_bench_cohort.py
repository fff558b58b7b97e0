"""The benchmark of the page about a cohort: both ways make the same page of the same simulated exams."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from grader.exam.results.cohort import cohort, statistics_of_signed, taken_of
from grader.exam.simulated_cohort import TASKS, simulate
from grader.exam.theory.bank import load_bank
from grader.model.certification import Outcome
from grader.model.cohort import items
from grader.model.phase import PhaseLog
from grader.report.bench_cohort import bench_cohort
from grader.sandbox.settings import data_folder
from grader.store.certifications import CertificationStore
from grader.store.database import Database

_RESULTS = 40


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Simulated exams."""
    folder = tmp_path_factory.mktemp("simulated")
    made = Database(folder / "grader.db")
    simulate(made, folder, load_bank(data_folder("exams") / "theory"), _RESULTS)
    return made


def test_both_ways_come_to_the_same(database: Database) -> None:
    """What is stored beside a result is what its signed document says."""
    signed = CertificationStore(database).signed()
    assert cohort(database) == [taken_of(statistics_of_signed(one)) for one in signed]


def test_the_simulated_are_like_exams(database: Database) -> None:
    """Some pass and some do not, all five tasks are among what is told, and the good ones are good everywhere."""
    found = cohort(database)
    assert {one.outcome for one in found} == {Outcome.PASSED, Outcome.FAILED}
    by_name = {item.name: item for item in items(found)}
    assert all((by_name[task].discrimination or 0) > 0.3 for task in TASKS)


def test_a_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Both sides are measured as often as asked for, and nothing is left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    measured = bench_cohort(PhaseLog(), results=3, runs=2)
    assert (measured.name, measured.runs, measured.limit_s) == ("cohort", 2, 1.0)
    assert measured.ours_s > 0
    assert measured.theirs_s > 0
    assert list(tmp_path.iterdir()) == []
