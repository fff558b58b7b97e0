"""Makes of one event of the API server's audit log the little that is kept of it.

Little of Python's own library, as for the recorder. What an event holds may have been chosen by a candidate, so every text is
made printable and short, and of what was sent only places are kept, with values that can't be secret.
"""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_TEXT = 120
_NAME = 253
_CHANGED = 12
_DEEP = 12
# What says nothing of the work, or repeats all of it.
_LEFT_OUT = frozenset({"apiVersion", "kind", "status"})
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_SECRET = frozenset({"secrets", "configmaps", "serviceaccounts/token"})


def condensed(event: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an event, as JSON data: the fields of `AuditWrite`, and `id` and `stage`."""
    about = _mapping(event.get("objectRef"))
    resource, group = _text(about.get("resource")), _text(about.get("apiGroup"))
    subresource = _text(about.get("subresource"))
    verb = _text(event.get("verb"))
    kept = {
        "id": _text(event.get("auditID")),
        "stage": _text(event.get("stage")),
        "at": _text(event.get("requestReceivedTimestamp")),
        "user": _user(event),
        "verb": verb,
        "resource": f"{resource}.{group}" if group else resource or _text(event.get("requestURI")),
        "namespace": _text(about.get("namespace")),
        "name": _text(about.get("name"), _NAME),
        "subresource": subresource,
        "code": _code(event),
        "agent": _text(event.get("userAgent")).partition("/")[0].partition(" ")[0],
        "dry_run": "dryRun=" in str(event.get("requestURI") or ""),
    }
    secret = bool({resource, f"{resource}/{subresource}"} & _SECRET)
    if not secret and (verb == "patch" or subresource == "scale"):
        kept["changed"] = _changed(event.get("requestObject"))
    return {key: value for key, value in kept.items() if value not in ("", [], False)}


def _user(event: Mapping[str, Any]) -> str:
    name = _text(_mapping(event.get("user")).get("username"))
    other = _text(_mapping(event.get("impersonatedUser")).get("username"))
    return f"{name} as {other}" if other else name


def _code(event: Mapping[str, Any]) -> int:
    code = _mapping(event.get("responseStatus")).get("code")
    return code if isinstance(code, int) else 0


def _changed(sent: Any) -> list[str]:
    if isinstance(sent, Mapping) and {"apiVersion", "kind"} <= sent.keys():
        # A whole object, as Helm and `kubectl apply --server-side` send it: it does not tell what is new in it.
        return []
    found: list[str] = []
    for place in _json_patch(sent) if isinstance(sent, list) else _places(sent, "", 0):
        if len(found) == _CHANGED:
            found.append("…")
            break
        if place not in found:
            found.append(place)
    return found


def _json_patch(operations: list[Any]) -> Iterator[str]:
    for operation in operations:
        step = _mapping(operation)
        path = _text(step.get("path")).strip("/").replace("/", ".")
        if path and step.get("op") != "test":
            yield _told(path.replace("~1", "/").replace("~0", "~"), step.get("value"))


def _places(sent: Any, above: str, depth: int) -> Iterator[str]:
    """The places in a patch, down to its leaves: "spec.template.spec.containers[app].image=…"."""
    if depth > _DEEP:
        yield above
    elif isinstance(sent, Mapping):
        for key, value in sent.items():
            name = _text(key)
            if name.startswith("$") or name == _LAST_APPLIED or (not above and name in _LEFT_OUT):
                continue
            yield from _places(value, f"{above}.{name}" if above else name, depth + 1)
    elif isinstance(sent, list) and sent and all(isinstance(one, Mapping) for one in sent):
        for number, one in enumerate(sent):
            name = _text(one.get("name"), _NAME) or str(number)
            rest = {key: value for key, value in one.items() if key != "name"}
            yield from _places(rest, f"{above}[{name}]", depth + 1)
    elif above not in {"", "metadata.name", "metadata.namespace"}:
        yield _told(above, sent)


def _told(place: str, value: Any) -> str:
    """A place with its value, where that is a number, a switch, or an image."""
    place = _text(place, _NAME)
    if value is None or isinstance(value, bool):
        return f"{place}={'null' if value is None else str(value).lower()}"
    if isinstance(value, int | float):
        return f"{place}={value}"[: _NAME + _TEXT]
    if isinstance(value, str) and place.endswith(".image"):
        return f"{place}={_text(value)}"
    return place


def _text(value: Any, limit: int = _TEXT) -> str:
    if value is None:
        return ""
    text = str(value)[: limit + 1]
    text = "".join(letter if letter.isprintable() else "�" for letter in text)
    return text if len(text) <= limit else f"{text[:limit]}…"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
