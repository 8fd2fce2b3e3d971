"""« Chiffres »: what the city may tell of its figures, to print and to take out."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from matcher.formats.writing import as_csv
from models.figures import WAIT
from models.queries.figures import published
from web import figure_words
from web.access import access
from web.database import reading

blueprint = Blueprint("figures", __name__, url_prefix="/coordination/chiffres")


@blueprint.get("")
@access("read_figures")
def index() -> str:
    """Show every quarter in a line, and one of them by its groups."""
    with reading() as session:
        quarters = published(session)
    asked = request.args.get("trimestre")
    shown = next((one for one in quarters if one.quarter == asked), next(iter(quarters), None))
    return render_template(
        "coordination/figures.html", quarters=quarters, shown=shown, said=figure_words, days=WAIT.days
    )


@blueprint.get("/tableau.csv")
@access("read_figures")
def export() -> Response:
    """Give everything that was ever published as CSV."""
    with reading() as session:
        data = as_csv(figure_words.sheet(published(session)))
    headers = {"Content-Disposition": 'attachment; filename="passerelle-chiffres.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)
