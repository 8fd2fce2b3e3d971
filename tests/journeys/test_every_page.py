"""Every page, in both languages, on a phone and on a desk: no fault that a machine can see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fixtures import city
from models.lifecycle import TOGETHER
from models.tables import Account, Appointment, Need, Pairing, Person, Round
from tests.journeys.acts import go_on, press

PUBLIC = (
    "/",
    "/connexion",
    "/connexion/carte",
    "/mot-de-passe/oublie",
    "/mot-de-passe/envoye",
    "/inscription/nouveau",
    "/inscription/plus-tard",
    "/nulle-part",
)
DOORS = ("parrainer", "accompagner", "jumelage", "ecoute", "interpreter")
SCREENS = ("qui", "langues", "interets", "quand", "ou", "foyer", "souhaits", "accords")
BOTH = pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("en", 360)])


@BOTH
def test_pages_for_everybody(demonstration, visitor, language, width):
    guest = visitor(demonstration, language=language, width=width)
    tour(guest, PUBLIC)
    tour(guest, [f"/inscription/{door}" for door in DOORS] + [f"/inscription/merci/{door}" for door in DOORS])
    guest.page.goto("/inscription/parrainer")
    press(guest.page, "main form button")
    tour(guest, [f"/inscription/etape/{screen}" for screen in SCREENS])
    tour(guest, ["/inscription/relecture", "/inscription/compte", "/inscription/plus-tard"])
    guest.page.goto("/inscription/interpreter")
    press(guest.page, "main form button")
    tour(guest, ["/inscription/etape/interpretation", "/inscription/relecture"])


@BOTH
def test_faults_of_every_screen_stand_at_the_top(demonstration, visitor, language, width):
    guest = visitor(demonstration, language=language, width=width)
    guest.page.goto("/inscription/jumelage")
    press(guest.page, "main form button")
    for screen in ("qui", "langues", "ou"):
        guest.page.goto(f"/inscription/etape/{screen}")
        go_on(guest.page)
        assert guest.page.locator(".error-summary a").count() > 0
        guest.check()


@BOTH
@pytest.mark.parametrize("who", [city.NEWCOMER, city.SPONSOR, city.IN_TRIAL], ids=lambda who: who.about)
def test_pages_of_participants(demonstration, visitor, language, width, who):
    speak(demonstration, language)
    person = visitor(demonstration, language=language, width=width).sign_in(who.email, who.password)
    tour(person, ["/moi", "/compte", "/moi/profil", "/moi/accords/matching/retirer"])
    tour(
        person,
        ["/interpretation", "/interpretation/rendez-vous", "/interpretation/traduction", "/calendrier"],
    )
    tour(person, [f"/moi/profil/{screen}" for screen in SCREENS[:6]])
    links = person.page.goto("/moi") and person.page.locator("main a[href^='/moi/']").evaluate_all(
        "links => [...new Set(links.map(link => link.getAttribute('href')))]"
    )
    tour(person, links)


@BOTH
def test_pages_of_the_coordinator(demonstration, visitor, language, width):
    speak(demonstration, language)
    coordinator = visitor(demonstration, language=language, width=width).sign_in(
        city.ACCOUNTS[0].email, city.ACCOUNTS[0].password
    )
    with demonstration.database.reading() as session:
        addresses = list(dict.fromkeys(coordinator_pages(session)))
    tour(coordinator, addresses)


@BOTH
def test_pages_of_the_administrator(demonstration, visitor, language, width):
    speak(demonstration, language)
    administrator = visitor(demonstration, language=language, width=width).sign_in(
        city.ACCOUNTS[2].email, city.ACCOUNTS[2].password
    )
    tour(administrator, ["/coordination/equipe", "/compte"])


def coordinator_pages(session: Session) -> Iterator[str]:
    """Give the address of every page of the coordinator, with someone real in each."""
    fixed = ("", "/personnes", "/rondes", "/jumelages", "/tableur", "/interpretes")
    yield "/compte"
    yield from (f"/coordination{page}" for page in fixed)
    for page in ("traductions", "manque", "manque/recruter"):
        yield f"/coordination/interpretes/{page}"
    for page in ("regles?de-plus=2", "libertes?marge=2"):
        yield f"/coordination/comprendre/sponsorship/{page}"
    asked = session.scalars(select(Appointment).where(Appointment.state == "assigned")).first()
    yield f"/coordination/interpretes/rendez-vous/{asked.id}"
    asked = select(Appointment).where(Appointment.state == "searching").order_by(Appointment.start.desc())
    yield f"/interpretation/rendez-vous/{session.scalars(asked).first().id}/changer"
    for state in ("submitted", "interview_booked", "vetting", "ready", "withdrawn"):
        person = session.scalars(select(Person).where(Person.state == state)).first()
        yield f"/coordination/personnes/{person.id}"
    yield f"/coordination/personnes/{person.id}/exclusions"
    without = select(Person).where(
        Person.state == "ready",
        Person.id.not_in(select(Account.person_id).where(Account.person_id.is_not(None))),
    )
    yield f"/coordination/personnes/{session.scalars(without).first().id}/carte"
    need = session.scalars(select(Need).where(Need.state == "available")).first()
    yield f"/coordination/personnes/besoins/{need.id}/crise"
    yield f"/coordination/composer/{need.id}"
    for state in ("suggested", "under_review", "awaiting_answers", *TOGETHER):
        pairing = session.scalars(select(Pairing).where(Pairing.state == state)).first()
        if pairing is not None:
            kind = "propositions" if state in ("suggested", "under_review") else "jumelages"
            yield f"/coordination/{kind}/{pairing.id}"
            yield f"/coordination/composer/{pairing.need_id}/{pairing.offer_id}"
    yield f"/coordination/rondes/{session.scalars(select(Round).order_by(Round.ran_at.desc())).first().id}"


def tour(visitor, addresses):
    for address in addresses:
        visitor.page.goto(address)
        visitor.check(missing_is_fine=address == "/nulle-part")


def speak(site, language):
    """Let the demonstration's accounts read in a language; a signed-in reader's choice is the account's."""
    with site.database.writing() as session:
        for account in session.scalars(select(Account)):
            account.language = language
