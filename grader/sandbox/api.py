"""The one place that speaks to a Kubernetes API server.

The `kubernetes` client gives transport, authentication and TLS; its typed models are left aside, as parsing
raw JSON is several times faster and loses no field.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from urllib3.exceptions import HTTPError

from grader.model.errors import Code, GraderError
from grader.model.json_text import read_json
from grader.model.observation import HttpProbe, KubeObject, PodLog, ProbeAnswer
from grader.sandbox.discovery import Listable, listable
from grader.sandbox.environment import read_environment
from grader.sandbox.kubeconfig import read_kubeconfig

_TIMEOUT_S = 10
# An API server that is not busy says in milliseconds whether it is ready.
_READY_S = 5
# They look for the first time a second after its start, and only for what every later start finds there already.
_LATE_HOOKS = ("rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes")
_JSON = "application/json"
_PAGE = 500
_MOST_OBJECTS = 20_000
_MOST_LOG_BYTES = 1_000_000
_READERS = 16
# Kinds that come and go by themselves and say nothing about a candidate's work.
_UNREAD = {"v1/ComponentStatus", "v1/Binding", "events.k8s.io/v1/Event"}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of the API server."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON."""
        return read_json(self.body)


def is_answering(kubeconfig: Path) -> bool:
    """Whether the API server that a kubeconfig names says of itself that it is ready."""
    try:
        return KubeApi(kubeconfig).is_ready()
    except (GraderError, OSError):
        return False


class KubeApi:
    """One cluster, by one credential.

    Args:
        kubeconfig: A kubeconfig that the grader itself wrote, never a candidate's.
    """

    def __init__(self, kubeconfig: Path) -> None:
        # It takes longer to import than most commands take to run.
        from kubernetes import client, config  # noqa: PLC0415

        loaded = read_kubeconfig(kubeconfig)

        def configured() -> client.Configuration:
            # It looks for a proxy in the environment.
            made = client.Configuration()
            config.load_kube_config_from_dict(loaded, client_configuration=made)
            return made

        settings = read_environment(configured)
        settings.retries = False
        # The server is on this machine, wherever a proxy of the environment would look for it.
        settings.proxy = None
        # Bursts of parallel reads must not open and close connections.
        settings.connection_pool_maxsize = 2 * _READERS
        self._client = client.ApiClient(settings)
        self._host = settings.host
        self._resources: dict[str, str] = {}

    def is_ready(self) -> bool:
        """Whether it says of itself that it is ready; the hooks that fill an empty cluster need not have run.

        Raises:
            GraderError: sandbox-broken where the API server can't be reached.
        """
        spared = "&".join(f"exclude=poststarthook/{hook}" for hook in _LATE_HOOKS)
        return self.request("GET", f"/readyz?{spared}", timeout_s=_READY_S).status == HTTPStatus.OK

    def request(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = _TIMEOUT_S,
    ) -> Answer:
        """Send one request; answers of every status come back.

        Raises:
            GraderError: sandbox-broken where the API server can't be reached.
        """
        url = self._host + path + (f"?{urllib.parse.urlencode(query)}" if query else "")
        sent = {"Accept": _JSON, **(headers or {})}
        data = None
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            data = json.dumps(body)
        try:
            answer = self._client.rest_client.pool_manager.request(
                method, url, body=data, headers=sent, timeout=timeout_s, retries=False
            )
        except HTTPError as error:
            raise GraderError(
                Code.SANDBOX_BROKEN,
                "the cluster's API server does not answer",
                where=url,
                hint="grader status",
                detail=str(error),
            ) from error
        # The client's own headers, as their names have no case.
        return Answer(answer.status, answer.data, answer.headers)

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = _JSON) -> Any:
        """The JSON at a path. Raises GraderError sandbox-broken for anything but 200."""
        answer = self.request("GET", path, query=query, headers={"Accept": accept})
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
            raise self._refused("GET", path, answer)
        return answer.json()

    def _as(self, path: str, accept: str) -> Any:
        return self.get(path, accept=accept)

    def apply(self, manifests: str) -> None:
        """Create or update every object of a YAML stream, by server-side apply."""
        for document in yaml.safe_load_all(manifests):
            if document:
                self.apply_object(document)

    def apply_object(self, document: Mapping[str, Any], *, manager: str = "grader") -> None:
        """Create or update one object, by server-side apply under the name of `manager`."""
        path = self.path_of(document)
        answer = self.request(
            "PATCH",
            path,
            body=document,
            query={"fieldManager": manager, "force": "true"},
            headers={"Content-Type": "application/apply-patch+yaml"},
        )
        if answer.status not in {200, 201}:
            raise self._refused("PATCH", path, answer)

    def path_of(self, document: Mapping[str, Any]) -> str:
        """Where an object lives: /api/v1/namespaces/x/pods/y."""
        version, kind = document["apiVersion"], document["kind"]
        resource = self._resource(version, kind)
        root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        namespace = document["metadata"].get("namespace")
        middle = f"/namespaces/{namespace}" if namespace else ""
        return f"{root}{middle}/{resource}/{document['metadata']['name']}"

    def kinds(self) -> list[Listable]:
        """Every kind that can be listed and tells something of a candidate's work.

        Raises:
            GraderError: sandbox-broken where the API server does not say.
        """
        return [k for k in listable(self._as) if f"{k.version}/{k.kind}" not in _UNREAD]

    def objects(self, kinds: Sequence[Listable] | None = None) -> dict[str, list[KubeObject]]:
        """Every object of some kinds, of all by default, by "apiVersion/kind".

        Raises:
            GraderError: sandbox-broken where a kind can't be read, or there are too many objects.
        """
        wanted = self.kinds() if kinds is None else kinds
        with ThreadPoolExecutor(_READERS) as pool:
            lists = pool.map(lambda k: self.listed(k.path, k.version, k.kind), wanted)
            found = {f"{k.version}/{k.kind}": items for k, items in zip(wanted, lists, strict=True)}
        require_readable(found)
        return found

    def listed(
        self, path: str, version: str, kind: str, query: Mapping[str, str] | None = None
    ) -> list[KubeObject]:
        """All objects under a list path, page by page, with apiVersion and kind filled in."""
        items: list[KubeObject] = []
        more = ""
        while True:
            page = {"limit": str(_PAGE), **(query or {}), **({"continue": more} if more else {})}
            document = self.get(path, page)
            items += [{"apiVersion": version, "kind": kind, **item} for item in document["items"]]
            more = document["metadata"].get("continue", "")
            if not more:
                return items
            if len(items) > _MOST_OBJECTS:
                raise GraderError(Code.SANDBOX_BROKEN, "too many objects of one kind", where=path)

    def probe(self, probe: HttpProbe, *, nonce: str) -> ProbeAnswer:
        """Ask a Service through the API server's proxy, which goes to the Service's own endpoints."""
        path = (
            f"/api/v1/namespaces/{probe.namespace}/services/{probe.service}:{probe.port}/proxy"
            f"{probe.path}"
        )
        answer = self.request("GET", path, headers={"X-Grader-Nonce": nonce})
        body = answer.body[:100_000].decode(errors="replace")
        if _from_api_server(answer):
            return ProbeAnswer(0, error=_message(body))
        echoed = answer.headers.get("X-Grader-Nonce", "") == nonce
        return ProbeAnswer(answer.status, body=body, nonce_echoed=echoed)

    def logs(
        self, namespace: str, labels: Mapping[str, str], *, lines: int = 500
    ) -> Sequence[PodLog]:
        """The last lines of every container of the pods with these labels."""
        selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        path = f"/api/v1/namespaces/{namespace}/pods"
        found = []
        for pod in self.listed(path, "v1", "Pod", {"labelSelector": selector}):
            name = pod["metadata"]["name"]
            for container in pod["spec"]["containers"]:
                answer = self.request(
                    "GET",
                    f"{path}/{name}/log",
                    query={
                        "container": container["name"],
                        "tailLines": str(lines),
                        "limitBytes": str(_MOST_LOG_BYTES),
                    },
                )
                if answer.status == HTTPStatus.NOT_FOUND:
                    # The pod went between the two questions.
                    continue
                if answer.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
                    # No log that could not be read may pass for a clean one.
                    raise self._refused("GET", f"{path}/{name}/log", answer)
                # A bad request asks for a container that has not started: it has no log yet.
                started = answer.status == HTTPStatus.OK
                text = answer.body.decode(errors="replace") if started else ""
                found.append(PodLog(name, container["name"], text))
        return found

    def _resource(self, version: str, kind: str) -> str:
        root = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        key = f"{version}/{kind}"
        if key not in self._resources:
            for resource in self.get(root)["resources"]:
                if "/" not in resource["name"]:
                    self._resources[f"{version}/{resource['kind']}"] = resource["name"]
        if key not in self._resources:
            raise GraderError(Code.SANDBOX_BROKEN, f"the cluster knows no {kind}", where=version)
        return self._resources[key]

    def _refused(self, method: str, path: str, answer: Answer) -> GraderError:
        return GraderError(
            Code.SANDBOX_BROKEN,
            f"the cluster's API server answered {answer.status} to {method}",
            where=path,
            detail=_message(answer.body.decode(errors="replace")),
        )


def require_readable(found: Mapping[str, Sequence[KubeObject]]) -> None:
    """Raise GraderError sandbox-broken where a cluster holds more objects than are ever read."""
    total = sum(len(items) for items in found.values())
    if total > _MOST_OBJECTS:
        raise GraderError(
            Code.SANDBOX_BROKEN, f"the cluster holds {total} objects, too many to read"
        )


def _from_api_server(answer: Answer) -> bool:
    """Whether an answer through the proxy is the API server's own: nothing behind it answered."""
    if answer.status not in {400, 403, 404, 500, 502, 503, 504}:
        return False
    try:
        document = answer.json()
    except ValueError:
        return answer.status in {502, 503, 504} and not answer.headers.get("X-Grader-Nonce")
    return isinstance(document, dict) and document.get("kind") == "Status"


def _message(body: str) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body[:1000]
