"""Sandboxes without a container engine, for a user who is not root: the whole of an attempt, and what may go wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import urllib3

from grader.judging.authoring.scenario_folder import find_scenarios, load_scenario
from grader.sandbox.api import KubeApi
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.provider import EmbeddedProvider
from grader.sandbox.embedded.seeds import keep_seed, load_seed
from grader.sandbox.settings import data_folder, settings
from tests.e2e.bare import Bare
from tests.e2e.product import COMMAND, kill, wait_for, wait_for_line

pytestmark = pytest.mark.engine

_NO_WORK = 1
SCENARIOS = data_folder("scenarios")
_NEEDS_A_DISK = "disk-full"
_PROOFS_S = 1200
_NOT_IN_TWO_DRAWS = {
    "answer-alert": ("cause image", "cause probe", "cause memory"),
    "rollback": ("fault memory-growth", "fault wrong-port", "fault crash-at-start"),
    "service-down": ("inside slow", "inside crash-at-start"),
}


@pytest.fixture
def attempt(bare: Bare) -> Iterator[str]:
    """A ready attempt."""
    made: str = bare.json("start", "deploy-service", "--seed", "1")["attempt"]["id"]
    yield made
    bare.run("stop", made)


def test_a_whole_run_without_an_engine(bare: Bare) -> None:
    """Nobody asks for it, it is chosen: a graded run ends in a report with full points and the reason for the choice."""
    result = bare.json("demo", "deploy-service")
    assert result["provider"] == "embedded"
    assert "no container engine can be used" in result["runs_on"]["reason"]
    assert (result["verdict"], result["points"]) == ("passed", result["max_points"])
    page = Path(result["report"]).read_text(encoding="utf-8")
    assert "aucun moteur de conteneurs" in page
    assert "no container engine" not in page
    assert bare.leftovers() == []


def test_untouched_earns_nothing(bare: Bare, attempt: str) -> None:
    """Submitted as it was found, the sandbox earns no point."""
    result = bare.json("submit", attempt, exit_code=_NO_WORK)
    assert (result["verdict"], result["points"]) == ("failed", 0)


def test_a_dead_control_plane_grades_nothing(bare: Bare, attempt: str) -> None:
    """A supervisor that is killed takes all along: the attempt is gone, no verdict is made, and `stop` clears it."""
    folder = bare.home / "attempts" / attempt
    # As soon as it is said to be ready: an exam's clock would stand otherwise.
    assert EmbeddedProvider().answers(attempt, folder)
    pid = next(pid for pid, words in bare.programs().items() if "embedded.supervisor" in words)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not _of_the_sandbox(bare), "the other programs end with their supervisor")
    assert not EmbeddedProvider().answers(attempt, folder)
    assert bare.json("submit", attempt, exit_code=4)["error"]["code"] == "sandbox-gone"
    assert bare.json("status", attempt)["condition"] == "gone"
    bare.json("stop", attempt)
    assert bare.leftovers() == []


def test_the_firewall_of_this_machine_is_left_alone(bare: Bare, tmp_path: Path) -> None:
    """Nobody asks for a rule of the network or of the kernel, which root would be granted."""
    called = tmp_path / "called"
    for name in ("iptables", "ip6tables", "nft", "ipset", "conntrack", "sysctl", "modprobe"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho "${{0##*/}} $*" >> {called}\n', "utf-8")
        program.chmod(0o755)
    path = f"{tmp_path}:{bare.environment['PATH']}"
    shadowed = replace(bare, environment={**bare.environment, "PATH": path})
    made = shadowed.json("start", "deploy-service", "--seed", "1")["attempt"]["id"]
    bare.json("stop", made)
    assert not called.exists(), called.read_text("utf-8")


def test_a_control_plane_killed_at_the_start_is_told(bare: Bare) -> None:
    """A supervisor that dies while it starts ends the start: an error, and nothing is left."""
    start = bare.spawn("start", "deploy-service", "--lang", "en")
    wait_for_line(start, "… control plane")
    pid = next(pid for pid, words in bare.programs().items() if "embedded.supervisor" in words)
    os.kill(pid, signal.SIGKILL)
    said = start.communicate(timeout=120)[0].decode()
    # One that came from a seed is tried again from the beginning.
    assert start.returncode == 0 or "the sandbox's programs ended" in said, said
    assert "Traceback" not in said
    bare.run("stop", "--all")
    assert bare.leftovers() == []


def test_no_space_is_told(bare: Bare) -> None:
    """Where the disk is full the start says so, and leaves nothing."""
    bare.home.mkdir(exist_ok=True)
    small = (
        *("unshare", "--user", "--map-root-user", "--mount", "sh", "-c"),
        'mount -t tmpfs -o size=2m none "$0" && exec "$@"',
        str(bare.home),
    )
    done = subprocess.run(
        [*small, str(COMMAND), "start", "deploy-service", "--json"],
        env=bare.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert json.loads(done.stdout)["error"]["code"] == "disk-full"
    assert bare.leftovers() == []


def test_two_from_one_seed_share_no_secret(bare: Bare, attempt: str) -> None:
    """Keys, certificates and tokens of a sandbox are refused by another one from the same seed; the seed has none."""
    other = bare.json("start", "deploy-service", "--seed", "1")["attempt"]["id"]
    try:
        one, two = (Places(bare.home / "attempts" / name) for name in (attempt, other))
        keys = {p.read_bytes() for p in (*one.certificates.glob("*"), *two.certificates.glob("*"))}
        assert len(keys) == 2 * len(list(one.certificates.iterdir()))
        roots = KubeApi(two.kubeconfig).listed("/api/v1/configmaps", "v1", "ConfigMap")
        mine = (two.certificates / "ca.crt").read_text()
        named = {o["data"]["ca.crt"] for o in roots if o["metadata"]["name"] == "kube-root-ca.crt"}
        assert named == {mine}
        token = _token(one)
        assert _asked_with(one, token) == HTTPStatus.OK
        assert _asked_with(two, token) == HTTPStatus.UNAUTHORIZED
        assert (one.certificates / "ca.crt").read_text() not in json.dumps(
            KubeApi(two.kubeconfig).objects()
        )
    finally:
        bare.run("stop", other)
    for seed in (settings().cache / "seeds").glob("*.seed"):
        content = seed.read_bytes()
        assert b"PRIVATE KEY" not in content
        assert b"eyJhbGciOi" not in content


def _token(places: Places) -> str:
    """A token of a service account."""
    asked = KubeApi(places.kubeconfig).request(
        "POST", "/api/v1/namespaces/kube-system/serviceaccounts/default/token", body={}
    )
    return str(asked.json()["status"]["token"])


def _asked_with(places: Places, token: str) -> int:
    """What an API server answers to a token."""
    kubeconfig = json.loads(places.kubeconfig.read_text())
    server = kubeconfig["clusters"][0]["cluster"]["server"]
    authority = str(places.certificates / "ca.crt")
    answer = urllib3.PoolManager(ca_certs=authority).request(
        "GET",
        f"{server}/apis",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status


def test_a_seed_that_is_of_no_use_is_made_again(bare: Bare, attempt: str) -> None:
    """Whole as a file but wrong inside: the start goes on without it, and keeps a good one."""
    del attempt
    scenario = load_scenario(data_folder("scenarios"), "deploy-service", seed=1)
    good = load_seed(scenario.services)
    assert good is not None
    # The store's own checksums tell.
    keep_seed(scenario.services, good.replace(b"pivori-production", b"pivori-prod0ction"))
    made = bare.json("start", "deploy-service", "--seed", "1")
    try:
        assert "seed" in [phase["name"] for phase in made["phases"]]
        assert bare.json("check", made["attempt"]["id"], exit_code=_NO_WORK)["points"] == 0
    finally:
        bare.run("stop", made["attempt"]["id"])
    again = load_seed(scenario.services)
    assert again is not None
    assert b"pivori-prod0ction" not in again


def _proved(bare: Bare, file: Path, *words: str) -> dict[str, dict[str, Any]]:
    """Prove, which leaves nothing; the proof of each scenario by its id."""
    proving = ("prove", "--provider", "embedded", *words)
    done = bare.run(*proving, "--no-cache", "--json", str(file), limit_s=_PROOFS_S)
    assert file.exists(), done.stderr
    assert bare.leftovers() == []
    return {one["scenario"]: one for one in json.loads(file.read_text("utf-8"))["scenarios"]}


def test_every_scenario_is_proved_or_says_why_not(bare: Bare, tmp_path: Path) -> None:
    """Untouched and right answers are judged as on kind, with every kind of fault that a scenario may draw.

    One with a need that is not offered gets no verdict, and says why. What mutants get is shown of one scenario below; that
    of all of them, and of wrong answers, by `make prove`.
    """
    words = ("--quick", "--only", "untouched", "--only", "right", "--only", "draws", "--jobs", "5")
    proofs = _proved(bare, tmp_path / "proof.json", *words)
    assert sorted(proofs) == sorted(find_scenarios(SCENARIOS))
    refused = proofs.pop(_NEEDS_A_DISK)
    assert "small-disk" in refused["refused"]
    assert refused["claims"] == []
    groups = {"untouched": "passed", "right": "passed", "draws": "passed"}
    assert {name: proof["groups"] for name, proof in proofs.items()} == dict.fromkeys(
        proofs, groups
    )
    names = {name: " ".join(claim["name"] for claim in proofs[name]["claims"]) for name in proofs}
    for name, kinds in _NOT_IN_TWO_DRAWS.items():
        assert [kind for kind in kinds if kind not in names[name]] == [], name


def test_mutants_lose_points(bare: Bare, tmp_path: Path) -> None:
    """Of one scenario no rewrite loses points, and of the mutants, on the cluster and in the record, at least 95 % do.

    `make prove` shows it of every scenario.
    """
    words = ("--only", "rewrites", "--only", "mutants", "deploy-service")
    proof = _proved(bare, tmp_path / "proof.json", *words)["deploy-service"]
    assert proof["groups"] == {"rewrites": "passed", "mutants": "passed"}
    assert proof["mutation"]["percent"] >= 95
    grounds = {claim["ground"] for claim in proof["claims"] if claim["group"] == "mutants"}
    assert grounds == {"cluster", "record"}


def _of_the_sandbox(bare: Bare) -> list[str]:
    """Its programs but the audit log's recorder, which is outside of it and sees it end."""
    return [words for words in bare.programs().values() if "audit.recorder" not in words]


def test_a_program_that_dies_comes_back(bare: Bare, attempt: str) -> None:
    """An API server that is killed is started again, and the work is judged as if nothing had been."""
    pid = next(pid for pid, words in bare.programs().items() if "kube-apiserver" in words)
    os.kill(pid, signal.SIGKILL)
    result = bare.json("submit", attempt, exit_code=_NO_WORK)
    assert (result["verdict"], result["points"]) == ("failed", 0)


@pytest.mark.parametrize("moment", ["control plane", "services ready"])
def test_an_interrupted_start_cleans_up(bare: Bare, moment: str) -> None:
    """Ctrl-C leaves nothing behind."""
    start = bare.spawn("start", "deploy-service", "--lang", "en")
    wait_for_line(start, f"… {moment}")
    os.killpg(start.pid, signal.SIGINT)
    said = start.communicate(timeout=60)[0].decode()
    assert start.returncode == 130, said
    assert "Traceback" not in said
    assert bare.leftovers() == []


def test_a_killed_start_is_named_and_cleared(bare: Bare) -> None:
    """A start that is killed is shown as interrupted, and `stop` clears what is left of it."""
    start = bare.spawn("start", "deploy-service", "--lang", "en")
    wait_for_line(start, "… services ready")
    kill(start)
    listed = bare.json("status")["attempts"]
    assert [entry["condition"] for entry in listed] == ["interrupted"], listed
    bare.json("stop", listed[0]["id"])
    assert bare.leftovers() == []
