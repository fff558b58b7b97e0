"""Evidence: written, read, and judged again without a cluster."""
