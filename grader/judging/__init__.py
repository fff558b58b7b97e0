"""Judging: observe a sandbox, run a scenario's checks on what was seen, score, record, judge again."""
