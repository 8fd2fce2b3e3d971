"""Who may do what: one table of grants, one function that reads it, and everything else refused.

An action is granted to a role, towards what that role stands in a certain relation to. The relation carries
the state: a proposal is ``proposed`` once it was approved, ``paired`` once both said yes, ``past`` when it is
over, and before that nothing at all (``none``) to the two whom it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.actor import ROLES, Actor
from models.errors import Forbidden, Unknown
from models.lifecycle import ANSWERING, GONE, TOGETHER
from models.tables import (
    ApartWish,
    Appointment,
    Booking,
    Clearance,
    Interpreter,
    Need,
    Offer,
    Pairing,
    Person,
    TimeException,
    Translation,
)

ANYONE = "anonymous"
RELATIONS = ("own", "proposed", "paired", "past", "own_organisation", "other_organisation", "none")

Relations = tuple[str, ...]
Granted = dict[str, Relations]

EVERY: Relations = RELATIONS
HERS: Relations = ("own", "proposed", "paired", "past")
"""Herself, and the pairings that concern her and that she knows of."""

SIGNED_IN: Granted = dict.fromkeys(ROLES, EVERY)
EVERYBODY: Granted = SIGNED_IN | {ANYONE: EVERY, "system": EVERY}
OFFICE: Granted = {"coordinator": EVERY, "administrator": EVERY}
HOUSE: Granted = OFFICE | {"system": EVERY}
"""The office, and the commands and schedules of its machine."""
HERSELF: Granted = HOUSE | {"participant": HERS}
"""A person about herself, or the office for her."""

GRANTS: Mapping[str, Granted] = MappingProxyType(
    {
        # doors that stand open, and one's own account
        "visit": EVERYBODY,
        "keep_account": SIGNED_IN,
        "keep_factor": OFFICE | {"agent": EVERY},
        # a person about herself
        "keep_own_page": {"participant": HERS},
        "change_profile": HERSELF,
        "publish_wish": HERSELF,
        "change_wish": HERSELF,
        "give_consent": HERSELF,
        "withdraw_consent": HERSELF,
        "exclude": HERSELF,
        "take_break": HERSELF,
        "erase": HERSELF,
        "copy_data": HERSELF,
        "end_referral": HERSELF,
        # the two of a pairing
        "answer": HERSELF,
        "meet": HERSELF,
        "confirm_trial": HERSELF,
        "suspend": HERSELF,
        "end_pairing": HERSELF,
        # coming in
        "register": HOUSE | {"participant": ("none",), "agent": ("own_organisation", "none")},
        "give_card": HOUSE | {"agent": ("own_organisation",)},
        # a partner's worker
        "see_referrals": {"agent": ("own_organisation", "none")},
        "confirm_referral": {"agent": ("own_organisation",)},
        "register_beside": {"agent": ("own_organisation", "none")},
        # interpreting
        "ask_interpreter": HOUSE | {"participant": ("own",), "agent": ("own_organisation",)},
        "interpret": HERSELF,
        "keep_interpreting": {"participant": HERS},
        "keep_feed": OFFICE | {"participant": HERS},
        "arrange_interpreting": HOUSE,
        # casework
        "read_cases": OFFICE,
        "read_file": OFFICE,
        "keep_file": OFFICE,
        "read_note": {"coordinator": EVERY},
        "write_note": {"coordinator": EVERY, "system": EVERY},
        "vet": HOUSE,
        "confirm_clearance": HOUSE | {"agent": ("own_organisation",)},
        "keep_apart": HOUSE,
        "open_proposal": HOUSE,
        "decide": OFFICE,
        "run_round": HOUSE,
        "follow_pairing": HOUSE,
        "call_people": HOUSE,
        "do_chores": HOUSE,
        "keep_incidents": OFFICE,
        "read_figures": OFFICE,
        "bring_in": OFFICE,
        "take_out": OFFICE,
        # the house
        "keep_team": {"administrator": EVERY, "system": EVERY},
    }
)
"""Action → role → the relations in which it is granted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is granted, and if not, what is missing: the ``role`` or the ``relation``."""

    is_granted: bool
    reason: str


def decide(role: str, action: str, relation: str = "none") -> Decision:
    """Say whether a role may do this, towards something that it stands in this relation to.

    Raises
    ------
    LookupError
        There is no such action: nobody wrote down who may.
    """
    if action not in GRANTS:
        raise LookupError(f"{action}: no such action in models.policy")
    granted = GRANTS[action].get(role, ())
    if relation in granted:
        return Decision(True, "granted")
    return Decision(False, "relation" if granted else "role")


def may(actor: Actor, action: str, relation: str = "none") -> bool:
    """Whether somebody may do this."""
    return decide(actor.role, action, relation).is_granted


def must(actor: Actor, action: str, relation: str = "none") -> None:
    """Refuse what is not granted.

    Raises
    ------
    Forbidden
        The role or the relation is missing.
    """
    decision = decide(actor.role, action, relation)
    if not decision.is_granted:
        raise Forbidden(f"{action}: {decision.reason}")


def roles_for(action: str) -> frozenset[str]:
    """Give the roles that may do this in some relation."""
    return frozenset(role for role in (ANYONE, *ROLES, "system") if may_somehow(role, action))


def may_somehow(role: str, action: str) -> bool:
    """Whether a role may do this towards anything at all."""
    return any(decide(role, action, relation).is_granted for relation in RELATIONS)


def hangs_on_relation(role: str, action: str) -> bool:
    """Whether a role may do this towards some and not towards others."""
    return not all(decide(role, action, relation).is_granted for relation in RELATIONS)


def to_person(actor: Actor, person: Person) -> str:
    """Give how an actor stands to a person."""
    if actor.person_id == person.id:
        return "own"
    if actor.role != "agent":
        return "none"
    return to_organisation(actor, None if person.state in GONE else person.referred_by)


def to_organisation(actor: Actor, organisation_id: str | None) -> str:
    """Give how an actor stands to those who came through an organisation."""
    if organisation_id is None:
        return "none"
    return "own_organisation" if actor.organisation_id == organisation_id else "other_organisation"


def to_herself(actor: Actor, person_id: str) -> str:
    """Give how an actor stands to the one she speaks for."""
    return "own" if actor.person_id == person_id else "none"


def to_pairing(actor: Actor, pairing: Pairing, need: Need, offer: Offer) -> str:
    """Give how an actor stands to a pairing."""
    if actor.person_id not in {need.person_id, offer.person_id}:
        return "none"
    if pairing.state in ANSWERING:
        return "proposed"
    if pairing.state in TOGETHER:
        return "paired"
    return "past" if pairing.approved_at else "none"


def _person(session: Session, actor: Actor, person_id: str) -> str | None:
    person = session.get(Person, person_id)
    return None if person is None else to_person(actor, person)


def _pairing(session: Session, actor: Actor, pairing_id: str) -> str | None:
    pairing = session.get(Pairing, pairing_id)
    if pairing is None:
        return None
    need, offer = session.get_one(Need, pairing.need_id), session.get_one(Offer, pairing.offer_id)
    return to_pairing(actor, pairing, need, offer)


def _wish(session: Session, actor: Actor, wish_id: str) -> str | None:
    wish = session.get(Need, wish_id) or session.get(Offer, wish_id)
    return None if wish is None else to_herself(actor, wish.person_id)


def to_asking(actor: Actor, asking: Appointment | Translation) -> str:
    """Give how an actor stands to a request to interpret or to translate."""
    if actor.role == "agent":
        return to_organisation(actor, asking.organisation_id)
    is_for_her = actor.person_id is not None and actor.person_id == asking.person_id
    return "own" if is_for_her else "none"


def _to_interpreter(session: Session, actor: Actor, number: int | None) -> str:
    found = None if number is None else session.get(Interpreter, number)
    return to_herself(actor, found.person_id) if found else "none"


def _appointment(session: Session, actor: Actor, which: str) -> str | None:
    asked = session.get(Appointment, which)
    return None if asked is None else to_asking(actor, asked)


def _booking(session: Session, actor: Actor, which: str) -> str | None:
    booking = session.get(Booking, which)
    if booking is None:
        return None
    if _to_interpreter(session, actor, booking.interpreter) == "own":
        return "own"
    return to_asking(actor, session.get_one(Appointment, booking.appointment_id))


def _translation(session: Session, actor: Actor, which: str) -> str | None:
    asked = session.get(Translation, which)
    if asked is None:
        return None
    if "own" in {_to_interpreter(session, actor, number) for number in (asked.translator, asked.reader)}:
        return "own"
    gives = select(Interpreter.number).where(Interpreter.person_id == actor.person_id)
    relation = to_asking(actor, asked)
    return "proposed" if relation == "none" and session.scalar(gives) is not None else relation


def _exception(session: Session, actor: Actor, which: str) -> str | None:
    exception = session.get(TimeException, which)
    return None if exception is None else _to_interpreter(session, actor, exception.interpreter)


def _clearance(session: Session, actor: Actor, which: str) -> str | None:
    clearance = session.get(Clearance, which)
    return None if clearance is None else to_person(actor, session.get_one(Person, clearance.person_id))


def _apart(session: Session, actor: Actor, which: str) -> str | None:
    wish = session.get(ApartWish, which)
    return None if wish is None else to_herself(actor, wish.person_id)


RELATED: Mapping[str, Callable[[Session, Actor, str], str | None]] = MappingProxyType(
    {
        "person_id": _person,
        "pairing_id": _pairing,
        "wish_id": _wish,
        "need_id": _wish,
        "offer_id": _wish,
        "appointment_id": _appointment,
        "booking_id": _booking,
        "translation_id": _translation,
        "exception_id": _exception,
        "apart_id": _apart,
        "clearance_id": _clearance,
    }
)
"""What an address may name, and how to find how somebody stands to it."""


def relation_to(session: Session, actor: Actor, kind: str, which: str) -> str:
    """Give how somebody stands to what an address names.

    Raises
    ------
    Unknown
        There is nothing there.
    """
    relation = RELATED[kind](session, actor, which)
    if relation is None:
        raise Unknown(kind, which)
    return relation


def _of_exception(session: Session, which: str) -> str | None:
    exception = session.get(TimeException, which)
    return session.get_one(Interpreter, exception.interpreter).person_id if exception else None


def _of_clearance(session: Session, which: str) -> str | None:
    clearance = session.get(Clearance, which)
    return clearance.person_id if clearance else None


def _of_booking(session: Session, which: str) -> str | None:
    booking = session.get(Booking, which)
    return booking.appointment_id if booking else None


WITHIN: Mapping[tuple[str, str], Callable[[Session, str], str | None]] = MappingProxyType(
    {
        ("clearance_id", "person_id"): _of_clearance,
        ("booking_id", "appointment_id"): _of_booking,
        ("exception_id", "person_id"): _of_exception,
    }
)
"""What an address may name within something else, and how to find where it belongs."""

APART = frozenset({("need_id", "offer_id")})
"""What an address may name side by side: neither belongs to the other."""


def belongs(session: Session, named: Mapping[str, str]) -> bool:
    """Whether everything that an address names within something else belongs there; what is not there names itself."""
    return all(
        place(session, named[inner]) in (None, named[outer])
        for (inner, outer), place in WITHIN.items()
        if inner in named and outer in named
    )


def is_placed(names: Iterable[str]) -> bool:
    """Whether it is known of things that one address names how they belong together."""
    return all(
        pair in APART or pair in WITHIN or pair[::-1] in WITHIN for pair in combinations(sorted(names), 2)
    )
