"""Errors as pages: plain words, no inside, never a name."""

from __future__ import annotations

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from models.errors import CaseworkError, Forbidden, Unknown, WrongValue
from web.gate import FILES, LARGEST_LIST_MB
from web.sessions import forget_viewer

LAST_RESORT = (
    "<!doctype html><html lang='fr'><title>Passerelle</title>"
    "<h1>Un problème est survenu / Something went wrong</h1>"
    "<p>Rien n’a été changé. Réessayez dans un moment. / Nothing was changed. Please try again in a moment.</p></html>"
)
SECONDS_TO_WAIT = 60
FULL = ("disk is full", "disk I/O error", "No space left on device")
"""What SQLite and PostgreSQL say where the disk is full; SQLite says either of the first two."""
WRONG_HOST = "<!doctype html><html lang='fr'><title>Passerelle</title><h1>Adresse inconnue / Unknown address</h1></html>"
WORDS = {
    400: (
        _("Cette page n’est plus valable"),
        _(
            "Elle est restée ouverte trop longtemps, ou l’envoi était incomplet. Revenez en arrière et réessayez."
        ),
    ),
    403: (_("Cette page n’est pas pour vous"), _("Votre compte ne donne pas accès à cette page.")),
    404: (_("Page introuvable"), _("L’adresse est peut-être incomplète, ou la page a changé de place.")),
    405: (_("Ce geste n’est pas possible ici"), _("Revenez à la page précédente et utilisez ses boutons.")),
    409: (
        _("Les choses ont changé entre-temps"),
        _("Quelqu’un a agi avant vous. Revenez à la page : elle montre la situation actuelle."),
    ),
    413: (
        _("C’est trop lourd"),
        _(
            "Un formulaire ne peut pas en contenir autant. Raccourcissez ce que vous avez écrit, puis réessayez."
        ),
    ),
    429: (_("Trop d’essais"), _("Attendez quelques minutes, puis réessayez.")),
    503: (
        _("La maison est débordée"),
        _(
            "Rien n’a été changé. Attendez une minute, puis réessayez : ce que vous avez écrit n’est pas perdu si vous revenez en arrière."
        ),
    ),
    507: (
        _("Il n’y a plus de place"),
        _("Rien n’a été changé. L’équipe doit libérer de l’espace; réessayez plus tard, ou appelez-nous."),
    ),
    500: (
        _("Un problème est survenu"),
        _("Rien n’a été changé. Réessayez dans un moment; si cela continue, écrivez-nous."),
    ),
}


LARGE_FILE = _("Un fichier a %(most)s Mo au plus. Envoyez-en un plus petit.", most=LARGEST_LIST_MB)


def answer_errors(app: Flask) -> None:
    """Answer every error with a page of the site."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(CaseworkError, _refusal)
    for kind in (OperationalError, InterfaceError, WaitedTooLong):
        app.register_error_handler(kind, _unavailable)


def _page(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error  # a redirection, of a view or of the router
    if isinstance(error, SecurityError):
        return WRONG_HOST, 400  # no page can be built for a host that is not ours
    if isinstance(error, InternalServerError):
        forget_viewer()  # the database may be what failed
    return _say(status)


def _refusal(error: CaseworkError) -> tuple[str, int]:
    """Answer a verb that was refused, where the view has nothing better to say."""
    if isinstance(error, Unknown):
        return _say(404)
    if isinstance(error, WrongValue):
        return _say(400)  # no form of ours sends it
    return _say(403 if isinstance(error, Forbidden) else 409)


def _unavailable(error: SQLAlchemyError) -> Response:
    """Answer where the database is busy, away or full; the unit was undone, and the next one may succeed."""
    forget_viewer()
    said = str(getattr(error, "orig", error)).splitlines()[0]
    current_app.logger.warning("the database refused: %s", said)
    is_full = any(words in said for words in FULL)
    answer = make_response(_say(507 if is_full else 503))
    answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return answer


def _say(status: int) -> tuple[str, int]:
    title, explanation = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    if status == 413 and request.mimetype == FILES:
        explanation = LARGE_FILE
    try:
        return render_template("error.html", status=status, title=title, explanation=explanation), status
    except Exception:
        current_app.logger.exception("the error page failed")
        return LAST_RESORT, 500
