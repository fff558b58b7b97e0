"""Running a program to its end."""

from __future__ import annotations

import errno
import io
import os
import subprocess
from pathlib import Path

import pytest

from grader.model.errors import Code, GraderError
from grader.sandbox import process
from grader.sandbox.process import Commands, Output


def _sh(script: str, commands: Commands | None = None, **options: object) -> Output:
    return (commands or Commands()).run(["/bin/sh", "-c", script], **options)  # type: ignore[arg-type]


def test_exit_code_and_both_outputs_come_back() -> None:
    """A program's exit code, standard output and standard error are told apart."""
    output = _sh("echo out; echo err >&2; exit 3")
    assert (output.exit_code, output.text, output.stderr) == (3, "out\n", "err")


def test_command_can_be_pasted() -> None:
    """The recorded command is quoted so that it can be pasted into a shell."""
    output = Commands().run(["/bin/echo", "two words", Path("/a b")])
    assert output.command == "/bin/echo 'two words' '/a b'"


def test_a_signal_is_a_negative_exit_code() -> None:
    """A program that a signal ended shows it as a negative exit code."""
    assert _sh("kill -9 $$").exit_code == -9


@pytest.mark.parametrize("given", [b"given", io.BytesIO(b"given")])
def test_input_is_fed(given: bytes | io.BytesIO, tmp_path: Path) -> None:
    """Bytes and open files alike become the program's input."""
    if isinstance(given, io.BytesIO):
        path = tmp_path / "input"
        path.write_bytes(given.getvalue())
        with path.open("rb") as stream:
            assert _sh("cat", stdin=stream).stdout == b"given"
    else:
        assert _sh("cat", stdin=given).stdout == b"given"


def test_no_input_is_an_empty_one() -> None:
    """A program that reads without being given input sees its end at once, not the terminal."""
    assert _sh("cat").stdout == b""


def test_much_input_and_much_output_do_not_block_each_other() -> None:
    """A program that answers before it has read everything does not make both sides wait."""
    big = b"x" * 1_000_000
    output = _sh("cat; cat >&2 <<END\nend\nEND", stdin=big, timeout_s=30)
    assert (output.stdout, output.stderr) == (big, "end")


def test_input_that_nobody_reads_is_no_error() -> None:
    """A program that ends without reading its input has its own exit code."""
    assert _sh("exit 5", stdin=b"x" * 1_000_000).exit_code == 5


def test_lines_are_told_as_they_come() -> None:
    """Progress arrives while the program runs: it goes on only when it sees that its line was heard."""
    heard: list[str] = []
    reading, writing = os.pipe()

    def answer(line: str) -> None:
        heard.append(line)
        os.write(writing, b"go\n")

    try:
        with os.fdopen(reading, "rb") as stream:
            output = _sh(
                "echo one >&2; read answer; echo $answer",
                stdin=stream,
                on_line=answer,
                timeout_s=30,
            )
    finally:
        os.close(writing)
    assert heard == ["one"]
    assert output.text == "go\n"


def test_time_that_is_over_is_exit_code_124() -> None:
    """A program that takes too long is ended, and that is a failure that says so."""
    output = _sh("echo begun; exec tail -f /dev/null", timeout_s=0.2)
    assert output.exit_code == 124
    assert output.text == "begun\n"
    assert "ended after 0.2 s" in output.stderr


def test_environments_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program sees this process's variables, its operation's, and its own, the last one winning."""
    monkeypatch.setenv("ONE", "1")
    monkeypatch.setenv("TWO", "1")
    commands = Commands({"TWO": "2", "THREE": "2"})
    output = _sh("echo $ONE $TWO $THREE", commands, environment={"THREE": "3"})
    assert output.text == "1 2 3\n"


def test_working_folder(tmp_path: Path) -> None:
    """A program works in the folder that it is given."""
    assert _sh("pwd -P", cwd=tmp_path).text.strip() == str(tmp_path.resolve())


@pytest.mark.parametrize("kind", ["missing", "forbidden", "foreign"])
def test_program_that_cannot_be_started(kind: str, tmp_path: Path) -> None:
    """A program that is not there, may not run, or is for another machine is a clear error."""
    path = tmp_path / "program"
    if kind != "missing":
        path.write_bytes(b"\x00\x01\x02")
        path.chmod(0o755 if kind == "foreign" else 0o644)
    with pytest.raises(GraderError) as caught:
        Commands().run([path, "argument"])
    assert caught.value.code is Code.TOOL_MISSING
    assert caught.value.where == f"{path} argument"


def test_exhausted_handles_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no handle left for a program's pipes, the error says which limit it is."""

    def refuse(*_words: object, **_options: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(GraderError) as caught:
        _sh("true")
    assert caught.value.code is Code.INOTIFY_EXHAUSTED


def test_checked_returns_a_success() -> None:
    """Checking a program that succeeded gives its output back."""
    assert _sh("echo fine").checked().text == "fine\n"


def test_checked_failure_shows_command_and_last_words() -> None:
    """The error of a failed program has its code, the hint, the command, and the end of what it said."""
    output = _sh("seq 40 >&2; exit 2")
    with pytest.raises(GraderError) as caught:
        output.checked(Code.SANDBOX_BROKEN, hint="try this")
    error = caught.value
    assert (error.code, error.hint, error.where) == (
        Code.SANDBOX_BROKEN,
        "try this",
        output.command,
    )
    assert error.what == "a command failed with exit code 2"
    assert (error.detail or "").splitlines() == [str(number) for number in range(26, 41)]


def test_last_words_on_standard_output_count_where_there_are_no_others() -> None:
    """A program that tells its story on standard output is not left without a word."""
    with pytest.raises(GraderError) as caught:
        _sh("echo story; exit 1").checked()
    assert caught.value.detail == "story"


def test_detached_program_writes_into_its_log_and_is_ended(tmp_path: Path) -> None:
    """A program started aside has its output in a file, and is gone once it was ended."""
    log = tmp_path / "log"
    started = process.detached(["/bin/sh", "-c", "echo $WORD; exit 0"], {"WORD": "aside"}, log)
    started.wait(10)
    process.end(started)
    assert log.read_text(encoding="utf-8") == "aside\n"
    still = process.detached(["tail", "-f", "/dev/null"], {}, log)
    process.end(still)
    assert still.returncode == -15


def test_interactive_gives_the_exit_code_back() -> None:
    """The candidate's shell leaves with its own exit code."""
    assert process.interactive(["/bin/sh", "-c", "exit $CODE"], {"CODE": "7"}) == 7
