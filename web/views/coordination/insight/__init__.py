"""« Comprendre » : what the proofs of a program's round can tell, one page a module."""

from models.queries.rounds import PAIRABLE

PREFIX = f"/coordination/comprendre/<any({', '.join(PAIRABLE)}):program>"
"""Where the pages of a program stand; any other program is no page."""
