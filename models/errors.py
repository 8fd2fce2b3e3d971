"""What can go wrong in casework, each named for what happened; messages hold ids and codes, never names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


class CaseworkError(Exception):
    """A verb was refused; nothing was changed."""


class Stale(CaseworkError):  # noqa: N818 - named for what happened
    """The world moved on since the page was shown; ``what_changed`` is a code.

    Codes: ``state``, ``version``, ``note``, ``incident``, ``person``, ``need``, ``offer``, ``consent``,
    ``forbidden``, ``account``, ``barriers`` (with ``barriers``, the reason codes are in ``codes``).
    """

    def __init__(self, what_changed: str, codes: Iterable[str] = ()) -> None:
        self.what_changed = what_changed
        self.codes = tuple(codes)
        super().__init__(" ".join((what_changed, *self.codes)))


class Forbidden(CaseworkError):  # noqa: N818 - named for what happened
    """The one who acts may not do this."""


class NoPlace(CaseworkError):  # noqa: N818 - named for what happened
    """The last place is taken (« déjà pris »), or the need is already paired."""

    def __init__(self, offer_id: str) -> None:
        self.offer_id = offer_id
        super().__init__(f"no place left: {offer_id}")


class Barred(CaseworkError):  # noqa: N818 - named for what happened
    """A barrier stands between the two; ``codes`` are its reason codes."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(codes)
        super().__init__(" ".join(self.codes))


class Unknown(CaseworkError):  # noqa: N818 - named for what happened
    """There is nothing with this id."""

    def __init__(self, what: str, which: str) -> None:
        self.what = what
        self.which = which
        super().__init__(f"{what}: {which}")


class NotYourself(CaseworkError):  # noqa: N818 - named for what happened
    """A second person has to do this, and it is the first one who tries."""


class NotAllowedNow(CaseworkError):  # noqa: N818 - named for what happened
    """The step does not exist from this state."""

    def __init__(self, state: str, step: str = "") -> None:
        self.state = state
        self.step = step
        super().__init__(f"{state} → {step}" if step else state)


class WrongValue(CaseworkError):  # noqa: N818 - named for what happened
    """A value is not one of those that exist; ``field`` names it."""

    def __init__(self, field: str, value: object) -> None:
        self.field = field
        self.value = value
        super().__init__(f"{field}: {value!r}")


class AlreadyRegistered(CaseworkError):  # noqa: N818 - named for what happened
    """Something that may be there once is there: a need or an offer of one program, an id of a list, an address.

    That an address is held is told to nobody but its owner.
    """


class WrongKey(CaseworkError):  # noqa: N818 - named for what happened
    """The outside key does not open this database."""

    def __init__(self) -> None:
        super().__init__("PASSERELLE_KEY, or the key file, does not open this database")


class BackupUnreadable(CaseworkError):  # noqa: N818 - named for what happened
    """A backup cannot be restored: it was cut, changed, made with another key or by a newer program."""


class NotEmpty(CaseworkError):  # noqa: N818 - named for what happened
    """A backup is restored into an empty database only, so that nothing is ever lost by it."""

    def __init__(self) -> None:
        super().__init__("the database is not empty; name a new one with DATABASE_URL")


class CannotUnseal(CaseworkError):  # noqa: N818 - named for what happened
    """A sealed value was moved, changed, or sealed with another key."""


class NoSuchTime(CaseworkError):  # noqa: N818 - named for what happened
    """Clocks never show a wall time (``what`` is ``skipped``), or show it twice (``twice``), as they change.

    ``choices`` holds both instants where there are two.
    """

    def __init__(self, wall: datetime, zone: str, choices: Iterable[datetime] = ()) -> None:
        self.wall = wall
        self.zone = zone
        self.choices = tuple(choices)
        self.what = "twice" if self.choices else "skipped"
        super().__init__(f"{self.what}: {wall.isoformat(timespec='minutes')} in {zone}")
