"""The coordinator's pages: what waits, who is there, rounds, proposals, pairings."""
