"""The columns of a list of people, as an office keeps it: who they are, what they ask for or give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from email_validator import EmailNotValidError, validate_email

from matcher.faults import SENTENCES, Faults, Spot, show
from matcher.formats.columns import (
    GIVING,
    PROFILE,
    WAITING,
    WISHES,
    Column,
    flag_column,
    text_column,
)
from matcher.formats.fields import day, identity
from matcher.formats.sheets import read_sheet
from matcher.texts import one_line
from models.casework.codes import EARLIEST, LATEST, LONGEST_NAME, PHONE
from models.casework.sheets import NeedSheet, OfferSheet, Profile, Registration

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SIDES = ("need", "offer")
LONGEST_EMAIL = 300
"""A little more than an address may have, so that a longer one is refused as such."""
OF_A_PERSON: Mapping[str, tuple[str, str]] = {
    **SENTENCES,
    "bad_name": ("{given} is not a name", "1 to {most} printable characters"),
    "bad_email": ("{given} is not a whole address", "an address such as nom@exemple.ca"),
    "bad_phone": ("{given} is not a telephone number", "7 to 24 digits, spaces and signs"),
    "doubled_person": ("{given} stands in another row too", "one row a person"),
    "nothing_to_know_by": (
        "neither an id nor an e-mail address",
        "one of the two, so that nobody comes twice",
    ),
    "other_person": ("{given} was brought for another person", "an id of this list's own"),
}
"""What can be wrong in a list of people besides what can be wrong in any sheet."""
PURPOSES = {"consent": "program", "consent_matching": "matching", "consent_contact": "share_contact"}


def _name(value: Any, spot: Spot) -> str | None:
    text = one_line(str(value))
    if 0 < len(text) <= LONGEST_NAME:
        return text
    spot.wrong("bad_name", given=show(text), most=LONGEST_NAME)
    return None


def _email(value: Any, spot: Spot) -> str | None:
    try:
        return validate_email(one_line(str(value))[:LONGEST_EMAIL], check_deliverability=False).normalized
    except EmailNotValidError:
        spot.wrong("bad_email", given=show(str(value)))
        return None


def _phone(value: Any, spot: Spot) -> str | None:
    text = one_line(str(value))
    if PHONE.fullmatch(text):
        return text
    spot.wrong("bad_phone", given=show(text))
    return None


def _day(value: Any, spot: Spot) -> date | None:
    found: date | None = day(value, spot)
    if found is None or EARLIEST <= found <= LATEST:
        return found
    spot.wrong("out_of_range", given=show(value), low=EARLIEST, high=LATEST)
    return None


def _reader_language(value: Any, spot: Spot) -> str | None:
    code = {"fr": "fr", "français": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}.get(
        str(value).strip().casefold()
    )
    if code is None:
        spot.wrong("not_code", given=show(value), meant="fr or en", near="", few="fr, en")
    return code


def _anything(_value: Any, _spot: Spot) -> None:
    """Pass over what only an export says."""


SOURCE_ID = replace(text_column("id", identity), decode=str.strip)
CONTACT = (
    replace(text_column("first_name", _name), empty_is_none=True),
    text_column("surname", _name),
    text_column("email", _email),
    text_column("phone", _phone),
    text_column("reader_language", _reader_language),
)
CONSENTS = tuple(map(flag_column, PURPOSES))
STATE = text_column("state", _anything)
TOLD = tuple(
    replace(column, reader=_day) if column.reader is day else column for column in (*PROFILE, *WISHES)
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "need": (SOURCE_ID, *CONTACT, *TOLD, replace(WAITING, reader=_day), *CONSENTS, STATE),
    "offer": (SOURCE_ID, *CONTACT, *TOLD, *GIVING, *CONSENTS, STATE),
}
PROFILE_FIELDS = tuple(Profile.__dataclass_fields__)
SHEETS: Mapping[str, type[NeedSheet | OfferSheet]] = {"need": NeedSheet, "offer": OfferSheet}
TITLES = {"need": ("Besoins", "Demandes", "needs"), "offer": ("Offres", "offers")}


def read_people(
    data: bytes, where: str, faults: Faults, side: str, program: str
) -> list[tuple[str, Registration]]:
    """Give the registration that each row stands for, with the words that say where it stands.

    Raises
    ------
    FaultyInput
        Where the file can't be read at all; faults of rows are noted in ``faults``.
    """
    rows = read_sheet(data, faults, where, COLUMNS[side], required=("first_name",), titles=TITLES[side])
    found = []
    for at, values in rows:
        if not values.keys() & {"id", "email"} and not _is_refused(faults, at):
            Spot(faults, at, "id").wrong("nothing_to_know_by")
        found.append((at, _registration(values, side, program)))
    return found


def _is_refused(faults: Faults, where: str) -> bool:
    """Say whether an id or an address stood in the row and was no good."""
    return any(
        fault.where == where and getattr(fault, "code", "") in {"bad_id", "bad_email"}
        for fault in faults.found
    )


def _registration(values: dict[str, Any], side: str, program: str) -> Registration:
    kind = SHEETS[side]
    profile = {name: values[name] for name in PROFILE_FIELDS if values.get(name) is not None}
    wishes = {name: values[name] for name in kind.__dataclass_fields__ if values.get(name) is not None}
    wish = kind(**wishes, program=program, import_ref=values.get("id") or values.get("email"))
    return Registration(
        profile=Profile(**{"first_name": "", **profile}),
        consents=tuple(purpose for column, purpose in PURPOSES.items() if values.get(column)),
        needs=(wish,) if isinstance(wish, NeedSheet) else (),
        offers=(wish,) if isinstance(wish, OfferSheet) else (),
    )
