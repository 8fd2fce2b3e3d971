"""The catalogues hold what the pages say: nothing new missing, nothing gone left, everything in English."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

HERE = Path(__file__).parent.parent / "web"
CATALOGUES = HERE / "translations"
EXTRACT = ("-m", "babel.messages.frontend", "--quiet", "extract", "--no-location")


def main() -> int:
    """Print every fault; 1 where there is one."""
    said = extracted()
    faults = [fault for language in ("fr", "en") for fault in faults_of(language, said)]
    for fault in faults:
        print(fault)  # noqa: T201 -- this is a command
    return int(bool(faults))


def extracted() -> Catalog:
    """Give the texts of the pages as they are now."""
    with tempfile.TemporaryDirectory() as folder:
        pot = Path(folder) / "now.pot"
        mapping = ("--mapping-file", str(CATALOGUES / "babel.cfg"))
        subprocess.run([sys.executable, *EXTRACT, *mapping, "--output-file", str(pot), str(HERE)], check=True)
        with pot.open("rb") as file:
            return read_po(file)


def faults_of(language: str, said: Catalog) -> list[str]:
    """Compare one catalogue with the texts of the pages."""
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    written, wanted = texts(catalogue), texts(said)
    return [
        *(
            f"{language}: not in the catalogue, run make translations: {key}"
            for key in wanted.keys() - written
        ),
        *(f"{language}: no page says this any more: {key}" for key in written.keys() - wanted),
        *(f"{language}: fuzzy: {key}" for key, message in written.items() if message.fuzzy),
        *(
            f"{language}: not translated: {key}"
            for key, message in written.items()
            if lacks(language, message)
        ),
    ]


def texts(catalogue: Catalog) -> dict[str, Message]:
    """Give the messages of a catalogue by what the pages say, its header left out."""
    keyed = ((message.id if isinstance(message.id, str) else message.id[0], message) for message in catalogue)
    return {key: message for key, message in keyed if key}


def lacks(language: str, message: Message) -> bool:
    """Say whether a message is without words; French, the language of the source, needs its plurals only."""
    if isinstance(message.id, str):
        return language != "fr" and not message.string
    return not all(message.string)


if __name__ == "__main__":
    sys.exit(main())
