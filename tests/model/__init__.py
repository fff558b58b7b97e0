"""Frozen data and the arithmetic of points."""
