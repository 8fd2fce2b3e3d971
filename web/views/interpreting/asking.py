"""Asking for an interpreter or a translation: for oneself, or for somebody whom a partner or the office helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from matcher.vocabulary import DANGER
from models import interpreting, policy
from models.lifecycle import KEPT
from models.queries import me
from models.queries.interpreting import asked
from web import interpreting_words
from web.access import access
from web.clock import now
from web.database import reading
from web.forms import interpreting as forms
from web.forms.answers import Answers, posted
from web.forms.prefill import raw_of_arrangement, raw_of_request
from web.on_record import note_people, note_reading
from web.sessions import actor
from web.views.coordination.acts import attempt
from web.views.interpreting.acts import act, refusal, with_minutes

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from models.queries.interpreting.rows import AppointmentRow

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("asking", __name__, url_prefix="/interpretation")
FOR_WHOM = "pour"
"""In the address: the person for whom somebody else asks."""


@blueprint.get("")
@access("ask_interpreter")
def index() -> str:
    """Show what I asked for."""
    with reading() as session:
        page = asked.requests_of(session, actor(), now())
    if current_user.role != "participant":
        note_people(one.for_id for one in (*page.coming, *page.to_agree, *page.to_sign, *page.past))
        note_people(one.person_id for one in page.translations)
    return render_template("interpreting/requests.html", page=page)


@blueprint.get("/rendez-vous")
@access("ask_interpreter")
def appointment() -> str:
    """Show the form of a request to interpret, with what is known."""
    return _form("interpreting/ask.html", Answers(_known()))


@blueprint.post("/rendez-vous")
@access(
    "ask_interpreter",
    "from_language",
    "to_language",
    "setting",
    "note",
    *forms.ARRANGEMENT,
    "also_language",
    "also_level",
    "relay_agreed",
    "gender_request",
    "dialect",
    "same_as_before",
    "avoid",
    "person",
)
def send_appointment() -> Answer:
    """Note a request to interpret; what no volunteer may take is refused at once."""
    answers = Answers(posted(request.form))
    person_id = _for_whom()
    with reading() as session:
        met = asked.met(session, person_id, actor()) if person_id else {}
    sheet = forms.appointment(answers, at=now(), person_id=person_id, met=met)
    if sheet is None:
        return _form("interpreting/ask.html", answers), 422
    return _send(interpreting.request_appointment, sheet)


@blueprint.get("/traduction")
@access("ask_interpreter")
def translation() -> str:
    """Show the form of a request to translate."""
    return _form("interpreting/ask_translation.html", Answers(_known()))


@blueprint.post("/traduction")
@access(
    "ask_interpreter",
    "from_language",
    "to_language",
    "setting",
    "note",
    "pages",
    "deadline",
    "second_reader",
    "person",
)
def send_translation() -> Answer:
    """Note a request to translate; what no volunteer may take is refused at once."""
    answers = Answers(posted(request.form))
    sheet = forms.translation(answers, person_id=_for_whom())
    if sheet is None:
        return _form("interpreting/ask_translation.html", answers), 422
    return _send(interpreting.request_translation, sheet)


@blueprint.get("/rendez-vous/<appointment_id>")
@access("ask_interpreter")
def page(appointment_id: str) -> str:
    """Show one request: how far it is, who comes, and what can still be said."""
    return _page(appointment_id, Answers())


@blueprint.post("/rendez-vous/<appointment_id>/relais")
@access("ask_interpreter")
def agree_to_relay(appointment_id: str) -> Response:
    """Note that the person agrees to a relay."""
    return _act(appointment_id, interpreting.agree_to_relay, appointment_id, said=_("Votre accord est noté."))


@blueprint.get("/rendez-vous/<appointment_id>/changer")
@access("ask_interpreter")
def change(appointment_id: str) -> Answer:
    """Show when, how and where an appointment is, to be changed."""
    page = _read(appointment_id)
    if not page.can_cancel:
        flash(_("Ce rendez-vous ne peut plus être changé."), "warning")
        return redirect(_page_of(appointment_id), 303)
    return _change_form(page, Answers(raw_of_arrangement(page.arrangement)))


@blueprint.post("/rendez-vous/<appointment_id>/changer")
@access("ask_interpreter", *forms.ARRANGEMENT)
def send_change(appointment_id: str) -> Answer:
    """Change when, how and where; whoever is booked stays only where it is the same to her."""
    page, answers = _read(appointment_id), Answers(posted(request.form))
    wanted = forms.arrangement(answers, at=now(), fixed=None if page.can_move else page.row.start)
    if wanted is None:
        return _change_form(page, answers), 422
    said = _("Rien n’a changé.") if wanted == page.arrangement else _("Le rendez-vous est changé.")
    return _act(appointment_id, interpreting.change_appointment, appointment_id, wanted, said=said)


@blueprint.post("/rendez-vous/<appointment_id>/annuler")
@access("ask_interpreter")
def cancel(appointment_id: str) -> Response:
    """Cancel a request; whoever was booked is told."""
    return _act(
        appointment_id, interpreting.cancel_appointment, appointment_id, said=_("Le rendez-vous est annulé.")
    )


@blueprint.post("/rendez-vous/<appointment_id>/interprete/<booking_id>/accepter")
@access("ask_interpreter")
def agree(appointment_id: str, booking_id: str) -> Response:
    """Accept an interpreter of a close language."""
    return _act(appointment_id, interpreting.agree, booking_id, said=_("C’est confirmé."))


@blueprint.post("/rendez-vous/<appointment_id>/interprete/<booking_id>/refuser")
@access("ask_interpreter")
def refuse(appointment_id: str, booking_id: str) -> Response:
    """Refuse an interpreter, without a reason."""
    said = _("C’est noté. Nous cherchons quelqu’un d’autre; l’interprète n’en saura rien.")
    return _act(appointment_id, interpreting.refuse_interpreter, booking_id, said=said)


@blueprint.post("/rendez-vous/<appointment_id>/interprete/<booking_id>/rendu")
@access("ask_interpreter", "minutes-*")
def sign(appointment_id: str, booking_id: str) -> Answer:
    """Say that the service took place, and how long it took."""
    verb, said = interpreting.sign_service, _("Merci! La durée est notée.")
    return with_minutes(
        booking_id,
        again=lambda answers: _page(appointment_id, answers),
        do=lambda minutes: _act(appointment_id, verb, booking_id, minutes, said=said),
    )


@blueprint.post("/rendez-vous/<appointment_id>/interprete/<booking_id>/absence")
@access("ask_interpreter")
def absence(appointment_id: str, booking_id: str) -> Response:
    """Say that the interpreter did not come."""
    said = _("C’est noté. La coordination vous rappelle.")
    return _act(appointment_id, interpreting.record_absence, booking_id, "interpreter", said=said)


@blueprint.post("/traductions/<translation_id>/annuler")
@access("ask_interpreter")
def cancel_translation(translation_id: str) -> Response:
    """Take a request to translate back."""
    return act(
        interpreting.cancel_translation,
        translation_id,
        said=_("La demande est retirée."),
        to=url_for("asking.index"),
    )


def _for_whom() -> str | None:
    """Give the person it is for: oneself, or who stands in the address; None where nobody is registered."""
    if current_user.role == "participant":
        return str(current_user.person_id)
    return request.args.get(FOR_WHOM) or None


def _known() -> dict[str, list[str]]:
    """Give what the form can say already: a person's own language and sector."""
    person_id = _for_whom()
    if person_id is None or current_user.role != "participant":
        return {}
    with reading() as session:
        return raw_of_request(me.profile_of(session, person_id))


def _shown_interpreter(row: AppointmentRow) -> list[str]:
    """Give the interpreter whom the page names: nobody before she took it."""
    return [row.booking.interpreter_id] if row.booking and row.booking.state in KEPT else []


def _form(template: str, answers: Answers) -> str:
    person_id = _for_whom()
    with reading() as session:
        name = asked.name_of(session, person_id, actor()) if person_id else None
        met = asked.met(session, person_id, actor()) if person_id else {}
    is_mine = current_user.role == "participant"
    if not is_mine:
        note_people([person_id])
    return render_template(template, answers=answers, mine=is_mine, person=name, met=met, back=_back())


def _back() -> str:
    """Give the page that the forms come from."""
    return url_for("interpreters.index" if policy.may(actor(), "read_cases") else "asking.index")


def _send(
    verb: Callable[..., interpreting.Reply],
    sheet: interpreting.AppointmentSheet | interpreting.TranslationSheet,
) -> Response:
    def ask(session: Session, **who: Any) -> str:
        return verb(session, sheet, **who).id

    outcome = attempt(ask)
    to = url_for("asking.index")
    if refused := refusal(outcome):
        flash(refused, "warning")
        return redirect(to, 303)
    if not interpreting.where_to_turn(sheet.setting):
        flash(_("C’est envoyé. Nous cherchons quelqu’un."))
    if isinstance(sheet, interpreting.AppointmentSheet):
        to = _page_of(outcome.given)  # which says where to turn, as the list says whom to call in danger
    elif interpreting.where_to_turn(sheet.setting) and sheet.setting not in DANGER:
        flash(interpreting_words.refused_at_once(sheet.setting), "warning")
    return redirect(to, 303)


def _page_of(appointment_id: str) -> str:
    """Give the page of a request: the office goes on at its desk, where it says who is free within the hour."""
    return url_for(
        "appointment.page" if policy.may(actor(), "read_cases") else "asking.page",
        appointment_id=appointment_id,
    )


def _act(appointment_id: str, verb: Callable[..., Any], *what: Any, said: str) -> Response:
    return act(verb, *what, said=said, to=_page_of(appointment_id))


def _page(appointment_id: str, answers: Answers) -> str:
    return render_template("interpreting/request.html", page=_read(appointment_id), answers=answers)


def _change_form(page: asked.AppointmentPage, answers: Answers) -> str:
    return render_template("interpreting/change.html", page=page, answers=answers, back=_page_of(page.row.id))


def _read(appointment_id: str) -> asked.AppointmentPage:
    """Give an appointment, and tell the ledger whose it is."""
    with reading() as session:
        page = asked.appointment_page(session, appointment_id, actor(), now())
    if current_user.role != "participant":
        note_reading("appointment", *filter(None, [page.row.for_id]))
        note_people(_shown_interpreter(page.row))
    return page
