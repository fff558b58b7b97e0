"""What people read around the audit log in a report, in French and English."""

# ruff: noqa: RUF001 - typographic apostrophes and dashes, as the languages have them

from __future__ import annotations

from grader.model.text import Bilingual

AUDIT_WORDS = {
    "by": Bilingual("Par", "By"),
    "unchanged": Bilingual(
        "les objets que le contrôle regarde n’ont pas changé depuis le",
        "the objects that the check looks at have not changed since",
    ),
    "timeline": Bilingual("Qui a changé quoi, et quand", "Who changed what, and when"),
    "became_true": Bilingual(
        "vrai au plus tard alors : ce que le contrôle regarde n’a plus changé",
        "true by then: what the check looks at has not changed since",
    ),
    "timeline_what": Bilingual(
        "Les demandes d’écriture reçues par le serveur d’API depuis le début, et les commandes lancées dans les "
        "conteneurs ; sans celles du correcteur ni celles du cluster lui-même.",
        "The requests to write that the API server got since the beginning, and commands run in containers; without "
        "the grader’s and the cluster’s own.",
    ),
    "timeline_none": Bilingual("Aucune.", "None."),
    "timeline_omitted": Bilingual(
        "demandes plus anciennes, non reprises ici", "earlier ones left out"
    ),
    "refused": Bilingual("refusée", "refused"),
    "dry_run": Bilingual("à blanc", "dry run"),
    "moment": Bilingual("Heure", "Time"),
    "who": Bilingual("Qui", "Who"),
    "request": Bilingual("Demande", "Request"),
    "audit_whole": Bilingual(
        "Le journal d’audit du serveur d’API a été relevé sans interruption pendant le travail. Dernier maillon de la "
        "chaîne :",
        "The API server’s audit log was recorded without a break during the work. The chain’s last link:",
    ),
    "audit_findings": Bilingual(
        "Le journal d’audit n’est pas complet. Cela n’enlève aucun point ; à l’examinateur d’en juger :",
        "The audit log is not complete. This takes no point; it is for the examiner to judge:",
    ),
    "audit_unknown": Bilingual(
        "Aucun journal d’audit n’accompagne ce résultat.", "No audit log goes with this result."
    ),
    "audit_absent": Bilingual("le journal n’existe pas", "there is no log"),
    "audit_gap": Bilingual("un silence", "a silence"),
    "audit_restarted": Bilingual("le relevé a dû être relancé", "the recorder was started again"),
    "audit_not-running": Bilingual(
        "le relevé ne tournait pas à la remise", "the recorder did not run at the end"
    ),
    "audit_truncated": Bilingual("le journal a été raccourci", "the log was cut short"),
    "audit_replaced": Bilingual("le journal a été remplacé", "the log was replaced"),
    "audit_unreadable": Bilingual("une ligne illisible", "an unreadable line"),
    "audit_missing": Bilingual(
        "des lignes du journal manquent à la chaîne", "lines of the log are not in the chain"
    ),
    "audit_chain-broken": Bilingual("la chaîne ne se tient pas", "the chain does not hold"),
}
