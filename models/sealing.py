"""Sealed columns: AES-GCM, one data key a holder, wrapped by a key that stands in the database only sealed itself.

A sealed value opens only in its own table, column and row (the associated data), and no longer once the
data key of its holder is gone.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.errors import CannotUnseal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KEY_BYTES = 32
NONCE_BYTES = 12
HOUSE_PLACE = "house_key|wrapped|1"
KEY_NAME = "PASSERELLE_KEY"
KEY_FILE = "passerelle.key"
NEW_KEY = ".new"
LEAST_SECRET = 32


class Holder(Protocol):
    """A row with a data key of its own: a person, or an account."""

    @property
    def id(self) -> str: ...  # noqa: D102 - named by the class
    @property
    def data_key(self) -> bytes | None: ...  # noqa: D102 - named by the class


class Keyring:
    """The keys derived from one secret.

    The key that is kept outside opens the secret of the house (see ``models.house_key``), and all else derives from
    that one.

    Parameters
    ----------
    secret : str
        At least 32 characters: from the environment or the key file of the instance folder, or the house's own.
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < LEAST_SECRET:
            raise ValueError(f"the sealing key needs at least {LEAST_SECRET} characters")
        self.secret = secret

    def subkey(self, use: str) -> bytes:
        """Give the key of one use; no two uses share a key."""
        kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"passerelle/{use}".encode())
        return kdf.derive(self.secret.encode())

    def wrap_house(self, secret: str) -> bytes:
        """Wrap the secret of the house in this key, which is kept outside."""
        return _encrypt(self.subkey("house"), secret.encode(), HOUSE_PLACE)

    def unwrap_house(self, wrapped: bytes) -> str:
        """Open what :meth:`wrap_house` made."""
        return _decrypt(self.subkey("house"), wrapped, HOUSE_PLACE).decode()

    def new_data_key(self, holder_id: str) -> bytes:
        """Give a fresh data key, wrapped for this holder alone."""
        return _encrypt(self._wrapping, secrets.token_bytes(KEY_BYTES), f"data_key|{holder_id}")

    def seal(self, holder: Holder, place: str, text: str) -> bytes:
        """Seal a text for one place, written ``table|column|row id``."""
        return _encrypt(self._data_key(holder), text.encode(), place)

    def unseal(self, holder: Holder, place: str, sealed: bytes) -> str:
        """Open what :meth:`seal` made for the same place.

        Raises
        ------
        CannotUnseal
            The value was changed or moved, or the holder's key is gone.
        """
        return _decrypt(self._data_key(holder), sealed, place).decode()

    def seal_for_token(self, token: str, place: str, text: str) -> bytes:
        """Seal a text that only the bearer of a token can open again."""
        return _encrypt(self.subkey(f"token/{token}"), text.encode(), place)

    def unseal_for_token(self, token: str, place: str, sealed: bytes) -> str:
        """Open what :meth:`seal_for_token` made."""
        return _decrypt(self.subkey(f"token/{token}"), sealed, place).decode()

    def blind_index(self, use: str, text: str) -> str:
        """Give a keyed fingerprint, so that equal texts can be found without being readable."""
        return hmac.new(self.subkey(f"index/{use}"), text.encode(), hashlib.sha256).hexdigest()

    def email_index(self, email: str) -> str:
        """Give the blind index of an address in its canonical form."""
        return self.blind_index("email", canonical_email(email))

    @cached_property
    def _wrapping(self) -> bytes:
        """The key of data keys: a page that names a hundred people opens a hundred of them."""
        return self.subkey("wrap")

    def _data_key(self, holder: Holder) -> bytes:
        if holder.data_key is None:
            raise CannotUnseal(holder.id)
        return _decrypt(self._wrapping, holder.data_key, f"data_key|{holder.id}")


def load_keyring(instance: Path, environ: Mapping[str, str] = os.environ) -> Keyring:
    """Give the keyring of ``PASSERELLE_KEY``, or of a key file made once, readable by its owner only."""
    if secret := environ.get(KEY_NAME):
        return Keyring(secret)
    path = instance / KEY_FILE
    if not path.exists():
        _make_key_file(path)
    return Keyring(path.read_text(encoding="ascii").strip())


def renew_key_file(instance: Path, put_in_force: Callable[[Keyring], None]) -> None:
    """Replace the key file by another, once its key is in force; a run that was stopped is taken up where it stood.

    The new key is safe on the disk before the database knows it, and the old one stays until then.
    """
    path = instance / KEY_FILE
    draft = path.with_suffix(NEW_KEY)
    if not draft.exists():
        _make_key_file(draft)
    put_in_force(Keyring(draft.read_text(encoding="ascii").strip()))
    draft.replace(path)


def _make_key_file(path: Path) -> None:
    """Make the file whole before it bears its name: another process may be starting too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode())
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)
    Path(draft).unlink()


def canonical_email(email: str) -> str:
    """Give the one form under which an address is compared."""
    local, _, domain = unicodedata.normalize("NFC", email).strip().rpartition("@")
    with contextlib.suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local.lower()}@{domain.lower()}"


def keyring_of(session: Session) -> Keyring:
    """Give the keyring that the session was opened with."""
    keyring: Keyring = session.info["keyring"]
    return keyring


def _encrypt(key: bytes, clear: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, clear, place.encode())


def _decrypt(key: bytes, sealed: bytes, place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal(place) from error
