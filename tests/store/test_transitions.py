"""Transitions, asked for in any order."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from grader.model.attempt import TRANSITIONS, AttemptState
from grader.model.errors import Code, GraderError
from grader.store.attempts import AttemptStore, Change
from grader.store.audit import audit_trail
from grader.store.database import Database

from .samples import ATTEMPT


class Transitions(RuleBasedStateMachine):
    """Whatever is asked in whatever order, only the model's transitions happen, each with its audit row."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(Path(self.folder.name) / "grader.db")
        self.store = AttemptStore(self.database)
        self.store.create(ATTEMPT, who="examiner")
        self.path = [AttemptState.STARTING]

    @rule(to=st.sampled_from(AttemptState))
    def ask(self, to: AttemptState) -> None:
        """Ask for any state."""
        change = Change(to, "examiner", "now")
        if to in TRANSITIONS[self.path[-1]]:
            self.store.change(ATTEMPT.id, change)
            self.path.append(to)
            return
        with pytest.raises(GraderError) as caught:
            self.store.change(ATTEMPT.id, change)
        assert caught.value.code is Code.ATTEMPT_STATE

    @invariant()
    def state_is_the_last(self) -> None:
        """The stored state is the one that the last granted change led to."""
        assert self.store.get(ATTEMPT.id).state is self.path[-1]

    @invariant()
    def trail_is_the_path(self) -> None:
        """The audit rows, read in order, are the path that was taken, without a gap."""
        trail = audit_trail(self.database, ATTEMPT.id)
        assert [entry.to_state for entry in trail] == [state.value for state in self.path]
        assert [entry.from_state for entry in trail[1:]] == [e.to_state for e in trail[:-1]]

    def teardown(self) -> None:
        """Remove the file."""
        self.folder.cleanup()


TestTransitions = Transitions.TestCase
TestTransitions.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)
