"""What can go wrong in the matcher, each named for what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class MatcherError(Exception):
    """Something that the matcher was given, or gave, is not as it must be."""


class InvalidInput(MatcherError, ValueError):  # noqa: N818 - the name is part of the contract
    """An argument has a wrong shape, type or value; the message names the position."""


class NotProved(MatcherError):  # noqa: N818 - the name is part of the contract
    """A round or an assignment does not hold; the message says the first thing that is wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what a person gave: where, which field, what is wrong, what would be right."""

    where: str
    field: str
    wrong: str
    right: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.where, self.field) if part)
        return f"{place}: {self.wrong}; {self.right}" if self.right else f"{place}: {self.wrong}"


class FaultyInput(InvalidInput):
    """A pool, round or spreadsheet has faults; all of them are listed in ``faults``."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
