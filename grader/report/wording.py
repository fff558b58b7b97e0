"""The words that candidates read around a result, in French and English, and how numbers are written."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from grader.model.text import Bilingual, Language
from grader.model.verdict import CheckResult, PartResult, Verdict
from grader.report.audit_words import AUDIT_WORDS
from grader.report.cause_words import CAUSE_WORDS

MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.ERROR: "!"}
"""A sign for each outcome, so that it can be told without colour."""

WORDS = {
    "report": Bilingual("Rapport d’évaluation", "Assessment report"),
    "attempt": Bilingual("La tentative", "The attempt"),
    "candidate": Bilingual("Candidat", "Candidate"),
    "practice": Bilingual("entraînement, sans nom", "practice, no name"),
    "scenario": Bilingual("Scénario", "Scenario"),
    "seed": Bilingual("Graine du tirage", "Seed"),
    "began": Bilingual("Commencé", "Began"),
    "submitted": Bilingual("Remis", "Handed in"),
    "time_used": Bilingual("Temps utilisé", "Time used"),
    "provider": Bilingual("Bac à sable", "Sandbox"),
    "provider_elsewhere": Bilingual("ailleurs", "elsewhere"),
    "regraded": Bilingual("Jugé à nouveau", "Judged again"),
    "earlier": Bilingual("Résultat précédent", "Earlier result"),
    "points": Bilingual("points", "points"),
    "points_column": Bilingual("Points", "Points"),
    "checks": Bilingual("Les contrôles", "The checks"),
    "check": Bilingual("Contrôle", "Check"),
    "outcome": Bilingual("Résultat", "Outcome"),
    "guard": Bilingual("rien d’autre n’est cassé", "nothing else broken"),
    "guard_share": Bilingual(
        "compte à proportion des objectifs atteints",
        "counts in proportion to the objectives that are reached",
    ),
    "verdict_passed": Bilingual("Réussi", "Passed"),
    "verdict_failed": Bilingual("Non réussi", "Not passed"),
    "verdict_error": Bilingual(
        "À revoir : erreur du correcteur", "To be reviewed: the grader’s error"
    ),
    "outcome_passed": Bilingual("réussi", "passed"),
    "outcome_failed": Bilingual("échoué", "failed"),
    "outcome_error": Bilingual("non jugé", "not judged"),
    "not_counted": Bilingual("ne compte pas", "not counted"),
    "expected": Bilingual("Attendu", "Expected"),
    "seen": Bilingual("Constaté", "Seen"),
    "where": Bilingual("Où", "Where"),
    "why": Bilingual("Pourquoi", "Why"),
    "since": Bilingual("Depuis", "Since"),
    "reasons_later": Bilingual(
        "Épreuve notée : ce qui manque, et pourquoi, est dans le rapport de l’examinateur.",
        "Graded: what is missing, and why, is in the examiner’s report.",
    ),
    "phases": Bilingual("Déroulement du jugement", "How the judging went"),
    "fault": Bilingual("Erreur du correcteur", "The grader’s error"),
    "detail": Bilingual("Détail technique", "Technical detail"),
    "phase_observe": Bilingual("observer", "observe"),
    "phase_judge": Bilingual("juger", "judge"),
    "phase_wait": Bilingual(
        "attendre que le cluster se stabilise", "wait for the cluster to settle"
    ),
    "phase_evidence": Bilingual("enregistrer les preuves", "record the evidence"),
    "pass_mark": Bilingual("Seuil de réussite", "Pass mark"),
    "phase": Bilingual("Étape", "Phase"),
    "seconds": Bilingual("Durée", "Time"),
    "trust": Bilingual(
        "Quelle confiance accorder à ce résultat", "How far this result can be trusted"
    ),
    "evidence": Bilingual(
        "Empreinte des preuves enregistrées (elles permettent de juger à nouveau sans le cluster) :",
        "Digest of the recorded evidence (from which it can be judged again without the cluster):",
    ),
    "trouble": Bilingual(
        "Une erreur du correcteur ou de la machine, pas du candidat : ce qui n’a pas pu être jugé ne "
        "rapporte et ne coûte rien.",
        "An error of the grader or the machine, not of the candidate: what could not be judged earns "
        "and costs nothing.",
    ),
    "goes_retry": Bilingual(
        "Le bac à sable n’a pas répondu : rendre à nouveau suffit d’ordinaire.",
        "The sandbox did not answer: handing in again is usually enough.",
    ),
    "goes_person": Bilingual(
        "Rendre à nouveau n’y changera sans doute rien : l’examinateur doit regarder.",
        "Handing in again will hardly change it: the examiner has to look.",
    ),
    "runs_on_reason": Bilingual("Raison de ce fournisseur", "Why this provider"),
    "runs_on_trusted_for": Bilingual("Ce résultat prouve", "Can be trusted for"),
    "runs_on_not_trusted_for": Bilingual("Il ne prouve pas", "Can't be trusted for"),
    "runs_on_workstation": Bilingual("Poste de travail", "Workstation"),
    "runs_on_engine": Bilingual("Moteur de conteneurs", "Container engine"),
    "runs_on_kubernetes": Bilingual("Kubernetes", "Kubernetes"),
    "runs_on_image": Bilingual("Image du nœud", "Node image"),
    "made": Bilingual(
        "heures en UTC ; ce fichier se suffit à lui-même",
        "times in UTC; this file is complete in itself",
    ),
    "trust_practice": Bilingual(
        "Entraînement. Les contrôles ont été faits par le correcteur, depuis l’extérieur du poste de travail, "
        "sur l’état du cluster au moment de la remise. Personne n’a vérifié qui était au clavier, et la "
        "machine était sous la main du candidat : ce résultat sert à progresser, pas à certifier.",
        "Practice. The checks were made by the grader, from outside the workstation, on the state of the "
        "cluster when it was handed in. Nobody verified who was typing, and the machine was in the "
        "candidate’s hands: this result is for learning, not for certifying.",
    ),
    "trust_graded": Bilingual(
        "Épreuve notée au nom du candidat. Les contrôles ont été faits par le correcteur avec ses propres "
        "droits, depuis l’extérieur du poste de travail, et comparés à l’état relevé avant le début. Le "
        "résultat vaut ce que vaut la garde de la machine qui l’a produit : il n’est pas signé.",
        "Graded under the candidate’s name. The checks were made by the grader with its own credential, from "
        "outside the workstation, and compared with the state recorded before the beginning. The result is "
        "worth as much as the custody of the machine that made it: it is not signed.",
    ),
    **AUDIT_WORDS,
    **CAUSE_WORDS,
}


def word(name: str, language: Language) -> str:
    """One of `WORDS` in one language."""
    return WORDS[name].in_(language)


def word_or_name(group: str, name: str, language: Language) -> str:
    """The word of a name that others choose, such as a phase's; the name itself where there is no word."""
    return WORDS[f"{group}_{name}"].in_(language) if f"{group}_{name}" in WORDS else name


def reasons(check: CheckResult | PartResult, language: Language) -> Iterator[tuple[str, str]]:
    """Why a check or a part did not pass, as pairs of a name in `WORDS` and its text; empty ones are left out.

    A check that is split leaves it to its parts to say what was seen.
    """
    finding = None if isinstance(check, CheckResult) and check.parts else check.finding
    if finding:
        said = {
            "expected": finding.expected.in_(language),
            "seen": finding.seen.in_(language),
            "where": finding.where,
            "since": moment_text(finding.since),
            "by": finding.by,
            "why": finding.why.in_(language),
        }
        yield from ((name, value) for name, value in said.items() if value)
    if check.fault:
        # What a library or the cluster said is in English only; the cause is said in both languages.
        cause = f"cause_{check.cause}" if isinstance(check, CheckResult) else ""
        if cause in WORDS:
            yield "fault", word(cause, language)
        yield "detail", check.fault


def seconds_text(seconds: float, language: Language) -> str:
    """A duration below an hour or so, as "0.4 s", "3 s" where it is an integer, or "12 min 05 s"."""
    if round(seconds, 1) < 60:  # noqa: PLR2004 - a minute
        text = f"{seconds} s" if isinstance(seconds, int) else f"{seconds:.1f} s"
        return text.replace(".", ",") if language is Language.FRENCH else text
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def moment_text(moment: str) -> str:
    """An RFC 3339 time as "2026-11-23 14:05:09 UTC"; what is not one comes back as it is."""
    try:
        return f"{_parsed(moment):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return moment


def seconds_between(earlier: str, later: str) -> float | None:
    """Seconds from one RFC 3339 time to another; None where one is not a time."""
    try:
        return (_parsed(later) - _parsed(earlier)).total_seconds()
    except ValueError:
        return None


def _parsed(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)
