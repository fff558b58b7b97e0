"""The real thing on real engines: clusters, workstations and verdicts."""
