"""Tests of the comparison of nodes."""
