"""grader: a practical-exam auto-grader on ephemeral Kubernetes clusters."""

__version__ = "0.1.0"
