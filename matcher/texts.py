"""The one gate for texts that people write: what is kept of them, on pages, in files and in commands.

Accents are composed. What cannot be seen and can deceive is left out: control characters, lone surrogates, overrides and
isolates of direction, spaces of no width, letters that look like nothing, private characters. A joiner of no width stays
where a script or a picture needs it, as in Persian names. Whatever comes out goes through unchanged the next time.
"""

from __future__ import annotations

from unicodedata import category, normalize

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
LINES = frozenset("\n\t")
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""
JOINERS = frozenset("\u200c\u200d")
JOINED = frozenset({"Lo", "Lm", "Mn", "Mc", "So", "Sk"})
FIRST_JOINED = "\u0600"
"""Before it stand Latin, Greek, Cyrillic and Hebrew, which are never joined."""


def clean(text: str) -> str:
    """Give a text as it is kept; lines end with a line feed."""
    broken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    composed = normalize("NFC", "".join(sign for sign in broken if _is_seen(sign)))
    if JOINERS.isdisjoint(composed):
        return composed
    pairs = zip(composed, f"{composed[1:]} ", strict=True)
    kept: list[str] = []
    for sign, following in pairs:
        if sign not in JOINERS or (kept and _is_joined(kept[-1]) and _is_joined(following)):
            kept.append(sign)
    return normalize("NFC", "".join(kept))


def one_line(text: str) -> str:
    """Give a text of one line as it is kept, with single spaces."""
    return " ".join(clean(text).split())


def is_clean(text: str) -> bool:
    """Whether a text is as :func:`clean` gives it."""
    return (text.isascii() and text.isprintable()) or clean(text) == text


def _is_seen(sign: str) -> bool:
    if sign in LINES or sign in JOINERS:
        return True
    is_no_character = (ord(sign) & 0xFFFE) == 0xFFFE or "\ufdd0" <= sign <= "\ufdef"
    return category(sign) not in UNSEEN and sign not in BLANKS and not is_no_character


def _is_joined(sign: str) -> bool:
    return sign >= FIRST_JOINED and category(sign) in JOINED
