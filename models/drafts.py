"""Unfinished registrations: sealed for the bearer of a token, so that nothing typed is lost or readable."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models.sealing import keyring_of
from models.sessions import fingerprint
from models.tables import Draft


def save_draft(session: Session, token: str, answers: dict[str, Any], at: datetime) -> None:
    """Keep the answers given so far, in place of those kept before."""
    key = fingerprint(token)
    sealed = keyring_of(session).seal_for_token(token, f"draft|answers|{key}", json.dumps(answers))
    draft = session.get(Draft, key)
    if draft is None:
        session.add(Draft(token_hash=key, answers_sealed=sealed, saved_at=at))
    else:
        draft.answers_sealed, draft.saved_at = sealed, at


def read_draft(session: Session, token: str) -> dict[str, Any] | None:
    """Give the answers kept under a token, or None."""
    key = fingerprint(token)
    draft = session.get(Draft, key)
    if draft is None:
        return None
    text = keyring_of(session).unseal_for_token(token, f"draft|answers|{key}", draft.answers_sealed)
    answers: dict[str, Any] = json.loads(text)
    return answers


def drop_draft(session: Session, token: str) -> None:
    """Forget the answers kept under a token."""
    session.execute(delete(Draft).where(Draft.token_hash == fingerprint(token)))


def drop_old_drafts(session: Session, before: datetime) -> None:
    """Forget the drafts that nobody came back to."""
    session.execute(delete(Draft).where(Draft.saved_at < before))
