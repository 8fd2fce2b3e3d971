"""Calendar entries and service sheets in words: what their readers may see, and nothing besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from matcher.vocabulary import SECTORS, SETTINGS
from web import casework_words
from web.calendars import Entry
from web.i18n import label, language
from web.interpreting_lists import MODES
from web.interpreting_words import minutes, moment, tongues
from web.service_sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from models.queries.interpreting.feeds import Entry as FeedEntry
    from models.queries.interpreting.service import ServiceSheet

_: Callable[..., str] = flask_babel.gettext


def entry(one: FeedEntry) -> Entry:
    """Say an entry of a calendar feed: languages, how and where; no name and no reason."""
    place = label(SECTORS, one.sector) if one.sector and one.mode in {None, "in_person"} else ""
    title = tongues(one.from_language, one.to_language, one.via)
    if one.mode:
        title = f"{title} · {MODES[one.mode]}"
    else:
        title = f"{title} · {casework_words.state_name('interpreting', one.state)}"
    return Entry(
        id=one.id,
        start=one.begins,
        minutes=int((one.ends - one.begins).total_seconds() // 60),
        title=title,
        place=place,
        changed_at=one.changed_at,
        is_cancelled=one.is_cancelled,
    )


def sheet_facts(one: ServiceSheet) -> list[tuple[str, str]]:
    """Give what a service sheet says, label by label."""
    way = str(MODES[one.mode])
    if one.mode == "in_person" and one.sector:
        way = f"{way}, {label(SECTORS, one.sector)}"
    facts = [
        (_("Personne"), one.person or "—"),
        (_("Interprète"), one.interpreter),
        (_("Langues"), tongues(one.from_language, one.to_language, one.via)),
        (_("Genre de rendez-vous"), label(SETTINGS, one.setting)),
        (_("Quand"), moment(one.begins)),
        (_("De quelle façon"), way),
        (_("Durée prévue"), minutes(one.planned_minutes)),
        (_("Durée réelle"), minutes(one.real_minutes) if one.real_minutes else "—"),
    ]
    if one.organisation:
        facts.insert(1, (_("Demandé par"), one.organisation))
    for name, at in (
        (_("Signé par l’interprète"), one.interpreter_signed_at),
        (_("Signé par l’autre côté"), one.requester_signed_at),
    ):
        if at:
            facts.append((name, moment(at)))
    return facts


def sheet(one: ServiceSheet, at: datetime) -> Sheet:
    """Give the sheet as the paper says it."""
    return Sheet(
        title=_("Feuille de service"),
        intro=_(
            "À signer à la fin du rendez-vous, avec la durée réelle. Rien de ce qui s’est dit n’y est écrit."
        ),
        facts=sheet_facts(one),
        signatures=(_("Signature de la personne, ou de qui a demandé"), _("Signature de l’interprète")),
        signed_on=_("Date"),
        foot=_("Passerelle · Saguenay. L’interprète bénévole garde tout pour soi."),
        language={"fr": "fr-CA", "en": "en-CA"}[language()],
        at=at,
    )
