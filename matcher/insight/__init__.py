"""What the proof of a round can tell: who cannot be served and why, whom to recruit, what a rule or a choice costs."""
