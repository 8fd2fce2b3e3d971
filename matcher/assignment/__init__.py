"""Who is paired with whom so that no pairing is better, with the prices that prove it; it knows numbers alone.

`exact` is the way in. `pricing` grows a graph of pairs until its best holds for all: `opening` sets prices near
it, `paths` makes pairs and prices the best of the graph, `keeping` chooses among equals, `mending` goes on from a
round that stands. `market` and `rows` are the pairs as callers hold them, `graphs` those that a search walks on.
"""

from matcher.assignment.exact import Assignment, assign, certify

__all__ = ["Assignment", "assign", "certify"]
