"""What a stored answer declares in its head: the checks that must fail and the points it must get.

#!/usr/bin/env bash
# Deploys without the production values.
# expects: failed=pods-ready,production-values points=75
"""

from __future__ import annotations

import re
from pathlib import Path

from grader.judging.authoring.mistakes import Mistakes
from grader.model.scenario import Answer, Expectation

_NAME = re.compile(r"(right|wrong)-[a-z0-9]+(-[a-z0-9]+)*")
_CHECK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINE = re.compile(r"#\s*expects:\s*(.*)")
_ALLOWED = "# expects: failed=<check>,<check> points=<whole number>"


def read_answers(folder: Path, mistakes: Mistakes) -> tuple[Answer, ...]:
    """The answers in a folder, right ones first; at least one must be right."""
    files = sorted(folder.glob("*.sh"))
    answers = [answer for file in files if (answer := _read(file, mistakes))]
    if not any(answer.right for answer in answers):
        mistakes.add(folder, "no right-*.sh, allowed: at least one right answer")
    return tuple(sorted(answers, key=lambda answer: (not answer.right, answer.name)))


def _read(file: Path, mistakes: Mistakes) -> Answer | None:
    if not _NAME.fullmatch(file.stem):
        mistakes.add(file, f"{file.name}, allowed: right-<words>.sh or wrong-<words>.sh")
        return None
    right = file.stem.startswith("right-")
    declared = [
        (number, found[1])
        for number, line in enumerate(_head(file), start=1)
        if (found := _LINE.fullmatch(line.rstrip()))
    ]
    if right:
        for number, _ in declared:
            mistakes.add(file, "a right answer expects full points and says nothing", line=number)
        return Answer(file.stem, file, right=True, expects=Expectation())
    if len(declared) != 1:
        text = f"{len(declared)} lines `# expects:` in the head, allowed: one, as {_ALLOWED}"
        mistakes.add(file, text)
        return None
    expects = _expectation(file, *declared[0], mistakes)
    return Answer(file.stem, file, right=False, expects=expects) if expects else None


def _head(file: Path) -> list[str]:
    """The comment lines before the first command."""
    lines: list[str] = []
    for line in file.read_text(errors="replace").splitlines():
        if line.strip() and not line.startswith("#"):
            break
        lines.append(line)
    return lines


def _expectation(file: Path, line: int, text: str, mistakes: Mistakes) -> Expectation | None:
    failed: list[str] = []
    points: int | None = None
    for word in text.split():
        key, _, value = word.partition("=")
        if key == "failed" and all(_CHECK.fullmatch(name) for name in value.split(",")):
            failed += value.split(",")
        elif key == "points" and value.isascii() and value.isdigit():
            points = int(value)
        else:
            mistakes.add(file, f"{word}, allowed: {_ALLOWED}", line=line)
            return None
    if not failed:
        mistakes.add(file, f"a wrong answer must fail a check, allowed: {_ALLOWED}", line=line)
        return None
    return Expectation(frozenset(failed), points)
