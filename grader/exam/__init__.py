"""Attempts from beginning to end: started, worked on, judged, stopped, and found again after a crash."""
