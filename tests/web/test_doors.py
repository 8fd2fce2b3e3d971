"""What is true at every door: unknown fields, lost roles, breakdowns, and where one is sent afterwards."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.tables import Account, Base
from tests.models import office
from tests.web import matrix
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
