"""Signed documents: one way to write them, the keys, the envelope, and the certificate."""
