"""A real browser in front of a real server, on a real database file."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

import web
from fixtures import city
from models import accounts, totp
from models.database import Database
from models.second_factor import RECOVERY_CODES
from tests.journeys.acts import press
from web.clock import today
from web.database import PLACE

FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync")
KEY = "a key that only the tests know, long enough"
PASSWORD = "pont suspendu au-dessus du fjord"
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@dataclass(frozen=True)
class Site:
    """A running office: where it answers, and the database behind it."""

    address: str
    database: Database


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing: no journey in a browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def office(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """An office where nobody is yet."""
    shutil.copy(sqlite_template, tmp_path / "office.sqlite")
    with serve(tmp_path / "office.sqlite") as site:
        yield site


@pytest.fixture(scope="session")
def demonstration(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration city, for pages that are only looked at."""
    file = tmp_path_factory.mktemp("city") / "city.sqlite"
    shutil.copy(sqlite_template, file)
    with serve(file, DEMONSTRATION="1") as site:
        city.fill(site.database, today=today())
        yield site


def hire(site: Site, language: str) -> str:
    """Open a coordinator's account and give its address."""
    with site.database.writing() as session:
        account = accounts.open_account(
            session,
            email="coordination@example.org",
            password=PASSWORD,
            role="coordinator",
            language=language,
            name="Hélène",
            at=datetime.now(UTC),
        )
        return accounts.email_of(session, account)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_what: object) -> None:
        """A journey fails with what was seen, not with a page of addresses."""


class serve:  # noqa: N801 - reads as « with serve(file) as site »
    """Serve an application on a free port of this machine until the end of the block."""

    def __init__(self, file: Path, **settings: str) -> None:
        app: Flask = web.create_app(
            {
                "DATABASE_URL": f"sqlite:///{file}",
                "PASSERELLE_KEY": KEY,
                "SECRET_KEY": "only for the tests, and long enough",
                "INSTANCE": str(file.parent),
                **settings,
            }
        )
        self.database: Database = app.extensions[PLACE]
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> Site:
        self.thread.start()
        return Site(f"http://127.0.0.1:{self.server.port}", self.database)

    def __exit__(self, *_exception: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.database.dispose()


class Visitor:
    """Someone in front of a screen, who notices what a machine can notice on every page."""

    def __init__(self, browser: Browser, site: Site, *, language: str = "fr", width: int = 1280) -> None:
        self.site, self.language = site, language
        self.context = browser.new_context(
            base_url=site.address,
            locale={"fr": "fr-CA", "en": "en-CA"}[language],
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(60_000)  # a busy machine is slow, not wrong
        self.page: Page = self.context.new_page()
        self.noticed: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.noticed.append(str(error)))
        self.page.on("request", self._see)

    def sign_in(self, email: str, password: str = PASSWORD) -> Visitor:
        self.page.goto("/connexion")
        self.page.locator("input[name=email]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        press(self.page, "main form.panel button.btn")
        if "/compte/double-verification" in self.page.url:
            self.set_up_second_factor()
        return self

    def set_up_second_factor(self) -> None:
        """Do what whoever reads cases does the first time: read the key, give its code, note the recovery codes."""
        self.check()
        key = self.page.locator("#key").inner_text().replace(" ", "")
        self.page.fill("#code", totp.code_at(key, totp.step_of(datetime.now(UTC))))
        press(self.page, "main form button.btn")
        self.check()
        assert self.page.locator(".recovery-codes li").count() == RECOVERY_CODES
        press(self.page, "main a.btn-primary")

    def check(self, *, missing_is_fine: bool = False) -> None:
        """Hold the page to what every page must be."""
        if missing_is_fine:
            self.noticed = [noticed for noticed in self.noticed if "404" not in noticed]
        self.page.wait_for_load_state("load")  # a page is judged once its style sheets are there
        found = Axe().run(self.page, options=AXE_RULES)
        faults = [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found.response["violations"]]
        assert not faults, f"{self.page.url}: {faults}"
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{self.page.url} is {width} pixels too wide"
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert not self.noticed, f"{self.page.url}: {self.noticed}"

    def leave(self) -> None:
        self.context.close()

    def _hear(self, message: object) -> None:
        if message.type == "error" and "422" not in message.text:
            self.noticed.append(message.text)

    def _see(self, request: object) -> None:
        if not request.url.startswith((self.site.address, "data:")):
            self.noticed.append(f"asked another host: {request.url}")


@pytest.fixture
def visitor(browser: Browser) -> Iterator[object]:
    """Make visitors, who all leave at the end."""
    here: list[Visitor] = []

    def arrive(site: Site, **wishes: object) -> Visitor:
        here.append(Visitor(browser, site, **wishes))
        return here[-1]

    yield arrive
    for each in here:
        each.leave()
