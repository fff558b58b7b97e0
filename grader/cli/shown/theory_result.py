"""What a theory paper came to, on the terminal and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.cli.shown.theory_words import minutes_text, say
from grader.model.decimal_text import decimal_text
from grader.model.question import SUBJECT_TITLES
from grader.model.theory import PASS_PERCENT

if TYPE_CHECKING:
    from rich.console import RenderableType

    from grader.model.paper import Paper
    from grader.model.question import Question
    from grader.model.text import Language


def paper_document(paper: Paper) -> dict[str, Any]:
    """A paper as JSON data; points are exact fractions, such as "2/3"."""
    score = paper.score
    return {
        "paper": paper.id,
        "candidate": paper.candidate,
        "language": paper.language.value,
        "seed": paper.seed,
        "state": paper.state.value,
        "created_at": paper.created_at,
        "closed_at": paper.closed_at,
        "used_s": round(paper.stopwatch.used_s, 3),
        "limit_s": paper.limit_s,
        "points": str(score.points),
        "max_points": len(paper.questions),
        "percent": str(score.percent),
        "pass_percent": PASS_PERCENT,
        "passed": score.passed,
        "subjects": {
            subject.value: {"points": str(points), "max_points": most}
            for subject, (points, most) in score.by_subject.items()
        },
        "questions": [
            {
                "id": question.id,
                "guide": question.guide,
                "chosen": [
                    question.options[n].text.in_(paper.language) for n in _chosen(paper, question)
                ],
                "right": [
                    question.options[n].text.in_(paper.language) for n in sorted(question.right)
                ],
                "points": str(points),
            }
            for question, points in zip(paper.questions, score.earned, strict=True)
        ],
    }


def paper_view(paper: Paper, language: Language, *, explain: bool) -> RenderableType:
    """The points by subject and, where asked for, each answer that was not right with its reason."""
    from rich.console import Group  # noqa: PLC0415 - rich takes a tenth of a second
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    score = paper.score
    table = Table.grid(padding=(0, 2))
    for subject, (points, most) in score.by_subject.items():
        share = round(20 * points / most) if most else 0
        bar = Text("█" * share, style="cyan").append("░" * (20 - share), style="dim")
        table.add_row(
            SUBJECT_TITLES[subject].in_(language), bar, f"{decimal_text(points)} / {most}"
        )
    verdict = "passed" if score.passed else "failed"
    style = "bold green" if score.passed else "bold red"
    whole = Text.assemble(
        (f"{'✓' if score.passed else '✗'} {say(verdict, language)}", style),
        f"  {decimal_text(score.points)} / {len(paper.questions)} ({decimal_text(score.percent)} %)"
        f"  {say('mark', language)} {PASS_PERCENT} %  ⏱ {minutes_text(paper.stopwatch.used_s)}",
    )
    reasons = [
        _reason(paper, question, n, language)
        for n, (question, points) in enumerate(zip(paper.questions, score.earned, strict=True), 1)
        if points < 1
    ]
    return Group(*(reasons if explain else []), "", table, "", whole)


def _reason(paper: Paper, question: Question, n: int, language: Language) -> RenderableType:
    from rich.text import Text  # noqa: PLC0415 - as above

    def options(places: tuple[int, ...]) -> str:
        texts = [question.options[place].text.in_(language) for place in places]
        return " ; ".join(texts) or say("nothing", language)

    return Text.assemble(
        (f"\n{n}. {question.text.in_(language)}\n", "bold"),
        f"   {say('yours', language)} : {options(_chosen(paper, question))}\n",
        (f"   {say('right', language)} : {options(tuple(sorted(question.right)))}\n", "green"),
        (f"   {question.why.in_(language)} ({say('guide', language)} : {question.guide})", "dim"),
    )


def _chosen(paper: Paper, question: Question) -> tuple[int, ...]:
    return tuple(sorted(paper.answers.get(question.id, ())))
