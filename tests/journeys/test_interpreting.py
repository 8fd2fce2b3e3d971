"""An interpreter in a browser: asked for, planned, taken, and a service sheet that both sides signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from models import accounts
from models.tables import Account, Booking
from tests.journeys.acts import press, submit
from tests.journeys.conftest import PASSWORD, hire
from tests.models.interpreting import bank
from tests.models.office import AT

AFTER = bank.START + timedelta(hours=2)


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("en", 360)])
def test_a_newcomer_asks_and_both_sides_sign_the_sheet(office, visitor, language, width):
    def arrive(email):
        return visitor(office, language=language, width=width).sign_in(email)

    with time_machine.travel(AT):
        people_of(office, language)
        amina = arrive("amina@example.org")
        ask(amina)
        plan(arrive(hire(office, language)))
        ximena = arrive("ximena@example.org")
        ximena.page.goto("/moi/interprete")
        ximena.check()
        assert "Amina" not in ximena.page.locator("main").inner_text()
        press(ximena.page, "form:has(input[value=take]) button")
        ximena.check()
        assert "Amina" in ximena.page.locator("main").inner_text()
        amina.page.goto("/interpretation")
        press(amina.page, "main a[href*='/interpretation/rendez-vous/']")
        amina.check()
        assert "Ximena" in amina.page.locator("main").inner_text()
    with time_machine.travel(AFTER):
        for email in ("ximena@example.org", "amina@example.org"):
            sign(arrive(email))
        with office.database.reading() as session:
            (booking,) = session.query(Booking)
        assert (booking.state, booking.interpreter_minutes, booking.requester_minutes) == ("done", 75, 75)
        look_at_sheet(arrive("amina@example.org"), booking.id)


def people_of(office, language):
    """Let a newcomer and an interpreter be ready, each with an account to sign in to."""
    with office.database.writing() as session:
        bank.newcomer(session)
        bank.interpreter(session)
        for account in session.query(Account):
            account.password_hash, account.language = accounts.hash_password(PASSWORD), language


def ask(amina):
    page = amina.page
    press(page, "main a[href='/interpretation/rendez-vous']")
    amina.check()
    press(page, "main form button")
    assert page.locator(".error-summary a").count() > 0
    amina.check()
    page.select_option("#setting", "school_meeting")
    page.fill("#start", "2026-03-11T14:00")
    page.fill("#minutes", "60")
    page.check("input[name=mode][value=in_person]")
    page.check("input[name=also_modes][value=phone]")
    press(page, "main form button")
    amina.check()


def plan(coordinator):
    page = coordinator.page
    page.goto("/coordination/interpretes?semaine=2026-03-11")
    coordinator.check()
    open_menus_by_keyboard(coordinator)
    submit(page, "/interpretes/plan")
    coordinator.check()
    assert "Ximena" in page.locator("main").inner_text()
    page.goto("/coordination/interpretes?semaine=2026-03-11&par=langue")
    coordinator.check()
    press(page, "main .booking")
    coordinator.check()


def open_menus_by_keyboard(visitor):
    """On a telephone both rows of places fold: Enter opens, Escape closes, and what is open passes every check."""
    page = visitor.page
    for button in page.locator(".menu-button").all():
        places = page.locator(f"#{button.get_attribute('popovertarget')} a")
        is_folded = button.is_visible()
        assert places.first.is_visible() != is_folded
        if is_folded:
            button.focus()
            page.keyboard.press("Enter")
            assert places.first.is_visible()
            visitor.check()
            page.keyboard.press("Escape")
            assert not places.first.is_visible()


def sign(visitor):
    """Sign 75 minutes, on the page where each side finds it."""
    page = visitor.page
    page.goto("/interpretation")
    visitor.check()
    if page.locator("main a[href*='/interpretation/rendez-vous/']").count():
        press(page, "main a[href*='/interpretation/rendez-vous/']")
    else:
        page.goto("/moi/interprete")
    visitor.check()
    page.fill("input[name^=minutes-]", "75")
    submit(page, "/rendu")
    visitor.check()


def look_at_sheet(visitor, booking_id):
    visitor.page.goto(f"/interpretation/mandats/{booking_id}/feuille")
    visitor.check()
    paper = visitor.page.request.get(f"/interpretation/mandats/{booking_id}/feuille.pdf")
    assert paper.body().startswith(b"%PDF-")


def test_what_is_typed_goes_along_into_the_other_language_once(office, visitor):
    with time_machine.travel(AT):
        people_of(office, "fr")
        page = visitor(office, language="fr", width=1280).sign_in("amina@example.org").page
        page.goto("/interpretation/rendez-vous")
        page.fill("#minutes", "beaucoup")
        page.check("input[name=also_modes][value=phone]")
        page.locator("details summary").click()
        page.select_option("#also_language", "eng")
        for other, note in (("en", "Une fois"), ("fr", "Twice")):
            page.fill("#note", note)
            press(page, f".language-switch button[value={other}]")
            assert page.locator("html").get_attribute("lang") == other
            kept = [page.input_value(f"#{name}") for name in ("note", "minutes", "also_language")]
            assert kept == [note, "beaucoup", "eng"]
            assert page.is_checked("input[name=also_modes][value=phone]")
            assert page.is_visible("#also_language")
            press(page, "main form button")  # what is refused is carried too
            assert page.locator(".error-summary").is_visible()
        page.goto("/interpretation/rendez-vous")
        assert page.input_value("#note") == ""
        assert page.evaluate("sessionStorage.length") == 0
