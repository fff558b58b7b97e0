"""Signed documents and keys."""
