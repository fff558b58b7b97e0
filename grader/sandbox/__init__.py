"""Sandboxes: clusters, workstations, and the tools, engines and images they are made with."""
