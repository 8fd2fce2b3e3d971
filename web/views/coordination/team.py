"""The people of the office, as an administrator invites them, gives them a role, and lets them go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import organisations, second_factor, team
from models.casework.codes import LONGEST_NAME
from models.errors import AlreadyRegistered
from models.queries.team import colleagues
from models.tables.organisations import LONGEST_NAME as LONGEST_ORGANISATION
from web.access import access
from web.database import database, reading
from web.entering import LONGEST_ADDRESS
from web.forms.answers import Answers, posted
from web.forms.wishes import is_address
from web.i18n import LANGUAGES
from web.views.coordination.acts import act, attempt

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("team", __name__, url_prefix="/coordination/equipe")


@blueprint.get("")
@access("keep_team")
def index() -> str:
    """Show who works here."""
    return _show(Answers())


@blueprint.post("")
@access("keep_team", "name", "email", "role", "organisation", "language")
def invite() -> Answer:
    """Open an account and send its owner a link; again for one who has not answered."""
    answers = Answers(posted(request.form))
    invited = _invited(answers)
    if not answers.faults:
        outcome = attempt(team.invite, **invited)
        if isinstance(outcome.error, AlreadyRegistered):
            answers.blame("email", _("Cette adresse a déjà un compte."))
    if answers.faults:
        return _show(answers), 422
    flash(_("L’invitation part à cette adresse. Elle sert une seule fois, pendant trois jours."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/organismes")
@access("keep_team", "organisation_name")
def open_organisation() -> Answer:
    """Enter a partner organisation, whose workers may then be invited."""
    answers = Answers(posted(request.form))
    name = answers.text(
        "organisation_name", missing=_("Écrivez le nom de l’organisme."), most=LONGEST_ORGANISATION
    )
    if name:
        outcome = attempt(organisations.open_organisation, name)
        if isinstance(outcome.error, AlreadyRegistered):
            answers.blame("organisation_name", _("Cet organisme est déjà dans la liste."))
    if answers.faults:
        return _show(answers), 422
    flash(_("L’organisme est ajouté. Vous pouvez inviter ses intervenantes et intervenants."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/<account_id>/role")
@access("keep_team", "role")
def change_role(account_id: str) -> Response:
    """Give somebody another role; her sessions end."""
    role = request.form.get("role", "")
    return _done(
        team.change_role, account_id, role, said=_("Le rôle est changé et ses sessions sont fermées.")
    )


@blueprint.post("/<account_id>/double-verification")
@access("keep_team", "sure")
def remove_factor(account_id: str) -> Response:
    """Take a lost second factor away, once the identity was checked by voice or face."""
    if request.form.get("sure") != "yes":
        flash(_("Vérifiez d’abord son identité de vive voix, puis cochez la case."), "warning")
        return redirect(url_for(".index"), 303)
    said = _("La double vérification est enlevée. Une nouvelle sera demandée à la prochaine connexion.")
    return _done(second_factor.remove, account_id, said=said)


@blueprint.post("/<account_id>/fermer")
@access("keep_team")
def close(account_id: str) -> Response:
    """Close an account; its sessions end at once."""
    return _done(team.close_account, account_id, said=_("Le compte est fermé et ses sessions aussi."))


def _invited(answers: Answers) -> dict[str, Any]:
    email = answers.text("email", missing=_("Écrivez une adresse courriel."), most=LONGEST_ADDRESS) or ""
    if email and not is_address(email):
        answers.blame("email", _("Cette adresse n’est pas complète. Elle ressemble à nom@exemple.ca."))
    return {
        "name": answers.text("name", missing=_("Écrivez un prénom."), most=LONGEST_NAME) or "",
        "email": email,
        "role": answers.choice("role", team.INVITED_ROLES, missing=_("Choisissez un rôle.")) or "",
        "organisation_id": _organisation(answers),
        "language": answers.choice("language", LANGUAGES) or "fr",
    }


def _organisation(answers: Answers) -> str | None:
    """Read for whom an agent works; nobody else is asked."""
    if answers.value("role") != "agent":
        return None
    with reading() as session:
        known = [one.id for one in organisations.organisations(session)]
    return answers.choice("organisation", known, missing=_("Choisissez son organisme."))


def _done(verb: Any, account_id: str, *arguments: Any, said: str) -> Response:
    return act(verb, account_id, *arguments, said=said, to=url_for(".index"))


def _show(answers: Answers) -> str:
    with reading() as session:
        found, partners = colleagues(session), organisations.organisations(session)
    return render_template(
        "coordination/team.html",
        answers=answers,
        colleagues=found,
        partners=partners,
        is_one_file=database().is_sqlite,
    )
