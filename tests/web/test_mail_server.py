"""The mail server of an office: who it is is proved before a password or a letter goes to it."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from models.tables import Letter
from tests.models import office
from tests.web.test_mail import Received, listening, owe, settings
from web.mail import send_owed

NAME, PASSWORD = "bureau@ville.example", "a/b:c@d"
LOGIN = "bureau%40ville.example:a%2Fb%3Ac%40d@"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine that nobody but the test knows; the file holds its key too."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "here.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        made.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.fixture
def proof(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate, monkeypatch):
    make = ssl.create_default_context
    monkeypatch.setattr(
        "web.mail.ssl.create_default_context", lambda **more: make(**more, cafile=str(certificate))
    )


@pytest.fixture
def told():
    """What the server was told: names and passwords."""
    return []


@pytest.fixture
def asking(told):
    """How a server asks who writes: one knows the office."""

    def let_in(_server, _session, _envelope, _mechanism, data):
        told.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=told[-1] == (NAME, PASSWORD))

    return {"authenticator": let_in, "auth_require_tls": False}


def sent(tmp_path, database, url):
    """Send what is owed; give how many left, and how often the letter was refused."""
    owe(database)
    count = send_owed(database, settings(tmp_path, MAIL_URL=url), office.AT)
    with database.reading() as session:
        return count, session.query(Letter.attempts).scalar()


def by(scheme, proof):
    return {"tls_context": proof} if scheme == "smtp" else {"ssl_context": proof}


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_proves_who_it_is_gets_the_password_and_the_letter(
    tmp_path, database, proof, asking, told, scheme
):
    handler = Received()
    with listening(handler, **asking, **by(scheme, proof)) as port:
        assert sent(tmp_path, database, f"{scheme}://{LOGIN}127.0.0.1:{port}") == (1, 0)
    assert told == [(NAME, PASSWORD)]
    assert [letter["To"] for letter in handler.letters] == ["noor@example.org"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_does_not_gets_neither(tmp_path, database, proof, asking, told, scheme):
    handler = Received()
    with listening(handler, **asking, **by(scheme, proof)) as port:
        assert sent(tmp_path, database, f"{scheme}://{LOGIN}127.0.0.1:{port}") == (0, 0)
    assert told == handler.letters == []


def test_where_the_password_is_wrong_letters_wait(tmp_path, database, asking, told):
    with listening(Received(), **asking) as port:
        assert sent(tmp_path, database, f"smtp://bureau:wrong@127.0.0.1:{port}") == (0, 0)
    assert set(told) == {("bureau", "wrong")}
