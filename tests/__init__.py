"""The proofs, in the same tree as the code."""
