"""The proof of a scenario: it holds where all is well, and says which and why where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.judging.proof import trial
from grader.judging.proof.claims import Ground, Group
from grader.judging.proof.scenario_trials import QUICK
from grader.model.errors import Code, GraderError
from grader.model.verdict import Verdict
from tests.judging.proof.simulated import SimulatedWorkstation
from tests.judging.proof.small import COMMANDS, PODS, Small, deploy, problems

ANSWERS = frozenset({Group.UNTOUCHED, Group.RIGHT, Group.WRONG, Group.TEARDOWN})


def only(*groups: Group) -> frozenset[Group]:
    """These groups of claims."""
    return frozenset(groups)


def test_a_good_scenario_is_proved(small: Small) -> None:
    """Every claim of every group holds, each right answer was typed twice, every mutant loses points."""
    proof = small.one()
    assert problems(proof) == []
    assert proof.verdict is Verdict.PASSED
    # Nothing is drawn, so there are no draws to be shown.
    assert {claim.group for claim in proof.claims} == set(Group) - {Group.DRAWS}
    assert [claim.name for claim in proof.of(Group.RIGHT)] == sorted(
        [
            "right-other, first time",
            "right-other, second time",
            "right-way, first time",
            "right-way, second time",
        ],
        key=[claim.name for claim in proof.of(Group.RIGHT)].index,
    )
    assert proof.survived == 0
    assert proof.killed > 30
    assert {claim.ground for claim in proof.of(Group.MUTANTS)} == set(Ground)
    assert {claim.ground for claim in proof.of(Group.REWRITES)} == set(Ground)
    assert proof.warnings == ()
    assert proof.goals == ("two pods", "one Service")
    assert all(check.failed_by for check in proof.checks)
    assert small.sandboxes.closed >= 1


def test_each_right_answer_has_a_fresh_sandbox_once(small: Small) -> None:
    """Untouched and each right answer's first time are shown in sandboxes made for them; the rest may be reset ones."""
    small.one()
    assert [lease.fresh for lease in small.sandboxes.lent].count(True) == 2
    assert len(small.sandboxes.lent) > 4


def test_check_that_asks_for_no_work(small: Small) -> None:
    """A check that passes on the untouched sandbox is named."""
    small.checks["idle"] = """
@check(points=10, fr="rien", en="idle")
def test_idle(cluster):
    expect(cluster.deployment("routing").exists, yes(), where="w", fr="f", en="e")
"""
    small.groups = only(Group.UNTOUCHED)
    proof = small.one()
    assert proof.verdict is Verdict.FAILED
    assert proof.of(Group.UNTOUCHED)[0].reasons == (
        "check idle passes on the untouched sandbox: it asks for no work",
        "the untouched sandbox earns 12 points",
    )


def test_guard_that_fails_from_the_start(small: Small) -> None:
    """A guard that does not hold on the untouched sandbox is named, with what it saw."""
    small.checks["guard"] = """
@check(points=10, guard=True, fr="reste", en="rest")
def test_rest(cluster):
    expect(cluster.deployment("routing").replicas, equal_to(7), where="replicas", fr="f", en="e")
"""
    small.groups = only(Group.UNTOUCHED)
    (problem,) = problems(small.one())
    assert (
        "guard rest fails on the untouched sandbox: expected 7, seen 1, where replicas" in problem
    )


def test_right_answer_that_loses_points(small: Small) -> None:
    """A right answer that does not get full points is named with the check, what it saw and the points."""
    small.answers["right-other"] = "deploy one pod\n"
    small.groups = only(Group.RIGHT)
    first, second = problems(small.one())
    assert first.startswith("right right-other, first time: check pods fails (10 points lost): ")
    assert "expected 2, seen 1, where" in first
    assert second.startswith("right right-other, second time: ")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "# expects: failed=pods,config points=37\ndeploy one pod\n",
            "check config passes and is declared to fail",
        ),
        (
            "# expects: failed=pods points=30\ndeploy one pod\n",
            "37 points are earned, 30 are declared",
        ),
        (
            "# expects: failed=pods points=0\ntrue\n",
            "check service fails and is not declared to: expected ",
        ),
    ],
)
def test_wrong_answer_that_differs(small: Small, script: str, why: str) -> None:
    """A wrong answer that gets other verdicts or points than it declares is named, with each difference."""
    small.answers["wrong-one"] = script
    small.groups = only(Group.WRONG)
    (problem,) = problems(small.one())
    assert problem.startswith("wrong wrong-one: ")
    assert why in problem


def test_surviving_mutant(small: Small) -> None:
    """Where a check forgets what it should look at, the mutants that survive are named, and are too many."""
    small.checks["pods"] = """
@check(points=10, fr="pods", en="pods")
def test_pods(cluster):
    expect(cluster.deployment("geolocation").exists, yes(), where="w", fr="f", en="e")
"""
    small.groups = only(Group.MUTANTS)
    proof = small.one()
    assert proof.verdict is Verdict.FAILED
    survivors = {c.name: c for c in proof.claims if c.verdict is Verdict.FAILED}
    assert set(survivors) == {
        "Deployment/geolocation replicas 2 is 1",
        "Deployment/geolocation image of geolocation is release 2.4.2",
    }
    assert {claim.ground for claim in survivors.values()} == {Ground.CLUSTER}
    assert {claim.reasons for claim in survivors.values()} == {("no check loses a point",)}
    # On the record nobody looks at the number either; on the cluster nothing answers any more.
    zero = next(c for c in proof.claims if c.name == "Deployment/geolocation replicas 2 is 0")
    assert (zero.verdict, zero.ground, zero.failed) == (
        Verdict.PASSED,
        Ground.CLUSTER,
        ("service",),
    )


def test_rewrite_that_loses_points(small: Small) -> None:
    """A check that demands a spelling is named, with the rewrite that it refuses."""
    small.checks["pods"] = (
        PODS
        + """
    expect(deployment.field("spec", "template", "spec", "containers", 0, "image"),
           equal_to("registry.pivori.internal/studio/geolocation:2.4.1"), where="i", fr="f", en="e")
"""
    )
    small.groups = only(Group.REWRITES)
    (problem,) = problems(small.one())
    assert problem.startswith(
        "rewrites images with registry and digest: check pods fails (10 points lost): expected "
    )


def test_teardown_that_leaves_something(small: Small) -> None:
    """What a sandbox leaves on the machine is named."""
    small.sandboxes.left = ("container grader-x7k2p9-workstation",)
    small.groups = only(Group.UNTOUCHED, Group.TEARDOWN)
    assert problems(small.one()) == [
        "teardown nothing is left: still there: container grader-x7k2p9-workstation"
    ]


def test_check_that_breaks_is_an_error(small: Small) -> None:
    """A check that can't be judged makes the proof an error, not a failure of the scenario."""
    small.checks["service"] += "    raise RuntimeError('boom')\n"
    small.groups = only(Group.RIGHT)
    proof = small.one()
    assert proof.verdict is Verdict.ERROR
    assert "check service: RuntimeError: boom" in problems(proof)[0]


def test_check_that_breaks_on_a_mutant_lets_it_off(small: Small) -> None:
    """A check that breaks on damaged work is told as a survivor: the work would not be graded."""
    small.checks["config"] = """
@check(points=10, fr="config", en="config")
def test_config(cluster, studio):
    secret = cluster.secret("geolocation-secret")
    assert secret.exists
    cluster.config_map("geolocation-config").data["GEO_PRECISION_METERS"].isdigit()
"""
    small.groups = only(Group.MUTANTS)
    (broken,) = [p for p in problems(small.one()) if "without GEO_PRECISION_METERS" in p]
    assert "check config breaks: KeyError: 'GEO_PRECISION_METERS'" in broken


def test_sandbox_that_cannot_be_had(small: Small) -> None:
    """A sandbox that breaks makes each claim that needed it an error; the machine's own lack ends the proof."""
    small.groups = ANSWERS
    small.sandboxes.broken = GraderError(Code.SANDBOX_BROKEN, "the node fell over")
    proof = small.one()
    assert proof.verdict is Verdict.ERROR
    assert "right right-way, second time: the node fell over" in problems(proof)
    small.sandboxes = replace(
        small.sandboxes, broken=GraderError(Code.ENGINE_MISSING, "no engine"), closed=0
    )
    with pytest.raises(GraderError, match="no engine"):
        small.proof()
    assert small.sandboxes.closed >= 1


def test_exceptions_are_shown_with_their_reason(small: Small) -> None:
    """What the author excepts is not judged but listed with the reason; an exception of nothing is told."""
    small.yaml += """\
proof:
  equivalent:
    - { name: "Secret/geolocation-secret *", reason: "The statement does not speak of it" }
    - { name: "Secret/other *", reason: "There is no such object" }
"""
    small.checks["config"] = small.checks["config"].split("    secret =")[0]
    small.groups = only(Group.MUTANTS)
    proof = small.one()
    assert problems(proof) == []
    assert {excepted.name for excepted in proof.excepted} == {
        "Secret/geolocation-secret deleted",
        "Secret/geolocation-secret GEO_API_KEY is another",
    }
    assert {e.reason for e in proof.excepted} == {"The statement does not speak of it"}
    assert proof.warnings == (
        "scenario.yaml excepts 'Secret/other *': there is no such thing among the mutants",
    )


def test_check_that_nothing_makes_fail(small: Small) -> None:
    """A guard that neither a wrong answer nor a mutant makes fail is pointed out."""
    small.checks["idle"] = """
@check(points=10, guard=True, fr="rien", en="idle")
def test_idle():
    pass
"""
    small.groups = only(Group.WRONG, Group.MUTANTS)
    assert small.one().warnings == ("check idle: no wrong answer and no mutant makes it fail",)


def test_what_answers_differ_in_is_not_demanded(small: Small) -> None:
    """Only what all right answers have in common is damaged: the rest is the candidate's choice."""

    def otherwise(place: SimulatedWorkstation) -> None:
        deploy(place)
        place.world.get("v1/ConfigMap", "geolocation-config")["data"]["GEO_PROVIDER"] = "other"
        place.world.remove("v1/Secret", "geolocation-secret")

    small.checks["config"] = """
@check(points=10, fr="config", en="config")
def test_config(cluster):
    expect(cluster.config_map("geolocation-config").data.get("LOG_LEVEL"), equal_to("INFO"),
           where="w", fr="f", en="e")
"""
    small.answers["right-other"] = "deploy otherwise\n"
    small.sandboxes.commands = {**COMMANDS, "deploy otherwise": otherwise}
    small.groups = only(Group.MUTANTS)
    names = {claim.name for claim in small.one().claims}
    assert "ConfigMap/geolocation-config LOG_LEVEL is another" in names
    assert "ConfigMap/geolocation-config GEO_PROVIDER is another" not in names
    assert not [name for name in names if name.startswith("Secret/geolocation-secret")]


def test_what_the_cluster_refuses_is_decided_by_the_record(small: Small) -> None:
    """A mutant that the cluster does not allow keeps the verdict of the record, and says so."""
    small.checks["config"] = small.checks["config"].split("    secret =")[0]
    small.sandboxes.refuses = {"geolocation-secret"}
    small.groups = only(Group.MUTANTS)
    survivors = [c for c in small.one().claims if c.verdict is Verdict.FAILED]
    assert {claim.ground for claim in survivors} == {Ground.RECORD}
    assert survivors[0].reasons == (
        "no check loses a point",
        "on a cluster it is refused: geolocation-secret is forbidden",
    )


def test_several_at_a_time(small: Small) -> None:
    """Trials that run beside each other come to the same claims."""
    small.groups = ANSWERS
    alone = {(c.group, c.name, c.verdict, c.points) for c in small.one().claims}
    beside = small.proof(jobs=3).scenarios[0]
    assert {(c.group, c.name, c.verdict, c.points) for c in beside.claims} == alone


def test_nothing_to_prove_with_an_unfit_provider(small: Small) -> None:
    """A scenario that the provider can't serve is refused with the reason, and never counts as proved."""
    small.refused = "the provider simulated does not offer what it needs: dns"
    proof = small.one()
    assert (proof.verdict, proof.refused, proof.claims) == (Verdict.ERROR, small.refused, ())
    assert small.sandboxes.lent == []


def test_a_record_that_says_otherwise(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work whose record is judged otherwise than the work itself is an error of ours, with each difference."""
    monkeypatch.setattr(trial, "same_as_recorded", lambda *_: ["pods: failed, was passed"])
    small.groups = only(Group.WRONG)
    proof = small.one()
    assert proof.verdict is Verdict.ERROR
    assert problems(proof) == [
        "wrong wrong-one: judged again from its record: pods: failed, was passed"
    ]


def test_a_quick_proof(small: Small) -> None:
    """It is untouched, the first right answer once, the two first wrong ones by name, teardown, and says so."""
    small.answers["wrong-two"] = small.answers["wrong-zero"] = small.answers["wrong-one"]
    small.answers["wrong-a"] = small.answers["wrong-one"]
    small.groups, small.quick = QUICK, True
    proof = small.proof()
    (one,) = proof.scenarios
    assert (proof.quick, one.verdict) == (True, Verdict.PASSED)
    assert {(claim.group, claim.name) for claim in one.claims} == {
        (Group.UNTOUCHED, "untouched"),
        (Group.RIGHT, "right-other, first time"),
        (Group.WRONG, "wrong-a"),
        (Group.WRONG, "wrong-one"),
        (Group.TEARDOWN, "nothing is left"),
    }
    assert len(small.sandboxes.lent) == 3


def test_a_quick_proof_can_fail(small: Small) -> None:
    """A wrong answer that differs from what it declares is named by a quick proof as by a whole one."""
    small.answers["wrong-one"] = "# expects: failed=pods points=0\ndeploy one pod\n"
    small.groups, small.quick = QUICK, True
    assert problems(small.one()) == ["wrong wrong-one: 37 points are earned, 0 are declared"]


def test_what_is_still_to_be_written_is_named(small: Small) -> None:
    """Each mark that the author left is told with file, line and column; it does not fail the proof."""
    small.yaml += "# TODO: another service\n"
    small.groups = only(Group.UNTOUCHED)
    proof = small.one()
    assert proof.verdict is Verdict.PASSED
    (warning,) = proof.warnings
    assert warning.startswith("still to be written: /")
    line = len(small.yaml.splitlines())
    assert warning.endswith(f"scenario.yaml:{line}:3: TODO: another service")
