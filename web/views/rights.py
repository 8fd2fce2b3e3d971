"""The rights of the person: what is kept, a copy of it, what was agreed to, and erasing all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import casework
from models.queries import agreements, why
from models.queries.bundle import bundle
from web import data_copy, privacy_words, sentences, why_words
from web.access import access
from web.cleaning import clean_after_answer
from web.clock import now, today
from web.database import reading, writing
from web.entering import prove
from web.forms.answers import Answers
from web.i18n import language
from web.sessions import actor, forget_cookie

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answered

    Answer = str | Answered | tuple[str, int]

blueprint = Blueprint("rights", __name__)


@blueprint.get("/vie-privee")
@access("visit")
def kept() -> str:
    """Say what is kept of people and why, as the privacy assessment has it."""
    return render_template("rights/kept.html", rows=privacy_words.what_is_kept())


@blueprint.get("/moi/accords")
@access("keep_own_page")
def agreed() -> str:
    """Show what she agrees to, one use at a time, and how it came."""
    with reading() as session:
        page = agreements.agreements(session, _me(), language())
    return render_template("rights/agreements.html", page=page)


@blueprint.get("/moi/pourquoi")
@access("keep_own_page")
def why_me() -> str:
    """Say what the latest round made of her needs and offers, and whom to ask."""
    with reading() as session:
        found = why.why(session, _me())
    return render_template("rights/why.html", found=found, why_words=why_words, sentences=sentences)


@blueprint.get("/moi/mes-donnees")
@access("keep_own_page")
def my_data() -> str:
    """Say what is in the copy, before she takes it."""
    return render_template("rights/my_data.html", answers=Answers())


@blueprint.post("/moi/mes-donnees")
@access("keep_own_page", "password")
def take_copy() -> Answer:
    """Give a copy of everything, to whoever proves again that it is hers."""
    answers = Answers(request.form.to_dict(flat=False))
    if too_many := prove(answers, "password"):
        return too_many
    if answers.faults:
        return render_template("rights/my_data.html", answers=answers), 422
    with writing() as session:
        casework.note_copy(session, _me(), by=actor(), at=now())
    with reading() as session:
        packed = data_copy.zipped(bundle(session, _me(), now()), language())
    name = f"passerelle-mes-donnees-{today().isoformat()}.zip"
    return Response(
        packed,
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.get("/moi/effacer")
@access("keep_own_page")
def think() -> str:
    """Say what erasing does, before it is done."""
    return render_template("rights/erase.html", answers=Answers())


@blueprint.post("/moi/effacer")
@access("keep_own_page", "password", "sure")
def erase() -> Answer:
    """Erase everything of whoever proves again who she is, and say good-bye."""
    answers = Answers(request.form.to_dict(flat=False))
    if too_many := prove(answers, "password"):
        return too_many
    if not answers.ticked("sure"):
        answers.blame("sure", _("Cochez la case pour confirmer."))
    if answers.faults:
        return render_template("rights/erase.html", answers=answers), 422
    with writing() as session:
        casework.erase(session, _me(), by=actor(), at=now())
    forget_cookie()
    return clean_after_answer(make_response(redirect(url_for("rights.erased"), 303)))


@blueprint.get("/efface")
@access("visit")
def erased() -> str:
    """Say that nothing is left."""
    return render_template("rights/erased.html")


def _me() -> str:
    return str(current_user.person_id)
