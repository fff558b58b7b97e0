"""Runs pytest-kind's `KindCluster` as a process of its own: `python -m grader.sandbox.kind.create`.

A process of its own, because KindCluster takes its settings from the process's environment and writes into
its working folder, because many may run at once, and because a process can be ended at any moment.

Arguments: name, image, kind's path, kubectl's path, kubeconfig, configuration file. The working folder is the
attempt's.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Create one cluster; exit code 0 when kind is done with it."""
    name, image, kind, kubectl, kubeconfig, configuration = arguments
    # Optional and under another licence, so it is imported here only.
    from pytest_kind import KindCluster  # noqa: PLC0415

    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    cluster = KindCluster(
        name,
        kubeconfig=Path(kubeconfig),
        image=image,
        kind_path=Path(kind),
        kubectl_path=Path(kubectl),
    )
    try:
        cluster.create(config_file=configuration)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
