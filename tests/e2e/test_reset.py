"""An attempt brought back to its start, on a real cluster: it is what it was, or it is said that it is not."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.checks.volatile import is_living
from grader.exam.attempts.starting_point import load_starting_point
from grader.judging.observing.same_look import otherwise_healthy
from grader.model.observation import Observation
from grader.sandbox.settings import data_folder
from tests.e2e.product import Product

pytestmark = pytest.mark.engine

SEED = "3"
_DAMAGE = """
kubectl -n pivori-production delete deployment audio game --wait=false
kubectl -n pivori-production scale deployment payment --replicas=0
kubectl -n pivori-production delete pod -l app.kubernetes.io/name=routing --force
kubectl -n pivori-production rollout restart deployment live
kubectl -n pivori-production patch configmap iptv-config -p '{"data":{"LOG_LEVEL":"DEBUG"}}'
kubectl -n pivori-production patch service reward -p '{"spec":{"selector":{"mine":"yes"}}}'
kubectl -n pivori-production annotate secret market-data-secret mine=yes
helm -n pivori-production upgrade security helm/security -f helm/security/values-production.yaml
helm -n pivori-production uninstall watermark
kubectl -n default create configmap mine --from-literal=a=b
kubectl -n default create deployment mine --image=none
timeout 20 kubectl -n pivori-production exec deploy/leaderboard -- python3 -c \\
  'import os, time; os.fork() or [os.closerange(0, 3), time.sleep(600)]'
rm -rf data/document-scan/* data/document-scan/.[!.]*
echo '{}' > data/proximity/store.json; touch -d '2 days ago' data/proximity/store.json
echo mine > /backups/mine; rm -rf helm/audio; echo mine >> ~/.bashrc; echo ls > ~/.bash_history
nohup sh -c 'while :; do echo mine > data/audio/mine; done' >/dev/null 2>&1 &
"""


@pytest.fixture(scope="module")
def attempt(podman: Product) -> Iterator[str]:
    """A ready practice attempt."""
    made = podman.start("--seed", SEED)
    yield made
    podman.run("stop", made)


def seen(podman: Product, attempt: str) -> Observation:
    """What the candidate of an attempt found."""
    return load_starting_point(podman.home / "attempts" / attempt).found


def right_answer() -> str:
    """A right answer with the attempt's parameters."""
    from grader.judging.authoring.scenario_folder import load_scenario  # noqa: PLC0415
    from grader.judging.authoring.templates import script  # noqa: PLC0415

    scenario = load_scenario(data_folder("scenarios"), "deploy-service", seed=int(SEED))
    return script(
        scenario,
        scenario.right_answers[0].path,
        {
            "studio": "/home/ubuntu/pivori-studio",
            "backups": "/backups",
            "archives": "/archives",
            "logs": "/var/log",
        },
    )


def reset(podman: Product, attempt: str) -> dict[str, float]:
    """Bring it back; each phase's seconds."""
    document = podman.json("reset", attempt)
    assert document["attempt"]["state"] == "ready"
    return {phase["name"]: phase["seconds"] for phase in document["phases"]}


def test_after_damage_of_every_kind(podman: Product, attempt: str) -> None:
    """Services, data, files, history and programs are as a fresh sandbox has them, and nothing is earned."""
    fresh = seen(podman, attempt)
    said = podman.workstation(attempt, _DAMAGE)
    assert "exit=" in said
    phases = reset(podman, attempt)
    assert {
        "look",
        "clear",
        "data",
        "releases",
        "services ready",
        "workstation",
        "comparison",
    } <= set(phases)
    assert otherwise_healthy(fresh, seen(podman, attempt)) == []
    there = podman.workstation(
        attempt,
        "ls /backups ~/.bash_history; grep -c mine ~/.bashrc; ls -d helm/audio; ls data/audio data/document-scan; "
        "helm -n pivori-production history security --max 9 -o json",
    )
    assert "mine" not in there
    assert "helm/audio" in there
    assert there.count("store.json") == 2
    history = json.loads(next(line for line in there.splitlines() if line.startswith("[{")))
    assert [revision["revision"] for revision in history] == [1]
    assert podman.json("check", attempt, exit_code=1)["points"] == 0


def test_after_a_right_answer(podman: Product, attempt: str) -> None:
    """Solved, brought back and solved again: nothing is earned in between, everything each time."""
    typed = right_answer()
    for _ in range(2):
        assert "exit=0" in podman.workstation(attempt, typed)
        judged = podman.json("check", attempt)
        assert judged["points"] == judged["max_points"]
        reset(podman, attempt)
        assert podman.json("check", attempt, exit_code=1)["points"] == 0


def test_another_fresh_sandbox_looks_the_same(podman: Product, attempt: str) -> None:
    """All that lasts of a sandbox that was brought back is in one made anew with the same seed, and no more."""
    other = podman.start("--seed", SEED)
    try:
        one, two = seen(podman, attempt), seen(podman, other)
    finally:
        podman.run("stop", other)
    assert _names(one, attempt) == _names(two, other)
    assert {key: answer.status for key, answer in one.probes.items()} == {
        key: answer.status for key, answer in two.probes.items()
    }


def test_what_can_not_be_undone_is_told(podman: Product, attempt: str) -> None:
    """A changed node is mended; data that does not come back as it was is an error, and ends all work in that sandbox."""
    node = f"grader-{attempt}-control-plane"
    kubectl = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf")
    made = podman.engine.execute(node, *kubectl, "label", "node", node, "grader-test=yes")
    assert made.exit_code == 0, made.stderr
    reset(podman, attempt)
    labels = podman.engine.execute(node, *kubectl, "get", "node", node, "--show-labels").text
    assert "grader-test" not in labels
    _age(podman.home / "attempts" / attempt / "origin-data.tar")
    podman.workstation(attempt, "rm data/audio/store.json")
    refused = podman.run("reset", attempt)
    assert refused.returncode != 0
    assert "can't be brought back to its start: data of audio" in refused.stderr
    assert "grader start" in refused.stderr
    status = podman.json("status", attempt)
    assert status["condition"] == "interrupted"
    assert podman.run("submit", attempt).returncode != 0


def _age(archive: Path) -> None:
    """Make every file in an archive a second older than it is."""
    made = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=made, mode="w") as new:
        for entry in old:
            # The exact time stands in a header of its own, which would win.
            entry.pax_headers = {k: v for k, v in entry.pax_headers.items() if k != "mtime"}
            entry.mtime -= 1
            new.addfile(entry, old.extractfile(entry) if entry.isreg() else None)
    archive.write_bytes(made.getvalue())


def _names(observation: Observation, attempt: str) -> set[tuple[str, str, str]]:
    """What there is that lasts."""
    return {
        (
            kind,
            str(o["metadata"].get("namespace", "")),
            _lasting_name(str(o["metadata"]["name"]), attempt),
        )
        for kind, found in observation.objects.items()
        for o in found
        if not is_living(kind.rpartition("/")[2], o)
    }


def _lasting_name(name: str, attempt: str) -> str:
    """A name without what each sandbox has of its own: its name, and the digest of its certificates."""
    own = name.replace(attempt, "ATTEMPT")
    return (
        own.rpartition(":")[0] if own.startswith("kubernetes.io:kube-apiserver-serving:") else own
    )
