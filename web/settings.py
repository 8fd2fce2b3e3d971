"""What the office chose, read once from the environment; a wrong choice stops the start."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = (
    "DATABASE_URL",
    "SECRET_KEY",
    "PASSERELLE_KEY",
    "PASSERELLE_NEW_KEY",
    "MAIL_URL",
    "MAIL_FROM",
    "PUBLIC_URL",
    "INSTANCE",
    "PORT",
    "DEMONSTRATION",
    "OFFICE_PHONE",
    "PROXIES",
    "ANCHORS",
    "ANCHOR_MAIL",
)
LEAST_SECRET = 32
LEAST_VARIETY = 12
"""Different characters: a word repeated is long but not secret."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PHONE = re.compile(r"\+?[\d ().-]{3,24}", re.ASCII)
MOST_PROXIES = 3
MAIL_SCHEMES = frozenset({"smtp", "smtps"})


class SettingError(ValueError):
    """A setting that is unknown, malformed or too weak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs from one office to the next."""

    database_url: str
    secret_key: str
    sealing_key: str | None
    new_sealing_key: str | None
    """What ``passerelle rotate-key`` puts in place of the sealing key."""
    mail_url: str | None
    mail_from: str
    public_url: str
    instance: Path
    port: int
    demonstration: bool
    office_phone: str | None
    """Whom to call for a human voice; without it the pages say « l’équipe » and give no number."""
    anchor_mail: str | None
    """Somebody outside who keeps, day by day, where the ledger stands."""
    anchors: Path
    """Where the fingerprints of the ledger are written down outside the database."""
    proxies: int
    """How many servers stand in front and say truly who is asking: one that speaks https, or none at home."""

    @property
    def host(self) -> str:
        """The name that browsers ask for."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the pages; plain http is allowed there alone."""
        return self.host in LOOPBACK

    @property
    def trusted_hosts(self) -> list[str]:
        """The only names that the pages answer to."""
        return [*sorted(LOOPBACK - {"::1"}), "[::1]"] if self.is_loopback else [self.host]


def read_settings(source: Settings | Mapping[str, str] | None = None) -> Settings:
    """Read the settings of ``source``, or of the environment."""
    if isinstance(source, Settings):
        return source
    if source is not None:
        _refuse_unknown(source)
    given = {name: value for name, value in (os.environ if source is None else source).items() if value}
    port = _port(given.get("PORT", "8000"))
    public_url = _public_url(given.get("PUBLIC_URL", f"http://127.0.0.1:{port}"))
    instance = Path(given.get("INSTANCE", "instance")).absolute()
    may_invent = urlsplit(public_url).hostname in LOOPBACK
    return Settings(
        database_url=given.get("DATABASE_URL", f"sqlite:///{instance / 'passerelle.sqlite'}"),
        secret_key=_secret("SECRET_KEY", given, instance, may_invent=may_invent),
        sealing_key=_sealing_key(given, may_invent=may_invent),
        new_sealing_key=_strong("PASSERELLE_NEW_KEY", given["PASSERELLE_NEW_KEY"])
        if "PASSERELLE_NEW_KEY" in given
        else None,
        mail_url=_mail_url(given.get("MAIL_URL")),
        mail_from=given.get("MAIL_FROM", f"passerelle@{urlsplit(public_url).hostname}"),
        public_url=public_url,
        instance=instance,
        port=port,
        demonstration=_flag("DEMONSTRATION", given.get("DEMONSTRATION", "0")),
        office_phone=_phone(given.get("OFFICE_PHONE")),
        anchor_mail=_anchor_mail(given.get("ANCHOR_MAIL")),
        anchors=Path(given.get("ANCHORS", instance / "ledger-anchors.txt")).absolute(),
        proxies=_proxies(given.get("PROXIES", "0" if may_invent else "1")),
    )


def _anchor_mail(text: str | None) -> str | None:
    if text is not None and (
        text.count("@") != 1 or not text.isascii() or not text.isprintable() or " " in text
    ):
        raise SettingError(f"ANCHOR_MAIL is {text!r}: give one e-mail address")
    return text


def _refuse_unknown(source: Mapping[str, str]) -> None:
    if unknown := sorted(set(source) - set(NAMES)):
        raise SettingError(f"unknown settings: {', '.join(unknown)}; known ones are {', '.join(NAMES)}")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 <= int(text) < 65536):
        raise SettingError(f"PORT is {text!r}: give a number from 0 to 65535")
    return int(text)


def _proxies(text: str) -> int:
    if text not in map(str, range(MOST_PROXIES + 1)):
        raise SettingError(f"PROXIES is {text!r}: give how many servers stand in front, 0 to {MOST_PROXIES}")
    return int(text)


def _phone(text: str | None) -> str | None:
    if text is not None and not PHONE.fullmatch(text):
        raise SettingError(f"OFFICE_PHONE is {text!r}: give a number such as 418 555-0100")
    return text


def _flag(name: str, text: str) -> bool:
    if text not in {"0", "1"}:
        raise SettingError(f"{name} is {text!r}: give 0 or 1")
    return text == "1"


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise SettingError(f"PUBLIC_URL is {text!r}: give https:// and a host name, without a path")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingError("PUBLIC_URL is plain http: only https is allowed off this machine")
    return text.rstrip("/")


def _mail_url(text: str | None) -> str | None:
    if text is not None and (urlsplit(text).scheme not in MAIL_SCHEMES or not urlsplit(text).hostname):
        raise SettingError("MAIL_URL must look like smtp://user:password@host:port or smtps://…")
    return text


def _secret(name: str, given: Mapping[str, str], instance: Path, *, may_invent: bool) -> str:
    if name not in given and may_invent:
        return _kept_secret(instance / name.lower().replace("_", "-"))
    return _strong(name, given.get(name, ""))


def _sealing_key(given: Mapping[str, str], *, may_invent: bool) -> str | None:
    """None lets the database keep a key of its own in the instance folder, on this machine alone."""
    if "PASSERELLE_KEY" not in given and may_invent:
        return None
    return _strong("PASSERELLE_KEY", given.get("PASSERELLE_KEY", ""))


def _strong(name: str, secret: str) -> str:
    if len(secret) < LEAST_SECRET or len(set(secret)) < LEAST_VARIETY:
        raise SettingError(f"{name} is missing or too weak: give at least {LEAST_SECRET} random characters")
    return secret


def _kept_secret(path: Path) -> str:
    """Read the secret that this machine invented for itself, or invent it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    secret = secrets.token_urlsafe(LEAST_SECRET)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secret)
    return secret
