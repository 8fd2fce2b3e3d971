"""The queue of translations: by deadline, with who has each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from models import interpreting
from models.queries.interpreting import written
from web.access import access
from web.clock import today
from web.database import reading
from web.on_record import note_names
from web.views.interpreting.acts import act

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

blueprint = Blueprint("translations", __name__, url_prefix="/coordination/interpretes/traductions")


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show what is to be translated."""
    with reading() as session:
        queue, unfilled = written.queue(session), written.unfilled(session, today())
    note_names(queue, unfilled)
    return render_template(
        "coordination/interpreting/translations.html", queue=queue, unfilled=unfilled, today=today()
    )


@blueprint.post("/<translation_id>/orienter")
@access("arrange_interpreting")
def refer(translation_id: str) -> Response:
    """Send a translation to professionals."""
    return _act(interpreting.refer_translation, translation_id, _("Orientée vers une ou un professionnel."))


@blueprint.post("/<translation_id>/annuler")
@access("arrange_interpreting")
def cancel(translation_id: str) -> Response:
    """Take a request back."""
    return _act(interpreting.cancel_translation, translation_id, _("La demande est retirée."))


def _act(verb: Callable[..., Any], translation_id: str, said: str) -> Response:
    return act(verb, translation_id, said=said, to=url_for("translations.index"))
