"""What a file of the question bank may say."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from grader.model.question import Subject

GUIDE = r"^(Phase [1-3]|Module [1-5]|Runbook [1-5]|Urgence [1-3]|Certification)$"
"""The sections of the training guide, by the first words of their headings."""

Line = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")]
Text = Annotated[str, Field(min_length=10, max_length=300, pattern=r"^\S(.*\S)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Both(_Strict):
    """A text in both languages."""

    fr: Text = Field(description="in French")
    en: Text = Field(description="in English")


class OptionEntry(_Strict):
    """One option: in both languages, or `both` where they say the same (a command, a name)."""

    right: bool = Field(default=False, description="true where it is a right answer")
    fr: Line | None = Field(default=None, description="in French")
    en: Line | None = Field(default=None, description="in English")
    both: Line | None = Field(default=None, description="in either language, instead of fr and en")

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        given = (self.fr is not None, self.en is not None, self.both is not None)
        if given not in {(True, True, False), (False, False, True)}:
            raise ValueError("an option needs fr and en, or both")
        return self


class QuestionEntry(_Strict):
    """One question."""

    id: str = Field(pattern=r"^[a-z]+-\d{2,3}$", description="the subject and a number")
    guide: str = Field(pattern=GUIDE, description="a section of the training guide")
    kind: Literal["single", "multiple"] = Field(description="how many options may be chosen")
    text: Both = Field(description="what is asked")
    why: Both = Field(description="why the right options are right")
    options: list[OptionEntry] = Field(min_length=4, max_length=5, description="what is offered")


class BankFile(BaseModel):
    """One subject's questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Subject = Field(description="the file's name without its ending")
    questions: list[QuestionEntry] = Field(min_length=1, description="its questions")
