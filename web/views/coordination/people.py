"""People: finding one, reading her file, and every act on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import casework, reads
from models.lifecycle import states
from models.queries.people import Search, needed, people, person_page
from web.access import access
from web.clock import today
from web.database import reading
from web.forms import coordination as forms
from web.forms import moments
from web.forms.answers import Answers, posted
from web.gate import number
from web.on_record import note_found, note_names, note_reading
from web.sessions import actor
from web.views.coordination.acts import act, attempt, reads_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = Response | tuple[str, int]
    Verb = Callable[..., Any]

blueprint = Blueprint("people", __name__, url_prefix="/coordination/personnes")
SHOWN_STATES = (
    *(("person", state) for state in states("person") if state not in ("draft", "withdrawn")),
    *(("need_or_offer", state) for state in states("need_or_offer") if state != "withdrawn"),
)
"""What the list can be narrowed to; who withdrew is in no list."""
LATEST_READINGS = 20


@blueprint.get("")
@access("read_cases")
def index() -> str:
    """Show who fits a search, those who have waited longest first."""
    search = Search(
        text=request.args.get("nom", "").strip()[:80],
        state=request.args.get("etat", ""),
        program=request.args.get("programme", ""),
        side=request.args.get("cote", ""),
        page=request.args.get("page", 1, number),
    )
    with reading() as session:
        page = people(session, search, today())
    note_found(page, search.text)
    return render_template("coordination/people.html", page=page, search=search, states=SHOWN_STATES)


@blueprint.get("/<person_id>")
@access("read_file")
def page(person_id: str) -> str:
    """Show one person's file."""
    return show_person(person_id, Answers())


@blueprint.post("/<person_id>/entrevue")
@access("vet", "interview_on", "interview_on-turn")
def book_interview(person_id: str) -> Answer:
    """Note when the interview is to be."""
    answers = Answers(posted(request.form))
    on = moments.instant(answers, "interview_on", moments.to_interview())
    if on is None:
        return show_person(person_id, answers), 422
    return _done(casework.book_interview, person_id, on, said=_("L’entrevue est fixée."))


@blueprint.post("/<person_id>/entrevue-faite")
@access("vet")
def record_interview(person_id: str) -> Answer:
    """Note that the interview was held."""
    return _done(casework.record_interview, person_id, said=_("L’entrevue est notée."))


@blueprint.post("/<person_id>/filtrage")
@access("vet", "level", "issuer", "expires")
def record_screening(person_id: str) -> Answer:
    """Note what was verified, by whom, until when."""
    answers = Answers(posted(request.form))
    sheet = forms.screening(answers)
    if sheet is None:
        return show_person(person_id, answers), 422
    parts = {"issuer": sheet.issuer, "expires": sheet.expires}
    return _done(casework.record_screening, person_id, sheet.level, said=_("Le filtrage est noté."), **parts)


@blueprint.post("/<person_id>/formation")
@access("vet")
def record_training(person_id: str) -> Answer:
    """Note that the training was followed."""
    return _done(casework.record_training, person_id, said=_("La formation est notée."))


@blueprint.post("/<person_id>/non-retenue")
@access("decide", "sure", "for_safety")
def decline(person_id: str) -> Answer:
    """Decline a registration, once the box is ticked."""
    answers = Answers(posted(request.form))
    if not forms.certainty(answers, "sure"):
        return show_person(person_id, answers), 422
    for_safety = answers.ticked("for_safety")
    return _done(
        casework.decline_person,
        person_id,
        said=_("L’inscription n’est pas retenue."),
        for_safety=for_safety,
    )


@blueprint.post("/<person_id>/pause")
@access("keep_file")
def pause(person_id: str) -> Answer:
    """Put a person on a break."""
    return _done(casework.pause, person_id, said=_("Cette personne est en pause."))


@blueprint.post("/<person_id>/reprise")
@access("keep_file")
def resume(person_id: str) -> Answer:
    """Bring a person back from a break."""
    return _done(casework.resume_person, person_id, said=_("Cette personne est de retour."))


@blueprint.post("/<person_id>/note")
@access("write_note", "note", "seen")
def write_note(person_id: str) -> Answer:
    """Replace the sealed note; where somebody else wrote meanwhile, both texts come back."""
    answers = Answers(posted(request.form))
    text = answers.text("note", most=forms.LONGEST_NOTE)
    if answers.faults:
        return show_person(person_id, answers), 422
    outcome = attempt(casework.write_note, person_id, text or "", seen=answers.value("seen"))
    if outcome.refused:
        answers.blame("note", outcome.refused)
        return show_person(person_id, answers), 409
    flash(_("La note est enregistrée, sous scellé."))
    return redirect(url_for(".page", person_id=person_id), 303)


@blueprint.get("/<person_id>/exclusions")
@access("read_file")
def choose_exclusion(person_id: str) -> str:
    """Look for the one whom a person is not to be paired with."""
    text = request.args.get("nom", "").strip()[:80]
    with reading() as session:
        file = person_page(session, person_id, today())
        found = people(session, Search(text=text), today()) if text else None
    note_reading("file", person_id)
    note_found(found, text)
    return render_template("coordination/exclude.html", file=file, found=found, text=text)


@blueprint.post("/<person_id>/exclusions")
@access("keep_file", "other")
def exclude(person_id: str) -> Answer:
    """Never pair these two; no reason is kept."""
    other = request.form.get("other", "")
    return _done(casework.exclude, person_id, other, said=_("Ces deux personnes ne seront pas jumelées."))


@blueprint.post("/besoins/<need_id>/pressant")
@access("decide", "pressing")
def mark_pressing(need_id: str) -> Answer:
    """Mark a need as pressing, or no longer."""
    is_pressing = request.form.get("pressing") == "yes"
    said = _("Ce besoin passe devant.") if is_pressing else _("Ce besoin reprend son rang.")
    to = url_for(".page", person_id=_person_of(need_id))
    return act(casework.mark_pressing, need_id, said=said, to=to, pressing=is_pressing)


@blueprint.get("/besoins/<need_id>/crise")
@access("read_file")
def crisis(need_id: str) -> str:
    """Show whom to call first, then the flag."""
    with reading() as session:
        need, file = needed(session, need_id, today())
    note_reading("file", file.card.id)
    return render_template("coordination/crisis.html", need=need, file=file)


@blueprint.post("/besoins/<need_id>/crise")
@access("decide", "flag")
def flag_crisis(need_id: str) -> Answer:
    """Raise the flag, or lower it."""
    is_up = request.form.get("flag") == "up"
    verb = casework.raise_crisis_flag if is_up else casework.lower_crisis_flag
    said = (
        _("Le signalement est fait : d’abord des professionnels.") if is_up else _("Le signalement est levé.")
    )
    return act(verb, need_id, said=said, to=url_for(".page", person_id=_person_of(need_id)))


def _person_of(need_id: str) -> str:
    with reading() as session:
        need, _file = needed(session, need_id, today())
    return need.person_id


def _done(verb: Verb, person_id: str, *arguments: Any, said: str, **details: Any) -> Response:
    to = url_for(".page", person_id=person_id)
    return act(verb, person_id, *arguments, said=said, to=to, **details)


def show_person(person_id: str, answers: Answers) -> str:
    """Show one person's file, with what was typed and what is wrong with it."""
    with reading() as session:
        file = person_page(session, person_id, today(), reads_notes=reads_notes())
        readings = reads.readings_of(session, person_id, most=LATEST_READINGS)
    note_reading("note" if file.note else "file", person_id)
    if file.card.state == "withdrawn" or file.erased_at:
        return render_template("coordination/sealed.html", file=file)
    note_names(file)
    return render_template(
        "coordination/person.html",
        file=file,
        answers=answers,
        readings=readings,
        reads_notes=reads_notes(),
        viewer=actor().name,
    )
