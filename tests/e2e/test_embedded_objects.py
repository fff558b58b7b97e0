"""On a real store: what is remembered of a cluster is what its API server says now, whatever was done to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from signal import Signals

import pytest

from grader.exam.identity import new_attempt_id
from grader.model.observation import KubeObject
from grader.model.phase import PhaseLog
from grader.sandbox.embedded.known_objects import Objects
from grader.sandbox.embedded.provider import EmbeddedProvider, EmbeddedSandbox
from grader.sandbox.embedded.running import program
from grader.sandbox.embedded.seldom_written import SELDOM_WRITTEN
from grader.sandbox.protocol import SandboxRequest
from grader.sandbox.reset.origin import ORIGIN
from grader.sandbox.waiting import wait_until

pytestmark = pytest.mark.engine

_SERVICES = ("audio", "game")
_SETTLED_S = 60.0
# They are written to without end: two reads one after the other may well differ.
_NEVER_STILL = {"coordination.k8s.io/v1/Lease"}
_TOYS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: lamps.toys.example}
spec:
  group: toys.example
  names: {kind: Lamp, plural: lamps}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
"""
_LAMP = (
    "{apiVersion: toys.example/v1, kind: Lamp, metadata: {name: l, namespace: default}, lit: %s}"
)
_OF_EVERY_PLACE = """
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i, namespace: default},
 spec: {defaultBackend: {service: {name: x, port: {number: 80}}}}}
---
{apiVersion: v1, kind: ReplicationController, metadata: {name: r, namespace: default},
 spec: {replicas: 0, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: x}]}}}}
---
{apiVersion: v1, kind: Service, metadata: {name: s, namespace: default}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Endpoints, metadata: {name: s, namespace: default}}
---
{apiVersion: v1, kind: LimitRange, metadata: {name: l, namespace: default}, spec: {limits: []}}
---
{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: c}, provisioner: nobody.example}
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: p}, value: 1}
---
{apiVersion: batch/v1, kind: CronJob, metadata: {name: c, namespace: default}, spec: {schedule: "0 0 1 1 *",
 jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: x}]}}}}}}
"""


@pytest.fixture(scope="module")
def provider() -> EmbeddedProvider:
    """One for all of them, as in a proof."""
    return EmbeddedProvider()


@pytest.fixture(scope="module")
def request_(tmp_path_factory: pytest.TempPathFactory) -> SandboxRequest:
    """A sandbox of two services."""
    folder = Path(tmp_path_factory.mktemp("objects"))
    folder.chmod(0o700)
    return SandboxRequest(new_attempt_id(lambda _: False), folder, _SERVICES)


@pytest.fixture(scope="module")
def sandbox(provider: EmbeddedProvider, request_: SandboxRequest) -> Iterator[EmbeddedSandbox]:
    """It runs until the last test is over."""
    try:
        yield provider.start(request_, PhaseLog())
    finally:
        provider.stop(request_.attempt, request_.folder, PhaseLog())


def _without_the_restless(found: Objects) -> dict[str, Sequence[KubeObject]]:
    return {kind: objects for kind, objects in found.items() if kind not in _NEVER_STILL}


def _is_as_the_server_says(sandbox: EmbeddedSandbox) -> bool:
    """Whether both ways of reading agree; where something happens in between they do not."""
    known = sandbox.cluster.known
    one, other = known.read(), known.api.objects()
    return _without_the_restless(one) == _without_the_restless(other)


def _unvouched(sandbox: EmbeddedSandbox) -> frozenset[str]:
    """The kinds that the store does not vouch for; also those for a moment that are written to while they are read."""
    sandbox.cluster.known.read()
    return sandbox.cluster.known.unvouched()


def test_at_rest_nothing_is_read_again(
    sandbox: EmbeddedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store vouches for every kind: only the leases are asked for, every few seconds.

    A controller may still have something to write, an event for one: then it is not yet at rest.
    """
    known = sandbox.cluster.known
    asked: set[str] = set()
    listed = known.api.listed

    def noted(path: str, version: str, kind: str) -> list[KubeObject]:
        asked.add(f"{version}/{kind}")
        return listed(path, version, kind)

    monkeypatch.setattr(known.api, "listed", noted)

    def is_at_rest() -> bool:
        asked.clear()
        for _ in range(5):
            known.read()
        return asked <= _NEVER_STILL

    assert wait_until(is_at_rest, timeout_s=_SETTLED_S), f"read again: {asked - _NEVER_STILL}"


@pytest.mark.parametrize(
    "typed",
    [
        "kubectl -n pivori-production delete deployment audio",
        "kubectl -n pivori-production scale deployment game --replicas=1",
        'kubectl -n pivori-production patch configmap game-config -p \'{"data":{"A":"b"}}\'',
        "kubectl create configmap c && kubectl delete configmap c",
        "helm -n pivori-production uninstall audio --ignore-not-found",
        "true",
    ],
)
def test_what_a_candidate_does_is_seen(typed: str, sandbox: EmbeddedSandbox) -> None:
    """Changed, made, taken away."""
    sandbox.cluster.objects()
    sandbox.workstation.run(typed)
    assert wait_until(lambda: _is_as_the_server_says(sandbox), timeout_s=_SETTLED_S)


def test_every_place_of_the_store_is_known(sandbox: EmbeddedSandbox) -> None:
    """Also those that are not named after their kind, and what comes and goes with a definition of its own."""
    sandbox.cluster.objects()
    api = sandbox.cluster.api
    api.apply(_OF_EVERY_PLACE)
    assert wait_until(lambda: _is_as_the_server_says(sandbox), timeout_s=_SETTLED_S)
    api.apply(_TOYS)
    lamps = "/apis/toys.example/v1/namespaces/default/lamps"
    assert wait_until(lambda: api.request("GET", lamps).status == 200, timeout_s=_SETTLED_S)
    for lit in ("true", "false"):
        api.apply(_LAMP % lit)
        found = sandbox.cluster.objects()["toys.example/v1/Lamp"]
        assert [str(one["lit"]).lower() for one in found] == [lit]
    assert wait_until(lambda: _is_as_the_server_says(sandbox), timeout_s=_SETTLED_S)
    assert wait_until(lambda: not _unvouched(sandbox), timeout_s=_SETTLED_S)
    api.request(
        "DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/lamps.toys.example"
    )
    # For a moment its API server says that there are lamps, and has none to list.
    assert wait_until(
        lambda: "Lamp" not in {kind.kind for kind in api.kinds()}, timeout_s=_SETTLED_S
    )
    assert "toys.example/v1/Lamp" not in sandbox.cluster.objects()


def test_what_the_server_keeps_beside_the_store(sandbox: EmbeddedSandbox) -> None:
    """Nothing of the kinds that are seldom written, each of which there is; of what a look asks for, all."""
    api = sandbox.cluster.api
    there = {
        (kind.version.rpartition("/")[0], kind.path.rpartition("/")[2]) for kind in api.kinds()
    }
    seldom = {(group, kind) for group, kinds in SELDOM_WRITTEN.items() for kind in kinds}
    assert seldom <= there
    told = api.request("GET", "/metrics").body.decode()
    kept = set(
        re.findall(
            r'^apiserver_watch_cache_initializations_total{group="(.*?)",resource="(.*?)"}',
            told,
            re.MULTILINE,
        )
    )
    assert not seldom & kept
    assert {("", "pods"), ("", "secrets"), ("apps", "deployments"), ("apps", "replicasets")} <= kept


def test_who_watches_what_is_kept_nowhere_else_is_told(sandbox: EmbeddedSandbox) -> None:
    """A candidate who waits for a Job or an autoscaler sees it come, change and go, as of any other kind."""
    typed = f"""
      kubectl get hpa -n pivori-production -w --output-watch-events --no-headers >/tmp/seen & watching=$!
      kubectl autoscale deployment game -n pivori-production --min=1 --max=2 --name=watched >/dev/null
      kubectl patch hpa watched -n pivori-production -p '{{"spec":{{"maxReplicas":3}}}}' >/dev/null
      kubectl delete hpa watched -n pivori-production >/dev/null
      for _ in $(seq {10 * _SETTLED_S:.0f}); do
        if grep -q DELETED /tmp/seen; then break; fi
        sleep 0.1
      done
      kill $watching
      cut -d ' ' -f 1 /tmp/seen | uniq"""
    told = sandbox.workstation.run(typed, timeout_s=2 * _SETTLED_S)
    assert told.stdout.split() == ["ADDED", "MODIFIED", "DELETED"], told.stderr


def test_a_store_that_was_killed_is_asked_again(sandbox: EmbeddedSandbox) -> None:
    """While it is away nothing is taken from memory; it comes back with what it had."""
    sandbox.cluster.objects()
    places = sandbox.workstation.places
    etcd = program(places, "etcd")
    assert etcd is not None
    etcd.signal(Signals.SIGKILL)
    assert wait_until(lambda: program(places, "etcd") not in {None, etcd}, timeout_s=_SETTLED_S)
    assert wait_until(
        lambda: sandbox.workstation.run("kubectl create configmap after-it").exit_code == 0,
        timeout_s=_SETTLED_S,
    )
    assert wait_until(lambda: _is_as_the_server_says(sandbox), timeout_s=_SETTLED_S)


def test_what_is_known_is_of_one_control_plane(
    sandbox: EmbeddedSandbox, provider: EmbeddedProvider, request_: SandboxRequest
) -> None:
    """It outlives a reset, and ends with the programs: those that come after count their revisions from the same start."""
    assert provider.open(request_.attempt, request_.folder).cluster.known is sandbox.cluster.known
    again = provider.reset(request_, PhaseLog())
    assert again.cluster.known is sandbox.cluster.known
    assert wait_until(lambda: _is_as_the_server_says(again), timeout_s=_SETTLED_S)
    (sandbox.workstation.places.root / ORIGIN).unlink()
    anew = provider.reset(request_, PhaseLog())
    assert anew.cluster.known is not sandbox.cluster.known
    assert wait_until(lambda: _is_as_the_server_says(anew), timeout_s=_SETTLED_S)
