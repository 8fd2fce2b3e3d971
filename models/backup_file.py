"""A backup as a file: compressed, then sealed chunk by chunk, so that nothing of it opens if anything of it was changed.

Each chunk is sealed under its number and under whether it is the last one, with the header as associated data: a chunk
that was changed, moved, dropped or added, a file that was cut, another key: none of them opens. The key is the outside
key's own for this one file. Layout: ``MAGIC``, then parts of four bytes of length and as many bytes: the header, which
is readable JSON, and the chunks.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import BackupUnreadable
from models.sealing import KEY_BYTES, Keyring

MAGIC = b"passerelle-backup/1\n"
LENGTH_BYTES = 4
COUNTER_BYTES = 11
CHUNK = 256 * 1024
LONGEST_PART = 2 * CHUNK
MEANS = "cut, changed, or made with another key"


def write_backup(path: Path, keyring: Keyring, header: dict[str, Any], lines: Iterable[bytes]) -> None:
    """Write a backup whole: the file bears its name only once all of it is safe on the disk.

    Raises
    ------
    FileExistsError
        There is a file of this name; a backup never takes the place of another one.
    """
    if path.exists():
        raise FileExistsError(17, "there is a file of this name already", str(path))
    with _draft(path) as file:
        salt = secrets.token_bytes(KEY_BYTES)
        head = json.dumps(header | {"salt": base64.b64encode(salt).decode()}).encode()
        file.write(MAGIC + _part(head))
        for chunk in _sealed(_compressed(lines), AESGCM(_key(keyring, salt)), head):
            file.write(_part(chunk))


def read_header(file: IO[bytes]) -> dict[str, Any]:
    """Give the header of a backup, which anybody can read; it is held to be true only once a chunk has opened."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupUnreadable("this is no backup")
    try:
        header: dict[str, Any] = json.loads(_next_part(file) or b"")
        base64.b64decode(header["salt"], validate=True)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnreadable(MEANS) from error
    return header


def read_lines(path: Path, keyring: Keyring) -> Iterator[bytes]:
    """Give the lines of a backup one after the other.

    Raises
    ------
    BackupUnreadable
        The file was cut or changed, or was made with another key; what came before must then be undone.
    """
    with path.open("rb") as file:
        read_header(file)
        file.seek(len(MAGIC))
        head = _next_part(file) or b""
        box = AESGCM(_key(keyring, base64.b64decode(json.loads(head)["salt"])))
        yield from _split(_opened(file, box, head))


def _compressed(lines: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj()
    for line in lines:
        yield packer.compress(line + b"\n")
    yield packer.flush()


def _sealed(pieces: Iterable[bytes], box: AESGCM, head: bytes) -> Iterator[bytes]:
    waiting, number = b"", 0
    for piece in pieces:
        waiting += piece
        while len(waiting) > CHUNK:
            yield box.encrypt(_nonce(number, is_last=False), waiting[:CHUNK], head)
            waiting, number = waiting[CHUNK:], number + 1
    yield box.encrypt(_nonce(number, is_last=True), waiting, head)


def _opened(file: IO[bytes], box: AESGCM, head: bytes) -> Iterator[bytes]:
    number, chunk = 0, _next_part(file)
    while chunk is not None:
        following = _next_part(file)
        try:
            yield box.decrypt(_nonce(number, is_last=following is None), chunk, head)
        except InvalidTag as error:
            raise BackupUnreadable(MEANS) from error
        number, chunk = number + 1, following
    if not number:
        raise BackupUnreadable(MEANS)


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer, waiting = zlib.decompressobj(), b""
    for chunk in chunks:
        *whole, waiting = (waiting + packer.decompress(chunk)).split(b"\n")
        yield from whole


def _nonce(number: int, *, is_last: bool) -> bytes:
    """Give a number that no two chunks of a file share; no two files share a key."""
    return number.to_bytes(COUNTER_BYTES, "big") + bytes([is_last])


def _key(keyring: Keyring, salt: bytes) -> bytes:
    return keyring.subkey(f"backup/{salt.hex()}")


def _part(content: bytes) -> bytes:
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def _next_part(file: IO[bytes]) -> bytes | None:
    """Give the next part, or None at the very end."""
    length = file.read(LENGTH_BYTES)
    if not length:
        return None
    size = int.from_bytes(length, "big")
    content = file.read(size) if len(length) == LENGTH_BYTES and size <= LONGEST_PART else b""
    if len(content) != size or len(length) != LENGTH_BYTES:
        raise BackupUnreadable(MEANS)
    return content


@contextmanager
def _draft(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside the one that is wanted, readable by its owner only; rename it at the end, or remove it."""
    draft = path.with_name(path.name + ".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
