"""Take the pictures of the README from the demonstration city: ``make pictures``."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from fixtures import city
from models.database import Database
from models.sealing import Keyring
from models.tables import Pairing
from tests.journeys.acts import press
from tests.journeys.conftest import FLAGS, KEY, Visitor, serve
from web.clock import today

FOLDER = Path(__file__).parents[2] / "fixtures" / "pictures"
COORDINATOR = city.ACCOUNTS[0]


def main() -> None:
    """Fill a city in a temporary folder, visit eight pages, and write what they look like."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "city.sqlite"
        database = Database(f"sqlite:///{file}", Keyring(KEY))
        database.upgrade()
        city.fill(database, today=today())
        with database.reading() as session:
            proposal = session.scalars(
                select(Pairing.id)
                .where(Pairing.state == "under_review", Pairing.origin == "engine")
                .order_by(Pairing.worth.desc())
            ).first()
        database.dispose()
        with serve(file) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
            desk = Visitor(browser, site)
            take(desk, "/", "accueil")
            phone = Visitor(browser, site, width=360)
            phone.page.goto("/inscription/jumelage")
            press(phone.page, "main form button")
            take(phone, "/inscription/etape/interets", "interets")
            newcomer = Visitor(browser, site, width=360).sign_in(city.NEWCOMER.email, city.NEWCOMER.password)
            take(newcomer, "/moi", "ma-page")
            desk.sign_in(COORDINATOR.email, COORDINATOR.password)
            take(desk, "/coordination", "a-faire")
            take(desk, f"/coordination/propositions/{proposal}", "proposition", height=1500)
            take(desk, "/coordination/comprendre/sponsorship/methodes", "methodes", height=1500)
            take(desk, "/coordination/comprendre/support/recruter", "recruter", height=1500)
            take(desk, "/coordination/interpretes", "interpretes", height=2000)
            browser.close()


def take(visitor: Visitor, address: str, name: str, height: int = 1000) -> None:
    """Write one picture."""
    visitor.page.set_viewport_size({"width": visitor.page.viewport_size["width"], "height": height})
    visitor.page.goto(address)
    visitor.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
