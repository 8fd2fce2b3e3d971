"""From a faultless sign-up to the verbs that enter it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models import accounts, casework, interpreting, ledger, outbox
from models.actor import Actor
from models.casework.sheets import Registration
from models.errors import AlreadyRegistered
from models.queries import me
from models.tables import new_id
from web import once
from web.clock import now
from web.database import reading, writing
from web.forms.interpreting import interpreter_sheet_of
from web.forms.journey import Draft, profile_of, registration_of, updated, wishes_of
from web.forms.prefill import raw_of
from web.i18n import language
from web.sessions import actor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from models.interpreting import InterpreterSheet
    from web.forms.doors import Door
    from web.forms.wishes import Login

VISITOR = Actor(account_id=None, role="participant")


def known_draft(door: Door, person_id: str | None) -> Draft:
    """Open a draft; for a registered person, filled in with what is known of her."""
    if person_id is None:
        return Draft(door)
    with reading() as session:
        profile, agreed = me.profile_of(session, person_id), me.consents_of(session, person_id)
    return Draft(door, raw_of(profile), person_id, agreed)


def register_beside(typed: Mapping[str, Any], *, language: str, is_shared: bool) -> str | None:
    """Register somebody who sits beside a partner's worker and was read each agreement; a card lets her in.

    Give who she is, also where the same form comes again.
    """
    by = actor()
    needs, offers = wishes_of(typed)
    sheet = Registration(
        profile=profile_of(typed, email=None, reader_language=language),
        needs=needs,
        offers=offers,
        consents=typed["accords"].purposes,
        consents_read_aloud=True,
        referred_by=by.organisation_id if is_shared else None,
    )
    with writing() as session:
        if (earlier := once.claim(session)) is not None:
            return earlier.given
        person_id = casework.register(session, sheet, by=by, at=now())
        once.keep(session, person_id)
        return person_id


def register(typed: Mapping[str, Any], login: Login) -> None:
    """Register a person; an address that has an account changes nothing but gets a letter.

    Either way the work of one registration is done, so that the time it takes tells nothing (R44).
    """
    typed_sheet = registration_of(typed, login, language())
    sheet = replace(typed_sheet, password=None, password_hash=accounts.hash_password(login.password))
    with reading() as session:
        is_new = accounts.of_address(session, login.email) is None
    if is_new:
        # somebody may come in under the same address at this instant
        with suppress(AlreadyRegistered), writing() as session:
            _enter(session, sheet, typed)
            return
    _register_to_no_effect(sheet, typed)
    with writing() as session:
        owner = accounts.of_address(session, login.email)
        if owner is not None:
            outbox.owe(session, owner, "registration_received", at=now())


def _enter(session: Session, sheet: Registration, typed: Mapping[str, Any]) -> None:
    person_id = casework.register(session, sheet, by=VISITOR, at=now())
    if offered := interpreter_sheet_of(typed):
        _join(session, person_id, offered, Actor(account_id=None, role="participant", person_id=person_id))


def _join(session: Session, person_id: str, offered: InterpreterSheet, by: Actor) -> None:
    """Enter an interpreter who has just signed the code of conduct."""
    interpreting.join_bank(session, person_id, offered, by=by, at=now())
    interpreting.sign_code(session, person_id, by=by, at=now())


class _UndoneError(Exception):
    """Everything was done, and nothing is to stay."""


def _register_to_no_effect(sheet: Registration, typed: Mapping[str, Any]) -> None:
    """Do all that a registration does under an address of nobody's, and undo it: the time it takes tells nothing."""
    nobody = replace(sheet.profile, email=f"{new_id()}@example.org")
    with suppress(_UndoneError), writing() as session:
        _enter(session, replace(sheet, profile=nobody), typed)
        ledger.write_pending(session)
        raise _UndoneError


def is_under_way(door: Door, person_id: str | None) -> bool:
    """Say whether a person asks, or gives, already what a door leads to."""
    if person_id is None:
        return False
    with reading() as session:
        return casework.has_wish(session, person_id, door.side, door.program)


def add(door: Door, typed: Mapping[str, Any], person_id: str) -> None:
    """Bring a registered person's profile up to date and add what she asks for or gives now.

    Raises
    ------
    AlreadyRegistered
        She asks or gives it already.
    """
    by, at = actor(), now()
    needs, offers = wishes_of(typed)
    with writing() as session:
        if once.claim(session) is not None:
            return
        profile = updated(me.profile_of(session, person_id), typed, door)
        casework.update_profile(session, person_id, profile, by=by, at=at)
        for purpose in typed["accords"].purposes:
            casework.give_consent(session, person_id, purpose, by=by, at=at, read_in=language())
        for need in needs:
            casework.publish_need(session, person_id, need, by=by, at=at)
        for offer in offers:
            casework.publish_offer(session, person_id, offer, by=by, at=at)
        if offered := interpreter_sheet_of(typed):
            _join(session, person_id, offered, by)
