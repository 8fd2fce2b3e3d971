"""What there is to say on the telephone to somebody whom no letter reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from matcher.vocabulary import PROGRAMS
from models.queries.calls import OfInterpreting, OfPairing
from web import casework_words
from web.i18n import label
from web.interpreting_lists import MODES
from web.interpreting_words import city_date, hour, short_day, tongues
from web.sentences import in_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.queries.calls import CallRow

_: Callable[..., str] = flask_babel.gettext


def why(call: CallRow) -> str:
    """Say why she is called: « Rappeler le rendez-vous », « Demander une réponse »."""
    if isinstance(call.about, OfInterpreting):
        return _why_of_interpreting(call.kind, call.about)
    return {
        "proposal_waiting": _("Dire qu’une proposition l’attend, et demander si c’est oui ou non"),
        "answer_waiting": _("Demander sa réponse à la proposition"),
        "proposal_closed": _("Dire que la proposition est close, sans plus"),
        "meeting_planned": _("Dire quand est la première rencontre"),
        "meeting_moved": _("Dire que la première rencontre a changé de date"),
    }[call.kind]


def what(call: CallRow) -> str:
    """Say what it is about: with whom; of an appointment also when, between which languages, and how."""
    return " · ".join(
        _of_pairing(call.about) if isinstance(call.about, OfPairing) else _of_service(call.about)
    )


def until(call: CallRow) -> str:
    """Say by when."""
    return _("avant %(day)s, %(hour)s", day=short_day(city_date(call.due)), hour=hour(call.due))


def _why_of_interpreting(kind: str, about: OfInterpreting) -> str:
    if about.is_of_danger:
        return _("Peut-être en danger : demander d’abord si elle peut parler, puis qui peut l’aider")
    return {
        "interpreting_offer": _("Demander si c’est oui ou non"),
        "interpreting_tomorrow": _("Rappeler le rendez-vous"),
        "interpreting_soon": _("Rappeler le rendez-vous de tout à l’heure"),
        "interpreting_sign": _("Demander la durée réelle, et signer pour la personne"),
    }.get(kind) or _news(about)


def _news(about: OfInterpreting) -> str:
    if about.has_changed and about.state != "cancelled":
        return _("Dire que le rendez-vous a changé, et ce qu’il en est : %(state)s", state=_state(about))
    return _("Dire ce qu’il en est : %(state)s", state=_state(about))


def _of_pairing(about: OfPairing) -> list[str]:
    meeting = [casework_words.moment(about.meeting)] if about.meeting else []
    return [*meeting, label(PROGRAMS, about.program), _("avec %(name)s", name=about.other)]


def _of_service(about: OfInterpreting) -> list[str]:
    parts = [_("traduction")]
    if about.start:
        is_hers = about.side == "requester"
        side = _("pour son rendez-vous") if is_hers else _("à titre d’interprète")
        parts = [side, casework_words.moment(about.start)]
    parts.append(tongues(about.from_language, about.to_language, about.via))
    if about.mode:
        parts.append(str(MODES[about.mode]))
    if about.other:
        parts.append(_("interprète : %(name)s", name=about.other))
    return parts


def _state(about: OfInterpreting) -> str:
    machine = {"interpreter": "booking", "requester": "interpreting", "translation": "translation"}[
        about.side
    ]
    return in_sentence(casework_words.state_name(machine, about.state))
