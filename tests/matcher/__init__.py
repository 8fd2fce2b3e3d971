"""The proofs of the matching core."""
