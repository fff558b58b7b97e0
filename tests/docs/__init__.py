"""The documentation, held to what the program and the repository are."""
