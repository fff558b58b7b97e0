"""Tests of the proof of scenarios."""
