"""Container engines: Docker and Podman, found by themselves and spoken to through their own programs."""
