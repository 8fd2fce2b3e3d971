"""What makes a password too weak: short, common, one's own name, the same again and again. Nothing else is asked.

No rule says what signs it must hold, none makes it grow old: a long one that nobody else has is a good one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

LEAST, MOST = 12, 1024
LEAST_OF_OWN = 8
"""What must be left of a password once its owner's name and ours are taken out."""
LEAST_NAME = 3
LEAST_DIFFERENT = 5
RUN = 4
"""As many neighbours on a keyboard, in the alphabet or in counting are one stroke."""
OURS = ("passerelle", "saguenay", "parrainage", "jumelage")
ROWS = (
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
)
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
CORE = re.compile(r"[a-z](?:.*[a-z])?", re.DOTALL)


def weakness(password: str, own: Iterable[str | None] = ()) -> str | None:
    """Give why a password is refused, or None.

    Parameters
    ----------
    own : texts
        What strangers know of its owner: address, first name.

    Returns
    -------
    str or None
        ``short``, ``long``, ``repeated``, ``common`` or ``own``.
    """
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    text = _plain(password)
    if _is_repeated(text):
        return "repeated"
    if _is_own(text, own):
        return "own"
    return "common" if _is_common(text) else None


@cache
def common() -> frozenset[str]:
    """Give the passwords that too many people choose, and the words they are made of."""
    lines = files("models").joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _plain(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text)
    return "".join(char for char in parted if not unicodedata.combining(char)).casefold()


def _is_repeated(text: str) -> bool:
    """A few signs, one piece again and again, or strokes along a keyboard with next to nothing beside them."""
    if len(set(text)) < LEAST_DIFFERENT or re.fullmatch(r"(.{1,8}?)\1+.{0,3}", text, re.DOTALL):
        return True
    return len(_without_runs(text)) < RUN


def _without_runs(text: str) -> str:
    for row in ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), RUN - 1, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], "")
    return text


def _is_common(text: str) -> bool:
    if text in common():
        return True
    core = _core(text)
    return core in common() or _core(core.translate(LOOKALIKES)) in common()


def _core(text: str) -> str:
    """Give a text without what stands before its first letter and after its last."""
    found = CORE.search(text)
    return found[0] if found else ""


def _is_own(text: str, own: Iterable[str | None]) -> bool:
    """Whether next to nothing is left once what strangers know is taken out: whole, then its parts."""
    said = [_plain(one) for one in own if one]
    known = {*OURS, *said, *(part for one in said for part in re.split(r"[^a-z0-9]+", one))}
    left = text
    for word in sorted((word for word in known if len(word) >= LEAST_NAME), key=len, reverse=True):
        left = left.replace(word, "")
    return left != text and (len(left) < LEAST_OF_OWN or not re.search("[a-z]{3}", left))
