"""Tests of sandboxes without a container engine."""
