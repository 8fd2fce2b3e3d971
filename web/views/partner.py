"""A partner's worker: the people whom her organisation registered; registering itself is the sign-up's."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user

from models import organisations
from models.queries.partner import partner_page
from web.access import access
from web.clock import now
from web.database import reading

blueprint = Blueprint("partner", __name__, url_prefix="/partenaire")


@blueprint.get("")
@access("see_referrals")
def index() -> str:
    """Show whom her organisation registered, how far each request is, and what to do next."""
    place = current_user.account.organisation_id
    with reading() as session:
        page, name = partner_page(session, place, now()), organisations.name_of(session, place)
    return render_template("partner/index.html", page=page, name=name)
