"""The head of the ledger, sent once a day to somebody outside who keeps the letters: number and fingerprint, no more."""

from __future__ import annotations

import logging
import secrets
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from models import ledger, outbox
from models.actor import SYSTEM
from models.anchors import Anchors, written
from models.instants import city_date
from models.tables import LedgerHead, LedgerLine
from web.i18n import catalogue
from web.mail import post_office
from web.settings import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models.database import Database
    from web.settings import Settings

VERB = "send_anchor"
LANGUAGES = ("fr", "en")
NOWHERE = Path("no such file")
log = logging.getLogger(__name__)


def send_head(database: Database, settings: Settings, at: datetime) -> bool:
    """Send the head of the ledger where it was not sent today; say whether it was sent now."""
    if settings.anchor_mail is None:
        return False
    with database.reading() as session:
        if _was_sent(session, at):
            return False
        head = session.scalars(select(LedgerHead)).one()
    try:
        with ExitStack() as stack:
            post_office(settings, stack)(_letter(head, settings, at))
    except (OSError, outbox.Refused, outbox.Delayed):
        log.warning("the ledger's head could not be sent and will be tried again")
        return False
    with database.writing() as session:
        ledger.record(session, at, SYSTEM, VERB, "ledger", city_date(at).isoformat(), {"seq": head.seq})
    return True


def beside_letters(anchored: Anchors | None, letters: Iterable[bytes]) -> Anchors:
    """Give the anchors of an office beside letters that somebody outside has kept.

    Raises
    ------
    SettingError
        A letter tells nothing of a ledger.
    """
    found: list[str] = []
    for letter in letters:
        lines = lines_of(letter)
        if not Anchors(NOWHERE, lines).letters:
            raise SettingError("--anchor: this letter tells nothing of a ledger")
        found += lines
    return (anchored or Anchors(NOWHERE)).beside(found)


def lines_of(letter: bytes) -> list[str]:
    """Give the lines of a letter as it was saved, or of a text that somebody copied from it."""
    message = message_from_bytes(letter, policy=policy.default)
    body = message.get_body(("plain",))
    return str(body.get_content() if body else letter.decode(errors="replace")).splitlines()


def _was_sent(session: Session, at: datetime) -> bool:
    told = select(LedgerLine.seq).where(
        LedgerLine.entity == "ledger",
        LedgerLine.entity_id == city_date(at).isoformat(),
        LedgerLine.verb == VERB,
    )
    return session.scalars(told.limit(1)).first() is not None


def _letter(head: LedgerHead, settings: Settings, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = settings.mail_from, settings.anchor_mail
    message["Subject"] = "Passerelle · Saguenay"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{settings.host}>"
    message["Auto-Submitted"] = "auto-generated"
    said = [_sentence(language) for language in LANGUAGES]
    message.set_content("\n\n".join((*said, written(head.seq, head.mac, at))) + "\n")
    return message


def _sentence(language: str) -> str:
    _ = catalogue(language).gettext
    return _(
        "Gardez ce courriel : il dit où en est le registre de Passerelle, sans rien de personne. Pour comparer plus"
        " tard : passerelle doctor --anchor COURRIEL"
    )
