"""The pages in a real browser: nothing for axe to find, nothing loaded, readable on a phone, by keyboard and on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from grader.exam.results.result import Result
from grader.exam.signing.payload import stated
from grader.model.text import Language
from grader.report.cohort import cohort_html
from grader.report.exam_html import exam_html
from grader.report.html import html_report
from grader.sandbox.settings import data_folder
from tests.exam.certified import certified
from tests.exam.fakes import fake_surroundings
from tests.report.samples import FAILED, FULL, MIXED, SPLIT, WATCHED
from tests.report.test_cohort import COHORT, taken

REPORTS = data_folder("reports")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}


Taken = tuple[Mapping[str, object], Mapping[str, Result]]


@pytest.fixture(scope="session")
def taken_exam(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    """What the signed result of an exam states, and what was recorded of its tasks."""
    certification, results = certified(fake_surroundings(tmp_path_factory.mktemp("exam")))
    return stated(certification.signed), results


Rendering = Callable[[Language, Taken], str]

PAGES: dict[str, Rendering] = {
    "full": lambda language, _: html_report(FULL, templates=REPORTS, language=language),
    "mixed": lambda language, _: html_report(MIXED, templates=REPORTS, language=language),
    "failed": lambda language, _: html_report(FAILED, templates=REPORTS, language=language),
    "split": lambda language, _: html_report(SPLIT, templates=REPORTS, language=language),
    "watched": lambda language, _: html_report(WATCHED, templates=REPORTS, language=language),
    "withheld": lambda language, _: html_report(
        WATCHED, templates=REPORTS, language=language, withheld=True
    ),
    "cohort": lambda language, _: cohort_html(COHORT, templates=REPORTS, language=language),
    "cohort of nobody": lambda language, _: cohort_html([], templates=REPORTS, language=language),
    "hostile cohort": lambda language, _: cohort_html(
        [taken(100, **{"a<b>" * 30: 1.0})], templates=REPORTS, language=language
    ),
    "exam": lambda language, exam: exam_html(
        *exam, name="Amélie Durand", key="0" * 64, templates=REPORTS, language=language
    ),
    "exam of which the records are gone": lambda language, exam: exam_html(
        exam[0], {}, name="Amélie Durand", key="0" * 64, templates=REPORTS, language=language
    ),
}


@pytest.fixture(params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    """Each page in turn."""
    return str(request.param)


@pytest.fixture
def language() -> Language:
    """The candidates' own, whose words are the longer ones."""
    return Language.FRENCH


@pytest.fixture
def opened(
    page: Page, name: str, language: Language, taken_exam: Taken, pages_folder: Path
) -> Page:
    """The page, opened as a person opens a file; it has asked for nothing else."""
    file = pages_folder / f"{name}-{language.value}.html"
    file.write_text(PAGES[name](language, taken_exam), "utf-8")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert said == []
    return page


@pytest.mark.parametrize(
    ("scheme", "language"), [("light", Language.FRENCH), ("dark", Language.ENGLISH)]
)
def test_axe_finds_nothing(opened: Page, scheme: Literal["light", "dark"]) -> None:
    """By day and by night no rule of WCAG and no good practice that axe knows is broken."""
    opened.set_viewport_size(DESK)
    opened.emulate_media(color_scheme=scheme)
    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_need_not_scroll_sideways(opened: Page) -> None:
    """On a narrow screen everything is within its width; what is wider scrolls by itself."""
    opened.set_viewport_size(PHONE)
    width = opened.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


def test_what_scrolls_is_reached_by_keyboard(opened: Page) -> None:
    """Who has no mouse gets to every part of the page that scrolls by itself."""
    opened.set_viewport_size(PHONE)
    unreachable = opened.evaluate(
        """() => [...document.querySelectorAll("body *")]
            .filter(e => e.scrollWidth > e.clientWidth + 1
                && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert unreachable == []


def test_paper_is_white_and_complete(opened: Page, tmp_path: Path) -> None:
    """Printed, the page is dark on white, with its headings, and no taller than its content."""
    opened.emulate_media(media="print", color_scheme="dark")
    ground = opened.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    printed = opened.pdf(path=tmp_path / "page.pdf", format="A4")
    assert printed.startswith(b"%PDF")
    assert opened.locator("h1").count() == 1
    assert opened.locator("h1").is_visible()
