"""One observation through all the views that a check has."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from grader.checks.answers import Answers
from grader.checks.cluster import Cluster
from grader.checks.declaration import Declaration
from grader.checks.disks import Disks
from grader.checks.files import Files
from grader.checks.helm import Helm
from grader.checks.indexed import IndexedObjects
from grader.checks.logs import Logs
from grader.checks.rendering import Render, as_it_is
from grader.model.observation import KubeObject, Observation


class Look:
    """The sandbox at one moment; the fixtures `before` and `found`.

        found.cluster.deployment("payment").replicas
        before.answers.to(DATA).json

    Args:
        observation: What was seen at that moment.
        declared: What the check declares, rendered: no more can be asked for.
        render: Puts the attempt's parameters into what is asked for.
        earlier: Whether the candidate had not begun: what is not there then is not his fault.
        on_read: Told of each object that is looked at.
        objects: The observation's, with their index, where other checks look at them too.
    """

    def __init__(
        self,
        observation: Observation,
        declared: Declaration,
        render: Render = as_it_is,
        *,
        earlier: bool = False,
        on_read: Callable[[KubeObject], None] = lambda _found: None,
        objects: IndexedObjects | None = None,
    ) -> None:
        self._observation = observation
        self._objects = objects or IndexedObjects(observation.objects)
        self._declared = declared
        self._render = render
        self._earlier = earlier
        self._on_read = on_read

    @cached_property
    def cluster(self) -> Cluster:
        """The objects."""
        return Cluster(self._objects, earlier=self._earlier, on_read=self._on_read)

    @cached_property
    def helm(self) -> Helm:
        """Helm's releases."""
        return Helm(self.cluster)

    @cached_property
    def answers(self) -> Answers:
        """What Services answered to the check's probes."""
        return Answers(
            self._observation, self._declared.probes, self._render, earlier=self._earlier
        )

    @cached_property
    def logs(self) -> Logs:
        """The logs that the check asked for."""
        return Logs(self._observation, self._declared.logs, self._render)

    @cached_property
    def files(self) -> Files:
        """The workstation's files that the check asked for."""
        return Files(self._observation, self._declared, self._render)

    @cached_property
    def disks(self) -> Disks:
        """The workstation's disks that the check asked for."""
        return Disks(self._observation, self._declared.disks, self._render)
