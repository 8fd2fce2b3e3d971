"""A process that restores a backup into a SQLite file, to be killed in the middle of it."""

import sys
from pathlib import Path

from models.actor import SYSTEM
from models.backup import restore
from models.database import Database
from tests.conftest import KEYRING
from tests.models.office import AT

print("begins", flush=True)  # noqa: T201 - its parent waits for this
restore(Database(f"sqlite:///{sys.argv[1]}", KEYRING), Path(sys.argv[2]), by=SYSTEM, at=AT)
