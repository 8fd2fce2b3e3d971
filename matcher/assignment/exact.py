"""The exact assignment: who is paired, then with whom, and the prices that prove that no other is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.assignment.market import Market, first_where, read_market
from matcher.assignment.paths import Standing
from matcher.assignment.pricing import solve, underpriced_of
from matcher.assignment.rows import Ints
from matcher.errors import NotProved


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Needs and offers paired, by position, and the prices that prove that no other pairing is better.

    Attributes
    ----------
    pairs : int64, shape (k, 2)
        Rows (need, offer), sorted by need.
    total_priority, total_worth : int
        Sums over the pairs.
    scale : int
        1,000,000 * min(needs, total places) + 1. The value of a pair is scale * priority + worth.
    need_prices, place_prices : int64, shapes (needs,) and (offers,)
        The price of an offer without any place is the least that holds.
    """

    pairs: Ints
    total_priority: int
    total_worth: int
    scale: int
    need_prices: Ints
    place_prices: Ints


def assign(worth: object, places: npt.ArrayLike, priority: npt.ArrayLike | None = None) -> Assignment:
    """Give each need at most one offer so that total priority, then total worth, is greatest.

    Parameters
    ----------
    worth : scipy.sparse CSR array or matrix of integers, shape (needs, offers)
        A stored entry, zero included, is an allowed pair and its worth, 0 to 1,000,000; what is not stored
        is barred. Indices may stand in any order.
    places : integers >= 0, shape (offers,)
        How many needs an offer may take.
    priority : integers 0 to 1,000,000, shape (needs,), optional
        1 for all where not given. A need of priority 0 is paired only where it adds worth.

    Returns
    -------
    Assignment
        The same for the same input, whatever the machine and whether or not numba is installed.

    Raises
    ------
    InvalidInput
        Where a shape, a dtype or a value is wrong; the message names the position, never a person.

    Notes
    -----
    A linear programme and its dual. Each need and each place gets a price, so that no allowed pair is worth
    more than its two prices. Where all that is paid for is also paired, at exactly its price, the prices
    add up to the value of the assignment, and no other can be worth more.

    1. Set every price to 0 and the graph to no pairs at all.
    2. Look through all allowed pairs for those *underpriced*: their value passes their prices. Where there
       are none, stop: prices and pairs are the best of the graph, and hold for all pairs.
    3. Add to the graph the few most underpriced pairs of each need, and about as many others by chance,
       since the best offers of one need are often the best of every need.
    4. The first few times, only look for prices near the best, for they choose pairs as well: serve needs by
       falling priority, as a matroid allows, and let each offer cost the highest priority that is turned
       away from it; then let needs outbid each other in an auction [4]_. Continue with step 2.
    5. Raise the price of each need in question to the best that it can now get, and set it free.
    6. Seat each need that has a price and no offer, high priorities first, along a shortest path of needs
       that move on, a pair being as long as its two prices exceed its value [1]_ [2]_.
    7. Fill each place that has a price and no need in the same way. Continue with step 2, a little wider.

    Step 4 is `matcher.assignment.opening`: it proves nothing and saves most of the time, since from nothing, each need
    that ends without an offer would look at all that it may not have. Steps 5 to 7 are `matcher.assignment.paths.mend`,
    which is right whatever prices it begins with. The graph grows to a small part of the allowed pairs [3]_.

    References
    ----------
    .. [1] J. Edmonds, R. M. Karp, "Theoretical improvements in algorithmic efficiency for network flow
       problems", Journal of the ACM 19(2), 1972, doi:10.1145/321694.321699
    .. [2] R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear
       assignment problems", Computing 38, 1987, doi:10.1007/BF02278710
    .. [3] A. Volgenant, "Linear and semi-assignment problems: a core oriented approach", Computers &
       Operations Research 23(10), 1996, doi:10.1016/0305-0548(96)00010-X
    .. [4] D. P. Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment
       problem", Annals of Operations Research 14, 1988, doi:10.1007/BF02186476

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> best = assign(csr_array([[900_000, 500_000], [800_000, 0]]), places=[1, 1])
    >>> best.pairs.tolist(), best.total_priority, best.total_worth
    ([[0, 1], [1, 0]], 2, 1300000)
    """
    market = read_market(worth, places, priority)
    return assignment_of(
        market, solve(market.places, market.priority, market.dearest, underpriced_of(market))
    )


def assignment_of(market: Market, standing: Standing) -> Assignment:
    """Give the pairs and prices that a search ended with as an assignment of its market."""
    need = np.flatnonzero(standing.offer_of >= 0)
    pairs = np.column_stack((need, standing.offer_of[need]))
    place_prices = _with_least_prices(market, standing)
    need_prices = standing.need_price.copy()
    total_priority = int(market.priority[need].sum())
    paid = sum(need_prices.tolist()) + _paid_for(market.places, place_prices)  # is what it is worth
    for column in (pairs, need_prices, place_prices):
        column.flags.writeable = False
    return Assignment(
        pairs=pairs,
        total_priority=total_priority,
        total_worth=paid - market.scale * total_priority,
        scale=market.scale,
        need_prices=need_prices,
        place_prices=place_prices,
    )


def certify(
    worth: object, places: npt.ArrayLike, assignment: Assignment, priority: npt.ArrayLike | None = None
) -> None:
    """Prove from the definition, without the solver, that every number of an assignment is right.

    Parameters
    ----------
    worth, places, priority
        What `assign` was given.
    assignment : Assignment
        However it was made.

    Raises
    ------
    NotProved
        At the first number that is wrong; the message names the position.
    InvalidInput
        As `assign` does.

    Notes
    -----
    Weak duality: an assignment is worth at most the sum of its paired needs' prices and of its taken places'
    prices, hence at most the sum of all prices, wherever no allowed pair is worth more than its two prices.
    An assignment that is worth exactly that sum is therefore the best, and so are its prices.
    """
    prove(read_market(worth, places, priority), assignment)


def prove(market: Market, assignment: Assignment) -> None:
    """Prove what `certify` proves, of a market that is already read; it may have a larger scale of its own."""
    _check_form(market, assignment)
    offer_of = np.full(len(market.priority), -1, dtype=np.int64)
    offer_of[assignment.pairs[:, 0]] = assignment.pairs[:, 1]
    total_worth, tight = _check_pairs(market, assignment, offer_of)
    _check_idle(market, assignment, offer_of, tight)
    total_priority = int(market.priority[offer_of >= 0].sum())
    paid = sum(assignment.need_prices.tolist()) + _paid_for(market.places, assignment.place_prices)
    for name, given, right in (
        ("total_priority", assignment.total_priority, total_priority),
        ("total_worth", assignment.total_worth, total_worth),
        ("the sum of all prices", paid, market.scale * total_priority + total_worth),
    ):
        if given != right:
            raise NotProved(f"{name} is {given}; it must be {right}")


def _with_least_prices(market: Market, standing: Standing) -> Ints:
    """Give the place prices, those of offers without places lowered to the least that holds."""
    prices = np.where(market.places == 0, 0, standing.place_price)
    if (market.places == 0).any():
        for block in market.blocks():
            closed = market.places[block.offer] == 0
            over = block.value[closed] - standing.need_price[block.need[closed]]
            np.maximum.at(prices, block.offer[closed], over)
    return prices


def _paid_for(places: Ints, prices: Ints) -> int:
    """Add up the prices of all places, in whole numbers of any size."""
    return sum(count * price for count, price in zip(places.tolist(), prices.tolist(), strict=True))


def _check_form(market: Market, assignment: Assignment) -> None:
    """Check types, shapes and ranges, so that what follows can neither fail nor overflow."""
    for name in ("total_priority", "total_worth", "scale"):
        if type(getattr(assignment, name)) is not int:
            raise NotProved(f"{name} is not a Python integer")
    if assignment.scale != market.scale:
        raise NotProved(f"scale is {assignment.scale}; it must be {market.scale}")
    for name, count in (("need_prices", len(market.priority)), ("place_prices", len(market.places))):
        prices: Any = getattr(assignment, name)
        if not isinstance(prices, np.ndarray) or prices.dtype != np.int64 or prices.shape != (count,):
            raise NotProved(f"{name} must be int64 of shape ({count},)")
        for at in first_where((prices < 0) | (prices > market.dearest)):
            raise NotProved(f"{name}[{at}] is {prices[at]}; no price is under 0 or above the greatest value")
    pairs: Any = assignment.pairs
    if (
        not isinstance(pairs, np.ndarray)
        or not np.issubdtype(pairs.dtype, np.integer)
        or pairs.shape[1:] != (2,)
    ):
        raise NotProved("pairs must be integers of shape (k, 2)")
    sides = (len(market.priority), len(market.places))
    for at in first_where(((pairs < 0) | (pairs >= sides)).any(axis=1)):
        raise NotProved(
            f"pairs[{at}] is {pairs[at].tolist()}; there are {sides[0]} needs and {sides[1]} offers"
        )
    for at in first_where(pairs[1:, 0] <= pairs[:-1, 0]):
        raise NotProved(f"pairs[{at + 1}] does not follow pairs[{at}]: needs must rise, each at most once")


def _check_pairs(market: Market, assignment: Assignment, offer_of: Ints) -> tuple[int, npt.NDArray[np.bool_]]:
    """Check the prices of every allowed pair, and that what is paired is allowed.

    Returns
    -------
    total worth of the pairs, and which offers have a pair that is worth exactly its prices
    """
    total_worth = 0
    allowed = offer_of < 0
    tight = np.zeros(len(market.places), dtype=np.bool_)
    for block in market.blocks():
        slack = assignment.need_prices[block.need] + assignment.place_prices[block.offer] - block.value
        paired = offer_of[block.need] == block.offer
        for at in first_where((slack < 0) | (paired & (slack > 0))):
            raise NotProved(
                f"need {block.need[at]} and offer {block.offer[at]}: their prices pass the value "
                f"{block.value[at]} by {slack[at]}; it must be {'0' if paired[at] else '0 or more'}"
            )
        allowed[block.need[paired]] = True
        tight[block.offer[slack == 0]] = True
        total_worth += int(block.worth[paired].sum())
    for need in first_where(~allowed):
        raise NotProved(f"need {need} is paired with offer {offer_of[need]}, which is not allowed")
    return total_worth, tight


def _check_idle(market: Market, assignment: Assignment, offer_of: Ints, tight: npt.NDArray[np.bool_]) -> None:
    """Check that nothing is paid for that is not had, and that no offer is taken beyond its places."""
    taken = np.bincount(offer_of[offer_of >= 0], minlength=len(market.places))
    for offer in first_where(taken > market.places):
        raise NotProved(f"offer {offer} is paired {taken[offer]} times; it has {market.places[offer]} places")
    for need in first_where((offer_of < 0) & (assignment.need_prices > 0)):
        raise NotProved(f"need {need} is unpaired and has the price {assignment.need_prices[need]}, not 0")
    priced = assignment.place_prices > 0
    for offer in first_where(priced & (taken < market.places)):
        raise NotProved(
            f"offer {offer} has a place left and the price {assignment.place_prices[offer]}, not 0"
        )
    for offer in first_where(priced & ~tight):
        raise NotProved(
            f"offer {offer} has the price {assignment.place_prices[offer]}, which is not the least that holds"
        )
