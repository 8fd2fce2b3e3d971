"""Letters: neutral, without a name, in the reader's language, by a real server or into a folder."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from models.outbox import Outgoing
from models.tables import Letter
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


@pytest.fixture
def server():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Received(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


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
