"""Why something was not judged, in French and English: one sentence for each cause of `grader.judging.causes`."""

# ruff: noqa: RUF001 - typographic apostrophes, as the languages have them

from __future__ import annotations

from grader.model.text import Bilingual

CAUSE_WORDS = {
    "cause_not-seen": Bilingual(
        "ce que le contrôle doit regarder n’a pas pu être observé",
        "what the check has to look at could not be observed",
    ),
    "cause_sandbox-silent": Bilingual(
        "le cluster ou le poste de travail n’a pas répondu, ou pas jusqu’au bout",
        "the cluster or the workstation did not answer, or not to the end",
    ),
    "cause_not-held": Bilingual(
        "l’état demandé est là, mais n’a pas été vu assez longtemps",
        "what was asked for is there, and was not seen for long enough",
    ),
    "cause_sandbox-gone": Bilingual(
        "le bac à sable n’existe plus", "the sandbox is no longer there"
    ),
    "cause_no-baseline": Bilingual(
        "l’état relevé avant le début manque, en tout ou en partie",
        "what was there before the beginning is not, or not wholly, known",
    ),
    "cause_unreadable-release": Bilingual(
        "un Secret de Helm ne contient pas ce que Helm écrit",
        "a Secret of Helm’s does not hold what Helm writes",
    ),
    "cause_cannot-judge": Bilingual(
        "ce qui a été observé ne permet pas de juger",
        "what was observed allows no verdict",
    ),
    "cause_not-declared": Bilingual(
        "le contrôle demande ce qu’il n’a pas annoncé",
        "the check asks for something that it does not declare",
    ),
    "cause_check-broken": Bilingual(
        "le code du contrôle a échoué", "the check’s own code raised an exception"
    ),
    "cause_parts-misused": Bilingual(
        "le contrôle n’a pas suivi les parties qu’il annonce",
        "the check did not run its parts as it declares them",
    ),
    "cause_skipped": Bilingual("le contrôle a été sauté", "the check was skipped"),
    "cause_xfail": Bilingual(
        "le contrôle est marqué comme devant échouer, ce qui n’est pas un verdict",
        "the check is expected to fail, which is no verdict",
    ),
    "cause_not-once": Bilingual(
        "le contrôle a été fait plusieurs fois", "the check ran several times"
    ),
    "cause_not-collected": Bilingual(
        "les contrôles n’ont pas pu être chargés, ou ne sont pas ceux du scénario",
        "the checks can’t be imported, or are not those of the scenario",
    ),
    "cause_not-run": Bilingual(
        "le contrôle n’a pas été fait, ou pas jusqu’au bout",
        "the check did not run, or not to its end",
    ),
    "cause_run-broken": Bilingual(
        "l’ensemble des contrôles s’est interrompu",
        "the run of the checks broke down as a whole",
    ),
    "cause_defect": Bilingual(
        "le code du correcteur a échoué", "the grader’s own code raised an exception"
    ),
    "cause_unknown": Bilingual("la cause n’est pas connue", "the cause is not known"),
}
