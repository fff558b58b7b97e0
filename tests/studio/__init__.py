"""The studio's own scripts."""
