"""The fixture in which a check runs its parts: pytest's own subtests, as far as a check needs them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol


class Subtests(Protocol):
    """Runs the parts of a check one after another; the fixture `subtests`."""

    def test(self, msg: str | None = None, **kwargs: Any) -> AbstractContextManager[None]:
        """Run a part: `with subtests.test("config"):`. What fails in it fails that part only.

        Args:
            msg: The part's name, as declared.
            kwargs: What tells one run of the part from another, for pytest's own report.
        """
