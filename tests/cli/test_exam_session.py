"""A session, from the command line."""

# ruff: noqa: RUF001 - typographic apostrophes, as French has them

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.cli.shell_clock import ClockWatch
from grader.cli.shown.seat_view import clock_line
from grader.exam.sessions.control import extend_seat, pause_seat, resume_seat
from grader.exam.sessions.paper import take_paper
from grader.exam.sessions.step import take
from grader.exam.sessions.take import begin_next
from grader.exam.surroundings import Surroundings
from grader.model.phase import PhaseLog
from grader.model.session_steps import halt
from grader.model.text import Language
from tests.exam.fakes import FakeJudge, FakeProvider
from tests.exam.sessions.held import CANDIDATES, Held, exam_surroundings

from .conftest import Grader


@pytest.fixture
def around(tmp_path: Path, provider: FakeProvider, judge: FakeJudge) -> Surroundings:
    """Surroundings with an exam of two tasks."""
    return exam_surroundings(tmp_path, provider, judge)


@pytest.fixture
def exams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The words that start the session."""
    monkeypatch.delenv("GRADER_EXAM", raising=False)
    names = [word for name in CANDIDATES for word in ("--candidate", name)]
    return ("exam", "start", "short", *names, "--exams", str(tmp_path / "exams"), "--lang", "en")


def _codes(started: dict[str, Any]) -> tuple[str, str]:
    one, two = (seat["code"] for seat in started["seats"])
    return one, two


def test_whole_session(grader: Grader, exams: tuple[str, ...], tmp_path: Path) -> None:
    """A session from its start to the exported results of both candidates, each with what they reached."""
    started = grader(*exams, "--json").document
    one, two = _codes(started)
    joined = grader("exam", "join", one, "--json").document
    assert joined["exam"]["task"] == 1
    assert grader("task", "--json").document["attempt"] == joined["attempt"]
    first = grader("submit", "--json")
    assert "grader theory" not in grader("submit").stderr
    assert (first.code, first.document["exam"]["tasks"][0]["state"]) == (1, "judged")
    assert grader("next", "--json").document["exam"]["task"] == 2
    assert grader("task", two, "--json").document["error"]["code"] == "session-state"
    ended = grader("exam", "finish", started["session"], "--json")
    assert ended.code == 1
    assert {r["outcome"] for r in ended.document["results"]} == {"failed"}
    out = tmp_path / "out"
    exported = grader("exam", "export", started["session"], "-o", str(out), "--json").document
    for result in exported["results"]:
        files = result["files"]
        assert files["certificate"] is None
        verified = grader("verify", files["result"], "--key", files["key"], "--json")
        assert verified.code == 0
        trail = json.loads(Path(files["session"]).read_text(encoding="utf-8"))["trail"]
        assert {entry["seat"] for entry in trail} == {result["code"]}
    assert grader("exam", "list", "--json").document == {"sessions": []}
    assert len(grader("exam", "list", "--all", "--json").document["sessions"]) == 1


def test_what_people_read(grader: Grader, exams: tuple[str, ...]) -> None:
    """Examiner and candidate read who, what, how much time is left, and what to type next."""
    said = grader(*exams)
    for name in CANDIDATES:
        assert name in said.stdout
    code = said.stdout.split()[said.stdout.split().index("TIME") + 1]
    said = grader("exam", "join", code)
    assert "Task 1 of 2: Deploy the service" in said.stdout
    assert "Time left: 9:" in said.stdout or "Time left: 10:00" in said.stdout
    assert "grader submit" in said.stderr
    said = grader("exam", "status")
    assert "1/2 deploy-service" in said.stdout
    said = grader("exam", "pause", code, "--reason", "fire")
    assert "paused" in said.stdout
    assert "Open shells stay open" in said.stderr
    said = grader("task")
    assert "Pause: the clock stands, no time is lost. Your shell stays open" in said.stdout
    refused = grader("shell")
    assert refused.code == 2
    assert f"grader exam resume {code}" in refused.stderr
    assert grader("exam", "resume", code).code == 0
    assert "5 min more" in grader("exam", "extend", code, "5").stdout
    assert "/2 deploy-service" in (shown := grader("exam", "status", code).stdout)
    assert "14:" in shown or "13:" in shown


def test_a_french_candidate_reads_french(grader: Grader, exams: tuple[str, ...]) -> None:
    """Joining, beginning, working and handing in: each says in the seat's language what to type next."""
    one, _ = _codes(grader(*exams[:-2], "--json").document)
    assert "ensuite :  grader next" in grader("exam", "join", one, "--later").stderr
    for command in ("next", "task", "shell", "submit"):
        assert "ensuite :  grader" in grader(command).stderr, command


def test_extend_theory(grader: Grader, exams: tuple[str, ...], around: Surroundings) -> None:
    """Extra time for the theory paper is for everybody who has not handed it in, and is shown before it is begun."""
    started = grader(*exams, "--json").document
    one, two = _codes(started)
    take_paper(around, one).hand_in()
    said = grader("exam", "extend", started["session"], "10", "--theory")
    assert said.stdout == f"{two}  Ada Lovelace: 10 min more for the theory paper\n"
    assert "– +10 min" in grader("exam", "status", two).stdout
    seats = grader("exam", "status", "--json").document["seats"]
    assert [seat["theory_extra_s"] for seat in seats] == [0, 600]
    assert grader("exam", "extend", one, "10", "--theory").code == 2
    both = grader("exam", "extend", two, "1", "--theory", "--every-task", "--json")
    assert both.document["error"]["code"] == "usage"


def test_join_later(grader: Grader, exams: tuple[str, ...]) -> None:
    """Who joins to begin later has used no time; the next command begins the first task."""
    one, _ = _codes(grader(*exams, "--json").document)
    said = grader("exam", "join", one, "--later")
    assert "Zoé Lefèvre, this terminal has joined the exam" in said.stdout
    assert "grader next" in said.stderr
    assert grader("task").code == 2
    assert "Task 1 of 2" in grader("next").stdout
    again = grader("exam", "join", one)
    assert again.code == 0
    assert "Time left" in again.stdout


def test_next_without_an_exam(grader: Grader, exams: tuple[str, ...]) -> None:
    """A terminal that has joined no exam is told how to, and so is one with a wrong code."""
    grader(*exams)
    for words in (("next",), ("exam", "join", "nobody"), ("exam", "status", "nobody")):
        ran = grader(*words, "--json")
        assert (ran.code, ran.document["error"]["code"]) == (2, "session-unknown")
        assert ran.document["error"]["hint"]
    assert "ce terminal n’a rejoint aucun examen" in grader("next").stderr
    assert "il n’y a pas d’examen avec le code 'nobody'" in grader("exam", "join", "nobody").stderr


def test_memory_short(
    grader: Grader, exams: tuple[str, ...], around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too little memory is told before anything is started, with what to do."""
    poor = replace(around, free_mib=lambda: 1600)
    monkeypatch.setattr("grader.cli.invocation.Invocation.surroundings", lambda *_: poor)
    ran = grader(*exams, "--json")
    assert (ran.code, ran.document["error"]["code"]) == (3, "memory-short")


def test_warnings_in_the_shell(tmp_path: Path) -> None:
    """In the open shell a candidate is warned, told of a pause and of extra time, and of the end; in French where that is read."""
    held = Held(tmp_path)
    seat = begin_next(held.around, held.code, PhaseLog())
    told: list[str] = []
    watch = ClockWatch(held.around, seat, told.append)
    held.hands.on(301)
    assert watch.look()
    pause_seat(held.around, held.code, "", PhaseLog())
    watch.look()
    resume_seat(held.around, held.code, PhaseLog())
    watch.look()
    extend_seat(held.around, held.code, 1, "")
    watch.look()
    held.hands.on(359)
    assert not watch.look()
    assert told == [
        "Il reste 5 min pour cette tâche.",
        (
            "Pause : l’horloge est arrêtée, aucun temps n’est perdu. Votre terminal reste ouvert, mais n’y travaillez pas "
            "avant la reprise : ce qui change dans le cluster pendant la pause est journalisé."
        ),
        "L’horloge repart : il reste 4:59.",
        "L’examinateur vous a donné du temps : il reste 5:59.",
        "Le temps est écoulé : le travail est corrigé tel qu’il est.",
    ]


def test_fault_in_the_shell(tmp_path: Path) -> None:
    """Where the clock stands by our fault, the open shell and `grader task` say whose it is, and to wait."""
    held = Held(tmp_path)
    told: list[str] = []
    watch = ClockWatch(held.around, begin_next(held.around, held.code, PhaseLog()), told.append)
    moment = held.hands()
    seat = take(held.around, held.code, lambda s: halt(s, moment, moment))
    watch.look()
    assert told == [clock_line(seat, moment, Language.FRENCH)]
    assert told[0].startswith("Panne de notre côté : l’horloge est arrêtée")
    assert clock_line(seat, moment, Language.ENGLISH).startswith("Our fault: the clock stands")
