"""Judging: from an observation to points, and from evidence to the same points."""
