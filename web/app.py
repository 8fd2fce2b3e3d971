"""The application, put together: settings, guards, languages, pages."""

from __future__ import annotations

import pkgutil
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import web.views
from web.access import guard
from web.database import connect, database_of
from web.errors import answer_errors
from web.gate import stand_guard
from web.headers import protect_answers
from web.i18n import speak
from web.mail import send_after_answers
from web.presentation import furnish
from web.sessions import keep_sessions
from web.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST_BODY = 12 * 1024 * 1024
"""A spreadsheet of ten thousand people fits; noise of any size does not."""


class House(Flask):
    """The application; what it logs of a breakdown names the route, never what an address holds."""

    def log_exception(self, exc_info: Any) -> None:
        """Say behind which door it was: an address may hold a token, or a line that looks like another entry."""
        self.logger.error("a breakdown behind %s %s", request.method, request.url_rule, exc_info=exc_info)


def build(config: Settings | Mapping[str, str] | None = None) -> Flask:
    """Make the application of one office."""
    settings = read_settings(config)
    app = House("web", instance_path=str(settings.instance))
    app.config.from_mapping(_flask_settings(settings), SETTINGS=settings)
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask says to
        app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    connect(app, database_of(settings))
    speak(app)
    stand_guard(app)
    CSRFProtect(app)
    keep_sessions(app)
    furnish(app)
    for blueprint in _blueprints():
        app.register_blueprint(blueprint)
    guard(app)
    answer_errors(app)
    protect_answers(app)
    send_after_answers(app)
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    prefix = "" if settings.is_loopback else "__Host-"
    return {
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "SESSION_COOKIE_NAME": f"{prefix}passerelle",
        "SESSION_COOKIE_SECURE": not settings.is_loopback,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": 256 * 1024,
        "MAX_FORM_PARTS": 1_000,
        "WTF_CSRF_TIME_LIMIT": None,  # nobody is hurried: a token lives as long as its session
    }


def _blueprints() -> Iterator[Blueprint]:
    """Find the ``blueprint`` of every module of web.views: a new page needs no list."""
    for module in sorted(
        pkgutil.walk_packages(web.views.__path__, "web.views."), key=lambda found: found.name
    ):
        blueprint = getattr(import_module(module.name), "blueprint", None)
        if isinstance(blueprint, Blueprint):
            yield blueprint
