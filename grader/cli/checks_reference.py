"""The reference of what a scenario's checks may call, made from the docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import grader.checks
from grader.checks import (
    backups,
    declaration,
    expectation,
    matchers,
    release_objects,
    restored_data,
    studio_data,
    studio_health,
    unchanged,
)

_FUNCTIONS = {
    "Declaring a check": (declaration, "check part"),
    "Declaring what it wants observed": (
        declaration,
        "http_probe service_logs workstation_files disk_usage",
    ),
    "Failing": (expectation, "expect fail"),
    "What a value has to be": (
        matchers,
        "equal_to at_least one_of containing naming same_items nothing yes image quantity",
    ),
    "What several scenarios ask": (
        studio_health,
        (
            "expect_others_well expect_all_ready expect_replicas_of expect_own_service "
            "expect_own_endpoints expect_started_after"
        ),
    ),
    "What several scenarios ask of all else": (
        unchanged,
        "expect_nothing_else_changed expect_files_untouched",
    ),
    "What several scenarios ask of the services' data": (
        studio_data,
        "expect_records records_of stored_records",
    ),
    "What several scenarios ask of a restoration": (
        restored_data,
        "backup_found expect_data_folders expect_replaced_while_stopped",
    ),
    "What several scenarios ask of releases": (release_objects, "expect_as_made"),
}
_TYPES = {
    "Looks and clusters": "Cluster Look",
    "Objects": "ObjectView DeploymentView PodView ServiceView ConfigMapView SecretView",
    "Helm": "Helm ReleaseView Revision",
    "Answers and logs": "Answers Answer Logs ContainerLog LogLine",
    "Files and disks": "Files File Archive Note Disks Disk",
    "The rest": "Change Studio StudioService Subtests Part Matcher Bilingual",
}

_WORDS = {
    "NAMESPACE": f"Where the services run, `{grader.checks.NAMESPACE}`.",
    "ParameterValue": "What was drawn: a text, a whole number, or several of them by name.",
}


def checks_page() -> str:
    """Every function and type that an author meets, with what each gives."""
    lines = ["# Authors' API", "", "Made by `python -m grader.cli.reference`; do not edit.", ""]
    lines += ["All of it is imported from `grader.checks`, but for what names another module.", ""]
    for title, (module, names) in _FUNCTIONS.items():
        lines += [f"## {title}", ""]
        for name in names.split():
            function = getattr(module, name)
            home = "" if name in grader.checks.__all__ else f" (in `{module.__name__}`)"
            lines.append(f"- `{name}{_signature(function)}`{home}: {_first_line(function)}")
        lines.append("")
    for title, names in _TYPES.items():
        lines += [f"## {title}", ""]
        for name in names.split():
            lines += [*_type_lines(getattr(grader.checks, name)), ""]
    lines += [f"## The studio's backups (in `{backups.__name__}`)", ""]
    lines += [*_type_lines(backups.Backup), "", "## Words and exceptions", ""]
    lines += [f"- `{name}`: {text}" for name, text in _WORDS.items()]
    lines += [
        f"- `{error.__name__}`: {_first_line(error)}"
        for error in (expectation.CheckFailed, expectation.CannotJudge)
    ]
    return "\n".join(lines).rstrip() + "\n"


def described_types() -> list[str]:
    """The names of the types that have a section."""
    return [name for names in _TYPES.values() for name in names.split()]


def _type_lines(kind: type) -> Iterator[str]:
    yield f"### {kind.__name__}"
    yield ""
    yield _first_line(kind)
    above = [base.__name__ for base in kind.__bases__ if base.__name__ in grader.checks.__all__]
    if above:
        yield f"It has all that {' and '.join(above)} has."
    members = list(_members(kind))
    if members:
        yield ""
    yield from members


def _members(kind: type) -> Iterator[str]:
    """Its own fields, properties and methods."""
    attributes = _attributes(kind)
    for name, text in attributes.items():
        yield f"- `.{name}`: {text}"
    for name, member in vars(kind).items():
        if name.startswith("_") or name in attributes:
            continue
        if isinstance(member, property | cached_property):
            yield f"- `.{name}`: {_first_line(member)}"
        elif inspect.isfunction(member):
            yield f"- `.{name}{_signature(member)}`: {_first_line(member)}"


def _attributes(kind: type) -> dict[str, str]:
    """What the docstring says under "Attributes:", by name."""
    found: dict[str, str] = {}
    _, _, listed = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    for line in listed.splitlines():
        if not line.startswith("    "):
            break
        name, colon, text = line.strip().partition(": ")
        if line.startswith("     ") and found:
            last = next(reversed(found))
            found[last] += f" {line.strip()}"
        elif colon:
            found[name] = text
    return found


def _signature(function: Any) -> str:
    signature = inspect.signature(function)
    given = [p for p in signature.parameters.values() if p.name != "self"]
    plain = [p.replace(annotation=inspect.Parameter.empty) for p in given]
    return str(inspect.Signature(plain))


def _first_line(thing: Any) -> str:
    paragraph = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return " ".join(paragraph.split())
