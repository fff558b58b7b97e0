"""One attempt from its start to its end: begun, found again, worked on, handed in, reset, stopped."""
