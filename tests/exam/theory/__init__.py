"""The theory paper: its questions, its hour."""
