"""A container engine of the tests' own."""
