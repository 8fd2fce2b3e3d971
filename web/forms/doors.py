"""The five ways in: what is asked or given, under which program, and which screens it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

Side = Literal["need", "offer"]
TO_A_PAIRING = ("qui", "langues", "interets", "quand", "ou", "foyer", "souhaits", "accords")
TO_THE_BANK = ("qui", "langues", "quand", "ou", "interpretation", "accords")
"""Who interprets is not paired: tastes and household are not asked."""


@dataclass(frozen=True, slots=True)
class Door:
    """One way in; ``code`` stands in the address."""

    code: str
    side: Side
    program: str
    title: LazyString
    screens: tuple[str, ...] = TO_A_PAIRING

    @property
    def is_offer(self) -> bool:
        """Whether this door is for those who give."""
        return self.side == "offer"


DOORS = {
    door.code: door
    for door in (
        Door("parrainer", "offer", "sponsorship", _("Je veux parrainer")),
        Door("accompagner", "offer", "support", _("Je veux accompagner et écouter")),
        Door("jumelage", "need", "sponsorship", _("Je veux rencontrer quelqu’un d’ici")),
        Door("ecoute", "need", "support", _("Je veux de l’accompagnement et de l’écoute")),
        Door("interpreter", "offer", "interpreting", _("Je veux interpréter ou traduire"), TO_THE_BANK),
    )
}


def door_of(side: str, program: str) -> Door:
    """Give the door through which a need or an offer came in."""
    return next(door for door in DOORS.values() if (door.side, door.program) == (side, program))
