"""Signing up: one idea a screen, back and forward, nothing lost; sent only at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import organisations
from models.errors import AlreadyRegistered
from web import once, registering
from web.access import access
from web.clock import today
from web.database import reading
from web.drafts import current_draft, forget, keep, viewer_agent, viewer_person
from web.forms.answers import Answers, posted
from web.forms.doors import DOORS
from web.forms.journey import FORMS, fields_of, neighbours
from web.forms.person import MOST_LANGUAGES, language_rows
from web.forms.wishes import Login
from web.i18n import LANGUAGES
from web.views.home import in_language
from web.weeks import coming_weeks

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from web.forms.doors import Door
    from web.forms.journey import Draft

blueprint = Blueprint("signup", __name__, url_prefix="/inscription")


@blueprint.get("/nouveau")
@access("visit")
def newcomer() -> str:
    """Let a newcomer choose between a pairing and being accompanied."""
    return render_template("signup/newcomer.html", doors=DOORS)


@blueprint.get("/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>")
@access("visit")
def intro(door: str) -> str:
    """Say what a door leads to before anything is asked."""
    return render_template("signup/intro.html", door=DOORS[door], draft=current_draft())


@blueprint.post("/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>")
@access("visit")
def begin(door: str) -> Response:
    """Open a draft, with what is already known of the person."""
    if registering.is_under_way(DOORS[door], viewer_person()):
        return _is_there()
    draft = current_draft()
    if draft is None:
        draft = registering.known_draft(DOORS[door], viewer_person())
    draft.door, draft.agent_id = DOORS[door], viewer_agent()
    return keep(draft, redirect(url_for("signup.screen", name="qui"), 303))


@blueprint.post("/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>/recommencer")
@access("visit")
def begin_again(door: str) -> Response:
    """Erase the draft of this browser, which many may share; then begin at the door."""
    flash(_("Les réponses sont effacées de cet appareil."))
    return forget(redirect(url_for("signup.intro", door=door), 303))


@blueprint.get("/etape/<name>")
@access("visit")
def screen(name: str) -> str:
    """Show one screen, with what was typed there before."""
    draft = _draft(name)
    return _show(name, draft, Answers(draft.answers(name).raw))


@blueprint.post("/etape/<name>")
@access("visit", fields_of)
def answer(name: str) -> Response:
    """Keep what was typed; then go where the button says, forward only without a fault."""
    draft = _draft(name)
    draft.raw[name] = posted(request.form)
    answers = draft.answers(name)
    go = request.form.get("go", "next")
    if go in LANGUAGES:  # the reader's language is changed in the middle of a screen: nothing typed is lost
        return keep(draft, in_language(redirect(url_for(".screen", name=name), 303), go))
    if go == "next":
        FORMS[name].read(answers, draft.door)
    if answers.faults:
        return keep(draft, make_response(_show(name, draft, answers), 422))
    return keep(draft, redirect(_next_page(go, name, draft), 303))


@blueprint.get("/plus-tard")
@access("visit")
def later() -> str:
    """Say how to come back to an unfinished sign-up."""
    return render_template("signup/later.html", draft=current_draft())


@blueprint.get("/relecture")
@access("visit")
def review() -> str:
    """Show everything before it is sent."""
    return _show_review(Answers())


@blueprint.post("/relecture")
@access("keep_own_page")
def send_more() -> Response:
    """Add another need or offer of a person who is registered."""
    if once.earlier() is None:
        draft = _draft()
        typed, faulty = draft.read()
        if faulty:
            return redirect(url_for("signup.review"), 303)
        try:
            registering.add(draft.door, typed, current_user.person_id)
        except AlreadyRegistered:
            return forget(_is_there())
    flash(_("C’est envoyé. Merci!"))
    return forget(redirect(url_for("me.index"), 303))


@blueprint.post("/avec-elle")
@access("register_beside", "read_aloud", "share", "language")
def send_beside() -> Response:
    """Register somebody who sits beside a partner's worker and was read each agreement."""
    answers = Answers(posted(request.form))
    language = answers.choice("language", LANGUAGES, missing=_("Choisissez la langue de sa carte.")) or "fr"
    if not answers.ticked("read_aloud"):
        answers.blame("read_aloud", _("Lisez-lui chaque accord; sans son oui, rien n’est envoyé."))
    is_shared = answers.ticked("share")
    earlier = once.earlier()
    if earlier is None:
        typed, faulty = _draft().read()
        if faulty or answers.faults:
            return make_response(_show_review(answers), 422)
        person_id = registering.register_beside(typed, language=language, is_shared=is_shared)
    else:
        person_id = earlier.given
    if is_shared and person_id:
        flash(_("C’est envoyé. Faites maintenant sa carte : c’est par elle qu’elle verra sa page."))
        return forget(redirect(url_for("cards.explain", person_id=person_id), 303))
    flash(_("C’est envoyé. Vous ne la verrez pas dans votre liste : l’équipe lui remettra sa carte."))
    return forget(redirect(url_for("partner.index"), 303))


@blueprint.get("/compte")
@access("visit")
def account() -> str:
    """Ask for the address and the password, last."""
    draft = _draft()
    return render_template("signup/account.html", answers=Answers(), draft=draft)


@blueprint.post("/compte")
@access("visit", "email", "password")
def send() -> Response:
    """Register; an address that is known already gets the same answer, and its owner a letter."""
    draft = _draft()
    typed, faulty = draft.read()
    if faulty:
        return redirect(url_for("signup.review"), 303)
    answers = Answers(posted(request.form))
    login = Login.read(answers, (typed["qui"].first_name, typed["qui"].surname))
    if answers.faults:
        return make_response(render_template("signup/account.html", answers=answers, draft=draft), 422)
    registering.register(typed, login)
    return forget(redirect(url_for("signup.done", door=draft.door.code), 303))


@blueprint.get("/merci/<any(parrainer, accompagner, jumelage, ecoute, interpreter):door>")
@access("visit")
def done(door: str) -> str:
    """Say that it arrived, and what comes next."""
    return render_template("signup/done.html", door=DOORS[door])


def _is_there() -> Response:
    """Answer who asks for, or gives, already what a door leads to."""
    flash(_("C’est déjà sur votre page : vous pouvez y changer ce que vous demandez ou offrez."), "warning")
    return redirect(url_for("me.index"), 303)


def _show_review(answers: Answers) -> str:
    """Show everything that was typed; to a partner's worker, with what she vouches for."""
    draft = _draft()
    typed, faulty = draft.read()
    return render_template(
        "signup/review.html",
        draft=draft,
        typed=typed,
        faulty=faulty,
        joins=viewer_person(),
        beside=_organisation(),
        answers=answers,
    )


def _organisation() -> str | None:
    if viewer_agent() is None:
        return None
    with reading() as session:
        return organisations.name_of(session, current_user.account.organisation_id)


def _draft(name: str = "qui") -> Draft:
    draft = current_draft()
    if name not in (draft.door.screens if draft else FORMS):
        abort(404)
    if draft is None:
        flash(
            _("Cette inscription est terminée ou n’est plus gardée. Vous pouvez en commencer une autre."),
            "warning",
        )
        abort(redirect(url_for("home.index"), 303))
    return draft


def _show(name: str, draft: Draft, answers: Answers) -> str:
    return render_template(
        f"signup/{name}.html",
        name=name,
        place=draft.door.screens.index(name) + 1,
        number=len(draft.door.screens),
        **shown(draft.door, answers, agreed=draft.agreed),
    )


def shown(door: Door, answers: Answers, *, agreed: tuple[str, ...] = ()) -> dict[str, object]:
    """Give a screen's template what it shows."""
    return {
        "door": door,
        "answers": answers,
        "rows": language_rows(answers),
        "most_rows": MOST_LANGUAGES,
        "weeks": coming_weeks(today()),
        "agreed": agreed,
    }


def next_row(answers: Answers) -> Answers:
    """Give the same answers with room for one more language."""
    rows = language_rows(answers)
    return Answers(answers.raw | {"rows": [str(max(rows, min(rows + 1, MOST_LANGUAGES)))]})


def _next_page(go: str, name: str, draft: Draft) -> str:
    before, after = neighbours(name, draft.door)
    if go == "row":
        draft.raw[name] = next_row(draft.answers(name)).raw
        return url_for("signup.screen", name=name, _anchor=f"language-{draft.raw[name]['rows'][0]}")
    if go == "later":
        return url_for("signup.later")
    if go == "back":
        return (
            url_for("signup.screen", name=before) if before else url_for("signup.intro", door=draft.door.code)
        )
    return url_for("signup.screen", name=after) if after else url_for("signup.review")
