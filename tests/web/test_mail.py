"""Letters: neutral, without a name, in the reader's language, by a real server or into a folder."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from models import accounts, sealed
from models.outbox import Outgoing
from models.tables import Account, Letter
from tests.models import office
from web.mail import compose, send_owed, words_of
from web.settings import read_settings

KINDS = ("registration_received", "proposal_waiting", "answer_waiting", "both_accepted", "proposal_closed")
PATHS = [
    ("proposal_waiting", "participant", None, "moi"),
    ("proposal_waiting", "agent", None, "partenaire"),
    ("interpreting_news", "coordinator", None, "coordination"),
    ("address_confirm", "participant", "t0ken", "adresse/t0ken"),
    ("password_reset", "participant", "t0ken", "mot-de-passe/t0ken"),
    ("address_confirm", "participant", None, "moi"),
]


class Received(Message):
    def __init__(self):
        super().__init__()
        self.letters = []

    def handle_message(self, message):
        self.letters.append(message)


@contextmanager
def listening(handler, **more):
    """A real server on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, **more)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def server():
    handler = Received()
    with listening(handler) as port:
        yield SimpleNamespace(handler=handler, port=port)


def settings(tmp_path, **more):
    return read_settings({"INSTANCE": str(tmp_path)} | more)


def owe(database):
    with database.writing() as session:
        office.sign_up(session, "Noor")


def test_a_letter_goes_out_by_the_mail_server_where_there_is_one(tmp_path, database, server):
    owe(database)
    sent = send_owed(database, settings(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{server.port}"), office.AT)
    assert (sent, [letter["To"] for letter in server.handler.letters]) == (1, ["noor@example.org"])


def test_without_a_server_letters_are_files_and_none_goes_twice(tmp_path, database):
    owe(database)
    assert [send_owed(database, settings(tmp_path), office.AT) for _ in range(2)] == [1, 0]
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 1


def test_a_server_that_is_down_keeps_letters_waiting(tmp_path, database):
    owe(database)
    assert send_owed(database, settings(tmp_path, MAIL_URL="smtp://127.0.0.1:1"), office.AT) == 0
    with database.reading() as session:
        assert session.query(Letter.sent_at).all() == [(None,)]


class Refusing(Received):
    """Says something at one step of whatever comes for Amina."""

    def __init__(self, step, answer):
        super().__init__()
        self.step, self.answer = step, answer

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - as the server calls it
        if self.step == "RCPT" and address.startswith("amina"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as the server calls it
        if self.step == "DATA" and envelope.rcpt_tos[0].startswith("amina"):
            return self.answer
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize(
    ("step", "answer", "attempts", "others"),
    [
        ("RCPT", "550 5.1.1 no such user", 1, 1),
        ("RCPT", "450 4.2.2 mailbox full", 1, 1),
        ("RCPT", "451 4.3.0 lookup failure", 0, 1),
        ("RCPT", "421 4.3.2 shutting down", 0, 0),
        ("DATA", "554 5.7.1 refused", 1, 1),
        ("DATA", "500 5.5.2 line too long", 1, 1),
        ("DATA", "454 4.7.0 daily quota exceeded", 0, 1),
        ("DATA", "421 4.3.2 shutting down", 0, 0),
    ],
)
def test_only_what_a_server_says_of_the_letter_itself_is_an_attempt(
    tmp_path, database, step, answer, attempts, others
):
    with database.writing() as session:
        for name in ("Amina", "Basile"):
            office.sign_up(session, name)
        amina = accounts.of_address(session, "amina@example.org")
        first = session.query(Letter).filter_by(account_id=amina.id)
        first.update({"created_at": office.AT - timedelta(minutes=1)})
    with listening(Refusing(step, answer)) as port:
        post = settings(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{port}")
        assert send_owed(database, post, office.AT) == others
    with database.reading() as session:
        waiting = session.query(Letter.attempts).filter(Letter.sent_at.is_(None))
        assert {count for (count,) in waiting} == {attempts}


def test_a_sender_whom_the_server_does_not_know_costs_no_letter_an_attempt(
    tmp_path, database, server, caplog
):
    owe(database)
    server.handler.handle_MAIL = refuse_sender
    post = settings(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{server.port}")
    assert send_owed(database, post, office.AT) == 0
    with database.reading() as session:
        assert session.query(Letter.attempts).all() == [(0,)]
    assert "SMTPSenderRefused" in caplog.text
    assert "noor" not in caplog.text


async def refuse_sender(*_):
    return "553 5.7.1 not yours"


@pytest.mark.parametrize("email", ["zoé@example.org", "a@example.org\nBcc: b@example.org"])
def test_an_address_that_the_server_or_no_letter_can_hold_is_an_attempt(tmp_path, database, email):
    with database.writing() as session:
        office.sign_up(session, "Amina")
        account = session.query(Account).one()
        sealed.put(session, account, account, "email", email)
    with listening(Received(), enable_SMTPUTF8=False) as port:
        assert send_owed(database, settings(tmp_path, MAIL_URL=f"smtp://127.0.0.1:{port}"), office.AT) == 0
    with database.reading() as session:
        assert session.query(Letter.attempts).all() == [(1,)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_has_the_same_neutral_subject_and_a_link(tmp_path, kind, language):
    letter = Outgoing(id="abc", to="zoe@example.org", kind=kind, language=language, role="participant")
    message = compose(letter, settings(tmp_path), office.AT)
    assert (
        message["Subject"]
        == {
            "fr": "Passerelle\N{NO-BREAK SPACE}: un message vous attend",
            "en": "Passerelle: a message is waiting for you",
        }[language]
    )
    assert "http://127.0.0.1:8000/moi" in message.get_content()
    assert words_of(kind, "fr") != words_of(kind, "en")


@pytest.mark.parametrize(("kind", "role", "token", "path"), PATHS)
def test_a_letter_holds_one_link_and_says_what_it_is(tmp_path, kind, role, token, path):
    letter = Outgoing(id="abc", to="zoe@example.org", kind=kind, language="fr", role=role, token=token)
    message = compose(letter, settings(tmp_path), office.AT)
    assert [line for line in message.get_content().splitlines() if "http" in line] == [
        f"http://127.0.0.1:8000/{path}"
    ]
    told = {"Auto-Submitted": "auto-generated", "Content-Language": "fr", "Message-ID": "<abc@127.0.0.1>"}
    assert {name: message[name] for name in told} == told
    assert message["Date"].datetime == office.AT


def test_an_address_cannot_smuggle_a_header(tmp_path):
    letter = Outgoing(
        id="abc", to="a@example.org\nBcc: b@example.org", kind=KINDS[0], language="fr", role="participant"
    )
    with pytest.raises(ValueError, match="linefeed"):
        compose(letter, settings(tmp_path), office.AT)


def test_a_sign_up_sends_its_letter_once_the_answer_has_left(visitor, tmp_path):
    from tests.web.test_signup import LOGIN, fill  # noqa: PLC0415 - the same walk

    fill(visitor)
    visitor.send("/inscription/compte", **LOGIN)
    letter = message_from_bytes(next((tmp_path / "outbox").glob("*.eml")).read_bytes(), policy=policy.default)
    assert letter["To"] == "zoe@example.org"
    assert not [name for name in ("Zoé", "Invernal") if name in letter.as_string()]
