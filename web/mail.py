"""Letters that carry a link and nothing else: by SMTP where there is a server, as files otherwise."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import current_app, g, request

from models import outbox
from web import letter_words
from web.clock import now
from web.database import database as app_database
from web.i18n import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask, Response
    from sqlalchemy.orm import Session

    from models.database import Database
    from models.outbox import Outgoing
    from web.settings import Settings

PATIENCE_SECONDS = 10
LETTERBOX = "outbox"
HOMES = {"participant": "moi", "agent": "partenaire"}
OWED_APART = "letters owed apart"
GOING_DOWN, FOR_GOOD = 421, 500
OF_THE_SERVER = b"4.3."
"""What begins the answer of a server that has a trouble of its own (RFC 3463), not with whom the letter goes to."""
log = logging.getLogger(__name__)


def send_owed(database: Database, settings: Settings, at: datetime) -> int:
    """Send every letter that is owed and give how many left; a server that is down keeps them waiting."""
    with ExitStack() as stack:
        carry = post_office(settings, stack)
        return outbox.deliver(database, lambda letter: carry(_composed(letter, settings, at)), at)


def post_office(settings: Settings, stack: ExitStack) -> Callable[[EmailMessage], None]:
    """Give what carries a letter away, as long as the stack is open."""
    return _Post(settings, stack) if settings.mail_url else _Letterbox(settings)


def send_after_answers(app: Flask) -> None:
    """Send what a request has caused, once its answer has left and its work is committed."""
    app.after_request(_send_on_close)


def _send_on_close(response: Response) -> Response:
    if request.method == "POST" and response.status_code < 400:
        database, settings = app_database(), current_app.config["SETTINGS"]
        owe: Callable[[Session], None] | None = g.get(OWED_APART)
        if owe is None:
            response.call_on_close(lambda: send_owed(database, settings, now()))
        else:
            response.call_on_close(lambda: apart(lambda: _owe_and_send(database, settings, owe)))
    return response


def owe_apart(owe: Callable[[Session], None]) -> None:
    """Owe letters and send them beside the answer: how long that takes would tell whether there is one."""
    setattr(g, OWED_APART, owe)


def apart(work: Callable[[], None]) -> None:
    """Do something beside the answers, in a thread of its own."""
    threading.Thread(target=work, name="letters", daemon=True).start()


def _owe_and_send(database: Database, settings: Settings, owe: Callable[[Session], None]) -> None:
    with database.writing() as session:
        owe(session)
    send_owed(database, settings, now())


def _composed(letter: Outgoing, settings: Settings, at: datetime) -> EmailMessage:
    try:
        return compose(letter, settings, at)
    except ValueError:  # an address that no header may hold
        raise outbox.Refused from None


def compose(letter: Outgoing, settings: Settings, at: datetime) -> EmailMessage:
    """Write a letter in its reader's language: neutral, without a name, with a link."""
    subject, sentence = words_of(letter.kind, letter.language)
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = letter.to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.id}@{settings.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join((sentence, _link(letter, settings), *_foot(letter.language))) + "\n")
    # after the text, which takes the place of all that was told of it
    message["Content-Language"] = letter.language
    return message


def _link(letter: Outgoing, settings: Settings) -> str:
    if letter.token is not None and letter.kind == "address_confirm":
        return f"{settings.public_url}/adresse/{letter.token}"
    if letter.token is not None:
        return f"{settings.public_url}/mot-de-passe/{letter.token}"
    return f"{settings.public_url}/{HOMES.get(letter.role, 'coordination')}"


def words_of(kind: str, language: str) -> tuple[str, str]:
    """Give the subject, the same for every letter, and the sentence of one kind."""
    say = catalogue(language).gettext
    return say(letter_words.SUBJECT), say(letter_words.SENTENCES[kind])


def _foot(language: str) -> tuple[str, ...]:
    return catalogue(language).gettext(letter_words.FOOT), "Passerelle · Saguenay"


class _Letterbox:
    """Puts letters into a folder, for machines without a mail server."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.instance / LETTERBOX

    def __call__(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(self.folder / f"{name}.eml")


class _Post:
    """Hands letters to a mail server, over one connection opened at the first letter."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        self.url = urlsplit(settings.mail_url or "")
        self.stack = stack
        self.server: smtplib.SMTP | None = None

    def __call__(self, message: EmailMessage) -> None:
        try:
            self.server = self.server or self._connect()
            self._hand_over(self.server, message)
        except OSError as error:
            log.warning("no mail server takes letters now, they wait: %s", type(error).__name__)
            raise

    @staticmethod
    def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
        """Tell apart what is said of this letter, or of whom it goes to, from what is said of the server itself."""
        try:
            server.send_message(message)
        except smtplib.SMTPNotSupportedError:  # an address in letters that this server does not know
            raise outbox.Refused from None
        except smtplib.SMTPRecipientsRefused as error:
            [(code, said)] = error.recipients.values()
            if code == GOING_DOWN:
                raise
            raise (outbox.Delayed if said.startswith(OF_THE_SERVER) else outbox.Refused) from None
        except smtplib.SMTPDataError as error:
            if error.smtp_code == GOING_DOWN:
                raise
            raise (outbox.Delayed if error.smtp_code < FOR_GOOD else outbox.Refused) from None

    def _connect(self) -> smtplib.SMTP:
        host, context = self.url.hostname or "", ssl.create_default_context()
        if self.url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=PATIENCE_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=PATIENCE_SECONDS)
        self.stack.enter_context(server)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server
