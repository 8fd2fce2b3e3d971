"""A process that changes the key of a SQLite file, to be killed in the middle of it."""

import sys
from pathlib import Path

from models.actor import SYSTEM
from models.database import Database
from models.sealing import load_keyring, renew_key_file
from tests.models.office import AT

folder = Path(sys.argv[1])
print("begins", flush=True)  # noqa: T201 - its parent waits for this
database = Database(f"sqlite:///{folder / 'passerelle.sqlite'}", load_keyring(folder, {}))
renew_key_file(folder, lambda new: print(database.change_key(new, by=SYSTEM, at=AT)))  # noqa: T201 - read by its parent
