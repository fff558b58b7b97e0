"""The reference pages of the documentation, made from the program itself: `python -m grader.cli.reference docs/reference`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer.main

from grader.model.errors import Code, ExitCode

_EXIT_CODES = {
    ExitCode.PASSED: "done and passed",
    ExitCode.NOT_PASSED: "done and not passed",
    ExitCode.WRONG_USE: "wrong use",
    ExitCode.ENVIRONMENT: "the environment lacks something",
    ExitCode.OUR_FAULT: "our fault",
    ExitCode.INTERRUPTED: "interrupted",
}


def pages() -> dict[str, str]:
    """Every page's text by its file name."""
    from grader.cli.checks_reference import checks_page  # noqa: PLC0415 - as above
    from grader.judging.authoring.json_schema import (  # noqa: PLC0415 - pydantic is slow to import
        exam_schema_text,
        schema_text,
    )
    from grader.report.proof_json import proof_schema  # noqa: PLC0415 - as above
    from grader.report.result_schema import result_schema  # noqa: PLC0415 - as above

    return {
        "checks.md": checks_page(),
        "commands.md": commands_page(),
        "errors.md": errors_page(),
        "scenario.schema.json": schema_text(),
        "exam.schema.json": exam_schema_text(),
        "proof.schema.json": json.dumps(proof_schema(), ensure_ascii=False, indent=2) + "\n",
        "result.schema.json": json.dumps(result_schema(), ensure_ascii=False, indent=2) + "\n",
    }


def commands_page() -> str:
    """Every command with its arguments and options."""
    from grader.cli.main import app  # noqa: PLC0415 - main imports what this page describes

    lines = ["# Commands", "", "Made by `python -m grader.cli.reference`; do not edit.", ""]
    for path, command in walk(typer.main.get_command(app), "grader"):
        lines += _command_lines(path, command)
    return "\n".join(lines).rstrip() + "\n"


def errors_page() -> str:
    """Every error code, what it means and the exit code that it leads to."""
    lines = ["# Errors", "", "Made by `python -m grader.cli.reference`; do not edit.", ""]
    lines += ["## Exit codes", "", "| code | meaning |", "|---:|---|"]
    lines += [f"| {int(code)} | {meaning} |" for code, meaning in _EXIT_CODES.items()]
    lines += ["", "## Error codes", ""]
    lines += ["Shown as `error[code]: ...`, and as `error.code` with `--json`.", ""]
    lines += ["| code | exit code | meaning |", "|---|---:|---|"]
    lines += [f"| `{code.slug}` | {int(code.exit_code)} | {code.meaning} |" for code in Code]
    return "\n".join(lines) + "\n"


def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A command and all those below it, each with the words that call it."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, f"{path} {name}")


def _command_lines(path: str, command: Any) -> list[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    names = [_argument_name(argument) for argument in arguments]
    words = [path, *(["[OPTIONS]"] if options else []), *names]
    if getattr(command, "commands", None):
        words.append("COMMAND")
    lines = [f"## {path}", "", (command.help or "").strip(), "", "```", " ".join(words), "```", ""]
    lines += [f"- `{name}`: {a.help}" for name, a in zip(names, arguments, strict=True)]
    lines += [f"- `{_option_name(option)}`: {_option_help(option)}" for option in options]
    return [*lines, ""]


def _argument_name(argument: Any) -> str:
    name = str(argument.metavar or argument.name.upper())
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _option_name(option: Any) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    if option.is_flag:
        return names
    kind = option.type_descriptor.annotation
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"{names} {'|'.join(str(choice.value) for choice in kind)}"
    return f"{names} {option.metavar or ('N' if kind is int else 'TEXT')}"


def _option_help(option: Any) -> str:
    text = str(option.help or "")
    default = getattr(option.default, "value", option.default)
    if not option.is_flag and option.show_default is not False and default not in {None, ""}:
        text += f" Default: `{default}`."
    if option.envvar:
        text += f" Also by `{option.envvar}`."
    return text


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, content in pages().items():
        (folder / file_name).write_text(content, encoding="utf-8")
