"""Files of the command line: read whole, written whole or not at all."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

STANDARD = "-"


def read(path: str) -> bytes:
    """Give the bytes of a file, or of the standard input for ``-``."""
    return sys.stdin.buffer.read() if path == STANDARD else Path(path).read_bytes()


def write(path: str | None, data: bytes) -> None:
    """Write to the standard output without a path; to a file so that it is never half there."""
    if path is None or path == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    target = Path(path).resolve()
    if target.exists() and not target.is_file():  # a device or a pipe has nothing to replace
        target.write_bytes(data)
        return
    part = target.with_name(f".{os.getpid()}.part")  # short, whatever the name of the file
    try:
        part.write_bytes(data)
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
