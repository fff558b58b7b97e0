"""Turns the signals that end a program into one exception, once, and keeps them off its cleanup."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """A person or the system wants this command to end.

    Args:
        name: The signal's name, "SIGTERM".
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Interrupts:
    """While entered: the first signal raises `Interrupted`; each later one is only answered by `say`.

    So the cleanup that follows the first one runs to its end, whoever loses patience. Outside the main thread,
    where Python delivers no signals, it does nothing.

    Args:
        say: Called with a message for the person, in the place where a signal no longer raises.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._shielded = False
        self._received = ""
        self._before: dict[signal.Signals, Any] = {}

    def shield(self) -> None:
        """From here on no signal raises: what follows must not be cut off."""
        self._shielded = True

    def raise_if_received(self) -> None:
        """Raise `Interrupted` where a signal came: what ran meanwhile (pytest) may have swallowed the first one."""
        if self._received:
            raise Interrupted(self._received)

    def __enter__(self) -> Self:
        """Take over the signals."""
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                # A signal that the parent had ignored (nohup) stays ignored.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self._shielded:
            self._say("already ending: what was started is being cleared, please wait")
            return
        self._shielded = True
        self._received = signal.Signals(number).name
        raise Interrupted(self._received)
