"""What a scenario.yaml may say; each description is shown to an author who wrote something else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.model.studio import NAMESPACE

Capability = Literal[
    "workloads",
    "logs",
    "port-forward",
    "exec",
    "helm",
    "dns",
    "storage",
    "nodes",
    "network-policy-enforced",
    "small-disk",
]

SMALL_DISK: Capability = "small-disk"
"""What `workstation.disk_mib` needs."""

ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
ID_LENGTH = 40

Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=ID_LENGTH)]
Line = Annotated[str, Field(min_length=1, max_length=120)]


class _Strict(BaseModel):
    """No unknown keys, and no value taken for another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Title(_Strict):
    """A line in both languages."""

    fr: Line = Field(description="a line of French, at most 120 characters")
    en: Line = Field(description="a line of English, at most 120 characters")


class AllServicesBut(_Strict):
    """All fifteen services except some."""

    except_: list[str] = Field(
        alias="except",
        min_length=1,
        description="a list of services' ids, such as [geolocation], or templates of them",
    )


class Choice(_Strict):
    """A parameter that is one of a list."""

    choice: list[str | int | dict[str, str | int]] = Field(
        min_length=1,
        description="a list to draw one of: texts, whole numbers, or mappings of names to these",
    )


class Range(_Strict):
    """A parameter that is a whole number between two, both included."""

    from_: int = Field(alias="from", description="a whole number, the smallest")
    to: int = Field(description="a whole number, the largest, not below `from`")


class MayChange(_Strict):
    """Objects that the work may change."""

    kind: Line = Field(description="a kind, such as Deployment")
    name: Line = Field(description="a name, `*` standing for anything")
    namespace: str = Field(default=NAMESPACE, description="a namespace; empty: outside any")
    fields: list[Line] = Field(
        default_factory=list, description="a list of places in it, such as spec.replicas"
    )


class Exempt(_Strict):
    """Something that proves nothing about this scenario."""

    name: str = Field(
        min_length=1,
        max_length=200,
        description="its name as `grader prove` shows it, `*` standing for anything",
    )
    reason: str = Field(
        min_length=10, max_length=300, description="why, a sentence of at least 10 characters"
    )


class ProofExceptions(_Strict):
    """What `grader prove` leaves out."""

    equivalent: list[Exempt] = Field(
        default_factory=list,
        description="a list of {name, reason}: mutants that break nothing which the statement demands",
    )
    changes_meaning: list[Exempt] = Field(
        default_factory=list,
        description="a list of {name, reason}: rewrites that break something which it demands",
    )


class WorkstationPart(_Strict):
    """What the workstation is like."""

    disk_mib: int = Field(
        ge=8,
        le=256,
        description="a whole number of MiB, 8 to 256: the size of the disk that holds /backups and /var/log",
    )


class ScenarioFile(_Strict):
    """The whole of a scenario.yaml."""

    apiVersion: Literal["grader/v1"] = Field(description="grader/v1")  # noqa: N815 - the file's word
    id: Id = Field(description="the folder's name: lower-case words joined by hyphens")
    title: Title = Field(description="a mapping with fr and en")
    guide: Line = Field(description="the section of the training guide, such as Runbook 1")
    minutes: int = Field(ge=1, le=240, description="a whole number of minutes, 1 to 240")
    settle_s: int = Field(
        default=30, ge=0, le=600, description="a whole number of seconds, 0 to 600"
    )
    pass_percent: int = Field(
        default=80, ge=1, le=100, description="a whole number of percent, 1 to 100"
    )
    needs: list[Capability] = Field(
        default_factory=list,
        description="a list of workloads, logs, port-forward, exec, helm, dns, storage, nodes, "
        "network-policy-enforced, small-disk",
    )
    services: Literal["all"] | AllServicesBut = Field(
        default="all", description="all, or a mapping {except: [...]}"
    )
    workstation: WorkstationPart | None = Field(
        default=None, description="a mapping {disk_mib: N}; absent: all the room of the machine"
    )
    parameters: dict[str, Choice | Range] = Field(
        default_factory=dict, description="a mapping of names to {choice: [...]} or {from: , to: }"
    )
    may_change: list[MayChange] = Field(
        default_factory=list,
        description="a list of {kind, name}, with namespace and fields where needed",
    )
    proof: ProofExceptions = Field(
        default_factory=ProofExceptions,
        description="a mapping of equivalent and changes_meaning to lists of {name, reason}",
    )
