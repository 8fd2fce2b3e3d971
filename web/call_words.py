"""What there is to say on the telephone to somebody whom no letter reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask_babel

from web import casework_words
from web.interpreting_lists import MODES
from web.interpreting_words import city_date, hour, short_day, tongues
from web.sentences import in_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.queries.interpreting.calls import CallRow

_: Callable[..., str] = flask_babel.gettext


def why(call: CallRow) -> str:
    """Say why she is called: « Rappeler le rendez-vous », « Demander une réponse »."""
    return {
        "interpreting_offer": _("Demander si c’est oui ou non"),
        "interpreting_tomorrow": _("Rappeler le rendez-vous"),
        "interpreting_soon": _("Rappeler le rendez-vous, dans deux heures"),
        "interpreting_sign": _("Demander la durée réelle, et signer pour la personne"),
    }.get(call.kind) or _("Dire où en est la demande : %(state)s", state=_state(call))


def what(call: CallRow) -> str:
    """Say what it is about: when, between which languages, how, and with whom."""
    parts = [casework_words.moment(call.start)] if call.start else [_("traduction")]
    parts.append(tongues(call.from_language, call.to_language, call.via))
    if call.mode:
        parts.append(str(MODES[call.mode]))
    if call.other:
        parts.append(_("interprète : %(name)s", name=call.other))
    return " · ".join(parts)


def until(call: CallRow) -> str:
    """Say by when."""
    return _("avant %(day)s, %(hour)s", day=short_day(city_date(call.due)), hour=hour(call.due))


def _state(call: CallRow) -> str:
    machine = {"interpreter": "booking", "requester": "interpreting", "translation": "translation"}[call.side]
    return in_sentence(casework_words.state_name(machine, call.state))
