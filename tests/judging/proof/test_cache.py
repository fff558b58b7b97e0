"""What was shown once is not shown again, as long as nothing that it rests on has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judging.proof import cache
from grader.judging.proof.claims import Group
from grader.model.verdict import Verdict
from tests.judging.proof.small import GUARD, Small

GROUPS = frozenset({Group.UNTOUCHED, Group.RIGHT, Group.WRONG})


@pytest.fixture
def proved(small: Small) -> Small:
    """A scenario of which everything about its answers was shown."""
    small.groups = GROUPS
    assert small.one().verdict is Verdict.PASSED
    return again(small)


def again(small: Small) -> Small:
    """The same scenario, to be proved once more."""
    small.sandboxes = replace(small.sandboxes, lent=[], closed=0, used_by=set())
    return small


def test_nothing_is_started_for_what_is_known(proved: Small) -> None:
    """The second proof of the same content takes no sandbox, and its claims say where they come from."""
    proof = proved.one()
    assert proved.sandboxes.lent == []
    assert proof.verdict is Verdict.PASSED
    assert all(claim.cached for claim in proof.claims)


def test_a_changed_answer_is_shown_anew(proved: Small) -> None:
    """A change of one answer costs that answer's sandbox and no other."""
    proved.answers["wrong-one"] += "# another comment\n"
    proof = proved.one()
    assert len(proved.sandboxes.lent) == 1
    assert [c.name for c in proof.claims if not c.cached] == ["wrong-one"]


def test_a_quick_proof_does_not_stand_for_a_fresh_sandbox(small: Small) -> None:
    """What it showed in a sandbox that may have been reset is shown again in one that was made for it."""
    small.groups, small.quick = GROUPS, True
    assert small.one().verdict is Verdict.PASSED
    assert not any(lease.fresh for lease in small.sandboxes.lent)
    again(small).quick = False
    proof = small.one()
    assert [claim.name for claim in proof.claims if claim.cached] == ["wrong-one"]
    (untouched,) = proof.of(Group.UNTOUCHED)
    assert not untouched.cached
    assert any(lease.fresh for lease in small.sandboxes.lent)


def test_a_copied_answer_keeps_its_own_name(proved: Small) -> None:
    """An answer of the same content as another is another: its claim is told by its own name."""
    proved.answers["wrong-two"] = proved.answers["wrong-one"]
    assert [c.name for c in proved.one().of(Group.WRONG)] == ["wrong-one", "wrong-two"]


def test_a_changed_check_is_shown_anew(proved: Small) -> None:
    """A change of a check makes everything be shown again."""
    proved.checks["guard"] = GUARD.replace('en="rest"', 'en="the rest"')
    assert not any(claim.cached for claim in proved.one().claims)


def test_a_statement_does_not_matter(proved: Small) -> None:
    """A change of another file than checks, faults and answers costs nothing: statements decide no verdict."""
    folder = proved.folder / "scenarios" / "small"
    before = cache.checks_digest(folder)
    (folder / "statement.en.md").write_text("Other words\n", encoding="utf-8")
    assert cache.checks_digest(folder) == before


def test_another_grader_shows_anew(proved: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other code, charts, images or tools make everything be shown again."""
    monkeypatch.setattr(cache, "surroundings_digest", lambda: "other")
    assert not any(claim.cached for claim in proved.one().claims)


def test_failures_are_looked_at_anew(small: Small) -> None:
    """What could not be shown is tried again at the next proof."""
    small.groups = frozenset({Group.WRONG})
    small.answers["wrong-one"] = "# expects: failed=pods points=1\ndeploy one pod\n"
    assert small.one().verdict is Verdict.FAILED
    again(small).one()
    assert len(small.sandboxes.lent) == 1


def test_a_damaged_entry_is_no_entry(proved: Small) -> None:
    """A file in the cache that can't be read is made again."""
    for file in (proved.folder / "cache").iterdir():
        file.write_bytes(b"\x1f\x8bbroken")
    assert proved.one().verdict is Verdict.PASSED
    assert proved.sandboxes.lent
