"""The benchmarks of judging: the same work on both sides, one form of result, nothing left behind."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from grader.judging import bench, bench_reset
from grader.judging.bench import bench_judge, bench_regrade
from grader.model.errors import Code, GraderError
from grader.model.observation import ProbeAnswer
from grader.model.phase import PhaseLog
from grader.sandbox.bench_kubectl import KubectlChecks
from grader.sandbox.bench_pytest import pytest_on_evidence
from grader.sandbox.protocol import Provider, SandboxRequest
from grader.sandbox.settings import data_folder, settings
from tests.judging.doubles import PlayedSandbox, still
from tests.judging.world import STUDIO, World, log_line, studio_world

SCRIPT = data_folder("fixtures") / "bench" / "kubectl-checks.sh"


def well() -> World:
    """The fifteen services, all well."""
    world = studio_world(*STUDIO.services)
    for service in STUDIO.services:
        world.logs[world.pods(service)[0]["metadata"]["name"]] = log_line("INFO", "ready") + "\n"
        world.answers[service] = lambda _path: ProbeAnswer(
            200, '{"status": "ok"}', nonce_echoed=True
        )
    return world


@dataclass
class PlayedProvider:
    """Starts a double of a sandbox."""

    world: World
    started: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def start(self, request: SandboxRequest, log: PhaseLog) -> PlayedSandbox:
        """Show the world."""
        del log
        self.started.append(request.attempt)
        return still(self.world)

    def stop(self, attempt: str, folder: Path, log: PhaseLog) -> None:
        """Note it."""
        del folder, log
        self.stopped.append(attempt)


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayedProvider:
    """A provider without a cluster, a kubectl that takes four seconds, and a cache of one's own."""
    monkeypatch.setattr(KubectlChecks, "run", lambda _self: (4.0, 25))
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    return PlayedProvider(well())


def test_judge(played: PlayedProvider) -> None:
    """Ready work is judged as often as asked, beside kubectl, and the sandbox is ended."""
    measured = bench_judge(cast("Provider", played), PhaseLog(), runs=2)
    assert played.started == played.stopped != []
    document = json.loads(json.dumps(measured.to_json()))
    assert set(document) >= {"name", "ours_s", "theirs_s", "ratio", "phases", "compared_with"}
    assert (document["name"], document["theirs_s"], document["limit_s"]) == ("judge", 4.0, 0.6)
    assert 0 < document["ratio"] < 1
    assert set(document["phases"]["ours"]) >= {"observe", "judge", "evidence"}
    assert "times as fast" in measured.lines()[2]


def test_work_that_is_not_ready_is_not_timed(played: PlayedProvider) -> None:
    """Where ready work does not get all points there is nothing to measure, and the checks are named."""
    played.world.objects["v1/Pod"].clear()
    with pytest.raises(GraderError, match="runs\\[geolocation\\]") as raised:
        bench_judge(cast("Provider", played), PhaseLog(), runs=1)
    assert raised.value.code is Code.JUDGING_FAILED
    assert played.started == played.stopped


def test_regrade(played: PlayedProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each recorded submission is a file of its own; it is recorded once and kept."""
    seen: list[Path] = []

    def plain(_scenario: Path, evidence: Path) -> float:
        seen.append(evidence)
        return 1.5

    monkeypatch.setattr(bench, "pytest_on_evidence", plain)
    measured = bench_regrade(cast("Provider", played), PhaseLog(), count=10, workers=1)
    assert (measured.name, measured.runs, measured.theirs_s) == ("regrade", 10, 15.0)
    assert measured.limit_s == 0.6
    assert len(set(seen)) == 8
    bench_regrade(cast("Provider", played), PhaseLog(), count=2, workers=1)
    assert len(played.started) == 1


def test_an_older_record_is_made_again(
    played: PlayedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that can't be read any more is replaced."""
    monkeypatch.setattr(bench, "pytest_on_evidence", lambda _scenario, _evidence: 1.0)
    kept = settings().cache / "bench"
    kept.mkdir(parents=True)
    (kept / f"{'0' * 64}.json.gz").write_bytes(b"old")
    bench_regrade(cast("Provider", played), PhaseLog(), count=1, workers=1)
    assert len(played.started) == 1
    assert [file.name for file in kept.iterdir()] != [f"{'0' * 64}.json.gz"]


def test_plain_pytest_judges_the_same(played: PlayedProvider, tmp_path: Path) -> None:
    """What ours is compared with really judges the file, and is an error where a check fails."""
    scenario = data_folder("fixtures") / "bench" / "fifteen-services"
    bench_regrade(cast("Provider", played), PhaseLog(), count=1, workers=1)
    (file,) = (settings().cache / "bench").iterdir()
    assert pytest_on_evidence(scenario, file) > 0
    (tmp_path / file.name).write_bytes(b"broken")
    with pytest.raises(GraderError):
        pytest_on_evidence(scenario, tmp_path / file.name)


KUBECTL = """#!/usr/bin/env bash
[ "$1" = "{broken}" ] && exit 1
case "$*" in
  *"get --namespace"*" deployment "*) image=$(grep "^$5 " "$IMAGES"); echo "1 1 ${{image#* }}" ;;
  *"deployments,services"*) for n in $(seq 60); do echo "x/$n"; done ;;
  *secrets*) for n in $(seq 15); do echo "secret/$n"; done ;;
  *--raw*) echo '{{"status": "ok"}}' ;;
  *configmap*) echo production ;;
  *endpointslices*|*pods*) echo 10.244.0.7 ;;
  *logs*) echo '{{"level": "INFO"}}' ;;
esac
"""


@pytest.mark.parametrize(("broken", "failing"), [("none", 0), ("logs", 1), ("get", 24)])
def test_the_script_asks_25_things(tmp_path: Path, broken: str, failing: int) -> None:
    """The script makes as many checks as the scenario has, passes where all is well, and fails where not."""
    kubectl, images = tmp_path / "kubectl", tmp_path / "images"
    kubectl.write_text(KUBECTL.format(broken=broken))
    kubectl.chmod(0o755)
    lines = "".join(f"{name} {service.image}\n" for name, service in STUDIO.services.items())
    images.write_text(lines)
    done = subprocess.run(
        [shutil.which("bash") or "bash", SCRIPT],
        input=lines,
        env={"KUBECTL": str(kubectl), "IMAGES": str(images), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    said: Sequence[str] = done.stdout.splitlines()
    assert len(said) == 25, done.stderr
    assert sum(line.startswith("not ok") for line in said) == failing
    assert done.returncode == (1 if failing else 0)


def test_a_check_of_kubectl_s_that_fails_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one of kubectl's checks does not pass, nothing is compared."""
    kubectl = tmp_path / "kubectl"
    kubectl.write_text("#!/usr/bin/env bash\nexit 1\n")
    kubectl.chmod(0o755)
    monkeypatch.setattr("grader.sandbox.bench_kubectl.tool", lambda _name: kubectl)
    images: dict[str, Any] = {"routing": "x"}
    with pytest.raises(GraderError):
        KubectlChecks(tmp_path / "kubeconfig", images).run()


@dataclass
class PlayedResetter(PlayedProvider):
    """One that can reset, to what it is told to."""

    name: str = "played"
    after: World | None = None

    def reset(self, request: SandboxRequest, log: PhaseLog) -> PlayedSandbox:
        """Show the world of afterwards."""
        del request
        with log.phase("look"):
            return still(self.after or self.world)


def without_geolocation() -> World:
    """What the candidate of deploy-service finds."""
    return studio_world(*STUDIO.except_("geolocation"))


def test_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each pair is one sandbox: started, solved, brought back, ended; both sides are told by phase."""
    typed: list[str] = []
    monkeypatch.setattr(bench_reset, "type_answer", lambda _place, text: typed.append(text))
    provider = PlayedResetter(without_geolocation())
    measured = bench_reset.bench_reset(cast("Provider", provider), PhaseLog(), runs=2)
    document = measured.to_json()
    assert (document["name"], document["runs"], document["limit_s"]) == ("reset", 2, 5.0)
    assert set(document["phases"]["ours"]) >= {"look", "baseline"}
    assert provider.started == provider.stopped
    assert len(provider.started) == len(typed) == 2


def test_a_reset_that_is_none_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that is another one afterwards makes the benchmark an error, and is ended; so is a provider that can't."""
    monkeypatch.setattr(bench_reset, "type_answer", lambda _place, _text: None)
    after = without_geolocation()
    after.remove("v1/ConfigMap", "audio-config")
    provider = PlayedResetter(without_geolocation(), after=after)
    with pytest.raises(GraderError, match="ConfigMap/audio-config is missing") as caught:
        bench_reset.bench_reset(cast("Provider", provider), PhaseLog(), runs=1)
    assert caught.value.code is Code.JUDGING_FAILED
    assert provider.started == provider.stopped
    unable = PlayedProvider(without_geolocation())
    unable.name = "played"  # type: ignore[attr-defined]
    with pytest.raises(GraderError, match="can't reset"):
        bench_reset.bench_reset(cast("Provider", unable), PhaseLog())
