"""The bank of questions, and what is refused of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.exam.theory.bank import load_bank
from grader.exam.theory.gift import gift
from grader.model.errors import Code, GraderError
from grader.model.question import Question, Subject, draw
from grader.model.text import Language
from grader.sandbox.settings import data_folder

OURS = data_folder("exams") / "theory"
BANK = load_bank(OURS)
SINGLE = [question for question in BANK if not question.multiple]


def test_enough_of_each_subject() -> None:
    """There are a hundred questions at least, twenty of each of the guide's subjects."""
    counts = Counter(question.subject for question in BANK)
    assert len(BANK) >= 100
    assert min(counts[subject] for subject in Subject) >= 20


def test_every_paper_has_both_kinds() -> None:
    """Single and multiple choices are on every paper."""
    kinds = {frozenset(q.multiple for q in draw(BANK, seed)) for seed in range(50)}
    assert kinds == {frozenset({True, False})}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("guess", [max, min])
def test_length_gives_nothing_away(language: Language, guess: Callable[[list[int]], int]) -> None:
    """Who always takes the longest option, or always the shortest, gets no more than a third."""
    earned = 0.0
    for question in SINGLE:
        lengths = [len(option.text.in_(language)) for option in question.options]
        taken = [n for n, length in enumerate(lengths) if length == guess(lengths)]
        earned += len(question.right & set(taken)) / len(taken)
    assert earned <= len(SINGLE) / 3


def test_reasons_differ_from_questions() -> None:
    """Each question has a reason of its own."""
    for language in Language:
        reasons = [question.why.in_(language) for question in BANK]
        assert len(set(reasons)) == len(reasons)


QUESTION = """\
  - id: {subject}-{n:02}
    guide: Module 1
    kind: single
    text: {{fr: "Quelle lettre, {n} {subject} ?", en: "Which letter, {n} {subject}?"}}
    why: {{fr: "Parce que c'est ainsi.", en: "Because it is so."}}
    options:
      - {{right: true, both: "a"}}
      - {{both: "b"}}
      - {{both: "c"}}
      - {{both: "d"}}
"""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A bank without mistakes."""
    for subject in Subject:
        questions = "".join(QUESTION.format(subject=subject.value, n=n) for n in range(4))
        text = f"subject: {subject.value}\nquestions:\n{questions}"
        (tmp_path / f"{subject.value}.yaml").write_text(text, encoding="utf-8")
    assert len(load_bank(tmp_path)) == 20
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('{both: "b"}', '{right: true, both: "b"}', "a single choice has one right option, not 2"),
        ('{right: true, both: "a"}', '{both: "a"}', "a single choice has one right option, not 0"),
        ("kind: single", "kind: multiple", "at least two right options"),
        ('{both: "b"}', '{both: "A"}', "two options are the same in fr"),
        ("backup-01", "backup-00", "its id is taken"),
        ("1 backup ?", "0 backup ?", "backup-00 asks the same in fr"),
        ("backup-01", "other-01", "the id must begin with backup-"),
        ('both: "a"', f'both: "{"a" * 30}"', "stands out by its length in fr"),
        ('{both: "b"}', '{fr: "b"}', "an option needs fr and en, or both"),
        ("Module 1", "Module 9", "questions.0.guide"),
        ("why:", "because:", "questions.0.why: Field required"),
        ("subject: backup", "subject: security", "subject: must be backup"),
    ],
)
def test_mistakes(bank: Path, old: str, new: str, said: str) -> None:
    """A question without one clear answer, one that is there twice or that gives itself away is refused, with its line."""
    file = bank / "backup.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(GraderError) as caught:
        load_bank(bank)
    assert caught.value.code is Code.QUESTIONS_INVALID
    assert said in (caught.value.detail or "")
    assert f"{file}:" in (caught.value.detail or "")


def test_a_subject_is_missing(bank: Path) -> None:
    """A bank that lacks a subject's file is refused by the file's name."""
    (bank / "security.yaml").unlink()
    with pytest.raises(GraderError, match="mistake") as caught:
        load_bank(bank)
    assert "security.yaml" in (caught.value.detail or "")


@pytest.mark.parametrize("language", Language)
def test_gift(language: Language) -> None:
    """Every question is written once, with its options, and its own signs are told from GIFT's."""
    written = gift(BANK, language)
    blocks = [block for block in written.strip().split("\n\n") if not block.startswith("$")]
    assert len(blocks) == len(BANK)
    for question, block in zip(BANK, blocks, strict=True):
        assert _read_back(block) == (
            question.text.in_(language),
            [
                (option.text.in_(language), _share(question, n))
                for n, option in enumerate(question.options)
            ],
            question.why.in_(language),
        )


def _share(question: Question, place: int) -> float:
    wrong = len(question.options) - len(question.right)
    if not question.multiple:
        return 100 if place in question.right else 0
    return round(100 / len(question.right) if place in question.right else -100 / wrong, 3)


def _read_back(block: str) -> tuple[str, list[tuple[str, float]], str]:
    """A block as a reader of GIFT takes it: signs count where no backslash stands before them."""
    tokens: list[str] = []
    text = block.split("\n", 1)[1]
    place = 0
    while place < len(text):
        width = 2 if text[place] == "\\" else 1
        tokens.append(text[place : place + width])
        place += width

    def plain(part: list[str]) -> str:
        return "".join(t[1] if len(t) == 2 else t for t in part).strip()

    opened, closed = tokens.index("{"), tokens.index("}")
    head = "".join(tokens[:opened])
    title = head[: head.index("[plain]")]
    asked = plain(tokens[len([*title, *"[plain]"]) : opened])
    body = tokens[opened + 1 : closed]
    cut = "".join(t if len(t) == 1 else "xx" for t in body).index("####")
    widths, why = 0, ""
    for n, token in enumerate(body):
        if widths == cut:
            why = plain(body[n + 4 :])
            body = body[:n]
            break
        widths += len(token)
    starts = [n for n, token in enumerate(body) if token in {"=", "~"}]
    options = []
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(body)
        sign, part = body[start], body[start + 1 : end]
        share = 100.0 if sign == "=" else 0.0
        if part[0] == "%":
            stop = part.index("%", 1)
            share = float("".join(part[1:stop]))
            part = part[stop + 1 :]
        options.append((plain(part), round(share, 3)))
    return asked, options, why
