"""What becomes of mistakes, defects and interrupts; streams and colours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exam.fakes import FakeJudge
from tests.exam.processes import ROOT

from .conftest import Grader


def test_error_for_people(grader: Grader) -> None:
    """An error is on stderr with its code, what is wrong, and what to type; stdout stays empty."""
    ran = grader("start", "nope")
    assert ran.code == 2
    assert ran.stdout == ""
    assert ran.stderr == (
        "error[scenario-unknown]: there is no scenario 'nope'\n  hint: grader scenarios\n"
    )


def test_error_for_machines(grader: Grader) -> None:
    """With `--json` an error is one document on stdout, and still told on stderr."""
    ran = grader("start", "nope", "--json")
    assert ran.document == {
        "error": {
            "code": "scenario-unknown",
            "what": "there is no scenario 'nope'",
            "where": None,
            "hint": "grader scenarios",
            "detail": None,
        }
    }
    assert "error[scenario-unknown]" in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("nope",),
        ("start",),
        ("start", "deploy-service", "--lang", "de"),
        ("start", "deploy-service", "--seed", "many"),
        ("start", "deploy-service", "--seed", "-1"),
        ("status", "--nope"),
        ("scenarios", "show"),
        ("scenarios", "--scenarios", "/nonexistent"),
        ("report", "x", "--format", "docx"),
        ("bench", "sandbox", "--runs", "0"),
    ],
    ids=" ".join,
)
def test_wrong_use(grader: Grader, words: tuple[str, ...]) -> None:
    """A mistake in the command line is told like every other error, with the help to type."""
    ran = grader(*words)
    assert ran.code == 2
    assert ran.stderr.startswith("error[usage]: ")
    assert "--help" in ran.stderr
    assert grader(*words, "--json").document["error"]["code"] == "usage"


def test_defect(grader: Grader, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect shows no traceback but the file that has it, and exits with 4."""
    monkeypatch.setattr(judge, "find", lambda _folder: 1 // 0)
    ran = grader("scenarios")
    assert ran.code == 4
    assert "Traceback" not in ran.stderr
    assert "error[internal]: the grader has a defect: ZeroDivisionError" in ran.stderr
    log = Path(ran.stderr.partition("where: ")[2].splitlines()[0])
    assert "ZeroDivisionError" in log.read_text()


@pytest.mark.parametrize("by_variable", [False, True])
def test_defect_with_traceback(
    grader: Grader, judge: FakeJudge, monkeypatch: pytest.MonkeyPatch, by_variable: bool
) -> None:
    """Who asks for the traceback, by option or by variable, sees it."""
    monkeypatch.setattr(judge, "find", lambda _folder: 1 // 0)
    if by_variable:
        monkeypatch.setenv("GRADER_TRACEBACK", "1")
    assert "Traceback" in grader(*([] if by_variable else ["--traceback"]), "scenarios").stderr


def test_markup_in_an_error_is_harmless(grader: Grader) -> None:
    """Square brackets in what a person typed are shown as they are."""
    assert "[red]x[/red]" in grader("status", "[red]x[/red]").stderr


def test_help_of_every_command(grader: Grader) -> None:
    """`-h` works as `--help` does, and `grader` alone shows what there is."""
    assert grader("-h").stdout == grader("--help").stdout
    assert "demo" in grader().stdout
    assert grader().code == 0


def test_version(grader: Grader) -> None:
    """`--version` prints name and version."""
    assert grader("--version").stdout.startswith("grader 0.")


def _child(tmp_path: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    driver = f"{sys.executable} -m tests.exam.driver {tmp_path} ''"
    return subprocess.run(
        ["bash", "-c", command.replace("GRADER", driver)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_nobody_reads(tmp_path: Path) -> None:
    """A reader that goes away early (`| head`) leads to no error message."""
    done = _child(tmp_path, "GRADER --help | true; echo ${PIPESTATUS[0]}")
    assert done.stderr == ""
    assert done.stdout.strip() in {"0", "141"}


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}])
def test_no_colour_outside_a_terminal(tmp_path: Path, variable: dict[str, str]) -> None:
    """Output that goes into a file or a pipe has no escape sequences."""
    done = _child(tmp_path, "GRADER start nope; GRADER status", **variable)
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("words", [("--help",), ("status",)])
def test_light(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Commands that judge nothing don't load pytest, Kubernetes, templates or (yet) the database."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from grader.cli.main import run\n"
        "from tests.exam.fakes import fake_surroundings\n"
        f"run({words!r}, fake_surroundings(Path({str(tmp_path)!r})))\n"
        "heavy = {'pytest', 'kubernetes', 'jinja2', 'sqlalchemy', 'yaml', 'pydantic_settings'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.splitlines()[-1] == "[]"
