"""The whole story, lived in a browser: two sign-ups, a round, two yes, a meeting, an active pairing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys.acts import NEWCOMER, SPONSOR, press, sign_up, submit
from tests.journeys.conftest import PASSWORD, hire
from web.clock import today


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("en", 360)])
def test_two_strangers_sign_up_and_end_as_an_active_pairing(office, visitor, language, width):
    def arrive():
        return visitor(office, language=language, width=width)

    newcomer, sponsor = arrive(), arrive()
    sign_up(newcomer.page, NEWCOMER, PASSWORD, newcomer.check)
    sign_up(sponsor.page, SPONSOR, PASSWORD, sponsor.check)

    coordinator = arrive().sign_in(hire(office, language))
    coordinator.check()
    make_ready(coordinator, NEWCOMER.first_name)
    make_ready(coordinator, SPONSOR.first_name, screened=True)
    approve_the_proposal(coordinator)

    newcomer.sign_in(NEWCOMER.email)
    newcomer.check()
    shown = newcomer.page.locator("main").inner_text()
    assert SPONSOR.first_name in shown
    assert SPONSOR.surname not in shown
    assert "0102" not in shown
    press(newcomer.page, "button[name=said][value=yes]")
    newcomer.check()
    assert SPONSOR.surname not in newcomer.page.locator("main").inner_text()

    sponsor.sign_in(SPONSOR.email)
    sponsor.check()
    assert NEWCOMER.surname not in sponsor.page.locator("main").inner_text()
    press(sponsor.page, "button[name=said][value=yes]")
    sponsor.check()
    both = sponsor.page.locator("main").inner_text()
    assert NEWCOMER.surname in both
    assert "555-0101" in both

    sponsor.page.fill("#day", (today() + timedelta(days=3)).isoformat())
    sponsor.page.fill("#hour", "10:00")
    submit(sponsor.page, "/rencontre")
    sponsor.check()
    submit(sponsor.page, "/vus")
    sponsor.check()
    submit(sponsor.page, "/continuer")
    sponsor.check()
    newcomer.page.goto("/moi")
    submit(newcomer.page, "/continuer")
    newcomer.check()
    with office.database.reading() as session:
        assert states_of_pairings(session) == ["active"]


def make_ready(coordinator, first_name, *, screened=False):
    """Find someone by name; book and record the interview, and what an offer asks besides."""
    page = coordinator.page
    page.goto("/coordination/personnes")
    coordinator.check()
    press(page, f"main a[href*='/coordination/personnes/']:has-text('{first_name}')")
    coordinator.check()
    page.fill("#interview_on", f"{today().isoformat()}T09:00")
    submit(page, "/entrevue")
    submit(page, "/entrevue-faite")
    coordinator.check()
    if screened:
        for step in ("identity", "references"):
            note(page, step)
        if not page.locator("#level").is_visible():
            page.locator("details:has(#level) summary").click()
        page.select_option("#level", "1")
        submit(page, "/filtrage")
        for step in ("conduct", "training"):
            note(page, step)
        coordinator.check()


def note(page, step):
    """Note that one thing asked of a volunteer is in order."""
    form = f"form:has(input[name=kind][value={step}])"
    if not page.locator(f"{form} button").is_visible():
        page.locator(f"details:has({form}) summary").click()
    press(page, f"{form} button")


def approve_the_proposal(coordinator):
    page = coordinator.page
    page.goto("/coordination/rondes")
    coordinator.check()
    submit(page, "/coordination/rondes")
    coordinator.check()
    submit(page, "/etudier")
    coordinator.check()
    submit(page, "/approuver")
    coordinator.check()


def states_of_pairings(session):
    from models.tables import Pairing  # noqa: PLC0415 - only this looks behind the pages

    return [pairing.state for pairing in session.query(Pairing)]
