"""The command line: one file a command, and the few modules that all of them share."""
