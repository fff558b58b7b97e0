"""Takes the baseline: what a sandbox is like while all is well, for guards to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from grader.judging.observing.baseline import missing_from
from grader.judging.observing.observe import Wants, observe
from grader.model.errors import Code, GraderError
from grader.model.observation import HttpProbe, Observation
from grader.sandbox.protocol import Sandbox
from grader.sandbox.waiting import wait_until

_ANSWERING_S = 10
_PAUSE_S = 0.25


def take_baseline(
    sandbox: Sandbox, wants: Wants | None = None, *, services: Sequence[str] = ()
) -> Observation:
    """Look at a sandbox with its services healthy.

    A service whose pods are ready may call another a moment too early: what a node does with a new pod's address
    reaches its network a little later, later still where many sandboxes start at once. A service that fails to
    answer is therefore asked again, for ten seconds.

    Args:
        sandbox: With its services healthy.
        wants: What checks want to compare besides the objects.
        services: Ids of the services that are there.

    Raises:
        GraderError: judging-failed, where there is not everything to compare with later.
    """
    wanted = wants or Wants()
    asked = [probe for probe in wanted.probes if probe.service in services]
    looks = [observe(sandbox, wanted)]

    def answered() -> bool:
        if not any(_fails(looks[-1], probe) for probe in asked):
            return True
        looks.append(observe(sandbox, wanted))
        return False

    wait_until(answered, timeout_s=_ANSWERING_S, pause_s=_PAUSE_S)
    baseline = looks[-1]
    missing = missing_from(baseline, services)
    if missing:
        raise GraderError(
            Code.JUDGING_FAILED,
            f"the baseline is empty or partial: {missing} could not be seen",
            hint="start the attempt again",
        )
    return baseline


def _fails(seen: Observation, probe: HttpProbe) -> bool:
    answer = seen.probes.get(probe.key)
    return answer is None or answer.status == 0 or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
