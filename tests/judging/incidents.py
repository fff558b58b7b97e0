"""Sandboxes written by hand for the scenarios that break something: as found, and as a right answer leaves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.checks.helm_storage import decode_release, encode_release
from grader.judging.authoring.scenario_folder import load_scenario
from grader.judging.collect import collect_checks
from grader.judging.judge import judge
from grader.judging.observing.observe import Wants
from grader.model.observation import Observation, ProbeAnswer, StartingPoint
from grader.model.scenario import Scenario
from grader.model.score import score
from grader.model.studio import StudioService
from grader.model.verdict import Verdict
from tests.judging.world import SCENARIOS, STUDIO, World, install, studio_world

MESSAGE = "/home/ubuntu/pivori-studio/message.txt"
NOTE = "/home/ubuntu/pivori-studio/incident.md"
SILENCE = ProbeAnswer(503, "no endpoints available")


@dataclass
class Incident:
    """A scenario with the worlds that it is judged on.

    Attributes:
        scenario: With its parameters drawn.
        before: All is well.
        found: As the candidate finds it.
        now: As it is judged.
        files: What the workstation has then.
    """

    scenario: Scenario
    before: World
    found: World
    now: World
    files: dict[str, bytes | None] = field(default_factory=dict)

    @property
    def service(self) -> StudioService:
        """The one that it is about."""
        return STUDIO.services[str(self.scenario.parameters["service"])]

    def judged(self) -> tuple[set[str], int]:
        """Which checks fail, and the points earned; errors are not expected."""
        wants = Wants.of([check.declaration for check in collect_checks(self.scenario)])

        def seen(world: World, files: Mapping[str, bytes | None]) -> Observation:
            return replace(world.observation(wants.probes), files=dict(files))

        nothing: dict[str, bytes | None] = dict.fromkeys((MESSAGE, NOTE))
        start = StartingPoint(seen(self.before, nothing), seen(self.found, nothing))
        results = judge(self.scenario, seen(self.now, nothing | self.files), start)
        assert not [r for r in results if r.verdict is Verdict.ERROR], results
        return {r.id for r in results if r.verdict is Verdict.FAILED}, score(results).earned


def incident(scenario_id: str, seed: int = 0) -> Incident:
    """A scenario on the whole studio, nothing broken yet: the three worlds are the same."""
    scenario = load_scenario(SCENARIOS, scenario_id, seed=seed, studio=STUDIO)
    world = studio_world(*STUDIO.services)
    return Incident(scenario, world, world.copy(), world.copy())


def reinstall(world: World, service: StudioService, **how: Any) -> None:
    """The service made anew, as an upgrade leaves it, with the history that it had."""
    name = service.id
    records = [o for o in world.objects["v1/Secret"] if _is_record(o, name)]
    for kind, objects in world.objects.items():
        labels = ("app.kubernetes.io/name", "kubernetes.io/service-name")
        world.objects[kind] = [
            o
            for o in objects
            if not any((o["metadata"].get("labels") or {}).get(key) == name for key in labels)
            and not _is_record(o, name)
        ]
    install(world, service, **how)
    # What was made is told by the one record that `install` writes; `record` gives it its number.
    made = next(o for o in world.objects["v1/Secret"] if _is_record(o, name))
    made["metadata"]["name"] = f"made.{name}"
    world.objects["v1/Secret"] += records


def record(world: World, service: StudioService, revision: int, status: str) -> None:
    """Write what runs now into the release's history, or give a revision another status."""
    name = f"sh.helm.release.v1.{service.id}.v{revision}"
    secrets = world.objects["v1/Secret"]
    kept = next((o for o in secrets if o["metadata"]["name"] == name), None)
    if kept is None:
        kept = next(o for o in secrets if o["metadata"]["name"] == f"made.{service.id}")
        kept["metadata"]["name"] = name
    release = dict(decode_release(kept["data"]["release"]))
    release["version"] = revision
    release["info"] = {**release["info"], "status": status}
    kept["data"] = {"release": encode_release(release)}
    kept["metadata"]["labels"] = {
        **kept["metadata"]["labels"],
        "status": status,
        "version": str(revision),
    }


def not_ready(world: World, service: StudioService) -> None:
    """No pod of the service is ready, and nothing answers."""
    for pod in world.pods(service.id):
        pod["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    world.get("apps/v1/Deployment", service.id)["status"]["readyReplicas"] = 0
    for piece in world.objects["discovery.k8s.io/v1/EndpointSlice"]:
        if piece["metadata"]["name"].startswith(f"{service.id}-"):
            piece["endpoints"] = []
    world.answers[service.id] = lambda _path: SILENCE


def with_trace(speak: Callable[[str], ProbeAnswer], status: int) -> Callable[[str], ProbeAnswer]:
    """The same answers, and /trace with this status."""

    def answer(path: str) -> ProbeAnswer:
        said = speak(path)
        if path != "/trace":
            return said
        span = said.body.replace("{", '{"status": "%s", ' % ("ok" if status == 200 else "error"), 1)
        return replace(said, status=status, body=span)

    return answer


def _is_record(found: Mapping[str, Any], name: str) -> bool:
    own = str(found["metadata"]["name"])
    return own.startswith(f"sh.helm.release.v1.{name}.v") or own == f"made.{name}"
