"""The API server's audit log: what is logged, the process that chains it, and what is read from the chain."""
