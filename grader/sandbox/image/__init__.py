"""Makes the container images that can't be pulled: the kind node, the stub services, the workstation."""
