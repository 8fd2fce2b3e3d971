"""One appointment on the coordinator's desk: who could go, who was asked, and every act about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from models import interpreting
from models.queries import calls
from models.queries.interpreting import answer, asked
from web.access import access
from web.clock import now
from web.database import reading
from web.forms import interpreting as forms
from web.forms.answers import Answers, posted
from web.on_record import note_names, note_people, note_reading
from web.sessions import actor
from web.views.interpreting.acts import act, chosen

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("appointment", __name__, url_prefix="/coordination/interpretes/rendez-vous")


LOOKED_FOR = ("requested", "searching", "offered", "assigned")


@blueprint.get("/<appointment_id>")
@access("read_file")
def page(appointment_id: str) -> str:
    """Show an appointment: where it stands and, while somebody is looked for, who is free or could be freed."""
    return _page(appointment_id, Answers())


@blueprint.post("/<appointment_id>/suivant")
@access("arrange_interpreting")
def ask_next(appointment_id: str) -> Response:
    """Ask the best who is free now."""
    return _act(
        appointment_id,
        interpreting.ask_next,
        appointment_id,
        said=_("La première personne libre reçoit l’offre. S’il n’y a personne de libre, rien n’a changé."),
    )


@blueprint.post("/<appointment_id>/demander")
@access("arrange_interpreting", "person", "close_language")
def ask(appointment_id: str) -> Response:
    """Ask one interpreter by hand; a close language only because a person says so."""
    person_id, close = request.form.get("person", ""), request.form.get("close_language") or None
    said = (
        _("C’est demandé.") if close is None else _("C’est demandé. La personne devra accepter cette langue.")
    )
    return _act(appointment_id, interpreting.ask, appointment_id, person_id, close_language=close, said=said)


@blueprint.post("/<appointment_id>/ecarter")
@access("decide", "person", "out")
def keep_out(appointment_id: str) -> Response:
    """Offer it to somebody no more, or again: whom the person wishes to avoid."""
    person_id, out = request.form.get("person", ""), request.form.get("out") != "no"
    said = _("C’est noté : ce rendez-vous ne lui sera pas offert.") if out else _("C’est noté.")
    return _act(appointment_id, interpreting.keep_out, appointment_id, person_id, out=out, said=said)


@blueprint.post("/<appointment_id>/deplacer")
@access("decide", "person", "moves")
def make_room(appointment_id: str) -> Response:
    """Ask somebody who is not free: what she was asked for goes to its second choice in the same act."""
    person_id, moves = request.form.get("person", ""), request.form.get("moves", "").split()
    told = {appointment: other or None for appointment, _, other in (one.partition(":") for one in moves)}
    said = _("C’est demandé. Ce qui lui était offert est repris, et la personne suivante est demandée.")
    return _act(appointment_id, interpreting.make_room, appointment_id, person_id, told, said=said)


@blueprint.post("/<appointment_id>/urgence")
@access("decide", "urgency")
def set_urgency(appointment_id: str) -> Response:
    """Say how pressing it is."""
    urgency = request.form.get("urgency", 0, int)
    return _act(
        appointment_id, interpreting.set_urgency, appointment_id, urgency, said=_("La priorité est notée.")
    )


@blueprint.post("/<appointment_id>/orienter")
@access("arrange_interpreting")
def refer(appointment_id: str) -> Response:
    """Send it to professionals."""
    said = _("Orienté vers un service professionnel.")
    return _act(appointment_id, interpreting.refer, appointment_id, said=said)


@blueprint.post("/<appointment_id>/annuler")
@access("arrange_interpreting")
def cancel(appointment_id: str) -> Response:
    """Cancel it; the notice given is noted."""
    said = _("Le rendez-vous est annulé, et le préavis noté.")
    return _act(appointment_id, interpreting.cancel_appointment, appointment_id, said=said)


@blueprint.post("/<appointment_id>/mandats/<booking_id>/liberer")
@access("arrange_interpreting")
def free(appointment_id: str, booking_id: str) -> Response:
    """Take the interpreter off; somebody else is looked for."""
    said = _("L’interprète est libérée ou libéré. On cherche quelqu’un d’autre.")
    return _act(appointment_id, interpreting.cancel_booking, booking_id, said=said)


@blueprint.post("/<appointment_id>/mandats/<booking_id>/reponse")
@access("arrange_interpreting", "said")
def answer_for(appointment_id: str, booking_id: str) -> Response:
    """Note a yes or a no that was said on the telephone."""
    verbs = {"take": interpreting.take, "decline": interpreting.decline, "agree": interpreting.agree}
    return _act(appointment_id, chosen(verbs), booking_id, said=_("La réponse est notée."))


@blueprint.post("/<appointment_id>/mandats/<booking_id>/rendu")
@access("arrange_interpreting", "minutes-*", "side")
def sign(appointment_id: str, booking_id: str) -> Answer:
    """Sign a service for a side that has no account."""
    answers = Answers(posted(request.form))
    minutes = forms.minutes_taken(answers, booking_id)
    side = answers.choice("side", forms.SIDES, missing=_("Dites pour qui vous signez."))
    if minutes is None or side is None:
        return _page(appointment_id, answers), 422
    verb, said = interpreting.sign_service, _("La durée est notée.")
    return _act(appointment_id, verb, booking_id, minutes, side=side, said=said)


@blueprint.post("/<appointment_id>/mandats/<booking_id>/absence")
@access("arrange_interpreting", "absent")
def absence(appointment_id: str, booking_id: str) -> Response:
    """Note who did not come."""
    absent = request.form.get("absent", "")
    if absent not in forms.SIDES:
        abort(400)
    return _act(
        appointment_id, interpreting.record_absence, booking_id, absent, said=_("L’absence est notée.")
    )


@blueprint.post("/<appointment_id>/mandats/<booking_id>/rouvrir")
@access("arrange_interpreting")
def reopen(appointment_id: str, booking_id: str) -> Response:
    """Open again what was signed, or noted as an absence, by mistake."""
    said = _("C’est rouvert : la durée est à signer de nouveau.")
    return _act(appointment_id, interpreting.reopen_service, booking_id, said=said)


def _act(appointment_id: str, verb: Callable[..., Any], *what: Any, said: str, **more: Any) -> Response:
    return act(verb, *what, said=said, to=url_for("appointment.page", appointment_id=appointment_id), **more)


def _page(appointment_id: str, answers: Answers) -> str:
    with reading() as session:
        shown = asked.appointment_page(session, appointment_id, actor(), now())
        found = answer.urgent(session, appointment_id, now()) if shown.row.state in LOOKED_FOR else None
        called = calls.who_is_asked(session, shown.row.booking)
        interpreter = asked.interpreter_name(session, shown.row)
        out, standby = asked.kept_out(session, appointment_id), asked.standing_by(session, appointment_id)
    if called:
        note_reading("file", called.person_id)
    if shown.row.for_id:
        note_reading("appointment", shown.row.for_id)
    note_names(shown, found)
    note_people((*shown.row.nearest_ids, *standby))
    return render_template(
        "coordination/interpreting/appointment.html",
        page=shown,
        answers=answers,
        found=found,
        called=called,
        interpreter=interpreter,
        out=out,
        standby=standby,
    )
