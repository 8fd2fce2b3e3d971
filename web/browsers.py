"""What a browser calls itself, made into the two words by which its owner recognises it."""

from __future__ import annotations

FAMILIES = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str) -> str | None:
    """Give a family and a system, such as « Firefox · Windows »; never a version, and None for a stranger."""
    found = [
        next((name for mark, name in names if mark in user_agent), None) for names in (FAMILIES, SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or None
