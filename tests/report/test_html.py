"""The HTML report."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.exam.results.result import Result
from grader.model.audit import AuditFinding
from grader.model.text import Bilingual, Language
from grader.model.verdict import Finding, Verdict
from grader.report.html import html_report
from grader.report.wording import WORDS

from .samples import FAILED, FULL, MIXED, SPLIT, WATCHED

TEMPLATES = Path(__file__).resolve().parents[2] / "reports"
HOSTILE = (
    """</style></title><script>alert(1)</script><img src=x onerror='a()'>" {{ 7*7 }} {% raw %}"""
)


def render(result: Result, language: Language | None = None) -> str:
    """The page."""
    return html_report(result, templates=TEMPLATES, language=language)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "link", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Elements are closed in the order of their opening."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text that people see."""
        if self.open and self.open[-1] != "style":
            self.text += data


@pytest.mark.parametrize(
    "result",
    [FULL, MIXED, FAILED, SPLIT, WATCHED],
    ids=["full", "mixed", "failed", "split", "watched"],
)
@pytest.mark.parametrize("language", Language)
def test_well_formed(result: Result, language: Language) -> None:
    """Every page is well-formed, says its language, and has one heading of the first level."""
    page = Page(render(result, language))
    assert page.open == []
    names = [name for name, _ in page.elements]
    assert names.count("h1") == 1
    assert ("html", {"lang": language.value}) in page.elements
    assert [a["scope"] for name, a in page.elements if name == "th"].count("col") >= 3


def test_complete_in_itself() -> None:
    """The page loads nothing and runs nothing: no link, image, script or address."""
    page = render(MIXED)
    assert not re.search(r"https?://|//\w|url\(|@import|<script|<link|<img|<iframe", page)
    assert "default-src 'none'" in page


@pytest.mark.parametrize("language", Language)
def test_says_all(language: Language) -> None:
    """The page has score, verdict, every check, its points and reasons, phases, digest and version."""
    text = Page(render(FAILED, language)).text
    finding = FAILED.checks[1].finding
    assert finding
    wanted = [
        FAILED.title.in_(language),
        FAILED.candidate,
        FAILED.evidence_digest,
        "podman 4.3.1",
        "3 / 10",
        "0 / 5",
        "2026-11-23 14:57:40 UTC",
        "7 min 28 s / 15 min",
        f"grader {FAILED.grader}",
        finding.expected.in_(language),
        finding.seen.in_(language),
        finding.where,
        "2026-11-23 14:55:01 UTC",
        finding.why.in_(language),
        WORDS["trust_graded"].in_(language),
        *(check.title.in_(language) for check in FAILED.checks),
    ]
    flat = " ".join(text.split())
    for words in wanted:
        assert " ".join(words.split()) in flat


def test_parts_stand_below_their_check() -> None:
    """A split check shows each part with its outcome and points, and a common reason once."""
    text = " ".join(Page(render(SPLIT, Language.ENGLISH)).text.split())
    assert "2 / 5" in text
    for shown in (
        "✓ passed The image · 2 / 2",
        "✗ failed Ready · 0 / 2",
        "✗ failed The pods · 0 / 1",
    ):
        assert shown in text
    assert text.count("Without a second pod the next update interrupts the service.") == 1


def test_practice_is_called_practice() -> None:
    """A result without a name says that it is for learning."""
    assert WORDS["trust_practice"].fr in Page(render(FULL)).text


def test_our_error_is_told_apart() -> None:
    """A check that could not be judged shows its fault and a dash for points, and costs nothing."""
    text = " ".join(Page(render(MIXED)).text.split())
    assert "TimeoutError" in text
    assert "– / 2" in text  # noqa: RUF001 - the dash of points that don't count
    assert WORDS["trouble"].fr in text


def test_told_without_colour() -> None:
    """Each outcome has a word and a sign of its own."""
    text = Page(render(MIXED)).text
    for sign, name in (("✓", "passed"), ("✗", "failed"), ("!", "error")):
        assert re.search(rf"{sign}\s+{WORDS[f'outcome_{name}'].fr}", text)


def test_hostile_text_is_harmless() -> None:
    """Whatever stands in any field is shown as text: no element, attribute or template comes of it."""
    both = Bilingual(HOSTILE, HOSTILE)
    check = replace(
        FAILED.checks[1],
        id=HOSTILE,
        title=both,
        verdict=Verdict.FAILED,
        finding=Finding(both, both, HOSTILE, both),
    )
    fault = replace(MIXED.checks[2], id="other", title=both, fault=HOSTILE)
    hostile = replace(
        MIXED,
        attempt=HOSTILE,
        scenario=HOSTILE,
        title=both,
        candidate=HOSTILE,
        started_at=HOSTILE,
        submitted_at=HOSTILE,
        provider=HOSTILE,
        runs_on={HOSTILE: Bilingual(HOSTILE, HOSTILE)},
        phases={HOSTILE: 1.0},
        evidence_digest=HOSTILE,
        trouble=HOSTILE,
        grader=HOSTILE,
        checks=(check, fault),
    )
    page = Page(render(hostile))
    names = {name for name, _ in page.elements}
    assert not names & {"script", "img", "iframe", "a", "object"}
    assert not [a for _, a in page.elements if any(key.startswith("on") for key in a)]
    assert "{{ 7*7 }}" in page.text
    assert "<script>alert(1)</script>" in page.text


def test_a_french_page_speaks_french() -> None:
    """What the sandbox ran on and why something was not judged are in French; what a machine said is marked as English."""
    ran_elsewhere = replace(MIXED, provider="elsewhere", trouble="no answer")
    page = render(ran_elsewhere)
    assert "podman 4.3.1 est utilisable" in page
    assert "can be used" not in page
    assert "<dd>ailleurs</dd>" in page
    assert "le cluster ou le poste de travail n’a pas répondu" in page  # noqa: RUF001 - as French has it
    assert '<code lang="en">TimeoutError: the API server' in page
    assert '<code lang="en">no answer</code>' in page


def test_it_tells_who_changed_what_and_when() -> None:
    """Each request with its time, its user and its program; one that was refused says so."""
    text = " ".join(Page(render(WATCHED, Language.ENGLISH)).text.split())
    assert "Who changed what, and when" in text
    assert "2026-11-23 14:52:03 UTC" in text
    assert "candidate · kubectl" in text
    assert "patch deployments.apps/scale pivori-production/geolocation" in text
    assert "spec.replicas=1" in text
    assert "delete namespaces kube-system · refused (403)" in text
    assert "2 earlier ones left out" in text
    assert "recorded without a break" in text


def test_the_timeline_tells_when_checks_became_true() -> None:
    """An objective check stands after the requests of its second; a guard, and one that did not pass, does not."""
    assert WATCHED.audit is not None
    at = "2026-11-23T14:55:0{}Z"
    first, last = (
        replace(WATCHED.audit.writes[0], at=at.format(f"{second}.250000"), name=name)
        for second, name in ((1, "before"), (4, "after"))
    )
    passed, failed, guard = (
        replace(
            check,
            title=Bilingual(name, name),
            guard=name == "guarded",
            unchanged_since=at.format(1),
        )
        for check, name in zip(FAILED.checks, ("became", "missed", "guarded"), strict=True)
    )
    result = replace(
        WATCHED,
        checks=(passed, failed, guard),
        audit=replace(WATCHED.audit, writes=(first, last)),
    )
    text = Page(render(result, Language.ENGLISH)).text.partition("Who changed what")[2]
    places = [text.find(word) for word in ("before", "became", "after")]
    assert -1 < places[0] < places[1] < places[2]
    assert text.count("true by then") == 1
    assert "missed" not in text
    assert "guarded" not in text


def test_what_is_missing_of_the_log_is_told_without_a_word_of_points() -> None:
    """A gap stands under how far the result can be trusted; nothing else of the page changes."""
    assert WATCHED.audit is not None
    gap = AuditFinding("gap", "2026-11-23T14:53:00Z", "nothing for 42.0 s", "rien pendant 42,0 s")
    holed = replace(WATCHED, audit=replace(WATCHED.audit, findings=(gap,)))
    text = " ".join(Page(render(holed, Language.FRENCH)).text.split())
    assert "2026-11-23 14:53:00 UTC · un silence · rien pendant 42,0 s" in text
    assert "sans interruption" not in text
    assert "enlève aucun point" in text
    assert "nothing for 42.0 s" in render(holed, Language.ENGLISH)
    broken = AuditFinding("chain-broken", "", "line 7 is missing")
    holed = replace(WATCHED, audit=replace(WATCHED.audit, findings=(broken,)))
    assert "line 7 is missing" in render(holed, Language.FRENCH), (
        "rather in English than not at all"
    )


def test_hostile_names_in_the_log_are_text() -> None:
    """Whatever a request was called, it is shown and not obeyed."""
    assert WATCHED.audit is not None
    write = replace(WATCHED.audit.writes[0], name=HOSTILE, user=HOSTILE, changed=(HOSTILE,))
    page = render(replace(WATCHED, audit=replace(WATCHED.audit, writes=(write,))))
    assert "<script" not in page
    assert "<img" not in page
    assert Page(page).text.count("alert(1)") == 3


def test_a_result_of_before_there_was_a_log_says_so() -> None:
    """No timeline, and a word about it where trust is spoken of."""
    text = Page(render(FAILED, Language.ENGLISH)).text
    assert "Who changed what" not in text
    assert "No audit log goes with this result." in text
