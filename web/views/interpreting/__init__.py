"""Interpreting, for those who give it and those who ask for it."""
