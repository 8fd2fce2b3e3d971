"""Quarters of the year, by the clocks of the city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.interpreting.times import city_midnight

MONTHS = 3


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of a year; ``number`` is 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Give the quarter that a day is in."""
        return cls(day.year, (day.month - 1) // MONTHS + 1)

    @classmethod
    def named(cls, code: str) -> Quarter:
        """Give the quarter of a code such as ``2026-3``."""
        year, number = map(int, code.split("-"))
        return cls(year, number)

    @property
    def code(self) -> str:
        """Its code, such as ``2026-3``."""
        return f"{self.year}-{self.number}"

    @property
    def months(self) -> tuple[date, ...]:
        """The first days of its months."""
        last = self.number * MONTHS
        return tuple(date(self.year, month, 1) for month in range(last - MONTHS + 1, last + 1))

    @property
    def next(self) -> Quarter:
        """The one that follows."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def begins(self) -> datetime:
        """The instant at which it begins."""
        return city_midnight(self.months[0])

    @property
    def ends(self) -> datetime:
        """The instant at which it is over."""
        return self.next.begins
