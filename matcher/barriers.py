"""Why a pair may not be: hard rules, one function each, True where the pair is barred.

Unknown is not a barrier, but for consent, screening, training, places and a gender asked for: there
unknown is no. A barrier is never a low score.
"""

from __future__ import annotations

import numpy as np

from matcher import channels
from matcher.columns import Flags
from matcher.pairs import Pairs
from matcher.reach import reach_of
from matcher.vocabulary import ACCESS_NEEDS

_SIGNED = np.uint64(1 << list(ACCESS_NEEDS).index("signed_language"))


def consent_missing(pairs: Pairs) -> Flags:
    """Both sides agreed to this program, and neither has withdrawn."""
    return ~(pairs.columns.needs.consents[pairs.i] & pairs.columns.offers.consents[pairs.j])


def forbidden(pairs: Pairs) -> Flags:
    """A coordinator said that these two are never to be proposed together."""
    return pairs.among(pairs.columns.forbidden)


def excluded(pairs: Pairs) -> Flags:
    """One of the two asked not to be paired with the other."""
    return pairs.among(pairs.columns.excluded)


def tied(pairs: Pairs) -> Flags:
    """The offer's person has authority over the need's: landlord, employer, teacher, officer."""
    return pairs.among(pairs.columns.tied)


def in_crisis(pairs: Pairs) -> Flags:
    """A flagged crisis goes to professionals first, whoever offers."""
    return np.broadcast_to(pairs.columns.needs.crisis[pairs.i], pairs.shape)


def not_vetted(pairs: Pairs) -> Flags:
    """The offer's person has not reached the screening that the program asks."""
    return ~pairs.columns.offers.vetted[pairs.j]


def not_trained(pairs: Pairs) -> Flags:
    """The offer's person has not finished the program's training."""
    return ~pairs.columns.offers.trained[pairs.j]


def without_place(pairs: Pairs) -> Flags:
    """The offer has no place left."""
    return pairs.columns.offers.places[pairs.j] <= 0


def gender_not_as_asked(pairs: Pairs) -> Flags:
    """One side asked for a woman or a man, and the other did not declare that gender."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    asked, declared = needs.gender_request[pairs.i], offers.gender[pairs.j]
    asked_back, declared_back = offers.gender_request[pairs.j], needs.gender[pairs.i]
    barred: Flags = ((asked >= 0) & (asked != declared)) | ((asked_back >= 0) & (asked_back != declared_back))
    return barred


def no_channel(pairs: Pairs) -> Flags:
    """No common language, bridges included, and no interpreter that the offer would accept."""
    without = ~channels.exists(pairs, bridges=True)
    return without & channels.known(pairs) & ~pairs.columns.offers.accepts_interpreter[pairs.j]


def no_shared_language(pairs: Pairs) -> Flags:
    """No language that both speak or sign well enough themselves."""
    return ~channels.exists(pairs, bridges=False) & channels.known(pairs)


def no_common_slot(pairs: Pairs) -> Flags:
    """Too few weeks with a slot in which both are free."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    weeks = np.zeros(pairs.shape, dtype=np.int8)
    for mine, theirs in zip(needs.availability, offers.availability, strict=True):
        weeks += (mine[pairs.i] & theirs[pairs.j]) != 0
    known = needs.knows_availability[pairs.i] & offers.knows_availability[pairs.j]
    return known & (weeks < pairs.columns.policy.least_weeks)


def too_far(pairs: Pairs) -> Flags:
    """Farther than the side that drives would go, and not both content to meet remotely."""
    reach = reach_of(pairs)
    remote = pairs.columns.needs.remote_ok[pairs.i] & pairs.columns.offers.remote_ok[pairs.j]
    return reach.known & (reach.distance > reach.limit) & ~remote


def children_refused(pairs: Pairs) -> Flags:
    """The need has children, and the offer says that it does not accept any."""
    return pairs.columns.needs.has_children[pairs.i] & pairs.columns.offers.refuses_children[pairs.j]


def access_not_met(pairs: Pairs) -> Flags:
    """A declared access need cannot be met; a signed language must be one that both sign."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    asked = needs.access[pairs.i]
    unmet: Flags = offers.knows_meets[pairs.j] & ((asked & ~_SIGNED & ~offers.meets[pairs.j]) != 0)
    signs = (asked & _SIGNED) != 0
    if signs.any():
        unmet = unmet | (signs & channels.known(pairs) & ~channels.signed_exists(pairs))
    return unmet
