"""What a whole exam came to, as files: the signed result, a report, the certificate, the key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.cli.report_file import write_report
from grader.exam.signing.payload import stated
from grader.model.certification import Outcome
from grader.model.errors import ExitCode
from grader.model.text import Language

if TYPE_CHECKING:
    from grader.exam.results.result import Result
    from grader.exam.surroundings import Surroundings
    from grader.store.certifications import Certification

EXIT_CODES = {
    Outcome.PASSED: ExitCode.PASSED,
    Outcome.FAILED: ExitCode.NOT_PASSED,
    Outcome.NEEDS_REVIEW: ExitCode.OUR_FAULT,
}


def write_exam_files(
    around: Surroundings, certification: Certification, folder: Path, language: Language
) -> dict[str, Path | None]:
    """Write them into a folder, and say where each is; there is a certificate only of a passed exam."""
    from grader.exam.signing.certificate import certificate  # noqa: PLC0415 - not for `--help`
    from grader.exam.signing.keys import KeyRing  # noqa: PLC0415 - as above
    from grader.report.certificate import certificate_pdf  # noqa: PLC0415 - as above
    from grader.report.exam_html import exam_html  # noqa: PLC0415 - as above
    from grader.sandbox.settings import data_folder  # noqa: PLC0415 - as above

    folder = folder.resolve()
    templates = data_folder("reports")
    ring = KeyRing(around.home)
    envelope = json.loads(certification.signed)
    files: dict[str, Path | None] = {
        "result": folder / "result.json",
        "report": folder / "report.html",
        "key": folder / "grader.pub",
        "certificate": None,
    }
    document = stated(certification.signed)
    page = exam_html(
        document,
        _results(around, document),
        name=certification.candidate,
        key=envelope["signatures"][0]["keyid"],
        templates=templates,
        language=language,
    )
    write_report(folder / "result.json", certification.signed)
    write_report(folder / "report.html", page)
    write_report(folder / "grader.pub", ring.all()[0].pem)
    if certification.outcome is Outcome.PASSED:
        files["certificate"] = folder / "certificate.pdf"
        made = certificate(ring, certification)
        write_report(
            folder / "certificate.pdf",
            certificate_pdf(made, templates=templates, language=language),
        )
    return files


def _results(around: Surroundings, document: Mapping[str, Any]) -> dict[str, Result]:
    """What the judging of each task recorded, where it is still kept."""
    from grader.exam.attempts.submit import latest_result  # noqa: PLC0415 - not for `--help`

    judged = [task["attempt"] for task in document["practical"]["tasks"] if task["evidence"]]
    return {name: latest_result(around, name) for name in judged if around.submissions.all(name)}
