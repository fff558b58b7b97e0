"""What runs in the containers of a node: a pod in which somebody left a program is not the pod it was."""

from __future__ import annotations

import re
from collections import defaultdict

from grader.sandbox.reset.origin import Processes

# A container's own cgroup bears its id, as "…/pod<uid>/<id>" or "….slice/cri-containerd-<id>.scope".
_ID = "[0-9a-f]{64}(\\.scope)?$"
# A process that ends meanwhile is no failure.
PROCESSES = (
    f"grep -HoE '{_ID}' /proc/[0-9]*/cgroup 2>/dev/null | sort -u; "
    "grep -HE '^State:.[tT]' /proc/[0-9]*/status 2>/dev/null || true"
)
"""For the node's shell; `read_processes` reads what it prints."""

_LINE = re.compile(r"/proc/(\d+)/(cgroup|status):(.*)")


def read_processes(said: str) -> Processes:
    """Which processes each container has, by the node's files: "T" before one that is stopped."""
    found: dict[str, set[str]] = defaultdict(set)
    stopped: set[str] = set()
    for line in said.splitlines():
        match = _LINE.match(line)
        if match and match[2] == "status":
            stopped.add(match[1])
        elif match:
            found[match[3].removesuffix(".scope")].add(match[1])
    return {
        container: sorted(f"T{number}" if number in stopped else number for number in numbers)
        for container, numbers in found.items()
    }
