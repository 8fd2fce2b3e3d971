"""What people do on the pages, one act each, by the fields and buttons that they find there."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What one person types while signing up."""

    door: str
    first_name: str
    surname: str
    email: str
    phone: str
    age_band: str
    gender: str
    languages: tuple[tuple[str, str], ...]
    like: tuple[str, ...] = ()
    want_to_try: tuple[str, ...] = ()
    slots: tuple[str, ...] = ("sat_am", "sun_pm")
    sector: str = "chicoutimi_nord"
    travel_mode: str = "car"
    household: str = "single"
    goals: tuple[str, ...] = ("friendship",)
    offers: dict[str, str] = field(default_factory=dict)


NEWCOMER = Answers(
    door="jumelage",
    first_name="Amina",
    surname="Benali",
    email="amina@example.org",
    phone="418 555-0101",
    age_band="35-44",
    gender="f",
    languages=(("ary", "native"), ("fra", "B1")),
    like=("home_cooking", "sewing"),
    want_to_try=("snowshoeing", "ice_skating"),
    travel_mode="bus",
)
SPONSOR = Answers(
    door="parrainer",
    first_name="Réjeanne",
    surname="Gagnon",
    email="rejeanne@example.org",
    phone="418 555-0102",
    age_band="45-54",
    gender="f",
    languages=(("fra", "native"),),
    like=("home_cooking", "snowshoeing", "sewing"),
    slots=("sat_am", "sat_pm", "sun_pm"),
)


def sign_up(page: Page, answers: Answers, password: str, look: callable) -> None:
    """Go through every screen of a door, looking at each, and send."""
    page.goto(f"/inscription/{answers.door}")
    look()
    press(page, "main form button")
    for fill in (_who, _languages, _interests, _when, _where, _home, _wishes, _consents):
        fill(page, answers)
        look()
        go_on(page)
    look()
    press(page, "a[href='/inscription/compte']")
    page.fill("#email", answers.email)
    page.fill("#password", password)
    look()
    press(page, "main form button[class*=primary]")
    assert "/inscription/merci/" in page.url
    look()


def press(page: Page, what: str) -> None:
    """Press a button or a link, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator(what).first.click()


def go_on(page: Page) -> None:
    press(page, "main button[name=go][value=next]")


def submit(page: Page, action: str) -> None:
    """Press the one button of the form that goes to an address ending so."""
    press(page, f"form[action$='{action}'] button")


def _who(page: Page, answers: Answers) -> None:
    page.fill("#first_name", answers.first_name)
    page.fill("#surname", answers.surname)
    page.fill("#phone", answers.phone)
    page.check(f"input[name=age_band][value='{answers.age_band}']")
    page.check(f"input[name=gender][value={answers.gender}]")


def _languages(page: Page, answers: Answers) -> None:
    for row, (code, level) in enumerate(answers.languages, start=1):
        if not page.locator(f"#language-{row}").count():
            press(page, "button[name=go][value=row]")
        page.select_option(f"#language-{row}", code)
        page.select_option(f"#level-{row}", level)


def _interests(page: Page, answers: Answers) -> None:
    page.locator("details.family").evaluate_all("families => families.forEach(family => family.open = true)")
    for kind, codes in (("like", answers.like), ("want_to_try", answers.want_to_try)):
        for code in codes:
            page.locator(f"input[name=interest-{code}][value={kind}] + label").click()


def _when(page: Page, answers: Answers) -> None:
    for slot in answers.slots:
        page.check(f"input[name=week-usual][value={slot}]", force=True)


def _where(page: Page, answers: Answers) -> None:
    page.select_option("#sector", answers.sector)
    page.check(f"input[name=travel_mode][value={answers.travel_mode}]")


def _home(page: Page, answers: Answers) -> None:
    page.check(f"input[name=household][value={answers.household}]")


def _wishes(page: Page, answers: Answers) -> None:
    for goal in answers.goals:
        page.check(f"input[name=goals][value={goal}]")
    page.select_option("#meetings_per_month", "2")


def _consents(page: Page, answers: Answers) -> None:  # noqa: ARG001 - every screen is filled alike
    assert page.locator("input[type=checkbox]:checked").count() == 0, "a consent was ticked beforehand"
    for purpose in ("program", "matching", "share_contact"):
        page.check(f"#{purpose}")
