"""Results, and work judged again."""
