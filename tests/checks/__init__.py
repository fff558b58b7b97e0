"""What a check may call."""
