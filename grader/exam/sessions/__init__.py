"""Exam sessions: candidates' seats, the tasks one after another, and the clock over them."""
