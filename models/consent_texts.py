"""What a person agrees to, word for word: a text for each purpose, language and version, shipped as data.

A text that changes gets a new version in both languages; the old ones stay, so that what was agreed to can be read
again. A consent keeps the version and the hash of the text that was read.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHEET = Path(__file__).with_name("consent_texts.csv")


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One text."""

    purpose: str
    language: str
    version: int
    text: str

    @property
    def hash(self) -> str:
        """The SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def texts() -> Mapping[tuple[str, str, int], ConsentText]:
    """Give every text that was ever in force, by purpose, language and version."""
    with SHEET.open(encoding="utf-8", newline="") as file:
        read = [
            ConsentText(row["purpose"], row["language"], int(row["version"]), row["text"])
            for row in csv.DictReader(file)
        ]
    return {(one.purpose, one.language, one.version): one for one in read}


def current(purpose: str, language: str) -> ConsentText:
    """Give the text that is read today."""
    found = [one for one in texts().values() if (one.purpose, one.language) == (purpose, language)]
    return max(found, key=lambda one: one.version)
