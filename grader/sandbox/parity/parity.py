"""Compares the embedded sandbox's node with kind's, in sandboxes that are made for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from grader.model.errors import Code, GraderError
from grader.model.phase import PhaseLog
from grader.sandbox.bench_folder import bench_folder
from grader.sandbox.embedded.provider import EmbeddedProvider
from grader.sandbox.kind.provider import KindProvider
from grader.sandbox.parity.compare import Difference, compare, known_differences
from grader.sandbox.parity.play import play
from grader.sandbox.parity.record import Record
from grader.sandbox.parity.situations import Situation, situations
from grader.sandbox.protocol import SandboxRequest

# A sandbox is made of the services that are asked for; nobody here asks one of them for anything.
_SERVICES = ("geolocation",)
_MORE_LOOKS = 2
_NAMED = 3


@dataclass(frozen=True)
class Parity:
    """How two nodes compare.

    Attributes:
        situations: What was compared.
        records: What each node said, by provider and situation.
        differences: Where they do not say the same.
    """

    situations: Sequence[Situation]
    records: Mapping[str, Mapping[str, Record]]
    differences: Sequence[Difference]

    @property
    def new(self) -> Sequence[Difference]:
        """The differences that nobody has looked at."""
        return tuple(one for one in self.differences if not one.why)

    @property
    def same(self) -> int:
        """How many situations look the same on both."""
        return len(self.situations) - len({one.situation for one in self.differences})

    def to_json(self) -> dict[str, Any]:
        """The comparison as one JSON object."""
        return {
            "situations": [{"name": one.name, "what": one.what} for one in self.situations],
            "same": self.same,
            "differences": [asdict(one) for one in self.differences],
            "records": self.records,
        }


def compare_nodes(log: PhaseLog, names: Sequence[str] = ()) -> Parity:
    """Bring the situations about on both, one after the other.

    What seems to be a new difference is looked at again, twice at most, without the crowd of the others: what is only a matter
    of which pod had to wait for the processor is gone then.

    Args:
        log: Told of the phases.
        names: Of the situations; none for all.

    Raises:
        GraderError: usage, for a name that is none; as starting raises; sandbox-broken.
    """
    chosen = _chosen(names)
    records = _recorded(chosen, log)
    for _ in range(_MORE_LOOKS):
        doubtful = dict.fromkeys(one.situation for one in _differences(records) if not one.why)
        if doubtful:
            some = [*list(doubtful)[:_NAMED], *(["…"] if len(doubtful) > _NAMED else [])]
            note = f"once more ({', '.join(some)}), "
            again = _recorded(_chosen(list(doubtful)), log, note)
            records = {node: {**seen, **again[node]} for node, seen in records.items()}
    return Parity(chosen, records, _differences(records))


def _recorded(
    chosen: Sequence[Situation], log: PhaseLog, note: str = ""
) -> dict[str, Mapping[str, Record]]:
    providers = (EmbeddedProvider(), KindProvider())
    return {one.name: _played(one, chosen, log, f"{note}{one.name}") for one in providers}


def _differences(records: Mapping[str, Mapping[str, Record]]) -> Sequence[Difference]:
    return compare(records["kind"], records["embedded"], known_differences())


def _chosen(names: Sequence[str]) -> Sequence[Situation]:
    there = {one.name: one for one in situations()}
    for name in names:
        if name not in there:
            raise GraderError(
                Code.USAGE,
                f"there is no situation {name}",
                hint="without a name, `grader parity` plays all of them",
                detail=", ".join(there),
            )
    return tuple(there[name] for name in names or there)


def _played(
    provider: EmbeddedProvider | KindProvider,
    chosen: Sequence[Situation],
    log: PhaseLog,
    called: str,
) -> Mapping[str, Record]:
    attempt = f"parity{secrets.token_hex(2)}"
    with bench_folder() as folder:
        request = SandboxRequest(attempt, folder, _SERVICES)
        try:
            with log.phase(f"{called}: sandbox"):
                sandbox = provider.start(request, PhaseLog())
            with log.phase(f"{called}: situations") as note:
                return play(sandbox.cluster.api, chosen, note)
        finally:
            provider.stop(attempt, folder, PhaseLog())
