"""The coordinator's room of interpreters: the week, one appointment, the plan, translations, what the bank lacks."""
