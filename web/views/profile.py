"""A person changes what she told of herself, on the same screens as at sign-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import casework
from models.casework.sheets import NeedSheet
from models.errors import NotAllowedNow
from models.queries import me
from web.access import access
from web.clock import now
from web.database import reading, writing
from web.forms.answers import Answers, posted
from web.forms.doors import DOORS, door_of
from web.forms.journey import ABOUT_PERSON, FORMS, fields_of, updated
from web.forms.prefill import changed, raw_of, raw_of_wishes
from web.forms.wishes import Wishes
from web.sessions import actor
from web.views.signup import next_row, shown

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from models.casework.sheets import OfferSheet, Profile
    from web.forms.doors import Door

blueprint = Blueprint("profile", __name__, url_prefix="/moi/profil")
ANY_DOOR = DOORS["jumelage"]
"""The screens about a person are the same through every door."""


@blueprint.get("")
@access("keep_own_page")
def index() -> str:
    """Show a person all that she told of herself."""
    return render_template("me/profile.html", profile=_profile(), screens=ABOUT_PERSON)


@blueprint.get("/<name>")
@access("keep_own_page")
def screen(name: str) -> str:
    """Show one screen, filled in."""
    _must_exist(name)
    return render_template(f"signup/{name}.html", **shown(ANY_DOOR, Answers(raw_of(_profile())[name])))


@blueprint.post("/<name>")
@access("keep_own_page", fields_of)
def change(name: str) -> Response:
    """Keep what changed, or say what is wrong."""
    _must_exist(name)
    answers = Answers(posted(request.form))
    if request.form.get("go") == "row":
        return make_response(render_template(f"signup/{name}.html", **shown(ANY_DOOR, next_row(answers))))
    said = FORMS[name].read(answers, ANY_DOOR)
    if answers.faults:
        return make_response(render_template(f"signup/{name}.html", **shown(ANY_DOOR, answers)), 422)
    with writing() as session:
        profile = updated(me.profile_of(session, current_user.person_id), {name: said}, ANY_DOOR)
        casework.update_profile(session, current_user.person_id, profile, by=actor(), at=now())
    flash(_("C’est changé."))
    return redirect(url_for("profile.index"), 303)


@blueprint.get("/souhaits/<any(need, offer):side>/<wish_id>")
@access("keep_own_page")
def wishes(side: str, wish_id: str) -> str:
    """Show what a need or an offer says, filled in."""
    sheet = _my_sheet(side, wish_id)
    raw = raw_of_wishes(sheet, _profile())
    return render_template("signup/souhaits.html", **shown(door_of(side, sheet.program), Answers(raw)))


@blueprint.post("/souhaits/<any(need, offer):side>/<wish_id>")
@access("keep_own_page", fields_of)
def change_wishes(side: str, wish_id: str) -> Response:
    """Keep what changed in a need or an offer."""
    door = door_of(side, _my_sheet(side, wish_id).program)
    answers = Answers(posted(request.form))
    said = Wishes.read(answers, door, _profile().stay_until)
    if not answers.faults and _update(door, wish_id, said):
        flash(_("C’est changé."))
        return redirect(url_for("me.index"), 303)
    return make_response(render_template("signup/souhaits.html", **shown(door, answers)), 422)


def _update(door: Door, wish_id: str, said: Wishes) -> bool:
    by, at = actor(), now()
    try:
        with writing() as session:
            known = me.profile_of(session, current_user.person_id)
            sheet = me.sheet_of(session, door.side, wish_id)
            shown_before = Wishes.read(Answers(raw_of_wishes(sheet, known)), door)
            sheet = changed(sheet, said.told, shown_before.told)
            if isinstance(sheet, NeedSheet):
                casework.update_need(session, wish_id, sheet, by=by, at=at)
            else:
                casework.update_offer(session, wish_id, sheet, by=by, at=at)
            profile = updated(known, {"souhaits": said}, door)
            casework.update_profile(session, current_user.person_id, profile, by=by, at=at)
    except NotAllowedNow:
        flash(_("Plus de places sont prises que vous n’en gardez. Parlez-en à la coordonnatrice."), "warning")
        return False
    return True


def _profile() -> Profile:
    with reading() as session:
        return me.profile_of(session, current_user.person_id)


def _my_sheet(side: str, wish_id: str) -> NeedSheet | OfferSheet:
    with reading() as session:
        if me.owner_of(session, side, wish_id) != current_user.person_id:
            abort(404)
        return me.sheet_of(session, side, wish_id)


def _must_exist(name: str) -> None:
    if name not in ABOUT_PERSON:
        abort(404)
