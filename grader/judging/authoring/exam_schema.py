"""What an exam's file may say; each description is shown to an author who wrote something else."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.judging.authoring.scenario_schema import Id, Title


class _Strict(BaseModel):
    """No unknown keys, and no value taken for another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TaskEntry(_Strict):
    """One practical task."""

    scenario: Id = Field(description="a scenario's id, such as deploy-service")
    minutes: int = Field(ge=1, le=240, description="a whole number of minutes, 1 to 240")
    weight: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="a whole number, its share beside the others, 1 to 1000",
    )


class PracticalPart(_Strict):
    """The practical part."""

    weight_percent: int = Field(
        ge=0, le=100, description="a whole number of percent, its share of the whole, 0 to 100"
    )
    pass_percent: int = Field(ge=1, le=100, description="a whole number of percent, 1 to 100")
    tasks: list[TaskEntry] = Field(
        min_length=1, description="a list of {scenario, minutes, weight}, at least one"
    )


class SubjectEntry(_Strict):
    """One subject of the theory paper."""

    id: Id = Field(description="the subject's name in the question bank: lower-case words")
    title: Title = Field(description="a mapping with fr and en")
    questions: int = Field(ge=1, le=100, description="how many are drawn of it, 1 to 100")


class TheoryPart(_Strict):
    """The theory paper."""

    weight_percent: int = Field(
        ge=0, le=100, description="a whole number of percent, its share of the whole, 0 to 100"
    )
    pass_percent: int = Field(ge=1, le=100, description="a whole number of percent, 1 to 100")
    minutes: int = Field(ge=1, le=480, description="a whole number of minutes, 1 to 480")
    subjects: list[SubjectEntry] = Field(
        min_length=1, description="a list of {id, title, questions}, at least one"
    )


class ExamFile(_Strict):
    """The whole of an exam's file."""

    apiVersion: Literal["grader/v1"] = Field(description="grader/v1")  # noqa: N815 - the file's word
    id: Id = Field(description="the file's name without .yaml: lower-case words joined by hyphens")
    title: Title = Field(description="a mapping with fr and en")
    theory: TheoryPart = Field(description="a mapping: the theory paper")
    practical: PracticalPart = Field(description="a mapping: the practical part")
