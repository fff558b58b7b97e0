"""All that a scenario's checks may import; docs: the docstrings, in the order of reading.

check, part                            declare a check and its parts
http_probe, service_logs,
workstation_files, disk_usage          what it wants observed besides the objects
cluster, helm, answers, logs,
files, disks                           fixtures: what was seen (Cluster, Helm, ...)
studio, parameters, changes            fixtures: what is true, what was drawn, what else changed
before, found                          fixtures: the same views at earlier moments (Look)
subtests                               fixture: runs the parts of a check, each by itself
expect, fail                           fail with expected, seen, where and why
equal_to, at_least, one_of, ...        what a value has to be
"""

from grader.checks.answers import Answer, Answers
from grader.checks.archives import Archive
from grader.checks.cluster import Cluster
from grader.checks.configuration import ConfigMapView, SecretView
from grader.checks.declaration import (
    Part,
    check,
    disk_usage,
    http_probe,
    part,
    service_logs,
    workstation_files,
)
from grader.checks.disks import Disk, Disks
from grader.checks.expectation import CannotJudge, CheckFailed, Matcher, expect, fail
from grader.checks.files import File, Files
from grader.checks.helm import Helm, ReleaseView, Revision
from grader.checks.logs import ContainerLog, LogLine, Logs
from grader.checks.look import Look
from grader.checks.matchers import (
    at_least,
    containing,
    equal_to,
    image,
    naming,
    nothing,
    one_of,
    quantity,
    same_items,
    yes,
)
from grader.checks.networking import ServiceView
from grader.checks.notes import Note
from grader.checks.objects import ObjectView
from grader.checks.parts import Subtests
from grader.checks.workloads import DeploymentView, PodView
from grader.model.change import Change
from grader.model.scenario import ParameterValue
from grader.model.studio import NAMESPACE, Studio, StudioService
from grader.model.text import Bilingual

__all__ = [
    "NAMESPACE",
    "Answer",
    "Answers",
    "Archive",
    "Bilingual",
    "CannotJudge",
    "Change",
    "CheckFailed",
    "Cluster",
    "ConfigMapView",
    "ContainerLog",
    "DeploymentView",
    "Disk",
    "Disks",
    "File",
    "Files",
    "Helm",
    "LogLine",
    "Logs",
    "Look",
    "Matcher",
    "Note",
    "ObjectView",
    "ParameterValue",
    "Part",
    "PodView",
    "ReleaseView",
    "Revision",
    "SecretView",
    "ServiceView",
    "Studio",
    "StudioService",
    "Subtests",
    "at_least",
    "check",
    "containing",
    "disk_usage",
    "equal_to",
    "expect",
    "fail",
    "http_probe",
    "image",
    "naming",
    "nothing",
    "one_of",
    "part",
    "quantity",
    "same_items",
    "service_logs",
    "workstation_files",
    "yes",
]
