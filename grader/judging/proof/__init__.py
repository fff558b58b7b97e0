"""Proof that a scenario works: its checks demand the work, all of the work, and nothing but the work."""
