"""Attempts and results to store."""

from __future__ import annotations

from dataclasses import replace

from grader.model.attempt import Attempt, AttemptState
from grader.model.text import Language
from grader.store.submissions import Receipt

ATTEMPT = Attempt(
    id="x7k2p9",
    scenario="deploy-service",
    seed=42,
    candidate="",
    language=Language.FRENCH,
    provider="kind",
    state=AttemptState.STARTING,
    created_at="2026-11-23T14:50:00.000Z",
)

RECEIPT = Receipt(
    attempt=ATTEMPT.id,
    made_at="2026-11-23T15:00:00.000Z",
    final=True,
    verdict="passed",
    points=10,
    max_points=10,
    evidence_path="/results/e.json.gz",
    evidence_digest="sha256:00",
    result={"schema": 1, "title": {"fr": "é", "en": "e"}},
)

ERROR_RECEIPT = replace(RECEIPT, final=False, verdict="error", points=0)
