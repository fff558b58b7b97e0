"""The grader's database: attempts, submissions, and who changed what and when."""
