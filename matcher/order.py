"""An order of people that favours nobody: neither who signed up first nor how a name is spelt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Protocol, TypeVar


class Named(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """Give the id, unique in its list."""


Person = TypeVar("Person", bound=Named)


def in_fair_order(people: Iterable[Person], today: date) -> list[Person]:
    """Put people in the order of the SHA-256 of the day and their id, so that ties fall anew each day."""
    return sorted(people, key=lambda person: sha256(f"{today.isoformat()} {person.id}".encode()).digest())
