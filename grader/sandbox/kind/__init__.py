"""The kind provider: a cluster in a container of its own for every attempt."""
