"""The four ways in: what is asked or given, under which program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

Side = Literal["need", "offer"]


@dataclass(frozen=True, slots=True)
class Door:
    """One way in; ``code`` stands in the address."""

    code: str
    side: Side
    program: str
    title: LazyString

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
        Door("ecoute", "need", "support", _("Je veux être accompagné et écouté")),
    )
}


def door_of(side: str, program: str) -> Door:
    """Give the door through which a need or an offer came in."""
    return next(door for door in DOORS.values() if (door.side, door.program) == (side, program))
