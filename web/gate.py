"""What no browser sends is refused before any view looks at it: a form's own reading deals with all the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, abort, request

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ARGUMENTS = 200
MOST_FIELDS = 1_000
MOST_DIGITS = 9
LARGEST_FORM = 256 * 1024
"""Of a form that carries no file."""
LARGEST_LIST_MB = 4
"""Of the one file that a form may carry, a list of people."""
FILES = "multipart/form-data"


def stand_guard(app: Flask) -> None:
    """Look at every request before the views do."""
    app.before_request(_look)


def number(text: str) -> int:
    """Read a small whole number of an address or a hidden field; raises ``ValueError`` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(text[:MOST_DIGITS])
    return int(text)


def _look() -> None:
    if request.mimetype != FILES:
        request.max_content_length = LARGEST_FORM
    if sum(map(len, request.args.listvalues())) > MOST_ARGUMENTS:
        abort(400)
    if sum(map(len, request.form.listvalues())) > MOST_FIELDS:
        abort(413)
    if any("\0" in text for text in _texts()):
        abort(400)


def _texts() -> Iterator[str]:
    yield request.path
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            yield name
            yield from values
    for name, sent in request.files.items(multi=True):
        yield name
        yield sent.filename or ""
