"""Who changed what, from a candidate's keyboard to the report, on a real cluster."""

from __future__ import annotations

import gzip
import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.product import Product, recorders, wait_for

pytestmark = pytest.mark.engine

_PASSWORD = "never-to-be-logged-7361"


def _seen(result: dict[str, Any], verb: str, name: str) -> dict[str, Any]:
    """The one request of this verb for this object."""
    (found,) = [w for w in result["audit"]["writes"] if (w["verb"], w["name"]) == (verb, name)]
    return dict(found)


def test_a_candidate_s_work_is_on_record(podman: Product) -> None:
    """What is typed is in the evidence with user and time, a killed recorder is a finding, and none is left."""
    attempt = podman.start()
    before = datetime.now(UTC).isoformat()
    typed = podman.workstation(
        attempt,
        "set -e; kubectl scale deployment/audio --replicas=3 -n pivori-production;"
        f" kubectl create secret generic s -n pivori-production --from-literal=password={_PASSWORD};"
        " kubectl delete service routing -n pivori-production;"
        " ! kubectl delete namespace default",
    )
    assert "exit=0" in typed, typed
    place = podman.home / "attempts" / attempt / "audit"
    wait_for(
        lambda: b'"routing"' in (place / "chain.jsonl").read_bytes(), "the deletion is chained"
    )
    for file in (place / "source" / "audit.log", place / "chain.jsonl"):
        assert _PASSWORD.encode() not in file.read_bytes()
        # Nothing of it is readable for anybody but the grader's user.
        assert file.stat().st_mode & 0o077 == 0
    assert podman.json("status", attempt)["notes"] == []

    (recorder,) = recorders(podman.home)
    os.kill(recorder, signal.SIGKILL)
    wait_for(lambda: recorders(podman.home) == [], "the recorder is dead")
    seen = podman.json("status", attempt)
    assert (seen["condition"], len(seen["notes"])) == ("ready", 1)
    assert "recorder" in seen["notes"][0]

    result = podman.json("submit", attempt, exit_code=1)
    after = datetime.now(UTC).isoformat()
    scaled = _seen(result, "patch", "audio")
    assert (scaled["user"], scaled["agent"], scaled["code"]) == ("candidate", "kubectl", 200)
    assert scaled["changed"] == ["spec.replicas=3"]
    assert before < scaled["at"].replace("Z", "+00:00") < after
    assert _seen(result, "delete", "default")["code"] == 403
    assert _seen(result, "create", "s")["resource"] == "secrets"
    assert not any("kubernetes-admin" in write["user"] for write in result["audit"]["writes"])
    assert [finding["kind"] for finding in result["audit"]["findings"]] == ["restarted"]
    recorded = json.loads(gzip.decompress(Path(result["evidence"]["path"]).read_bytes()))
    assert recorded["observation"]["audit"] == result["audit"]
    page = Path(result["report"]).read_text(encoding="utf-8")
    assert "delete services pivori-production/routing" in page
    again = podman.json("regrade", result["evidence"]["path"])
    assert json.dumps(again).count('"changed": true') == 0, again

    podman.json("stop", attempt)
    assert podman.leftovers() == []
