"""Letters that carry a link and nothing else: by SMTP where there is a server, as files otherwise."""

from __future__ import annotations

import smtplib
import ssl
import threading
from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from babel.support import NullTranslations, Translations
from flask import current_app, g, request

from models import outbox
from web.clock import now
from web.database import database as app_database

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask, Response
    from sqlalchemy.orm import Session

    from models.database import Database
    from models.outbox import Outgoing
    from web.settings import Settings

CATALOGUES = Path(__file__).parent / "translations"
PATIENCE_SECONDS = 10
LETTERBOX = "outbox"
HOMES = {"participant": "moi", "agent": "partenaire"}
OWED_APART = "letters owed apart"


def send_owed(database: Database, settings: Settings, at: datetime) -> int:
    """Send every letter that is owed and give how many left; a server that is down keeps them waiting."""
    with ExitStack() as stack:
        carry = post_office(settings, stack)
        return outbox.deliver(database, lambda letter: carry(compose(letter, settings, at)), at)


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
    message["Content-Language"] = (
        letter.language
    )  # after the text, which takes the place of all that is told of it
    return message


def _link(letter: Outgoing, settings: Settings) -> str:
    if letter.token is not None and letter.kind == "address_confirm":
        return f"{settings.public_url}/adresse/{letter.token}"
    if letter.token is not None:
        return f"{settings.public_url}/mot-de-passe/{letter.token}"
    return f"{settings.public_url}/{HOMES.get(letter.role, 'coordination')}"


def words_of(kind: str, language: str) -> tuple[str, str]:
    """Give the subject, the same for every letter, and the sentence of one kind."""
    _ = catalogue(language).gettext
    sentences = {
        "registration_received": _(
            "Nous avons reçu une inscription à cette adresse. Connectez-vous pour voir où en est votre demande."
            " Si vous aviez déjà un compte, rien n’y a été changé."
        ),
        "proposal_waiting": _("Une proposition vous attend sur votre page. Votre réponse reste privée."),
        "answer_waiting": _("Nous attendons encore votre réponse. Elle reste privée, quelle qu’elle soit."),
        "both_accepted": _("Une bonne nouvelle vous attend sur votre page."),
        "proposal_closed": _("Du nouveau sur votre page : nous continuons à chercher pour vous."),
        "invitation": _(
            "Une place vous attend dans l’équipe. Ouvrez ce lien pour choisir votre mot de passe : il sert une"
            " seule fois, pendant trois jours."
        ),
        "password_reset": _(
            "Quelqu’un a demandé un nouveau mot de passe pour cette adresse. Si c’est vous, ouvrez ce lien : il"
            " sert une seule fois, pendant une heure. Sinon, ne faites rien : rien n’a été changé."
        ),
        "password_changed": _(
            "Le mot de passe de ce compte vient d’être choisi, et ses autres sessions sont fermées. Si ce n’est"
            " pas vous, demandez tout de suite un nouveau mot de passe, puis appelez-nous."
        ),
        "interpreting_offer": _(
            "On vous propose un rendez-vous d’interprétation. Votre page dit quand et où, et jusqu’à quand répondre."
        ),
        "interpreting_news": _("Du nouveau sur votre page, au sujet d’un interprète ou d’une traduction."),
        "interpreting_tomorrow": _(
            "Rappel : un rendez-vous avec interprète est prévu dans les prochaines vingt-quatre heures. Votre page dit"
            " quand et où."
        ),
        "interpreting_soon": _(
            "Rappel : un rendez-vous avec interprète commence dans moins de deux heures. Votre page dit où."
        ),
        "interpreting_sign": _("Un service d’interprétation est à signer sur votre page."),
        "offer_changed": _(
            "Ce que vous donnez comme interprète a été changé sur votre page, comme vous l’avez dit au téléphone. Si"
            " vous n’avez rien demandé, appelez-nous."
        ),
        "address_confirm": _(
            "Quelqu’un veut se connecter avec cette adresse. Si c’est vous, ouvrez ce lien : il sert une seule"
            " fois, pendant un jour. Sinon, ne faites rien : rien n’a été changé."
        ),
        "address_changed": _(
            "Quelqu’un a demandé que votre compte s’ouvre avec une autre adresse. Celle-ci sert encore tant que"
            " l’autre n’est pas confirmée. Si ce n’est pas vous, changez de mot de passe tout de suite, puis"
            " appelez-nous."
        ),
        "factor_changed": _(
            "La double vérification de votre compte a changé, ou un code de secours a servi. Si ce n’est pas"
            " vous, appelez-nous tout de suite."
        ),
    }
    return _("Passerelle : un message vous attend"), sentences[kind]


def _foot(language: str) -> tuple[str, ...]:
    _ = catalogue(language).gettext
    return (
        _("Ce courriel ne contient aucun renseignement personnel. On n’y répond pas."),
        "Passerelle · Saguenay",
    )


@cache
def catalogue(language: str) -> NullTranslations:
    """Give the words of a language, outside a request."""
    return Translations.load(CATALOGUES, [language])


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
        self.is_down = False

    def __call__(self, message: EmailMessage) -> None:
        if self.is_down:
            raise ConnectionError("the mail server did not answer")
        try:
            self.server = self.server or self._connect()
        except OSError:
            self.is_down = True
            raise
        self.server.send_message(message)

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
