"""What the engine's proofs tell a coordinator of a program as it stands now, one page a module."""
