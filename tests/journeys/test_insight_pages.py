"""The pages of « Comprendre » on the demonstration city, both languages, phone and desk, and without a mouse."""

from __future__ import annotations

import pytest

from fixtures import city
from tests.journeys.test_every_page import speak, tour


def links(visitor, address, start):
    """Give where the links of a page lead that begin so, each once."""
    visitor.page.goto(address)
    found = visitor.page.locator(f"main a[href^='{start}']")
    return found.evaluate_all("links => [...new Set(links.map(link => link.getAttribute('href')))]")


@pytest.mark.parametrize(
    ("program", "language", "width"), [("sponsorship", "fr", 1280), ("support", "en", 360)]
)
def test_every_page_of_the_room_answers_for_the_city(demonstration, visitor, program, language, width):
    speak(demonstration, language)
    coordinator = visitor(demonstration, language=language, width=width).sign_in(
        city.ACCOUNTS[0].email, city.ACCOUNTS[0].password
    )
    room = f"/coordination/comprendre/{program}"
    pages = links(coordinator, room, f"{room}/")
    assert f"{room}/penuries" in pages
    posters = links(coordinator, f"{room}/recruter", f"{room}/recruter/affiche")
    assert posters
    tour(coordinator, [room, *pages, posters[0]])


def test_the_names_of_a_shortage_unfold_by_keyboard(demonstration, visitor):
    speak(demonstration, "fr")
    coordinator = visitor(demonstration).sign_in(city.ACCOUNTS[0].email, city.ACCOUNTS[0].password)
    coordinator.page.goto("/coordination/comprendre/sponsorship/penuries")
    names = coordinator.page.locator("details.names").first
    assert not names.locator("a").first.is_visible()
    names.locator("summary").focus()
    coordinator.page.keyboard.press("Enter")
    assert names.locator("a").first.is_visible()
    coordinator.check()


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("en", 360)])
def test_two_people_are_picked_by_name_and_keyboard(demonstration, visitor, language, width):
    speak(demonstration, language)
    coordinator = visitor(demonstration, language=language, width=width)
    coordinator.sign_in(city.ACCOUNTS[0].email, city.ACCOUNTS[0].password)
    page = coordinator.page
    page.goto("/coordination/comprendre/sponsorship/pourquoi-pas")
    name = page.locator(".picks .task-names").last.inner_text()
    page.locator("#nom").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**nom=**")
    for step in ("need=", "offer="):
        coordinator.check()
        page.locator(".task a.btn").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{step}**")
    assert name in page.locator("#reponse").inner_text()
    coordinator.check()
    page.goto(page.url)
    assert page.locator("#reponse").is_visible()
