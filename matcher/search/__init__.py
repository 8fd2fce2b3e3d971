"""All pairs of a pool that can be proposed and what they are worth, however large it is.

`pieces` is the way in. `candidates` gives them by the definitions, or by `sweep`, the loop over all pairs, which
looks up what `tables` has laid out of people who are `alike`, and leaves out what `bounds` rule out; `reasons`
counts what keeps the others apart.
"""

from matcher.search.pieces import Search, find, search

__all__ = ["Search", "find", "search"]
