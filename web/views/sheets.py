"""The spreadsheet: a list brought in after a look at what it would do, lists and rounds taken out."""

from __future__ import annotations

import base64
import contextlib
import secrets
from typing import TYPE_CHECKING

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext

from models import drafts, exports, imports
from models.errors import AlreadyRegistered
from models.imports import FaultyInput
from models.queries import rounds as queries
from web import once, sheet_faults
from web.access import access
from web.clock import now, today
from web.database import reading, writing
from web.drafts import read_kept
from web.forms.answers import Answers, posted
from web.gate import LARGEST_LIST_MB
from web.sessions import actor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("sheets", __name__, url_prefix="/coordination/tableur")

COOKIE = "list"
PATH = "/coordination/tableur"
LARGEST_LIST = LARGEST_LIST_MB * 1024 * 1024
LONGEST_FILE_NAME = 80
MOST_FAULTS_SHOWN = 300
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUNDS_SHOWN = 10


@blueprint.get("")
@access("take_out")
def index() -> str:
    """Show the ways in and out."""
    return _index(Answers())


@blueprint.post("")
@access("bring_in", "side", "program", "list")
def look() -> Response | tuple[str, int]:
    """Keep the list, sealed, and go and see what it would do."""
    answers = Answers(posted(request.form))
    side = answers.choice("side", imports.SIDES, missing=_("Dites ce que la liste contient."))
    program = answers.choice("program", queries.PAIRABLE, missing=_("Choisissez le programme."))
    name, data = _sent()
    if not name:
        answers.blame("list", _("Choisissez le fichier de votre liste."))
    elif len(data) > LARGEST_LIST:
        answers.blame("list", _("Ce fichier est trop gros : %(most)s Mo au plus.", most=LARGEST_LIST_MB))
    if answers.faults:
        return _index(answers), 422
    kept = {"side": side, "program": program, "name": name, "data": base64.b64encode(data).decode()}
    return _keep(kept | {"account": actor().account_id})


@blueprint.get("/essai")
@access("bring_in")
def trial() -> str | Response:
    """Show what the list would do, or everything that is wrong in it."""
    kept = _kept()
    if kept is None:
        return redirect(url_for(".index"), 303)
    with reading() as session:
        found = imports.dry_run(
            session, _data(kept), kept["name"], side=kept["side"], program=kept["program"]
        )
    faults = sheet_faults.said(found.faults[:MOST_FAULTS_SHOWN])
    return render_template("sheets/trial.html", found=found, faults=faults, name=kept["name"])


@blueprint.post("/apporter")
@access("bring_in")
def bring() -> Response:
    """Enter the whole list, or nothing of it."""
    try:
        done = _bring_in()
    except (FaultyInput, AlreadyRegistered):
        flash(_("Quelque chose a changé depuis l’essai. Rien n’a été créé : voyez ce qui suit."), "warning")
        return redirect(url_for(".trial"), 303)
    if done is None:
        flash(_("Cette liste n’est plus là. Envoyez-la de nouveau."), "warning")
        return redirect(url_for(".index"), 303)
    flash(_done(done))
    return _forget(redirect(url_for("people.index"), 303))


@blueprint.post("/laisser")
@access("bring_in")
def leave() -> Response:
    """Forget the list."""
    flash(_("La liste est oubliée. Rien n’a été créé."))
    return _forget(redirect(url_for(".index"), 303))


@blueprint.get("/modele-<any(need, offer):side>.xlsx")
@access("take_out")
def template(side: str) -> Response:
    """Give an empty list to fill in."""
    names = {"need": "modele-besoins", "offer": "modele-offres"}
    return _file(exports.template_workbook(side), f"passerelle-{names[side]}")


@blueprint.post("/export")
@access("take_out", "side", "program")
def export_people() -> Response:
    """Give the needs or the offers of a program, with who stands behind them."""
    side, program = request.form.get("side", ""), request.form.get("program", "")
    if side not in imports.SIDES or program not in queries.PAIRABLE:
        abort(400)
    with writing() as session:
        data = exports.people_workbook(session, side, program, by=actor(), at=now())
    names = {"need": "besoins", "offer": "offres"}
    return _file(data, f"passerelle-{names[side]}-{program}-{today()}")


@blueprint.get("/ronde-<round_id>.xlsx")
@access("take_out")
def export_round(round_id: str) -> Response:
    """Give a round as a workbook."""
    with writing() as session:
        data = exports.round_workbook(session, round_id, by=actor(), at=now())
    return _file(data, "passerelle-ronde")


def _index(answers: Answers) -> str:
    with reading() as session:
        past = queries.rounds(session)[:ROUNDS_SHOWN]
    return render_template(
        "sheets/index.html", most=LARGEST_LIST_MB, answers=answers, past=past, programs=queries.PAIRABLE
    )


def _sent() -> tuple[str, bytes]:
    """Give the name of the file that was sent, and as much of it as may be too much."""
    sent = request.files.get("list")
    if sent is None:
        return "", b""
    with contextlib.closing(sent):
        return (sent.filename or "")[-LONGEST_FILE_NAME:], sent.read(LARGEST_LIST + 1)


def _file(data: bytes, name: str) -> Response:
    answer = make_response(data)
    answer.mimetype = XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _keep(kept: dict[str, str | None]) -> Response:
    token = secrets.token_urlsafe(32)
    with writing() as session:
        if old := request.cookies.get(COOKIE):
            drafts.drop_draft(session, old)
        drafts.save_draft(session, token, kept, now())
    answer = redirect(url_for(".trial"), 303)
    secure = not current_app.config["SETTINGS"].is_loopback
    answer.set_cookie(COOKIE, token, path=PATH, secure=secure, httponly=True, samesite="Lax")
    return answer


def _kept() -> dict[str, str] | None:
    """Give the list that this coordinator is looking at; nobody else's."""
    kept = read_kept(request.cookies.get(COOKIE))
    return kept if kept and kept.get("account") == actor().account_id else None


def _data(kept: dict[str, str]) -> bytes:
    return base64.b64decode(kept["data"])


def _forget(answer: Response) -> Response:
    if token := request.cookies.get(COOKIE):
        with writing() as session:
            drafts.drop_draft(session, token)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _bring_in() -> str | None:
    """Enter the list and give its side and how many came of it, also to a second click; None where it is gone."""
    if (earlier := once.earlier()) is not None:
        return earlier.given
    kept = _kept()
    if kept is None:
        return None
    with writing() as session:
        if (earlier := once.claim(session)) is not None:
            return earlier.given
        found = imports.bring_in(
            session,
            _data(kept),
            kept["name"],
            side=kept["side"],
            program=kept["program"],
            by=actor(),
            at=now(),
        )
        done = f"{found.side} {found.creates}"
        once.keep(session, done)
    return done


def _done(done: str) -> str:
    side, entered = done.split()
    if entered == "0":
        return str(_("Toutes ces personnes étaient déjà là : rien de nouveau n’a été créé."))
    if side == "need":
        return str(ngettext("%(num)s besoin est entré.", "%(num)s besoins sont entrés.", int(entered)))
    return str(ngettext("%(num)s offre est entrée.", "%(num)s offres sont entrées.", int(entered)))
