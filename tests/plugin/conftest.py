"""Brings pytest's own double of a project."""

from __future__ import annotations

pytest_plugins = ["pytester"]
