"""Reads a command line that the documentation shows as the program would, without running it."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

import typer.main

from grader.cli.main import app

_PLACEHOLDER = re.compile(r"[A-Z]+")


def mistake(words: list[str]) -> str:
    """What is wrong with the words after `grader`; "" where nothing is."""
    command: Any = typer.main.get_command(app)
    arguments = 0
    waiting = iter(words)
    for word in waiting:
        below = getattr(command, "commands", None) or {}
        if word.startswith("-") and word != "-":
            option = _option(command, word)
            if option is None:
                return f"{word} is no option of {command.name}"
            if not option.is_flag:
                value = next(waiting, None)
                problem = _value(option, word, value)
                if problem:
                    return problem
        elif word in below:
            command = below[word]
        elif below:
            return f"{word} is no command of {command.name}"
        else:
            arguments += 1
    places = [p.nargs for p in command.params if p.param_type_name == "argument"]
    # -1: as many as one likes.
    most = sum(places) if -1 not in places else arguments
    return f"{command.name} takes {most} arguments, not {arguments}" if arguments > most else ""


def _option(command: Any, word: str) -> Any:
    if word in {"-h", "--help"}:
        return _HELP
    return next((p for p in command.params if word in [*p.opts, *p.secondary_opts]), None)


class _Help:
    is_flag = True


_HELP = _Help()


def _value(option: Any, word: str, value: str | None) -> str:
    if value is None:
        return f"{word} needs a value"
    kind = option.type_descriptor.annotation
    if _PLACEHOLDER.fullmatch(value):
        return ""
    if kind is int and not value.isdigit():
        return f"{word} {value}: not a number"
    if isinstance(kind, type) and issubclass(kind, Enum):
        allowed = {str(choice.value) for choice in kind}
        return "" if value in allowed else f"{word} {value}: not one of {sorted(allowed)}"
    return ""
