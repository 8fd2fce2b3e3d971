"""The life of a pairing after both said yes, and the pauses that people take."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matcher.vocabulary import REASONS
from models import ledger, outbox, policy, sealed
from models.actor import Actor
from models.casework import bookings
from models.casework.answers import side_of
from models.casework.closing import close, put_aside
from models.casework.places import IN_PLAY, settle
from models.casework.rows import get, lock_circle, lock_pairing, move, open_pairings, wishes_of
from models.casework.safeguards import check_cleared, stop_for_now
from models.errors import NotAllowedNow, WrongValue
from models.lifecycle import ANSWERING, UNDECIDED, is_allowed
from models.tables import Pairing, Person

AS_PLANNED = frozenset({"goal_reached", "planned_end"})
WRITTEN = "other_written"
"""The reason of a proposal taken back in the office's own words: an approval in error has no code of its own."""


def plan_first_meeting(
    session: Session, pairing_id: str, on: datetime, *, by: Actor, at: datetime
) -> Pairing:
    """Note when the two meet for the first time; a planned meeting may be moved.

    Whoever of the two did not note it herself is told. Where they would talk through an interpreter, one is asked for
    by itself.
    """
    pairing, need, offer = lock_pairing(session, pairing_id)
    policy.must(by, "meet", policy.to_pairing(by, pairing, need, offer))
    check_cleared(session, pairing, need, offer, at)
    is_moved = pairing.state == "first_meeting_planned"
    if is_moved:
        pairing.version += 1
        ledger.record(session, at, by, "move_first_meeting", "pairing", pairing.id)
    else:
        move(session, pairing, "first_meeting_planned", verb="plan_first_meeting", by=by, at=at)
    if not (is_moved and pairing.first_meeting_on == on):
        kind = "meeting_moved" if is_moved else "meeting_planned"
        outbox.queue(
            session, {need.person_id, offer.person_id} - {by.person_id}, kind, at=at, about=pairing.id
        )
    pairing.first_meeting_on = on
    asked = bookings.request_for_meeting(session, pairing, need, on, by=by, at=at)
    if asked is not None:
        move(session, asked, "searching", verb="search_interpreter", by=by, at=at)
    return pairing


def record_first_meeting(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Note that the two have met: the trial begins."""
    pairing, need, offer = lock_pairing(session, pairing_id)
    policy.must(by, "meet", policy.to_pairing(by, pairing, need, offer))
    move(session, pairing, "trial", verb="record_first_meeting", by=by, at=at)
    pairing.first_meeting_at = at
    outbox.drop_unsent(session, pairing.id)
    return pairing


def record_no_show(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Note that the first meeting did not take place; another may be planned."""
    policy.must(by, "follow_pairing")
    pairing, _, _ = lock_pairing(session, pairing_id)
    move(session, pairing, "no_show", verb="record_no_show", by=by, at=at)
    outbox.drop_unsent(session, pairing.id)
    return pairing


def confirm_trial(session: Session, pairing_id: str, person_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Note that one of the two wants to go on after the trial; both make the pairing active."""
    policy.must(by, "confirm_trial", policy.to_herself(by, person_id))
    pairing, need, offer = lock_pairing(session, pairing_id)
    side = side_of(need, offer, person_id)
    if pairing.state != "trial":
        raise NotAllowedNow(pairing.state)
    if getattr(pairing, f"{side}_confirmed_at") is None:
        setattr(pairing, f"{side}_confirmed_at", at)
        ledger.record(session, at, by, "confirm_trial", "pairing", pairing.id, {"side": side})
    if pairing.need_confirmed_at and pairing.offer_confirmed_at:
        check_cleared(session, pairing, need, offer, at)
        move(session, pairing, "active", verb="activate", by=by, at=at)
    return pairing


def renew(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Go on for another stretch."""
    policy.must(by, "follow_pairing")
    pairing, need, offer = lock_pairing(session, pairing_id)
    check_cleared(session, pairing, need, offer, at)
    move(session, pairing, "renewed", verb="renew", by=by, at=at)
    return pairing


def suspend(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Stop a pairing for the moment: anyone concerned may, no reason asked; the place stays held."""
    pairing, need, offer = lock_pairing(session, pairing_id)
    policy.must(by, "suspend", policy.to_pairing(by, pairing, need, offer))
    stop_for_now(session, pairing, verb="suspend", by=by, at=at)
    return pairing


def resume(session: Session, pairing_id: str, *, by: Actor, at: datetime) -> Pairing:
    """Let a suspended pairing go on, where the one who gives is cleared (again): no clock does this.

    Raises
    ------
    Barred
        She is not.
    """
    policy.must(by, "decide")
    pairing, need, offer = lock_pairing(session, pairing_id)
    if pairing.state != "suspended":  # a trial becomes active when both confirm it, not otherwise
        raise NotAllowedNow(pairing.state)
    check_cleared(session, pairing, need, offer, at)
    move(session, pairing, "active", verb="resume", by=by, at=at)
    return pairing


def end_pairing(
    session: Session, pairing_id: str, reason: str, note: str | None = None, *, by: Actor, at: datetime
) -> Pairing:
    """End a pairing for a reason of the list: completed where it ran its course, else ended early.

    Until both have said yes the reason may be a written note. The need of a completed pairing is finished, also
    where she takes a break; after an early end it waits again, where it stood in the queue.
    """
    _check_reason(reason, note)
    pairing, need, offer = lock_pairing(session, pairing_id)
    policy.must(by, "end_pairing", policy.to_pairing(by, pairing, need, offer))
    if reason == WRITTEN and pairing.state not in ANSWERING:
        raise NotAllowedNow(pairing.state)
    ran_its_course = reason in AS_PLANNED and is_allowed("pairing", pairing.state, "completed")
    step = "completed" if ran_its_course else _early(pairing.state)
    if step == "completed" and is_allowed("need_or_offer", need.state, "finished"):
        move(session, need, "finished", verb="end_pairing", by=by, at=at)
    close(session, pairing, step, verb="end_pairing", by=by, at=at, reason=reason)
    if note:
        sealed.put(session, get(session, Person, need.person_id), pairing, "note", note)
    return pairing


def pause(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Take a break: nothing new is proposed, what was not accepted by both is closed, pairings go on."""
    policy.must(by, "take_break", policy.to_herself(by, person_id))
    person = lock_circle(session, person_id)
    if person.state != "ready":
        raise NotAllowedNow(person.state)
    mine = open_pairings(session, person_id)
    put_aside(session, [one for one in mine if one.state in UNDECIDED], verb="pause", by=by, at=at)
    for pairing in mine:
        if pairing.state in ANSWERING:
            close(session, pairing, "expired", verb="pause", by=by, at=at)
    bookings.stop_interpreting(session, person, verb="pause", by=by, at=at)
    for wish in wishes_of(session, person_id):
        if wish.state in IN_PLAY:
            move(session, wish, "paused", verb="pause", by=by, at=at)
    return person


def resume_person(session: Session, person_id: str, *, by: Actor, at: datetime) -> Person:
    """Come back from a break: what was paused waits again."""
    policy.must(by, "take_break", policy.to_herself(by, person_id))
    person = lock_circle(session, person_id)
    for wish in wishes_of(session, person_id):
        if wish.state == "paused":
            move(session, wish, "available", verb="resume_person", by=by, at=at)
            settle(session, wish, by=by, at=at)
    return person


def _check_reason(reason: str, note: str | None) -> None:
    is_of_the_list = reason in REASONS and REASONS[reason].row["kind"] == "close"
    if not (is_of_the_list or reason == WRITTEN):
        raise WrongValue("reason", reason)
    if reason == WRITTEN and not (note and note.strip()):
        raise WrongValue("note", note)


def _early(state: str) -> str:
    """Where the table knows no early end, both have not met: the pairing is withdrawn."""
    return "ended_early" if is_allowed("pairing", state, "ended_early") else "withdrawn"
