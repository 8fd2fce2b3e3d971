"""Names as people search for them and write them of others: without accents or capitals, not quite complete."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W\d_]+")


def plain(text: str) -> str:
    """Give a text without accents or capitals, to search in."""
    parted = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parted if not unicodedata.combining(char)).casefold().strip()


def may_mean(written: str, name: str) -> bool:
    """Whether somebody who writes this may mean the one who bears this name.

    Rather once too often: « Jean », « Jean T. » and « Jean Tremblay de Jonquière » may all mean Jean Tremblay.
    """
    words, parts = WORD.findall(plain(written)), WORD.findall(plain(name))
    return bool(words and parts) and (_all_begin(words, parts) or _all_begin(parts, words))


def _all_begin(words: list[str], others: list[str]) -> bool:
    return all(any(other.startswith(word) for other in others) for word in words)
