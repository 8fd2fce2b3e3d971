"""Codes that change every thirty seconds (RFC 6238), and the address that an authenticator reads."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
DRIFT = 1
"""A clock may be one step ahead or behind."""
KEY_BYTES = 20


def new_key() -> str:
    """Give a fresh key of 160 bits, in the letters that authenticators read."""
    return base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode()


def step_of(at: datetime) -> int:
    """Give the number of the thirty seconds that an instant falls in."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(key: str, step: int, digits: int = DIGITS) -> str:
    """Give the code of one step.

    References
    ----------
    RFC 4226 section 5.3 and RFC 6238 section 4, with SHA-1, which is what every authenticator knows.
    """
    mac = hmac.digest(base64.b32decode(key), step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_steps(key: str, code: str, at: datetime) -> Iterator[int]:
    """Give the steps around ``at`` that this code belongs to, the oldest first."""
    now = step_of(at)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(code_at(key, step).encode(), code.encode()):
            yield step


def address(key: str, *, issuer: str, account: str) -> str:
    """Give the ``otpauth://`` address that a QR code hands to an authenticator."""
    said = {"secret": key, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS}
    query = urlencode(said, quote_via=quote)  # some authenticators would show a plus
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
