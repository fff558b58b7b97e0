"""What the API server logs of a sandbox: who changed what. Never what a Secret or a ConfigMap holds."""

from __future__ import annotations

from grader.sandbox.audit.places import LOG, POLICY

_POLICY = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
  # The cluster's own parts write without end, and nobody's work is theirs.
  - level: None
    users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "grader:runtime"]
  - level: None
    userGroups: ["system:nodes", "system:serviceaccounts:kube-system"]
  - level: None
    nonResourceURLs: ["*"]
  # What runs in a container or speaks to it, though it reads by its verb.
  - level: Metadata
    users: [{candidate}]
    resources: [{{group: "", resources: [pods/exec, pods/attach, pods/portforward, pods/proxy, services/proxy]}}]
  - level: None
    verbs: [get, list, watch]
  - level: None
    resources:
      - {{group: "", resources: [events]}}
      - {{group: events.k8s.io, resources: [events]}}
      - {{group: coordination.k8s.io}}
      - {{group: authorization.k8s.io}}
      - {{group: authentication.k8s.io, resources: [selfsubjectreviews, tokenreviews]}}
  # That somebody wrote a Secret is worth knowing, what it holds is not.
  - level: Metadata
    resources: [{{group: "", resources: [secrets, configmaps, serviceaccounts/token]}}]
  # A candidate may also act as one of the namespace's service accounts.
  - level: Request
    users: [{candidate}]
  - level: Request
    userGroups: ["system:serviceaccounts"]
  - level: Metadata
"""
# A log is never more than this on the disk: megabytes of a file, files, bytes of one event.
_FILE_MB = 50
_FILES = 4
_EVENT = 65536


def policy(candidate: str) -> str:
    """The audit policy as YAML.

    Args:
        candidate: The name by which the API server knows the candidate.
    """
    return _POLICY.format(candidate=candidate)


def arguments(folder: str) -> dict[str, str]:
    """The API server's arguments.

    Args:
        folder: Where the policy lies, and the log is to lie, as the API server sees it.
    """
    return {
        "audit-policy-file": f"{folder}/{POLICY}",
        "audit-log-path": f"{folder}/{LOG}",
        "audit-log-maxsize": str(_FILE_MB),
        "audit-log-maxbackup": str(_FILES),
        # An event that is too large loses what was sent with it, not itself.
        "audit-log-truncate-enabled": "true",
        "audit-log-truncate-max-event-size": str(_EVENT),
        "audit-log-truncate-max-batch-size": str(_EVENT * 2),
    }
