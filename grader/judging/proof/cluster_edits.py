"""Makes objects of a running sandbox different, with kubectl at the workstation, and puts them back.

It is done with the candidate's own rights: what the candidate could not have done is no work to be judged.
"""

from __future__ import annotations

import copy
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.checks.redaction import is_redacted
from grader.judging.proof.difference import Key
from grader.judging.proof.mutant import Edit, without_identity
from grader.sandbox.protocol import Completed, Workstation

_LIMIT_S = 120

Found = dict[str, Any] | None


class Refused(Exception):  # noqa: N818 - no error of the program: the cluster does not allow the edit
    """The cluster, or the candidate's rights, do not allow an edit.

    Args:
        why: What kubectl said.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Done:
    """Edits that were made.

    Attributes:
        before: Each object as it was, in the order of the edits; None where there was none.
    """

    before: tuple[tuple[Key, Found], ...]


def edit(workstation: Workstation, edits: Sequence[Edit]) -> Done:
    """Make the edits, or none of them.

    Raises:
        Refused: One of them is not allowed; those before it are undone.
    """
    before: list[tuple[Key, Found]] = []
    try:
        for one in edits:
            old = read(workstation, one.key)
            new = one.change(copy.deepcopy(old))
            before.append((one.key, old))
            write(workstation, one.key, old, new)
    except Refused:
        undo(workstation, Done(tuple(before)))
        raise
    return Done(tuple(before))


def undo(workstation: Workstation, done: Done) -> None:
    """Put every object back. Raises Refused where that is not allowed."""
    for key, old in reversed(done.before):
        write(workstation, key, read(workstation, key), old)


def read(workstation: Workstation, key: Key) -> Found:
    """An object as the candidate may read it; None where there is none. Raises Refused."""
    done = kubectl(workstation, "get --ignore-not-found -o json", _stub(key))
    if not done.stdout.strip():
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(workstation: Workstation, key: Key, old: Found, new: Found) -> None:
    """Have the new object in the old one's place. Raises Refused."""
    if new is None:
        if old is not None:
            kubectl(workstation, "delete --ignore-not-found --wait=true", _stub(key))
        return
    if _is_hashed(new):
        raise Refused(f"the values of {key[2]} are hashed: they can't be written back")
    kubectl(workstation, "create" if old is None else "replace", without_identity(new))


def kubectl(workstation: Workstation, words: str, content: Mapping[str, Any]) -> Completed:
    """Run kubectl on an object given as JSON. Raises Refused where it ends with an error."""
    # Without an engine the workstation's folder for such files is this machine's own: no name twice.
    file = f"/tmp/.proof-{secrets.token_hex(8)}.json"  # noqa: S108
    workstation.write(file, json.dumps(content).encode())
    script = f"kubectl {words} -f {file}; code=$?; rm -f {file}; exit $code"
    done = workstation.run(script, timeout_s=_LIMIT_S)
    if done.exit_code:
        raise Refused((done.stderr.strip() or done.stdout.strip())[-500:])
    return done


def _stub(key: Key) -> dict[str, Any]:
    """As much of an object as names it."""
    api, _, kind = key[0].rpartition("/")
    metadata = {"name": key[2], **({"namespace": key[1]} if key[1] else {})}
    return {"apiVersion": api, "kind": kind, "metadata": metadata}


def _is_hashed(found: Mapping[str, Any]) -> bool:
    values = (found.get("data") or {}).values()
    return found.get("kind") == "Secret" and any(is_redacted(str(value)) for value in values)
