"""What the grader adds to pytest."""
