"""Everything of an attempt can be found by name alone."""

from __future__ import annotations

from grader.sandbox.names import Names


def test_the_parts_of_an_attempt() -> None:
    """Node, workstation and network of an attempt are named after it; the node as kind names it."""
    names = Names("x7k2p9")
    assert names.cluster == "grader-x7k2p9"
    assert names.node == "grader-x7k2p9-control-plane"
    assert names.workstation == "grader-x7k2p9-workstation"
    assert names.network == "grader-x7k2p9"


def test_no_part_of_one_attempt_begins_like_the_containers_of_another() -> None:
    """A clean-up by prefix takes an attempt's own containers only, even where one id begins with another."""
    one, other = Names("abc"), Names("abcd")
    prefix = one.cluster + "-"
    assert one.node.startswith(prefix)
    assert one.workstation.startswith(prefix)
    assert not other.node.startswith(prefix)
    assert not other.workstation.startswith(prefix)
