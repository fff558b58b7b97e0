"""Makes a running sandbox's workstation anew: nothing of what was there, or ran there, is left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from signal import SIGKILL

from grader.model.errors import Code, GraderError
from grader.sandbox.audit.watch import recorders
from grader.sandbox.embedded.emptying import empty
from grader.sandbox.embedded.places import Places
from grader.sandbox.embedded.running import (
    processes_at_workstation,
    supervisor,
    workstation_space,
)
from grader.sandbox.embedded.supervisor import ON_PURPOSE
from grader.sandbox.embedded.workstation_files import fill, make_data_mount, make_places
from grader.sandbox.waiting import wait_until

_GONE_S = 10.0
_THERE_S = 60.0
_LOOK_S = 0.01


def renew(places: Places, tools: dict[str, Path], on_silence: Callable[[], None]) -> None:
    """Make the workstation of a running sandbox anew; only the candidate's credential is not in it yet.

    Args:
        places: The sandbox.
        tools: What the candidate types with.
        on_silence: Called once nothing runs there any more.

    Raises:
        GraderError: sandbox-broken, where something that runs there does not end, or the new one does not come.
    """
    enclosed = places.enclosure.exists()
    space = workstation_space(places) if enclosed else 0
    holder = _holder(places) if enclosed else 0
    if enclosed and not space:
        raise _broken(places, "the workstation is not there")
    # Who holds the place goes last: as long as it is there, what it shows can be taken away from under it.
    _end_all(places, space, spared=holder)
    empty(places.workstation)
    make_places(places)
    if enclosed:
        make_data_mount(places)
        known = supervisor(places)
        if known is None or not known.alive:
            raise _broken(places, "its programs do not run")
        known.signal(ON_PURPOSE)
        _end_all(places, space)
    on_silence()
    fill(places, tools, enclosed=enclosed)
    if enclosed and not wait_until(
        partial(_is_another, places, holder), timeout_s=_THERE_S, pause_s=_LOOK_S
    ):
        raise _broken(places, "the workstation did not start again")


def _end_all(places: Places, space: int, spared: int = 0) -> None:
    own = [one.pid for one in recorders(places.audit)]

    def nothing_left() -> bool:
        left = [one for one in processes_at_workstation(places, space, own) if one.pid != spared]
        for one in left:
            one.signal(SIGKILL)
        return not left

    if not wait_until(nothing_left, timeout_s=_GONE_S, pause_s=_LOOK_S):
        raise _broken(places, "something at the workstation does not end")


def _holder(places: Places) -> int:
    """The number of the process that holds the place; 0 where none is known."""
    try:
        return int(places.holder.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0


def _is_another(places: Places, holder: int) -> bool:
    return _holder(places) not in {0, holder} and bool(workstation_space(places))


def _broken(places: Places, what: str) -> GraderError:
    return GraderError(
        Code.SANDBOX_BROKEN,
        what,
        where=str(places.logs / "workstation.log"),
        hint="grader start again",
    )
