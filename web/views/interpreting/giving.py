"""« Ma page » as interpreter: what is offered to me, my calendar, my hours, what I give, my calendar link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from models import interpreting
from models.queries.interpreting import mine, written
from web import interpreting_words
from web.access import access
from web.clock import now
from web.database import reading
from web.forms import interpreting as forms
from web.forms.answers import Answers, posted
from web.forms.prefill import raw_of_interpreter
from web.on_record import note_names
from web.views.interpreting import record
from web.views.interpreting.acts import act, chosen, with_minutes

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("giving", __name__, url_prefix="/moi/interprete")


@blueprint.get("")
@access("keep_interpreting")
def index() -> str:
    """Show an interpreter her own page."""
    return _page(Answers())


@blueprint.post("/mandats/<booking_id>")
@access("keep_interpreting", "said")
def answer(booking_id: str) -> Response:
    """Note her answer to an offer; none asks for a reason."""
    verbs = {
        "take": (interpreting.take, _("Merci! Le mandat est à vous.")),
        "decline": (interpreting.decline, _("C’est noté. Nous demandons à quelqu’un d’autre.")),
        "stand_by": (interpreting.stand_by, _("C’est noté : nous demandons d’abord à d’autres.")),
        "know": (
            interpreting.i_know_this_person,
            _("C’est noté, sans plus. Quelqu’un d’autre ira, et personne n’en saura rien."),
        ),
        "give_back": (
            interpreting.cancel_booking,
            _("Le mandat est rendu. Nous cherchons quelqu’un d’autre."),
        ),
    }
    verb, said = chosen(verbs)
    return _act(verb, booking_id, said=said)


@blueprint.post("/mandats/<booking_id>/rendu")
@access("keep_interpreting", "minutes-*")
def sign(booking_id: str) -> Answer:
    """« Service rendu »: how long it really took."""
    said = _("C’est signé. La durée compte une fois que l’autre côté l’a signée aussi.")
    return with_minutes(
        booking_id,
        again=lambda answers: _page(answers, booking_id),
        do=lambda minutes: _act(interpreting.sign_service, booking_id, minutes, said=said),
    )


@blueprint.post("/mandats/<booking_id>/absence")
@access("keep_interpreting")
def absence(booking_id: str) -> Response:
    """Say that the person did not come."""
    return _act(
        interpreting.record_absence,
        booking_id,
        "requester",
        said=_("C’est noté. Merci d’être venue ou venu."),
    )


@blueprint.post("/traductions/<translation_id>")
@access("keep_interpreting", "said")
def translate(translation_id: str) -> Response:
    """Take a translation or a second reading, or give it back."""
    verbs: dict[str, tuple[Callable[..., Any], bool, str]] = {
        "take": (interpreting.take_translation, True, _("Merci! La traduction est à vous.")),
        "give_back": (interpreting.give_back, False, _("La traduction est rendue à la file.")),
        "read": (interpreting.take_reading, True, _("Merci! La relecture est à vous.")),
        "finish": (interpreting.finish_reading, False, _("La traduction est remise. Merci!")),
        "send_back": (
            interpreting.send_back,
            False,
            _("La traduction retourne à la personne qui l’a faite."),
        ),
    }
    verb, names_her, said = chosen(verbs)
    who = (current_user.person_id,) if names_her else ()
    return _act(verb, translation_id, *who, said=said)


@blueprint.post("/traductions/<translation_id>/remettre")
@access("keep_interpreting", "minutes-*")
def deliver(translation_id: str) -> Answer:
    """Hand a translation in, with how long it took."""
    said = _("Merci! La traduction est notée.")
    return with_minutes(
        translation_id,
        again=lambda answers: _page(answers, translation_id),
        do=lambda minutes: _act(interpreting.deliver, translation_id, minutes, said=said),
    )


@blueprint.get("/offre")
@access("keep_interpreting")
def offer() -> str:
    """Show what she gives, filled in."""
    return _offer(Answers(raw_of_interpreter(_given())))


@blueprint.post("/offre")
@access("keep_interpreting", *record.FIELDS)
def change_offer() -> Answer:
    """Keep what she gives from now on."""
    return record.change(
        current_user.person_id, again=_offer, done=lambda *told: _act(*told, said=_("C’est changé."))
    )


@blueprint.post("/code")
@access("keep_interpreting", "code")
def sign_code() -> Response:
    """Sign the code of conduct as it stands now."""
    return _act(
        interpreting.sign_code, current_user.person_id, said=_("Merci! Le code de conduite est signé.")
    )


@blueprint.post("/exceptions")
@access("keep_interpreting", "kind", "begins", "ends", "begins-turn", "ends-turn")
def add_exception() -> Answer:
    """Note a stretch of time away, or free as well."""
    answers = Answers(posted(request.form))
    page = _mine()
    found = forms.absence(answers, page.given.zone)
    if found is None:
        return _page(answers), 422
    promised = sum(interpreting_words.is_away([found], one) for one in page.coming)
    said = _("C’est noté à votre calendrier.")
    if promised:
        said = ngettext(
            "C’est noté. Vous avez encore %(num)s mandat pendant ce temps : gardez-le, ou dites « Je ne peux plus ».",
            "C’est noté. Vous avez encore %(num)s mandats pendant ce temps : gardez-les, ou dites « Je ne peux plus ».",
            promised,
        )
    told = (current_user.person_id, found.kind, found.begins, found.ends)
    return _act(interpreting.add_exception, *told, said=said)


@blueprint.post("/exceptions/<exception_id>/retirer")
@access("keep_interpreting")
def drop_exception(exception_id: str) -> Response:
    """Take an exception back."""
    return _act(interpreting.drop_exception, exception_id, said=_("L’exception est retirée."))


def _mine() -> mine.InterpreterPage:
    """Give her own page."""
    with reading() as session:
        return mine.interpreter_page(session, current_user.person_id, now()) or _to_the_door()


def _given() -> mine.Given:
    """Give what she gives."""
    return _mine().given


def _to_the_door() -> NoReturn:
    """Send who is not in the bank to its door."""
    abort(redirect(url_for("signup.intro", door="interpreter"), 303))


def _page(answers: Answers, at_fault: str | None = None) -> str:
    with reading() as session:
        page = mine.interpreter_page(session, current_user.person_id, now()) or _to_the_door()
        papers = written.translator_page(session, current_user.person_id)
    note_names(page)
    return render_template(
        "interpreting/mine.html", page=page, written=papers, answers=answers, at_fault=at_fault
    )


def _offer(answers: Answers) -> str:
    return record.page("interpreting/offer.html", answers)


def _act(verb: Callable[..., Any], *what: Any, said: str) -> Response:
    return act(verb, *what, said=said, to=url_for("giving.index"))
