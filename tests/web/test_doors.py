"""What is true at every door: unknown fields, lost roles, breakdowns, and where one is sent afterwards."""

from __future__ import annotations

import logging
from datetime import timedelta
from fnmatch import fnmatchcase

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models import interpreting, policy
from models.tables import Account, Base, Booking, Clearance
from tests.models import office
from tests.models.interpreting import bank
from tests.web import desk, matrix
from tests.web.routes import path_of, routes
from web.access import declared, own_path

COLUMNS = sorted({column.name for table in Base.metadata.sorted_tables for column in table.columns})
OUT = (
    *("//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example"),
    *(
        "\\/evil.example",
        "/\\/evil.example",
        "http://evil.example",
        "https://evil.example",
        "http:evil.example",
    ),
    *(
        "https:/evil.example",
        "HTTPS://evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
    ),
    *(
        "vbscript:x",
        "evil.example",
        "www.evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
    ),
    *("\t//evil.example", " //evil.example", "/a\r\nSet-Cookie: x=1", "/a\x00b", "/\u2028/evil.example"),
    *("ftp://evil.example", "@evil.example", "?next=//evil.example", "#//evil.example", "", "/moi\\..\\evil"),
)


def reader_of(route, signed_in_as):
    """Somebody to whom a route is open."""
    role = next(role for role in matrix.READERS if route in matrix.BY_ROLE[role])
    return signed_in_as(role)


def unrelated(app):
    """Every route that is open to somebody whatever it names."""
    return [one for one in routes(app) if any(one[0] in found for found in matrix.BY_ROLE.values())]


@pytest.fixture
def two_of_each(database):
    """Two people with a verification each, and two appointments of one of them with a booking each."""
    with database.writing() as session:
        ximena, amina = bank.interpreter(session), bank.newcomer(session)
        rosalie = office.sponsor(session)
        away = (office.AT + timedelta(days=40), office.AT + timedelta(days=41))
        bookings = [
            bank.asked(session, amina, start=bank.START + timedelta(days=day), only=(ximena.person,))
            for day in (0, 1)
        ]
        screenings = {
            row.person_id: row.id for row in session.query(Clearance).filter_by(kind="screening").all()
        }
        return {
            ("person_id", "clearance_id"): [
                (one, screenings[one]) for one in (rosalie.person, ximena.person)
            ],
            ("appointment_id", "booking_id"): [(one.appointment_id, one.id) for one in bookings],
            ("person_id", "exception_id"): [
                (
                    ximena.person,
                    interpreting.add_exception(session, ximena.person, "away", *away, **ximena.does),
                ),
                (rosalie.person, ""),
            ],
        }, amina


def nested(app):
    """Every route that names something within something else."""
    for route, method, rule in routes(app):
        for inner, outer in policy.WITHIN:
            if {inner, outer} <= rule.arguments:
                yield route, method, rule, (outer, inner)


def test_what_is_named_in_a_wrong_place_is_not_there(app, database, two_of_each, signed_in):
    there, amina = two_of_each
    visitors = {"coordinator": desk.coordinator(app, database), "participant": signed_in(amina.person)}
    asked = 0
    for route, method, rule, names in nested(app):
        (here, mine), (other, _) = there[names]
        is_office = route in matrix.BY_ROLE["coordinator"]
        visitor = visitors["coordinator" if is_office else "participant"]
        for place, is_there in ((other, False), (here, True)):
            path = path_of(app, rule, dict(zip(names, (place, mine), strict=True)))
            fields = {"csrf_token": visitor.token(), "answer": "no", f"sure_{mine}": "yes"}
            fields = {name: value for name, value in fields.items() if is_known(app, rule, name)}
            with visitor.client.open(path, method=method, data=fields) as answer:
                assert (answer.status_code != 404) is is_there, (route, answer.status_code)
                asked += 1
    assert asked >= 2 * 10
    with database.reading() as session:
        for place, mine in there["appointment_id", "booking_id"][1:]:
            assert session.get_one(Booking, mine).state == "asked", place
        ximena, screening = there["person_id", "clearance_id"][1]
        assert session.get_one(Clearance, screening).revoked_at is None, ximena


def is_known(app, rule, name):
    return any(fnmatchcase(name, one) for one in declared(app, rule.endpoint).known({}))


@pytest.mark.parametrize("target", OUT)
def test_nobody_is_sent_to_another_site(visitor, target):
    assert own_path(target) is None
    with visitor.client.post(
        "/langue", data={"csrf_token": visitor.token(), "language": "fr", "next": target}
    ) as answer:
        assert answer.headers.get("Location", "/") == "/"


def test_no_form_takes_a_column_that_it_does_not_have(app, signed_in_as):
    asked = 0
    for route, method, rule in unrelated(app):
        if method != "POST":
            continue
        known = set(declared(app, rule.endpoint).known({}))
        visitor = reader_of(route, signed_in_as)
        token = visitor.token()
        for column in [name for name in COLUMNS if name not in known][:: 1 + len(COLUMNS) // 4]:
            with visitor.client.post(path_of(app, rule), data={"csrf_token": token, column: "1"}) as answer:
                assert answer.status_code == 400, (route, column)
            asked += 1
    assert asked > 200


def test_a_role_that_is_lost_opens_nothing_at_the_next_click(signed_in_as, database):
    visitor = signed_in_as("administrator")
    visitor.open("/coordination/equipe")
    with database.writing() as session:
        session.query(Account).filter_by(role="administrator").one().role = "coordinator"
    visitor.open("/coordination/equipe", status=403)
    visitor.open("/coordination")


def test_a_breakdown_behind_any_door_tells_nothing(app, signed_in_as, monkeypatch):
    logging.disable(logging.CRITICAL)
    broken = 0
    for route, method, rule in unrelated(app):
        if rule.endpoint == "static":
            continue
        visitor = reader_of(route, signed_in_as)
        fields = {"csrf_token": visitor.token()} if method == "POST" else None

        def break_down(**_named: str) -> None:
            raise RuntimeError("canary in the mine")

        with monkeypatch.context() as patch:
            break_down.__dict__["declared"] = declared(app, rule.endpoint)
            patch.setitem(app.view_functions, rule.endpoint, break_down)
            with visitor.client.open(path_of(app, rule), method=method, data=fields) as answer:
                assert answer.status_code == 500, route
                assert b"canary" not in answer.data
                assert b"Traceback" not in answer.data
        broken += 1
    logging.disable(logging.NOTSET)
    assert broken > 100


def test_a_statement_that_fails_is_logged_without_its_values(database):
    with database.writing() as session:
        office.sign_up(session, "Amina")
    with pytest.raises(IntegrityError) as failed, database.writing() as session:
        session.execute(text("UPDATE person SET state = :word"), {"word": "canary"})
    assert "canary" not in str(failed.value)
