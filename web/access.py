"""Who may open which page: a route names its action, the policy says who may, and all else is refused."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user

from models import policy
from models.errors import Unknown
from web.database import reading
from web.sessions import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from werkzeug.routing import Rule
    from werkzeug.wrappers import Response

    Field = str | Callable[..., Iterable[str]]

P = ParamSpec("P")
R = TypeVar("R")

ABOUT_SENDING = ("csrf_token", "go", "once")
"""What any form may carry: its token, and which of its buttons was pressed."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route said of itself: its action, and the fields that its form may send."""

    action: str
    fields: tuple[Field, ...] = ()

    def known(self, named: dict[str, str]) -> Iterator[str]:
        """Give the fields of the form at the address that names these things."""
        yield from ABOUT_SENDING
        for field in self.fields:
            yield from (field,) if isinstance(field, str) else field(**named)


STATIC = Declared("visit")
"""The files of the style sheet are open to everybody."""


def access(action: str, *fields: Field) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a view does, an action of ``models.policy``, and which fields its form may send.

    ``*`` in the name of a field stands for anything: ``interest-*``. A function gives the fields of one
    address from what it names. A field that is not declared is answered with 400.
    """
    if action not in policy.GRANTS:
        raise ValueError(f"{action!r} is no action; models.policy has {', '.join(sorted(policy.GRANTS))}")

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.__dict__["declared"] = Declared(action, fields)
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Declared | None:
    """Give what a route said of itself."""
    if endpoint == "static":
        return STATIC
    said: Declared | None = getattr(app.view_functions[endpoint], "declared", None)
    return said


def guard(app: Flask) -> None:
    """Check before each view who asks for what; refuse to start with a route that leaves it open."""
    if undeclared := sorted(name for name in app.view_functions if declared(app, name) is None):
        raise LookupError(f"routes without @access: {', '.join(undeclared)}")
    if unrelated := sorted(rule.endpoint for rule in app.url_map.iter_rules() if _is_unrelated(app, rule)):
        raise LookupError(f"models.policy.RELATED does not know what these name: {', '.join(unrelated)}")
    if unplaced := sorted(rule.endpoint for rule in app.url_map.iter_rules() if not _is_placed(rule)):
        raise LookupError(
            f"models.policy.WITHIN does not know how what these name belongs together: {', '.join(unplaced)}"
        )
    app.before_request(_check)


def _is_unrelated(app: Flask, rule: Rule) -> bool:
    """Whether a route names something by its id that the policy cannot relate its reader to."""
    said = declared(app, rule.endpoint)
    unknown = {name for name in rule.arguments if name.endswith("_id")} - policy.RELATED.keys()
    return bool(
        unknown
        and said
        and any(policy.hangs_on_relation(role, said.action) for role in policy.roles_for(said.action))
    )


def _is_placed(rule: Rule) -> bool:
    return policy.is_placed(name for name in rule.arguments if name in policy.RELATED)


def _check() -> Response | None:
    if request.endpoint is None:
        return None  # no such page: the router answers
    said = declared(current_app, request.endpoint)
    if said is None:
        abort(403)
    if refused := _refuse_role(said.action):
        return refused
    _refuse_relation(said.action)
    _refuse_misplaced()
    _refuse_unknown_fields(said)
    return None


def _refuse_unknown_fields(said: Declared) -> None:
    sent = (*request.form, *request.files)
    known = tuple(said.known(request.view_args or {})) if sent else ()
    if not all(any(fnmatchcase(name, pattern) for pattern in known) for name in sent):
        abort(400)


def _refuse_role(action: str) -> Response | None:
    role = current_user.role if current_user.is_authenticated else policy.ANYONE
    if policy.may_somehow(role, action):
        return None
    if role != policy.ANYONE:
        abort(403)
    return redirect(url_for("account.sign_in", next=_page_to_return_to()), 303)


def _refuse_relation(action: str) -> None:
    """Answer what is not hers exactly as what is not there."""
    if not current_user.is_authenticated or not policy.hangs_on_relation(current_user.role, action):
        return
    named = {name: which for name, which in (request.view_args or {}).items() if name in policy.RELATED}
    with reading() as session:
        for name, which in named.items():
            try:
                relation = policy.relation_to(session, actor(), name, which)
            except Unknown:
                abort(404)
            if not policy.may(actor(), action, relation):
                abort(404)


def _refuse_misplaced() -> None:
    """Answer what an address names in a wrong place as what is not there."""
    named = request.view_args or {}
    if len(named) > 1:
        with reading() as session:
            if not policy.belongs(session, named):
                abort(404)


def _page_to_return_to() -> str | None:
    return request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None


def own_path(target: str | None) -> str | None:
    """Give ``target`` back where it is a path of this site, and None for anything else."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    return target if target.isprintable() and "\\" not in target else None
