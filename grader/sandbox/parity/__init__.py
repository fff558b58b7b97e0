"""Compares the embedded sandbox's node with kind's: the same pods on both, and what each says of them."""
