"""Who may open which page: everything is closed until its view says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar, get_args

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user

from web.sessions import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

P = ParamSpec("P")
R = TypeVar("R")

ANYONE = "anonymous"
ROLES = frozenset({ANYONE, *get_args(Role)})


def access(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to these roles; ``anonymous`` opens it to everybody."""
    if not roles or not ROLES.issuperset(roles):
        raise ValueError(f"roles are {', '.join(sorted(ROLES))}; got {roles}")

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.__dict__["allowed_roles"] = frozenset(roles)
        return view

    return declare


def allowed_roles(app: Flask, endpoint: str) -> frozenset[str]:
    """Give the roles of a route; the files of the style sheet are open to everybody."""
    if endpoint == "static":
        return frozenset({ANYONE})
    roles: frozenset[str] = getattr(app.view_functions[endpoint], "allowed_roles", frozenset())
    return roles


def guard(app: Flask) -> None:
    """Check before each view who is asking; refuse to start with a route that declares nothing."""
    if undeclared := sorted(name for name in app.view_functions if not allowed_roles(app, name)):
        raise LookupError(f"routes without @access: {', '.join(undeclared)}")
    app.before_request(_check)


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the router answers
    roles = allowed_roles(current_app, request.endpoint)
    if ANYONE in roles:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("account.sign_in", next=_page_to_return_to()), 303)
    if current_user.role not in roles:
        abort(403)
    return None


def _page_to_return_to() -> str | None:
    return request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None


def own_path(target: str | None) -> str | None:
    """Give ``target`` back where it is a path of this site, and None for anything else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return target if target.isprintable() and "\\" not in target else None
