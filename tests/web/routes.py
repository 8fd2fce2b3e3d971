"""Every route of the application, read from its own map, and how to ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from models import policy
from web.access import declared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Flask
    from werkzeug.routing import Rule

ANY = {
    "door": "parrainer",
    "side": "offer",
    "name": "qui",
    "purpose": "program",
    "kind": "needs",
    "program": "sponsorship",
    "filename": "passerelle.css",
}


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Give each route by its method: « GET /moi », GET, and its rule."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule}", method, rule


def path_of(app: Flask, rule: Rule, named: Mapping[str, str] | None = None) -> str:
    """Give an address of a route; what is not named is something that does not exist."""
    with app.test_request_context():
        known = ANY | dict(named or {})
        return url_for(rule.endpoint, **{name: known.get(name, "x") for name in rule.arguments})


def asked(app: Flask, role: str, signed_in_as: Any) -> Iterator[tuple[str, bool, int, str]]:
    """Ask every route as one role; give (route, whether it is open, the answer's status and place) for each."""
    for route, method, rule in routes(app):
        visitor = signed_in_as(role)
        is_open = policy.may_somehow(role, declared(app, rule.endpoint).action)
        fields = {"csrf_token": visitor.token()} if method == "POST" else None
        with visitor.client.open(path_of(app, rule), method=method, data=fields) as answer:
            yield route, is_open, answer.status_code, answer.headers.get("Location", "")
