"""Plain pytest with the grader beside it."""
