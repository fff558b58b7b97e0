"""Proofs on sandboxes."""
