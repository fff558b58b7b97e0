"""What Services answered to the probes that a check declared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grader.checks.expectation import NoBaseline, NotDeclared, NotSeen, fail
from grader.checks.rendering import Render, as_it_is
from grader.checks.wording import both
from grader.model.observation import HttpProbe, Observation, ProbeAnswer
from grader.model.text import Bilingual


class Answer:
    """One answer. `status` is 0 where nothing answered; then `error` says why.

    Attributes:
        status: The HTTP status; 0 where nothing answered.
        body: The text that came back.
        error: Why nothing answered; "" where something did.
        fresh: Whether the nonce of this very request came back.

    Args:
        probe: What was asked.
        answer: What came back.
        earlier: Whether the candidate had not begun: then an answer that is no JSON is an error.
    """

    def __init__(self, probe: HttpProbe, answer: ProbeAnswer, *, earlier: bool = False) -> None:
        self._probe = probe
        self._earlier = earlier
        self.status = answer.status
        self.body = answer.body
        self.error = answer.error
        self.fresh = answer.nonce_echoed

    def where(self, path: str = "") -> str:
        """Names the address, and a place in the answer, for `expect`."""
        return f"GET {self._probe.key}" + (f": {path}" if path else "")

    @property
    def json(self) -> Mapping[str, Any]:
        """The answer's JSON object; fails the check where there is none."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            if self._earlier:
                raise NoBaseline(f"{self.where()}: no JSON before the candidate began")
            fail(
                Bilingual("une réponse en JSON", "an answer in JSON"),
                both(self.body) if self.status else self.silence,
                where=self.where(),
                fr="Le service lui-même répond en JSON ; autre chose a répondu, ou rien.",
                en="The service itself answers in JSON; something else answered, or nothing.",
            )
        return content

    @property
    def silence(self) -> Bilingual:
        """Why nothing answered, in words."""
        return Bilingual(f"aucune réponse ({self.error})", f"no answer ({self.error})")


class Answers:
    """The answers to a check's probes; the fixture `answers`.

    Args:
        observation: Where they are recorded.
        declared: The probes of this check.
        render: Puts the attempt's parameters into a probe.
        earlier: Whether the candidate had not begun.
    """

    def __init__(
        self,
        observation: Observation,
        declared: tuple[HttpProbe, ...],
        render: Render = as_it_is,
        *,
        earlier: bool = False,
    ) -> None:
        self._observation = observation
        self._declared = declared
        self._render = render
        self._earlier = earlier

    def to(self, probe: HttpProbe) -> Answer:
        """The answer to a probe that the check declared.

        Raises:
            NotDeclared, NotSeen: It was not declared, or could not be asked.
        """
        probe = self._render(probe)
        if probe not in self._declared:
            raise NotDeclared(f"{probe.key}: the check does not declare it in probes=[...]")
        found = self._observation.probes.get(probe.key)
        if found is None:
            cause = self._observation.faults.get(probe.key, "it was not asked")
            raise NotSeen(f"{probe.key}: {cause}")
        return Answer(probe, found, earlier=self._earlier)
