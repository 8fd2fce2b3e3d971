"""Anchors: the fingerprints of the ledger's lines, written down outside the database as they are committed.

Whoever holds the database and its key could write another ledger that verifies; she could not make it agree with a file
that stands on another disk, or with a printed page of it. One line each: number, fingerprint, instant; the id of a person
who was erased, so that no backup brings her back; and where a backup was restored, from which line on the ledger began
anew.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.tables import LedgerLine

ANCHOR = re.compile(
    r"(?P<restored>restored )?(?P<seq>\d{1,18}) (?P<mac>[0-9a-f]{64}) (?P<at>\S{1,40})(?: erased (?P<erased>\w{1,26}))?",
    re.ASCII,
)
ERASING = "erase"
DISPUTED = "two anchors disagree"
"""In place of a fingerprint that the file and a letter tell differently: no line has it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line of the file."""

    seq: int
    mac: str
    at: str
    erased: str | None
    is_restored: bool


class Anchors:
    """A file that is only added to.

    Parameters
    ----------
    path : Path
        Best on another disk or another machine than the database.
    letters : iterable of str
        Lines that were written down elsewhere too, such as in letters that somebody outside has kept.
    """

    def __init__(self, path: Path, letters: Iterable[str] = ()) -> None:
        self.path = path
        self.letters = tuple(filter(None, map(_read, letters)))

    def beside(self, letters: Iterable[str]) -> Anchors:
        """Give the same file, to be read together with lines that were kept elsewhere."""
        return Anchors(self.path, letters)

    def add(self, lines: Sequence[LedgerLine]) -> None:
        """Write down lines that were just committed; what cannot be written is logged, since the deed is done."""
        if lines:
            self._append("".join(map(_written, lines)))

    def mark_restored(self, seq: int, mac: str, at: datetime) -> None:
        """Write down that a backup was restored whose ledger ends at this line."""
        self._append(f"restored {seq} {mac} {at.isoformat()}\n")

    def read(self) -> dict[int, str]:
        """Give the fingerprints that the ledger must have, by number of line."""
        known: dict[int, str] = {}
        restored: list[Anchor] = []
        for anchor in self._all():
            if anchor.is_restored:
                known = {seq: mac for seq, mac in known.items() if seq <= anchor.seq}
                restored.append(anchor)
            known[anchor.seq] = anchor.mac
        for letter in self.letters:
            if all(letter.seq <= back.seq or letter.at > back.at for back in restored):
                agrees = known.get(letter.seq, letter.mac) == letter.mac
                known[letter.seq] = letter.mac if agrees else DISPUTED
        return known

    def erased(self) -> list[str]:
        """Give the ids of the people who were erased, whatever was restored since."""
        return list(dict.fromkeys(anchor.erased for anchor in self._all() if anchor.erased))

    def _all(self) -> Iterator[Anchor]:
        """Give every whole line; one that a crash left half-written says nothing."""
        try:
            file = self.path.open(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                if anchor := _read(line):
                    yield anchor

    def _append(self, text: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(text.encode("ascii"))
        except OSError:
            log.warning("the ledger's anchor could not be written")


def _read(line: str) -> Anchor | None:
    found = ANCHOR.fullmatch(line.strip("\r\n> "))
    if found is None:
        return None
    restored, seq, mac, at, erased = found.group("restored", "seq", "mac", "at", "erased")
    return Anchor(int(seq), mac, at, erased, restored is not None)


def written(seq: int, mac: str, at: datetime) -> str:
    """Give the line by which a line of the ledger is known outside the database."""
    return f"{seq} {mac} {at.isoformat()}"


def _written(line: LedgerLine) -> str:
    erased = f" erased {line.entity_id}" if (line.verb, line.entity) == (ERASING, "person") else ""
    return f"{written(line.seq, line.mac, line.at)}{erased}\n"
