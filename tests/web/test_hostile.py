"""R58, R59, R64, R66, R72: whatever is written into whichever field, no page breaks, runs it, or goes out to fetch it."""

import socket
from html.parser import HTMLParser
from io import BytesIO
from itertools import cycle, islice

import pytest
from flask import Flask, abort, url_for
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from models import sealed
from models.tables import Account, Pairing, Person
from tests.models import office
from tests.tries import FULL, tries
from web import gate

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "%(num)s %s {0.__class__}",
    "'; DROP TABLE person; --",
    "%_\\",
    '=HYPERLINK("http://evil.example")',
    "a\r\nBcc: everybody@example.org",
    "http://169.254.169.254/latest/meta-data/",
    "//evil.example",
    "nul\0nul",
    "\u202eesrever \u2066\u200b",
    "\ud83d\udca5".encode("utf-16", "surrogatepass").decode("utf-16") * 50,
    "9" * 5_000,
    "99999999999999999999",
    "-1",
    "1e999",
    "NaN",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "é" * 100_000,
)
AT_ONCE = 2 if tries() < FULL else len(HOSTILE)
REFUSALS = {200, 302, 303, 400, 403, 404, 405, 409, 413, 422, 429}
NAMED = {
    "door": "parrainer",
    "side": "need",
    "name": "qui",
    "purpose": "program",
    "kind": "needs",
    "program": "sponsorship",
}


class Forms(HTMLParser):
    """The forms of a page, and its skeleton: every tag with the names of its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found, self.skeleton = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.skeleton.append((tag, tuple(sorted(given))))
        if tag == "form":
            self.found.append((given.get("method", "get").upper(), given.get("action", ""), set()))
        elif tag in {"input", "select", "textarea", "button"} and self.found and given.get("name"):
            self.found[-1][2].add(given["name"])


@pytest.fixture
def world(database):
    """People at several stages; give the ids that addresses ask for."""
    with database.writing() as session:
        need, offer = office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")
        pairing = office.approved(session, need, offer).id
        round_id = session.get(Pairing, pairing).round_id
    return NAMED | {
        "pairing_id": pairing, "person_id": need.person, "round_id": round_id,
        "need_id": need.wish, "offer_id": offer.wish, "wish_id": need.wish,
    }  # fmt: skip


def pages(app, world):
    """Give the address of every page."""
    with app.test_request_context():
        return sorted(
            {
                url_for(rule.endpoint, **{name: world.get(name, "x") for name in rule.arguments})
                for rule in app.url_map.iter_rules()
                if "GET" in rule.methods and rule.endpoint != "static"
            }
        )


@pytest.fixture
def no_way_out(monkeypatch):
    """Nothing may open a connection."""

    def refuse(*_args, **_more):
        raise AssertionError("the server went out")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_way_out")
@pytest.mark.parametrize("role", ["anonymous", "participant", "coordinator", "administrator"])
def test_no_form_breaks_on_what_it_is_sent_and_nothing_goes_out(app, world, signed_in_as, role):
    hostile, sent = cycle(HOSTILE), 0
    visitor = signed_in_as(role)
    for path in pages(app, world):
        with visitor.client.get(path) as answer:
            assert answer.status_code < 500, path
            forms = Forms(answer.get_data(as_text=True)).found if answer.mimetype == "text/html" else []
        for method, action, names in forms:
            if "deconnexion" in action or "sortir" in action:
                continue
            for payload in islice(hostile, AT_ONCE):
                fields = dict.fromkeys(names, payload) | {"csrf_token": visitor.token()}
                how = {"data": fields} if method == "POST" else {"query_string": fields}
                with visitor.client.open(action or path, method=method, **how) as answer:
                    assert answer.status_code in REFUSALS, (path, action, payload[:40])
                    assert b"alert(1)>" not in answer.data, (path, action)
                sent += 1
    assert sent > 3


def skeletons(app, world, visitors):
    found = {}
    for path in pages(app, world):
        for role, visitor in visitors.items():
            with visitor.client.get(path) as answer:
                if answer.mimetype == "text/html":
                    found[role, path] = without_repeats(Forms(answer.get_data(as_text=True)).skeleton)
    return found


def without_repeats(skeleton):
    """Count lines of one shape that follow each other once: who read a file grows by a line with each look."""
    line = [("li", ()), ("span", ("class",))]
    return [tag for at, tag in enumerate(skeleton) if not _repeats(skeleton, at, line)]


def _repeats(skeleton, at, line):
    begin = at if skeleton[at] == line[0] else at - 1
    return skeleton[begin : begin + 2] == line and skeleton[begin - 2 : begin] == line


def write_everywhere(database, payloads):
    """Put a payload into every text column that a person could have filled, past the forms."""
    with database.writing() as session:
        for number, person in enumerate(session.scalars(select(Person).order_by(Person.id))):
            person.first_name = f"{number}{next(payloads)}"[:80]
            for column in ("surname", "note"):
                sealed.put(session, person, person, column, next(payloads))
        for pairing in session.scalars(select(Pairing)):
            owner = session.get(Person, world_owner(session, pairing))
            for column in ("note", "hand_reason"):
                sealed.put(session, owner, pairing, column, next(payloads))
        for number, account in enumerate(session.scalars(select(Account).order_by(Account.id))):
            account.name = f"{number}{next(payloads)}"[:80]


def world_owner(session, pairing):
    from models.tables import Need  # noqa: PLC0415 - only here

    return session.get(Need, pairing.need_id).person_id


def test_what_people_wrote_never_becomes_a_part_of_a_page(app, database, world, signed_in_as):
    write_everywhere(database, cycle(["plain"]))
    visitors = {role: signed_in_as(role) for role in ("participant", "administrator")}
    plain = skeletons(app, world, visitors)
    assert len(plain) > 20
    dangerous = [text for text in HOSTILE[:8] if "\0" not in text]
    for shift in range(1 if tries() < FULL else len(dangerous)):
        write_everywhere(database, islice(cycle(dangerous), shift, None))
        now = skeletons(app, world, visitors)
        assert {place for place in plain if now[place] != plain[place]} == set()


def test_too_many_arguments_or_fields_are_refused_at_once(visitor):
    query = {f"a{number}": "x" for number in range(201)}
    assert visitor.client.get("/", query_string=query).status_code == 400
    fields = {f"a{number}": "x" for number in range(1_001)}
    assert visitor.client.post("/langue", data=fields).status_code == 413
    assert visitor.client.post("/langue", data={"a": "x" * 300_000}).status_code == 413
    assert visitor.client.post("/listes/apercu", data=b"x" * (13 << 20)).status_code == 413


@pytest.fixture
def guarded():
    """The guard alone, before a view that answers whatever comes through."""
    app = Flask("guarded")
    gate.stand_guard(app)
    app.add_url_rule("/", "read", lambda: "read", methods=["GET", "POST"])
    return app.test_client()


def test_as_much_as_a_form_may_hold_comes_through_and_no_more(guarded):
    for count, status in ((200, 200), (201, 400)):
        assert guarded.get("/", query_string={"a": ["x"] * count}).status_code == status
    for count, status in ((1_000, 200), (1_001, 413)):
        assert guarded.post("/", data={"a": ["x"] * count}).status_code == status
    whole, form = b"a=" + b"x" * (256 * 1024 - 2), "application/x-www-form-urlencoded"
    for sent, status in ((whole, 200), (whole + b"x", 413)):
        assert guarded.post("/", data=sent, content_type=form).status_code == status
    assert guarded.post("/", data={"file": (BytesIO(whole), "a.csv")}).status_code == 200


@pytest.mark.parametrize(("name", "value"), [("a", "\0"), ("\0", "a")])
def test_a_nul_of_a_form_is_refused_too(guarded, name, value):
    assert guarded.post("/", data={name: value}).status_code == 400
    assert guarded.post("/", data={name: (BytesIO(), f"{value}.csv")}).status_code == 400
    two = [(BytesIO(), "first.csv"), (BytesIO(), f"{value}.csv")]
    assert guarded.post("/", data={name: two}).status_code == 400


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1_0", "1.0", "²", "٣", "1" * 10])
def test_a_number_of_an_address_is_small_and_whole(text):
    with pytest.raises(ValueError):  # noqa: PT011 - what a route takes for no such page
        gate.number(text)
    assert gate.number("9" * 9) == 999_999_999


@pytest.mark.parametrize("path", ["/connexion%00", "/?a=%00", "/?a%00=1", "/propositions/%00"])
def test_a_nul_is_refused_wherever_it_stands(visitor, path):
    assert visitor.client.get(path).status_code == 400


STATUSES = (400, 403, 404, 405, 409, 413, 429, 500, 503)


@pytest.mark.parametrize("status", STATUSES)
def test_every_refusal_bears_the_headers_and_says_nothing_of_the_inside(visitor, monkeypatch, status):
    monkeypatch.setattr("web.views.home.render_template", lambda *_args, **_more: abort(status))
    with visitor.client.get("/") as answer:
        assert answer.status_code == status
        assert_protected(answer)
        assert b"Traceback" not in answer.data


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("database is locked", 503),
        ("terminating connection due to administrator command", 503),
        ("database or disk is full", 507),
        ("disk I/O error", 507),
        ("could not extend file: No space left on device", 507),
    ],
)
def test_a_database_that_is_away_or_full_is_a_page_that_says_when_to_come_back(
    visitor, monkeypatch, caplog, said, status
):
    def refuse(*_args, **_more):
        raise OperationalError("SELECT secret", {"name": "Amina"}, Exception(said))

    monkeypatch.setattr("web.views.home.render_template", refuse)
    with visitor.client.get("/") as answer:
        assert (answer.status_code, answer.headers["Retry-After"]) == (status, "60")
        assert_protected(answer)
        assert b"secret" not in answer.data
    assert "Amina" not in caplog.text


def test_a_wrong_host_and_a_wrong_method_bear_the_headers_too(visitor):
    for answer in (
        visitor.client.get("/", base_url="http://evil.example"),
        visitor.client.post("/static/passerelle.css"),
        visitor.client.delete("/"),
        visitor.client.post("/langue"),
    ):
        assert answer.status_code in {400, 404, 405}
        assert_protected(answer)


def assert_protected(answer):
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
