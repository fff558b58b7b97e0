"""Proofs of scenarios on the product's own sandboxes."""
