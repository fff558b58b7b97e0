"""Frozen data and pure arithmetic; imports nothing else of the package."""
