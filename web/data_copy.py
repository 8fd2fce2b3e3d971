"""A person's data as a ZIP: JSON for machines, a page to read, and a list of hashes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import render_template

from web import data_values, data_words
from web.casework_words import SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA, PAGE, MANIFEST = "donnees.json", "lisez-moi.html", "manifeste.json"


def zipped(bundle: Mapping[str, Any], language: str) -> bytes:
    """Pack what is held about a person; the page is in her language and stands alone."""
    page = render_template(
        "rights/readable.html",
        bundle=bundle,
        page_language=language,
        data_words=data_words,
        values=data_values,
        is_told=lambda line: line["verb"] not in SILENT,
    )
    files = {DATA: as_json(bundle), PAGE: page.encode()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files[MANIFEST] = as_json({"format": "passerelle-manifest/1", "sha256": hashes})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def as_json(document: Mapping[str, Any]) -> bytes:
    """Write JSON that a person can read too."""
    return json.dumps(document, ensure_ascii=False, indent=1, default=_plain).encode() + b"\n"


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
