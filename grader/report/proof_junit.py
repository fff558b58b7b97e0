"""A proof as JUnit XML: a suite a scenario, a test case a claim; for the pages of a continuous integration."""

from __future__ import annotations

import re

from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite

from grader.judging.proof.claims import Claim, Group, Proof, ScenarioProof
from grader.model.verdict import Verdict

# What XML 1.0 can't hold, not even escaped.
_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def proof_junit(proof: Proof) -> str:
    """The document.

    A surviving mutant is a failure only where its scenario has too many of them; else it is told in
    the test case's output, so that a build does not break for what the proof accepts.
    """
    document = JUnitXml("grader prove")
    for scenario in proof.scenarios:
        document.add_testsuite(_suite(scenario))
    # Its own types are half-written: these functions take and give nothing that could be mistaken.
    document.update_statistics()  # type: ignore[no-untyped-call]
    text = str(document.tostring().decode())  # type: ignore[no-untyped-call]
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(proof: ScenarioProof) -> TestSuite:
    suite = TestSuite(proof.scenario)
    accepted = proof.verdict_of(Group.MUTANTS) is Verdict.PASSED
    for claim in proof.claims:
        suite.add_testcase(_case(proof.scenario, claim, mutants_accepted=accepted))
    if proof.refused:
        case = TestCase("can be proved here", f"{proof.scenario}.proof", 0.0)
        case.result = [Error(_fit(proof.refused), "refused")]
        suite.add_testcase(case)
    suite.update_statistics()  # type: ignore[no-untyped-call]
    return suite


def _case(scenario: str, claim: Claim, *, mutants_accepted: bool) -> TestCase:
    seconds = round(sum(claim.seconds.values()), 3)
    case = TestCase(_fit(claim.name), f"{scenario}.{claim.group.value}", seconds)
    text = _fit("\n".join(claim.reasons))
    if claim.verdict is Verdict.ERROR:
        error = Error(_fit(claim.reasons[0] if claim.reasons else "it could not be told"), "error")
        error.text = text
        case.result = [error]
    elif claim.verdict is Verdict.FAILED:
        if claim.group is Group.MUTANTS and mutants_accepted:
            case.system_out = f"survived: {text}"
        else:
            failure = Failure(_fit(claim.reasons[0] if claim.reasons else "it is not so"), "failed")
            failure.text = text
            case.result = [failure]
    return case


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
