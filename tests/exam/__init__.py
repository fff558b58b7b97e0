"""Attempts: started, judged, stopped, killed and found again."""
