"""A new password, read with the reason why it is too weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from models.password_rules import LEAST, MOST, weakness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web.forms.answers import Answers


def new_password(answers: Answers, name: str, own: Iterable[str | None]) -> str:
    """Read a password that was just chosen; a long one is a good one, whatever it is made of."""
    password = answers.value(name)
    sayings = {
        "short": _("Il faut au moins %(least)s caractères.", least=LEAST),
        "long": _("C’est trop long : %(most)s caractères au plus.", most=MOST),
        "repeated": _("C’est trop facile à deviner : les mêmes signes se répètent ou se suivent."),
        "common": _("C’est trop facile à deviner : beaucoup de gens choisissent ce mot."),
        "own": _("C’est trop facile à deviner : votre nom, votre adresse ou le nom de ce site."),
    }
    if why := weakness(password, own):
        answers.blame(name, sayings[why])
    return password
