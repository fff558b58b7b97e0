"""Statistics of a cohort, and the page about it."""

from __future__ import annotations

import pytest
from lxml import etree

from grader.model.certification import Outcome
from grader.model.cohort import Taken, discrimination, distribution, items
from grader.model.text import Language
from grader.report.cohort import cohort_html
from grader.sandbox.settings import data_folder

REPORTS = data_folder("reports")


def taken(percent: float, seconds: float = 60, **earned: float) -> Taken:
    """One exam; names of items have hyphens for underscores."""
    named = {name.replace("_", "-"): value for name, value in earned.items()}
    return Taken(percent, Outcome.PASSED, named, dict.fromkeys(named, seconds))


COHORT = [
    taken(
        10 * n,
        60 * n,
        rollback=n / 10,
        restore=n / 10,
        backup_01=n / 10,
        wrong_one=1 - n / 10,
        easy=1.0,
    )
    for n in range(1, 10)
]


def test_distribution() -> None:
    """Each percentage is counted once, at its own ten; a hundred belongs to the last."""
    percents = [0, 9.99, 10, 69.99, 70, 99, 100]
    assert distribution([taken(p) for p in percents]) == (2, 1, 0, 0, 0, 0, 1, 1, 0, 2)
    assert distribution([]) == (0,) * 10


def test_difficulty_and_time() -> None:
    """The most difficult comes first; means and medians are of those who had it."""
    found = items([*COHORT, taken(0, rare=0.0)])
    assert (found[0].name, found[0].taken, found[-1].name) == ("rare", 1, "easy")
    by_name = {item.name: item for item in found}
    assert by_name["rollback"].solved == pytest.approx(0.5)
    assert by_name["rollback"].median_s == 300


def test_discrimination() -> None:
    """What the good solve discriminates, what they fail does so negatively; what says nothing has none."""
    by_name = {item.name: item.discrimination for item in items(COHORT)}
    assert (by_name["rollback"] or 0) > 0.9
    assert (by_name["wrong-one"] or 0) < -0.9
    assert by_name["easy"] is None
    assert items(COHORT[:4])[0].discrimination is None


def test_without_the_item_itself() -> None:
    """An item is held against the others of each exam, whatever else that exam had."""
    exams = [taken(0, one=1, two=0.5), taken(0, one=0, two=0.25, three=0.75), taken(0, one=0.5)]
    padded = [*exams, taken(0, one=0.25, two=1), taken(0, one=0.75, two=0)]
    by_name = {item.name: item for item in items(padded)}
    rest = [0.5, 0.5, 0.0, 1.0, 0.0]
    assert by_name["one"].discrimination == pytest.approx(
        discrimination([1, 0, 0.5, 0.25, 0.75], rest)
    )


def test_what_does_not_vary_tells_nobody_apart() -> None:
    """Pearson's by the book, and none of a constant."""
    assert discrimination([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert discrimination([1, 2, 3], [1, 0, 1]) == pytest.approx(0)
    assert discrimination([1, 1], [1, 2]) is None


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("cohort", [COHORT, [], [taken(100, **{"a<b>": 1.0})]])
def test_page(cohort: list[Taken], language: Language) -> None:
    """The page is whole, loads and runs nothing, and shows tasks and questions apart; an empty cohort has a page too."""
    page = cohort_html(cohort, templates=REPORTS, language=language)
    assert f'lang="{language.value}"' in page
    assert "<script" not in page
    assert "http" not in page.split("<body>")[1]
    assert "a<b>" not in page
    tree = etree.HTML(page)
    plots = tree.findall(".//svg[@class='plot']")
    assert len(plots) == 1
    assert plots[0].get("aria-label")
    names = [
        [th.text for th in section.findall(".//tbody//th")]
        for section in tree.findall(".//section")
    ]
    if cohort is COHORT:
        assert names[1] == ["restore", "rollback", "wrong-one", "easy"]
        assert names[2] == ["backup-01"]
