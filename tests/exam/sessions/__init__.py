"""Tests of exam sessions."""
