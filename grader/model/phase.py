"""The phases of a long operation and how long each took."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum

from grader.model.text import Bilingual, Language

Note = str | Bilingual
"""How a phase gets on; in one language only where no candidate reads it."""


class PhaseState(StrEnum):
    """Where a phase stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Phase:
    """One phase; times are seconds on the monotonic clock, counted from the log's start."""

    name: str
    started_s: float
    ended_s: float | None = None
    state: PhaseState = PhaseState.RUNNING
    note: Note = ""

    def note_in(self, language: Language) -> str:
        """The note in one language, if it has both."""
        return self.note if isinstance(self.note, str) else self.note.in_(language)

    @property
    def seconds(self) -> float:
        """How long it took; 0.0 while it runs."""
        return 0.0 if self.ended_s is None else self.ended_s - self.started_s


@dataclass
class PhaseLog:
    """Records phases, which may overlap in threads, and tells a watcher of each change."""

    on_change: Callable[[Phase], None] = lambda _phase: None
    phases: list[Phase] = field(default_factory=list)
    _origin_s: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def phase(self, name: str) -> Iterator[Callable[[Note], None]]:
        """Time the block as a phase; call what is yielded to note progress on it."""
        with self._lock:
            place = len(self.phases)
            self.phases.append(Phase(name, self._now_s()))
            current = self.phases[place]
        self.on_change(current)

        def note(text: Note) -> None:
            self._update(place, note=text)

        try:
            yield note
        except BaseException:
            self._update(place, ended_s=self._now_s(), state=PhaseState.FAILED)
            raise
        self._update(place, ended_s=self._now_s(), state=PhaseState.DONE)

    @property
    def total_s(self) -> float:
        """From the log's start to the last phase's end."""
        return max((p.ended_s for p in self.phases if p.ended_s is not None), default=0.0)

    def _now_s(self) -> float:
        return time.monotonic() - self._origin_s

    def _update(
        self,
        place: int,
        *,
        note: Note | None = None,
        ended_s: float | None = None,
        state: PhaseState | None = None,
    ) -> None:
        with self._lock:
            old = self.phases[place]
            new = replace(
                old,
                note=old.note if note is None else note,
                ended_s=old.ended_s if ended_s is None else ended_s,
                state=old.state if state is None else state,
            )
            self.phases[place] = new
        self.on_change(new)
