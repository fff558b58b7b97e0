"""The theory paper: the bank of questions, and the candidate's hour with a paper drawn from it."""
