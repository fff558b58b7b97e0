"""Reports of a judged attempt: one format a file."""
