"""The ways in which solved work is damaged, one module a subject."""
