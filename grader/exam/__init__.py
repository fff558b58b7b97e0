"""Exams: attempts, sessions over them, the theory paper, results, signatures, and proofs of scenarios."""
