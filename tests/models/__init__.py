"""Proofs of the records and the verbs, on both databases from one source."""
