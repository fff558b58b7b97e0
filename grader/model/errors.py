"""The errors that reach a person: a code, what is wrong, where, and what to type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class ExitCode(IntEnum):
    """What the command tells the shell."""

    PASSED = 0
    NOT_PASSED = 1
    WRONG_USE = 2
    ENVIRONMENT = 3
    OUR_FAULT = 4
    INTERRUPTED = 130


class Code(Enum):
    """Every error code, with the exit code that it leads to and its one-line meaning."""

    ENGINE_MISSING = ("engine-missing", ExitCode.ENVIRONMENT, "no container engine is installed")
    ENGINE_PERMISSION = (
        "engine-permission",
        ExitCode.ENVIRONMENT,
        "this user may not use the container engine",
    )
    ENGINE_STOPPED = (
        "engine-stopped",
        ExitCode.ENVIRONMENT,
        "the container engine does not answer",
    )
    ENGINE_UNFIT = (
        "engine-unfit",
        ExitCode.ENVIRONMENT,
        "the container engine can't run a Kubernetes node",
    )
    IMAGE_MISSING = (
        "image-missing",
        ExitCode.ENVIRONMENT,
        "a container image is neither here nor to be had",
    )
    IMAGE_BUILD = ("image-build", ExitCode.ENVIRONMENT, "a container image could not be built")
    TOOL_MISSING = (
        "tool-missing",
        ExitCode.ENVIRONMENT,
        "a program could not be found, downloaded or built",
    )
    TOOL_CHECKSUM = (
        "tool-checksum",
        ExitCode.ENVIRONMENT,
        "a downloaded program is not the one that was pinned",
    )
    DISK_FULL = ("disk-full", ExitCode.ENVIRONMENT, "there is no space left on the disk")
    INOTIFY_EXHAUSTED = (
        "inotify-exhausted",
        ExitCode.ENVIRONMENT,
        "the kernel's inotify instances are used up",
    )
    PORT_BUSY = ("port-busy", ExitCode.ENVIRONMENT, "a network port is taken")
    ATTEMPT_UNKNOWN = ("attempt-unknown", ExitCode.WRONG_USE, "there is no such attempt")
    ATTEMPT_STATE = (
        "attempt-state",
        ExitCode.WRONG_USE,
        "the attempt is not in a state that allows this",
    )
    SCENARIO_UNKNOWN = ("scenario-unknown", ExitCode.WRONG_USE, "there is no such scenario")
    SCENARIO_INVALID = ("scenario-invalid", ExitCode.WRONG_USE, "a scenario's folder has mistakes")
    QUESTIONS_INVALID = (
        "questions-invalid",
        ExitCode.WRONG_USE,
        "the bank of theory questions has mistakes",
    )
    PAPER_UNKNOWN = ("paper-unknown", ExitCode.WRONG_USE, "there is no such theory paper")
    PAPER_STATE = (
        "paper-state",
        ExitCode.WRONG_USE,
        "the theory paper is not in a state that allows this",
    )
    SIGNATURE_WRONG = (
        "signature-wrong",
        ExitCode.NOT_PASSED,
        "a signed document is not what was signed",
    )
    KEY_UNKNOWN = ("key-unknown", ExitCode.NOT_PASSED, "a document is signed by no trusted key")
    KEY_BROKEN = ("key-broken", ExitCode.ENVIRONMENT, "the signing key can't be read")
    EXAM_UNKNOWN = ("exam-unknown", ExitCode.WRONG_USE, "there is no such exam")
    EXAM_INVALID = ("exam-invalid", ExitCode.WRONG_USE, "an exam's file has mistakes")
    SESSION_UNKNOWN = (
        "session-unknown",
        ExitCode.WRONG_USE,
        "there is no such exam session or code",
    )
    SESSION_STATE = (
        "session-state",
        ExitCode.WRONG_USE,
        "a candidate's exam is not in a state that allows this",
    )
    MEMORY_SHORT = (
        "memory-short",
        ExitCode.ENVIRONMENT,
        "the machine has too little memory for so many sandboxes",
    )
    USAGE = ("usage", ExitCode.WRONG_USE, "the command line is wrong")
    SANDBOX_BROKEN = ("sandbox-broken", ExitCode.OUR_FAULT, "the sandbox does not work as it must")
    SANDBOX_GONE = (
        "sandbox-gone",
        ExitCode.OUR_FAULT,
        "the sandbox's containers are no longer there",
    )
    EGRESS_OPEN = ("egress-open", ExitCode.OUR_FAULT, "the sandbox can reach beyond itself")
    JUDGING_FAILED = ("judging-failed", ExitCode.OUR_FAULT, "the work could not be judged")
    STORE_BROKEN = (
        "store-broken",
        ExitCode.OUR_FAULT,
        "the grader's database can't be read or written",
    )
    INTERRUPTED = ("interrupted", ExitCode.INTERRUPTED, "the command was interrupted")
    INTERNAL = ("internal", ExitCode.OUR_FAULT, "the grader has a defect")

    def __init__(self, slug: str, exit_code: ExitCode, meaning: str) -> None:
        self.slug = slug
        self.exit_code = exit_code
        self.meaning = meaning


@dataclass(frozen=True)
class InFrench:
    """What an error says to a candidate who reads French.

    Attributes:
        what: As that of the error.
        hint: As that of the error.
    """

    what: str
    hint: str | None = None


@dataclass
class GraderError(Exception):
    """An error that a person can act on.

    Args:
        code: Which kind of error.
        what: What is wrong, one sentence without a final period.
        where: The file, object, container or command concerned.
        hint: What to type or do, a command where there is one.
        detail: Longer output of a failed program, shown below the message.
        french: The same in French, where candidates may meet it; machines and logs get the English.
    """

    code: Code
    what: str
    where: str | None = None
    hint: str | None = None
    detail: str | None = None
    french: InFrench | None = None

    def __post_init__(self) -> None:
        super().__init__(self.what)

    def __reduce__(self) -> tuple[type[GraderError], tuple[Code | str | InFrench | None, ...]]:
        """Survive the way from one process to another; an exception's own way forgets the fields."""
        fields = (self.code, self.what, self.where, self.hint, self.detail, self.french)
        return type(self), fields

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.what}{place}"
