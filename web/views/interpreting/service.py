"""The service sheet: as a page that everybody can read, and as a paper to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template

from models.queries.interpreting import service
from models.reads import named_in
from web import interpreting_papers, service_sheet
from web.access import access
from web.clock import now
from web.database import reading
from web.on_record import note_reading
from web.sessions import actor

if TYPE_CHECKING:
    from models.queries.interpreting.service import ServiceSheet

blueprint = Blueprint("service", __name__, url_prefix="/interpretation/mandats")


@blueprint.get("/<booking_id>/feuille")
@access("ask_interpreter")
def page(booking_id: str) -> str:
    """Show the sheet of a service to its interpreter, to who asked, or to the office."""
    facts = interpreting_papers.sheet_facts(_sheet(booking_id))
    return render_template("interpreting/sheet.html", booking_id=booking_id, facts=facts)


@blueprint.get("/<booking_id>/feuille.pdf")
@access("ask_interpreter")
def paper(booking_id: str) -> Response:
    """Give the same sheet as a PDF."""
    drawn = service_sheet.draw(interpreting_papers.sheet(_sheet(booking_id), now()))
    name = f"feuille-de-service-{booking_id[:8]}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(drawn, mimetype=service_sheet.MIME_TYPE, headers=headers)


def _sheet(booking_id: str) -> ServiceSheet:
    with reading() as session:
        sheet = service.service_sheet(session, booking_id, actor())
    if actor().person_id != sheet.person_id:
        note_reading("sheet", *named_in(sheet))
    return sheet
