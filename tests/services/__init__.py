"""Tests of the stub services."""
