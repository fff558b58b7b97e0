"""The phases that a candidate can see, in French; in English they go by their names."""

from __future__ import annotations

from grader.model.phase import Phase
from grader.model.text import Language

FRENCH = {
    "access": "accès",
    "baseline": "état de départ",
    "candidate access": "accès du candidat",
    "clear": "nettoyage",
    "cluster": "cluster",
    "comparison": "comparaison",
    "control plane": "plan de contrôle",
    "data": "données",
    "egress": "accès à internet fermé",
    "egress proof": "fermeture prouvée",
    "fault": "panne",
    "files": "fichiers",
    "found": "état trouvé",
    "images": "images",
    "judging": "correction",
    "look": "relevé",
    "network": "réseau",
    "node": "nœud",
    "programs": "programmes",
    "releases": "releases",
    "sandbox": "bac à sable",
    "seed": "amorce",
    "services ready": "services prêts",
    "stop": "arrêt",
    "stub images": "images des services",
    "tools": "outils",
    "trust": "certificats",
    "waiting for memory": "attente de mémoire",
    "workstation": "poste de travail",
}


def phase_name(phase: Phase, language: Language) -> str:
    """What a phase is called; one without a French name goes by its own."""
    return FRENCH.get(phase.name, phase.name) if language is Language.FRENCH else phase.name
