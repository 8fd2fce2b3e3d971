"""What is true of every answer: headers, languages, errors, and doors that are closed unless opened."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from models import policy
from models.tables import Account, Base
from tests.models import office
from tests.models.interpreting import bank
from tests.web.pages import Page
from web import create_app
from web.access import access, declared, guard, own_path
from web.settings import SettingError, read_settings

STRONG = "0123456789 abcdefghijklmnopqrstuvwxyz"
PUBLIC = {"PUBLIC_URL": "https://passerelle.example", "SECRET_KEY": STRONG, "PASSERELLE_KEY": STRONG}


@pytest.mark.parametrize(
    "path", ["/", "/connexion", "/moi", "/nulle-part", "/static/passerelle.css", "/static/rien"]
)
def test_every_answer_tells_the_browser_what_to_refuse(visitor, path):
    with visitor.client.get(path) as answer:
        headers = answer.headers
    told = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
    assert {name: told.pop(name) for name in ("default-src", "img-src", "form-action")} == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'self'",
    }
    assert told == dict.fromkeys(("base-uri", "object-src", "frame-ancestors"), "'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    same = ("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy")
    assert {headers[name] for name in same} == {"same-origin"}
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert "Strict-Transport-Security" not in headers  # this machine speaks plain http


def test_pages_are_never_stored_and_differ_by_cookie(visitor):
    headers = visitor.open("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert {"Cookie", "Accept-Language"} <= {one.strip() for one in headers["Vary"].split(",")}
    with visitor.client.get("/static/passerelle.css") as sheet, visitor.client.get("/static/rien") as none:
        assert (sheet.headers.get("Cache-Control"), none.headers["Cache-Control"]) == ("no-cache", "no-store")


def test_off_this_machine_cookies_are_bound_to_https_and_the_host(tmp_path):
    app = create_app(PUBLIC | {"INSTANCE": str(tmp_path)})
    client = app.test_client()
    with client.get("/connexion", base_url="https://passerelle.example") as answer:
        cookie = answer.headers["Set-Cookie"]
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert cookie.startswith("__Host-passerelle=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    with client.get("/", base_url="https://another.example") as answer:
        assert answer.status_code == 400
    app.extensions["passerelle.database"].dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        {"COLOUR": "blue"},
        {"PORT": "many"},
        {"SECRET_KEY": "secret"},
        {"SECRET_KEY": "a" * 64},
        {"PUBLIC_URL": "http://passerelle.example"},
        {"PUBLIC_URL": "https://passerelle.example"},
        {"PUBLIC_URL": "https://passerelle.example/path"},
        {"MAIL_URL": "mail.example"},
        {"DEMONSTRATION": "yes"},
        {"OFFICE_PHONE": "call us"},
        {"PROXIES": "4"},
        {"PROXIES": "one"},
    ],
)
def test_a_wrong_or_weak_setting_stops_the_start(tmp_path, wrong):
    with pytest.raises(SettingError):
        read_settings({"INSTANCE": str(tmp_path)} | wrong)


def test_one_proxy_is_believed_off_this_machine_and_none_at_home(tmp_path):
    home = {"INSTANCE": str(tmp_path)}
    assert read_settings(home).proxies == 0
    assert read_settings(home | PUBLIC).proxies == 1
    assert read_settings(home | PUBLIC | {"PROXIES": "2"}).proxies == 2


def test_a_secret_that_this_machine_invents_is_kept_and_private(tmp_path):
    first, second = (read_settings({"INSTANCE": str(tmp_path)}).secret_key for _ in range(2))
    assert first == second
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_route_that_declares_nothing_stops_the_start():
    app = Flask("house")
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(LookupError, match="forgotten"):
        guard(app)


def test_a_route_that_names_what_nobody_can_relate_to_stops_the_start():
    app = Flask("house")
    app.add_url_rule("/<secret_id>", "strange", access("keep_own_page")(lambda: ""))
    with pytest.raises(LookupError, match="strange"):
        guard(app)


def test_a_route_that_names_two_things_of_which_nobody_knows_how_they_belong_together_stops_the_start():
    app = Flask("house")
    app.add_url_rule("/<person_id>/<booking_id>", "strangers", access("read_file")(lambda: ""))
    with pytest.raises(LookupError, match="strangers"):
        guard(app)


def test_an_unknown_action_is_refused_where_it_is_written():
    with pytest.raises(ValueError, match="no action"):
        access("boss")


def test_what_is_not_open_to_everybody_asks_to_sign_in_and_comes_back(visitor):
    assert visitor.client.get("/moi").headers["Location"] == "/connexion?next=/moi"


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "",
        None,
        "/a\nb",
        "/\t/evil.example",
        "javascript:x",
        "/a\\b",
    ],
)
def test_only_own_paths_are_returned_to(target):
    assert own_path(target) is None
    assert own_path("/moi?x=1") == "/moi?x=1"


def test_a_form_without_its_token_changes_nothing(visitor):
    with visitor.client.post("/langue", data={"language": "en"}) as answer:
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers or "language=" not in answer.headers["Set-Cookie"]


def test_a_language_that_the_pages_are_not_in_is_not_taken(visitor):
    visitor.open("/")
    answer = visitor.send("/langue", status=400, language="tlh")
    assert "language=" not in answer.headers.get("Set-Cookie", "")


def test_the_browser_s_language_is_taken_where_we_speak_it_and_french_otherwise(visitor):
    def language(accepted: str) -> str:
        return visitor.open("/", headers={"Accept-Language": accepted}).all("html")[0].attrs["lang"]

    assert language("en-CA,en;q=0.9,fr;q=0.5") == "en"
    assert language("ar-SY,es;q=0.9") == "fr"
    assert language("") == "fr"


def test_the_visitor_s_own_choice_of_language_wins_and_brings_her_back(visitor):
    assert visitor.goes_to("/langue", language="en", next="/inscription/nouveau") == "/inscription/nouveau"
    assert visitor.open("/inscription/nouveau", headers={"Accept-Language": "fr"}).h1 == "Welcome to Saguenay"


def test_a_form_that_was_refused_is_come_back_to_and_an_answer_without_an_address_is_not(signed_in_as):
    visitor = signed_in_as("participant")
    refused = visitor.refused("/interpretation/traduction?de=1", pages="trois")
    assert refused.value("next") == "/interpretation/traduction?de=1"
    for referrer, place in (
        ("http://localhost/moi/interprete?x=1", "/moi/interprete?x=1"),
        ("http://localhost/compte/mot-de-passe", "/compte"),  # the form came back once already
        ("http://elsewhere.example/moi", "/compte"),
    ):
        answer = visitor.client.post(
            "/compte/mot-de-passe", data={"csrf_token": visitor.token()}, headers={"Referer": referrer}
        )
        assert Page(answer).value("next") == place
    answer = visitor.client.post("/moi/inconnue", data={"csrf_token": visitor.token()})
    assert "next" not in {field.attrs.get("name") for field in Page(answer).all("input")}


def test_the_choice_of_someone_signed_in_is_her_account_s_and_so_her_letters(signed_in_as, database):
    signed_in_as("participant").send("/langue", language="en", next="/moi")
    with database.reading() as session:
        spoken = {account.role: account.language for account in session.query(Account)}
    assert spoken == {"participant": "en", "coordinator": "fr", "agent": "fr", "administrator": "fr"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_that_is_not_there_says_so_in_both_languages(visitor, language):
    page = visitor.open("/nulle-part", status=404, headers={"Accept-Language": language})
    assert page.h1 == {"fr": "Page introuvable", "en": "Page not found"}[language]


def test_a_breakdown_shows_nothing_of_the_inside(visitor, monkeypatch):
    def break_down(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("web.views.home.render_template", break_down)
    page = visitor.open("/", status=500)
    assert page.h1 == "Un problème est survenu"
    assert "secret" not in page.html


def test_a_breakdown_of_the_error_page_itself_is_still_an_answer(visitor, monkeypatch):
    def break_down(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("web.errors.render_template", break_down)
    with visitor.client.get("/nulle-part") as answer:
        assert answer.status_code == 500
        assert b"Something went wrong" in answer.data


def test_the_home_page_says_what_it_is_not_and_opens_four_doors(visitor):
    page = visitor.open("/")
    assert "Aucun engagement financier ni juridique" in page.text
    doors = {tag.attrs["href"] for tag in page.all("a") if "door" in tag.attrs.get("class", "")}
    assert {
        "/inscription/nouveau",
        "/inscription/parrainer",
        "/inscription/accompagner",
        "/inscription/interpreter",
    } == doors


def test_looking_at_a_page_never_changes_anything(app, database, signed_in):
    with database.writing() as session:
        amina, rosalie = office.newcomer(session), office.sponsor(session)
        pairing = office.approved(session, amina, rosalie).id
        booking = bank.confirmed(session, bank.interpreter(session), amina)
        errand = {"booking_id": booking.id, "appointment_id": booking.appointment_id}
    named = errand | {
        "name": "qui",
        "door": "parrainer",
        "pairing_id": pairing,
        "purpose": "matching",
        "side": "need",
    }
    visitor = signed_in(amina.person)
    visitor.send("/inscription/parrainer")
    before = whole(database)
    with app.test_request_context():
        paths = [
            url_for(
                rule.endpoint, **{name: (named | {"wish_id": amina.wish})[name] for name in rule.arguments}
            )
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods
            and {"participant", policy.ANYONE} & policy.roles_for(declared(app, rule.endpoint).action)
            == {"participant"}
        ]
    assert len(paths) > 5
    for path in paths:
        with visitor.client.get(path) as answer:
            assert answer.status_code in {200, 303}, path
    assert whole(database) == before


def whole(database):
    """Every row of the database but the hour at which a session was last in use."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(table.select())))
            for table in Base.metadata.sorted_tables
            if table.name != "sign_in"
        }
