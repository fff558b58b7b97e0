"""The commands of an attempt, from its beginning to its end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli.shown.phase_words import FRENCH
from grader.exam.attempts.opening import open_attempt
from grader.exam.surroundings import Surroundings
from grader.model.text import Bilingual
from tests.exam.fakes import WORK, FakeJudge, FakeProvider

from .conftest import Grader


def _work(around: Surroundings, attempt: str) -> None:
    open_attempt(around, attempt).sandbox.workstation.write("work", WORK.encode())


def test_start_shows_phases_and_what_to_type(grader: Grader) -> None:
    """`start` tells each phase with its time, the total, the attempt's name, and what to type next."""
    ran = grader("start", "deploy-service", "--lang", "en")
    assert ran.code == 0
    name = ran.stdout.split()[1]
    assert ran.stdout == f"attempt {name} is ready\n"
    for phase in (*FakeProvider.PHASES, "baseline"):
        assert f"✓ {phase}  0." in ran.stderr
    assert "\ntotal " in ran.stderr
    assert f"next:  grader task {name}" in ran.stderr


def test_start_of_practice_in_french(grader: Grader) -> None:
    """Who practises reads all of it in the language of the task."""
    ran = grader("start", "deploy-service")
    name = ran.stdout.split()[2]
    assert ran.stdout == f"la tentative {name} est prête\n"
    assert f"✓ {FRENCH['network']}  0," in ran.stderr
    assert f"ensuite :  grader task {name}" in ran.stderr


def test_start_for_a_candidate(grader: Grader) -> None:
    """An examiner, who begins graded work, reads English, whatever the candidate reads."""
    ran = grader("start", "deploy-service", "--candidate", "Zoé", "--lang", "fr")
    assert ran.stdout.endswith(" is ready\n")
    assert "✓ network  0." in ran.stderr


def test_start_json(grader: Grader) -> None:
    """`start --json` has the attempt, and each phase's seconds."""
    document = grader(
        "start", "deploy-service", "--candidate", "Zoé", "--lang", "en", "--seed", "9", "--json"
    ).document
    attempt = document["attempt"]
    assert (attempt["candidate"], attempt["language"], attempt["seed"]) == ("Zoé", "en", 9)
    assert (attempt["state"], attempt["provider"]) == ("ready", "fake")
    assert [p["name"] for p in document["phases"]] == ["network", "cluster", "services", "baseline"]
    assert document["total_s"] >= 0


def test_start_of_an_unknown_provider(grader: Grader) -> None:
    """A provider that there is not is refused with what there is."""
    ran = grader("start", "deploy-service", "--provider", "mainframe")
    assert ran.code == 2
    assert "mainframe" in ran.stderr


def test_other_scenarios_are_found_again(grader: Grader, tmp_path: Path) -> None:
    """An attempt at a scenario of another folder finds it there ever after."""
    other = tmp_path / "mine"
    other.mkdir()
    grader("start", "deploy-service", "--scenarios", str(other))
    assert grader("task").code == 0
    assert grader("submit", "--json").document["max_points"] == 10


@pytest.mark.parametrize(("words", "asked"), [((), "Déployez"), (("--lang", "en"), "Deploy it")])
def test_task(grader: Grader, attempt: str, words: tuple[str, ...], asked: str) -> None:
    """`task` shows the statement in the attempt's language, or in the one asked for."""
    assert asked in grader("task", *words).stdout
    assert asked in grader("task", attempt, "--json", *words).document["statement"]


@pytest.mark.usefixtures("attempt")
def test_task_cuts_nothing(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a narrow terminal a long path is folded, never cut short."""
    monkeypatch.setenv("COLUMNS", "60")
    shown = grader("task").stdout
    assert "…" not in shown
    assert "values-production.yaml"[-8:] in shown


def test_shell_gives_its_exit_code(grader: Grader, attempt: str) -> None:
    """`shell` ends with the shell's own exit code, and says how to go on."""
    ran = grader("shell")
    assert ran.code == 7
    assert f"grader submit {attempt}" in ran.stderr


def test_check_says_why(grader: Grader, attempt: str) -> None:
    """`check` shows each check with its points, and of those that fail expected, seen, where and why."""
    ran = grader("check", "--lang", "en")
    assert ran.code == 1
    for words in ("✗ The pods are ready", "0 / 8", "2 pods ready", "no pod", "nobody answers"):
        assert words in ran.stdout
    assert "Deployment pivori-production/geolocation" in ran.stdout
    assert f"grader shell {attempt}" in ran.stderr


def test_check_speaks_the_attempt_s_language(grader: Grader, attempt: str) -> None:
    """Without `--lang` the result is in the language that the attempt was started in."""
    assert "Attendu" in grader("check", attempt).stdout


def test_around_the_result_too(grader: Grader, attempt: str) -> None:
    """Phases and what to type next are in the candidate's language, French without a word of English."""
    ran = grader("check", attempt)
    assert "✓ correction  0," in ran.stderr
    assert f"ensuite :  grader shell {attempt}" in ran.stderr
    ran = grader("check", attempt, "--lang", "en")
    assert "✓ judging  0." in ran.stderr
    assert f"next:  grader shell {attempt}" in ran.stderr


@pytest.mark.parametrize("command", ["task", "shell", "submit"])
def test_what_to_type_next(grader: Grader, attempt: str, command: str) -> None:
    """Every command of a candidate says what to type next in the candidate's language."""
    assert "ensuite :  grader" in grader(command, attempt).stderr


def test_check_json(grader: Grader, around: Surroundings, attempt: str) -> None:
    """`check --json` says that it is practice, and exits with 0 for work that passes."""
    _work(around, attempt)
    ran = grader("check", "--json")
    assert ran.code == 0
    assert ran.document["practice"] is True
    assert ran.document["passed"] is True


def test_check_of_a_graded_attempt(grader: Grader) -> None:
    """`check` is refused for a graded attempt, in the candidate's language."""
    grader("start", "deploy-service", "--candidate", "Zoé")
    ran = grader("check")
    assert ran.code == 2
    assert "erreur[attempt-state] : " in ran.stderr
    assert "est notée, pour Zoé : elle est corrigée à sa remise, pas avant" in ran.stderr
    assert "à faire : remettez-la avec : grader submit" in ran.stderr


def test_submit(grader: Grader, around: Surroundings, attempt: str) -> None:
    """`submit` of right work shows full points, writes the report, and exits with 0."""
    _work(around, attempt)
    ran = grader("submit")
    assert ran.code == 0
    assert "✓ Réussi  10 / 10 points" in ran.stdout
    report = Path(ran.stdout.rpartition("rapport : ")[2].strip())
    assert "Réussi" in report.read_text()
    assert f"grader stop {attempt}" in ran.stderr


@pytest.mark.usefixtures("attempt")
def test_submit_untouched(grader: Grader) -> None:
    """`submit` of an untouched sandbox earns nothing and exits with 1."""
    ran = grader("submit", "--json")
    assert ran.code == 1
    assert (ran.document["points"], ran.document["verdict"]) == (0, "failed")


@pytest.mark.usefixtures("attempt")
def test_submit_again(grader: Grader) -> None:
    """A second `submit` shows the first result and says so."""
    first = grader("submit", "--json").document
    second = grader("submit", "--json")
    assert second.code == 1
    assert "a déjà été remise" in second.stderr
    assert (first["first"], second.document["first"]) == (True, False)
    assert first["submitted_at"] == second.document["submitted_at"]


def test_submit_with_our_error(grader: Grader, judge: FakeJudge, attempt: str) -> None:
    """An error of ours exits with 4, says so, shows what failed, and offers to submit again."""
    judge.error = True
    ran = grader("submit", "--lang", "en")
    assert ran.code == 4
    assert "! To be reviewed" in ran.stdout
    assert "TimeoutError: no answer" in ran.stdout
    assert "– / 8" in ran.stdout  # noqa: RUF001 - the dash of points that don't count
    assert f"grader submit {attempt}" in ran.stderr


def test_status_of_one(grader: Grader, attempt: str) -> None:
    """`status ATTEMPT` shows everything, with every change of its state."""
    ran = grader("status", attempt)
    assert "container " in ran.stdout
    for state in ("démarrage", "prête"):
        assert state in ran.stdout
    document = grader("status", attempt, "--json").document
    assert [change["to"] for change in document["changes"]] == ["starting", "ready"]
    assert document["condition"] == "ready"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("ÉTAT", "prête", "entraînement", "DÉBUT (UTC)")),
        ("en", ("STATE", "ready", "practice", "BEGAN (UTC)")),
    ],
)
def test_status_speaks_the_candidates_language(
    grader: Grader, language: str, words: tuple[str, ...]
) -> None:
    """The list is in the language of the attempts, where all have the same; else in English, or as asked for."""
    grader("start", "deploy-service", "--lang", language)
    ran = grader("status")
    assert [word for word in words if word not in ran.stdout] == []
    grader("start", "deploy-service", "--lang", "en" if language == "fr" else "fr")
    assert "STATE" in grader("status").stdout
    assert "ÉTAT" in grader("status", "--lang", "fr").stdout


def test_status_of_what_is_lost(grader: Grader, attempt: str, tmp_path: Path) -> None:
    """An attempt whose sandbox is gone is named with what is left of it, in its candidate's language."""
    world = tmp_path / "world" / attempt
    (world / "down-cluster").touch()
    assert f"container {attempt}-cluster (ne tourne pas)" in grader("status", attempt).stdout
    assert "(does not run)" in grader("status", attempt, "--lang", "en").stdout
    for file in world.iterdir():
        file.unlink()
    ran = grader("status")
    assert "disparue" in ran.stdout
    assert f"{attempt} (disparue) ; il en reste sur cette machine :\n  rien" in ran.stderr


def test_status_of_what_is_to_be_known(
    grader: Grader, attempt: str, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note on a sandbox that works is read in the candidate's language, and in English by programs."""
    there = replace(
        provider.remains(attempt, Path()), notes=(Bilingual("à savoir", "to be known"),)
    )
    monkeypatch.setattr(FakeProvider, "remains", lambda *_: there)
    assert f"{attempt} : à savoir" in grader("status").stderr
    assert "remarque" in (shown := grader("status", attempt).stdout)
    assert "à savoir" in shown
    assert grader("status", attempt, "--json").document["notes"] == ["to be known"]


def test_status_of_a_result(grader: Grader, attempt: str) -> None:
    """The result stands beside the state, in the candidate's language."""
    grader("submit", attempt)
    shown = grader("status", attempt).stdout
    assert "échoué, 0 / 10 points" in shown
    assert "remise" in shown


def test_status_of_nothing(grader: Grader) -> None:
    """`status` on a fresh machine says that there is nothing, and how to begin."""
    ran = grader("status")
    assert ran.stdout == "no attempt now\n"
    assert "grader start" in ran.stderr


def test_status_of_all(grader: Grader, attempt: str) -> None:
    """`status --all` lists stopped attempts too."""
    grader("stop")
    assert attempt not in grader("status").stdout
    assert attempt in grader("status", "--all").stdout


def test_stop(grader: Grader, attempt: str) -> None:
    """`stop` says what it stopped, and where the result is kept, in the language of who practises."""
    grader("submit")
    ran = grader("stop")
    assert ran.code == 0
    assert ran.stdout == f"la tentative {attempt} est arrêtée\n"
    assert "gardé : " in ran.stderr


def test_stop_of_graded_work(grader: Grader) -> None:
    """An examiner ends it, and reads English."""
    name = grader("start", "deploy-service", "--candidate", "Zoé").stdout.split()[1]
    assert grader("stop").stdout == f"attempt {name} is stopped\n"


def test_stop_all(grader: Grader, attempt: str) -> None:
    """`stop --all` ends every attempt; a second time there is nothing to stop."""
    grader("start", "deploy-service")
    stopped = grader("stop", "--all", "--json").document["stopped"]
    assert len(stopped) == 2
    assert attempt in {entry["id"] for entry in stopped}
    assert grader("stop", "--all").stdout == "there was nothing to stop\n"


def test_stop_of_what(grader: Grader, attempt: str) -> None:
    """`stop` of one attempt and of all at once is refused."""
    ran = grader("stop", attempt, "--all")
    assert ran.code == 2
    assert "error[usage]" in ran.stderr


def test_stop_that_leaves_something(grader: Grader, provider: FakeProvider, attempt: str) -> None:
    """What `stop --all` can't remove is named in the errors, and the exit code says so."""
    provider.stuck = True
    ran = grader("stop", "--all", "--json")
    assert ran.code == 4
    assert ran.document["stopped"] == []
    assert f"container {attempt}-cluster" in ran.document["errors"][0]["what"]


def test_report(grader: Grader, attempt: str, tmp_path: Path) -> None:
    """`report` writes HTML beside the evidence or where asked, also after the attempt was stopped."""
    grader("submit")
    grader("stop")
    beside = Path(grader("report", attempt).stdout.removeprefix("rapport : ").strip())
    assert "<!doctype html>" in beside.read_text()
    elsewhere = tmp_path / "out" / "r.html"
    document = grader("report", attempt, "-o", str(elsewhere), "--lang", "en", "--json").document
    told = {"report": str(elsewhere), "format": "html", "reasons_withheld": False}
    assert document == told
    assert '<html lang="en">' in elsewhere.read_text()


def test_report_as_json(grader: Grader, attempt: str) -> None:
    """`report --format json` prints the result document."""
    submitted = grader("submit", "--json").document
    reported = json.loads(grader("report", attempt, "--format", "json").stdout)
    assert reported.items() <= submitted.items()


def test_a_graded_attempt_keeps_its_reasons_for_the_examiner(grader: Grader) -> None:
    """Handing in and the report tell what counts; why something does not is told to who asks as examiner."""
    grader("start", "deploy-service", "--candidate", "Zoé", "--lang", "en")
    submitted = grader("submit", "--json").document
    attempt = submitted["attempt"]
    failed = [check for check in submitted["checks"] if check["outcome"] == "failed"]
    assert failed
    assert submitted["reasons_withheld"]
    assert submitted["audit"] is None
    assert all(check["finding"] is None for check in submitted["checks"])
    page = Path(submitted["report"]).read_text(encoding="utf-8")
    assert "in the examiner" in page
    assert "Expected" not in page
    assert "No audit log" not in page
    plain = json.loads(grader("report", attempt, "--format", "json").stdout)
    assert all(check["finding"] is None for check in plain["checks"])
    whole = json.loads(grader("report", attempt, "--format", "json", "--examiner").stdout)
    assert any(check["finding"] for check in whole["checks"])
    beside = grader("report", attempt, "--examiner").stdout.removeprefix("report: ").strip()
    assert "Expected" in Path(beside).read_text(encoding="utf-8")
    assert Path(beside) != Path(submitted["report"])


def test_practice_shows_its_reasons(grader: Grader, attempt: str) -> None:
    """Who practises is told why, at once."""
    submitted = grader("submit", "--json").document
    assert not submitted["reasons_withheld"]
    assert any(check["finding"] for check in submitted["checks"])
    assert attempt == submitted["attempt"]


def test_a_result_counts_though_its_report_can_not_be_written(
    grader: Grader, around: Surroundings, attempt: str
) -> None:
    """The verdict is shown and stored; that there is no report is said beside it."""
    (around.results_of(attempt) / "report.html").mkdir(parents=True)
    ran = grader("submit", "--json")
    assert ran.code == 1
    assert (ran.document["verdict"], ran.document["report"]) == ("failed", None)
    assert "son rapport ne peut pas être écrit" in ran.stderr
    assert grader("submit", "--json").document["first"] is False


def test_report_that_can_not_be_written(grader: Grader, attempt: str, tmp_path: Path) -> None:
    """A file that can't be written is an error of use, with its path."""
    grader("submit")
    (tmp_path / "file").touch()
    ran = grader("report", attempt, "-o", str(tmp_path / "file" / "r.html"))
    assert ran.code == 2
    assert "where: " in ran.stderr


def test_report_of_nothing(grader: Grader, attempt: str) -> None:
    """An attempt that was never submitted has no report, and the error says what to type."""
    ran = grader("report", attempt)
    assert ran.code == 2
    assert f"hint: grader submit {attempt}" in ran.stderr
