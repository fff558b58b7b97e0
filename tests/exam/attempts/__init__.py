"""One attempt from start to end, and what a kill leaves of it."""
