"""What authors write: scenarios and exams, read, checked and rendered, with every mistake named."""
