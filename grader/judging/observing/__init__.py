"""A sandbox seen: its baseline, one look at all of it, and since when and by whom things are as they are."""
