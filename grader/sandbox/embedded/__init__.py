"""Sandboxes without a container engine: a real control plane, and a node that plays the services."""
