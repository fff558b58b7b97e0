"""Tests of the sandbox layer that need no container engine."""
