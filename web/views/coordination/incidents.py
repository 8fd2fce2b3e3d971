"""The register of incidents of confidentiality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import incidents
from models.queries.history import events_of
from web.access import access
from web.clock import now, today
from web.database import reading, writing
from web.forms.answers import Answers, posted
from web.forms.incidents import FIELDS, raw_of_incident, read_incident
from web.incident_words import NOTICES, parts, said_otherwise
from web.sessions import actor
from web.views.coordination.acts import act, attempt

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answered

    from models.incidents import IncidentSheet

    Answer = str | Answered | tuple[str, int]

blueprint = Blueprint("incidents", __name__, url_prefix="/coordination/incidents")


@blueprint.get("")
@access("keep_incidents")
def index() -> str:
    """Show the register, the latest incident first."""
    with reading() as session:
        entries = incidents.register(session)
    return render_template("coordination/incidents.html", entries=entries)


@blueprint.get("/nouveau")
@access("keep_incidents")
def new() -> str:
    """Show an empty form."""
    return _form(Answers())


@blueprint.post("/nouveau")
@access("keep_incidents", *FIELDS)
def enter() -> Answer:
    """Enter an incident."""
    answers = Answers(posted(request.form))
    sheet = read_incident(answers)
    if sheet is None:
        return _form(answers), 422
    return act(incidents.enter, sheet, said=_("L’incident est inscrit au registre."), to=url_for(".index"))


@blueprint.get("/<incident_id>")
@access("keep_incidents")
def page(incident_id: str) -> str:
    """Show an incident, filled in, with what was changed and when."""
    return _show(incident_id, None)


@blueprint.post("/<incident_id>")
@access("keep_incidents", "version", *FIELDS)
def change(incident_id: str) -> Answer:
    """Complete or correct an incident; where somebody else did meanwhile, what differs comes back."""
    answers = Answers(posted(request.form))
    sheet, version = read_incident(answers), request.form.get("version", "")
    if sheet is None or not version.isdecimal():
        return _show(incident_id, answers), 422
    outcome = attempt(incidents.change, incident_id, sheet, version=int(version))
    if outcome.refused:
        return _show(incident_id, answers, sheet, outcome.refused), 409
    flash(_("Le registre est à jour."))
    return redirect(url_for(".page", incident_id=incident_id), 303)


@blueprint.post("/registre")
@access("keep_incidents")
def export() -> Response:
    """Give the register as CSV."""
    with writing() as session:
        data = incidents.export(session, by=actor(), at=now())
    name = f"passerelle-incidents-{today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, mimetype="text/csv", headers=headers)


def _show(
    incident_id: str,
    answers: Answers | None,
    mine: IncidentSheet | None = None,
    refused: str | None = None,
) -> str:
    """Show an incident as it is, or as it was typed; beside ``mine``, what the register says otherwise."""
    with reading() as session:
        entry = incidents.entry(session, incident_id)
        events = events_of(session, [incident_id])
    return _form(
        answers or Answers(raw_of_incident(entry.sheet)),
        entry=entry,
        events=events,
        lacks=parts(entry.missing),
        refused=refused,
        theirs=said_otherwise(entry.sheet, mine) if mine else (),
    )


def _form(answers: Answers, **about: object) -> str:
    return render_template("coordination/incident.html", answers=answers, notices=NOTICES, **about)
