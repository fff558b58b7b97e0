"""An embedded attempt brought back to its start while its control plane goes on, by the user who started it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from grader.exam.attempts.starting_point import load_starting_point
from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.authoring.templates import script
from grader.judging.observing.same_look import otherwise_healthy
from grader.model.studio import WORKSTATION_PATHS
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import processes
from grader.sandbox.embedded.seeds import drop_seed
from grader.sandbox.embedded.workstation import FolderWorkstation
from grader.sandbox.reset.origin import ORIGIN
from grader.sandbox.settings import data_folder, settings
from tests.e2e.bare import Bare
from tests.e2e.product import CommandLine

pytestmark = pytest.mark.engine

_NO_WORK = 1
_SEED = 1
_DAMAGE = """
kubectl -n pivori-production delete deployment audio game --wait=false
kubectl -n pivori-production scale deployment payment --replicas=0
kubectl -n pivori-production rollout restart deployment live
kubectl -n pivori-production patch configmap iptv-config -p '{"data":{"LOG_LEVEL":"DEBUG"}}'
kubectl -n pivori-production patch service reward -p '{"spec":{"selector":{"mine":"yes"}}}'
helm -n pivori-production upgrade security helm/security -f helm/security/values-production.yaml
helm -n pivori-production uninstall watermark
kubectl -n default create configmap mine --from-literal=a=b
rm -rf data/document-scan/*; echo mine > /backups/mine; echo mine > data/audio/mine; rm -rf helm/audio
mkdir -p /backups/shut/in data/game/shut; chmod 000 /backups/shut data/game/shut; ln -s /etc data/live/away
nohup sh -c 'while :; do echo mine > data/routing/mine; done' >/dev/null 2>&1 &
"""


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A sandbox seed that another user of this machine made."""
    drop_seed(load_scenario(data_folder("scenarios"), "deploy-service", seed=_SEED).services)
    home = Path(tmp_path_factory.mktemp("other"))
    other = Bare(home, {**os.environ, "GRADER_HOME": str(home)})
    made = other.json("start", "deploy-service", "--provider", "embedded", "--seed", str(_SEED))
    other.run("stop", made["attempt"]["id"])


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory, seed: None) -> Iterator[CommandLine]:
    """The product with a home of its own."""
    del seed
    home = Path(tmp_path_factory.mktemp("embedded"))
    made = CommandLine(home, {**os.environ, "GRADER_HOME": str(home)})
    yield made
    made.run("stop", "--all")


@pytest.fixture
def attempt(command: CommandLine) -> Iterator[str]:
    """A ready attempt."""
    words = ("start", "deploy-service", "--provider", "embedded", "--seed", str(_SEED))
    made: str = command.json(*words)["attempt"]["id"]
    yield made
    command.run("stop", made)


def _control_plane(places: Places) -> set[int]:
    """The processes of its parts."""
    return {pid for pid, words in _programs(places).items() if "/bin/kube-" in words}


def _programs(places: Places) -> dict[int, str]:
    return {
        one.pid: Path(f"/proc/{one.pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for one in processes(places)
    }


def test_solved_and_brought_back(command: CommandLine, attempt: str) -> None:
    """A reset undoes a right answer and damage: nothing is earned, and what the candidate finds is what it was."""
    folder = command.home / "attempts" / attempt
    places = Places(folder)
    place = FolderWorkstation(places)
    fresh = load_starting_point(folder).found
    scenario = load_scenario(data_folder("scenarios"), "deploy-service", seed=_SEED)
    typed = script(scenario, scenario.right_answers[0].path, WORKSTATION_PATHS)
    control_plane = _control_plane(places)
    assert len(control_plane) == 3
    # What this machine remembers of releases may be of another checkout, or gone: the sandbox has its own record.
    rmtree(settings().cache / "releases")
    for damage in (typed, _DAMAGE, "true"):
        place.run(damage)
        document = command.json("reset", attempt)
        assert document["attempt"]["state"] == "ready"
        assert otherwise_healthy(fresh, load_starting_point(folder).found) == []
        there = place.run("ls /backups data/*; ls -d helm/audio; kubectl get configmap").stdout
        assert "mine" not in there
        assert "helm/audio" in there
        assert "kube-root-ca.crt" in there
        assert not any("data/routing/mine" in words for words in _programs(places).values())
        assert command.json("check", attempt, exit_code=_NO_WORK)["points"] == 0
    # It was brought back, not made anew.
    assert _control_plane(places) == control_plane


def test_what_can_not_be_brought_back_is_made_anew(command: CommandLine, attempt: str) -> None:
    """A sandbox of which nobody knows what it was like begins with another control plane."""
    places = Places(command.home / "attempts" / attempt)
    control_plane = _control_plane(places)
    (places.root / ORIGIN).unlink()
    FolderWorkstation(places).run("kubectl -n pivori-production delete deployment audio")
    command.json("reset", attempt)
    assert len(_control_plane(places) - control_plane) == 3
    assert command.json("check", attempt, exit_code=_NO_WORK)["points"] == 0


def _typed(words: str) -> Callable[[Places], None]:
    """What somebody types at the workstation."""

    def work(places: Places) -> None:
        assert FolderWorkstation(places).run(words).exit_code == 0

    return work


def _new_namespace(places: Places) -> None:
    """As a fault can; a candidate may not."""
    manifest = "{apiVersion: v1, kind: Namespace, metadata: {name: mine}}"
    KubeApi(places.kubeconfig).apply(manifest)


@pytest.mark.parametrize(
    "work",
    [
        _typed("kubectl -n pivori-production scale deployment --all --replicas=0"),
        _typed("kubectl -n pivori-production delete pods --all --wait=false"),
        _new_namespace,
    ],
    ids=["scaled", "deleted", "namespace"],
)
def test_what_takes_longer_to_bring_back_is_made_anew(
    command: CommandLine, attempt: str, work: Callable[[Places], None]
) -> None:
    """Where most services have to begin again, or a namespace has to go, another sandbox is there sooner."""
    places = Places(command.home / "attempts" / attempt)
    control_plane, place = _control_plane(places), FolderWorkstation(places)
    work(places)
    place.write(f"{WORKSTATION_PATHS['studio']}/data/audio/mine", b"")
    reset = command.run("reset", attempt)
    assert reset.returncode == 0
    assert "another one is there sooner" in reset.stderr
    # It was decided, nothing has failed.
    assert "✗" not in reset.stderr
    assert len(_control_plane(places) - control_plane) == 3
    there = place.run("ls data/audio; kubectl -n pivori-production get deployments -o name").stdout
    assert "mine" not in there
    assert "deployment.apps/audio" in there
    assert command.json("check", attempt, exit_code=_NO_WORK)["points"] == 0
