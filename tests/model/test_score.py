"""The arithmetic of points."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grader.model.score import earned_by_parts, earned_points, score, verdict_of
from grader.model.text import Bilingual
from grader.model.verdict import CheckResult, PartResult, Verdict

TITLE = Bilingual("fr", "en")
Parts = list[tuple[int, Verdict]]
PARTS = st.lists(st.tuples(st.integers(1, 20), st.sampled_from(Verdict)), max_size=4)


def whole(name: str, points: int, guard: bool, verdict: Verdict, parts: Parts) -> CheckResult:
    """A check whose verdict and points follow from its parts, where it has any."""
    if parts:
        points = sum(worth for worth, _ in parts)
        verdicts = {verdict for _, verdict in parts}
        order = (Verdict.ERROR, Verdict.FAILED, Verdict.PASSED)
        verdict = next(v for v in order if v in verdicts)
    made = tuple(PartResult(f"part-{n}", TITLE, *part) for n, part in enumerate(parts))
    return CheckResult(name, TITLE, points, guard, verdict, parts=made)


RESULTS = st.lists(
    st.tuples(st.integers(1, 50), st.booleans(), st.sampled_from(Verdict), PARTS),
    min_size=1,
    max_size=12,
).map(lambda drawn: [whole(f"check-{n}", *check) for n, check in enumerate(drawn)])


def result(points: int, verdict: Verdict, *, guard: bool = False, name: str = "a") -> CheckResult:
    """A result of which only the arithmetic matters."""
    return CheckResult(name, TITLE, points, guard, verdict)


def test_guards_earn_in_proportion() -> None:
    """Guards earn nothing alone, all beside whole work, and beside a part of it as large a part, rounded down."""
    work = [(60, Verdict.FAILED), (20, Verdict.FAILED)]
    earned = []
    for _ in range(3):
        made = [result(*one, name=f"work-{n}") for n, one in enumerate(work)]
        guards = [
            result(points, verdict, guard=True, name=f"guard-{points}")
            for points, verdict in ((15, Verdict.PASSED), (5, Verdict.FAILED))
        ]
        earned.append(score([*made, *guards]).earned)
        work.append((work.pop(0)[0], Verdict.PASSED))
    # 15 * 60 / 80 is 11 and a quarter.
    assert earned == [0, 60 + 11, 80 + 15]


def test_guards_of_what_is_in_error_are_undecided() -> None:
    """What a guard could still earn, once a check in error is decided, is neither earned nor lost."""
    results = [
        result(40, Verdict.PASSED),
        result(40, Verdict.ERROR, name="b"),
        result(20, Verdict.PASSED, guard=True, name="c"),
    ]
    total = score(results)
    assert (total.earned, total.lost, total.undecided, total.possible) == (50, 0, 50, 100)


def test_error_neither_earns_nor_costs() -> None:
    """The points of a check in error are undecided, and the whole has no verdict but error."""
    results = [result(80, Verdict.PASSED), result(20, Verdict.ERROR, name="b")]
    total = score(results)
    assert (total.earned, total.lost, total.undecided, total.possible) == (80, 0, 20, 100)
    assert verdict_of(results, 80) is Verdict.ERROR


def test_nothing_run_is_an_error() -> None:
    """A submission without results is never passed."""
    assert verdict_of([], 1) is Verdict.ERROR
    assert not score([]).reaches(1)
    assert score([]).percent == 0


def test_pass_mark_is_exact() -> None:
    """The pass mark is reached at exactly its percentage, without rounding."""
    results = [result(2, Verdict.PASSED), result(1, Verdict.FAILED, name="b")]
    assert score(results).percent == Fraction(200, 3)
    assert verdict_of(results, 66) is Verdict.PASSED
    assert verdict_of(results, 67) is Verdict.FAILED


@given(RESULTS)
def test_points_always_add_up(results: list[CheckResult]) -> None:
    """Earned, lost and undecided points are all there are, and none is negative."""
    total = score(results)
    assert total.earned + total.lost + total.undecided == total.possible
    assert min(total.earned, total.lost, total.undecided) >= 0
    earned = earned_points(results)
    assert sum(earned.values()) == total.earned
    for check in results:
        if check.parts:
            assert sum(earned_by_parts(check, earned[check.id]).values()) == earned[check.id]


@given(RESULTS, st.randoms(use_true_random=False))
def test_order_never_matters(results: list[CheckResult], random: object) -> None:
    """The same results in any order give the same score."""
    shuffled = list(results)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert score(shuffled) == score(results)


@given(RESULTS, st.data())
def test_fixing_more_never_lowers_the_score(
    results: list[CheckResult], data: st.DataObject
) -> None:
    """A check, or a part of one, that goes from failed to passed never takes a point away."""
    place = data.draw(st.integers(0, len(results) - 1))
    old = results[place]
    parts = [(part.points, part.verdict) for part in old.parts]
    if parts:
        mended = data.draw(st.integers(0, len(parts) - 1))
        parts[mended] = (parts[mended][0], Verdict.PASSED)
    fixed = whole(old.id, old.points, old.guard, Verdict.PASSED, parts)
    better = [*results[:place], fixed, *results[place + 1 :]]
    assert score(better).earned >= score(results).earned
