"""Changing the address by which one signs in: asked with the password, told to the old address, confirmed from the new."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import accounts, ledger, links, outbox, sealed, sessions
from models.actor import Actor, actor_of
from models.casework import marking, registration
from models.casework.rows import get
from models.errors import NotAllowedNow
from models.sealing import canonical_email
from models.tables import Account, AccountLink, KnownBrowser, Person

PURPOSE = "address_confirm"
A_MOMENT = timedelta(milliseconds=1)


def ask(session: Session, account_id: str, email: str, *, at: datetime) -> None:
    """Keep a new address until the letter sent to it is opened; the old one is told at once and still signs in.

    Whether another account has that address is told to nobody: its link then changes nothing.
    """
    account = accounts.get(session, account_id)
    sealed.put(session, account, account, "new_email", email)
    of_before = (AccountLink.account_id == account.id, AccountLink.purpose == PURPOSE)
    session.execute(delete(AccountLink).where(*of_before))
    ledger.record(session, at, actor_of(account), "ask_new_address", "account", account.id)
    outbox.owe(session, account, "address_changed", at=at)
    outbox.owe(session, account, PURPOSE, at=at + A_MOMENT)  # after the one to the old address


def confirm(session: Session, token: str, *, at: datetime) -> Account:
    """Let an account be opened by the address whose owner opened the link; whatever was open ends.

    Where it is a person's own address, her contact details follow.

    Raises
    ------
    NotAllowedNow
        The link served already, is over, never was, or the address belongs to another account.
    """
    _lock_whom_it_concerns(session, token, at)
    account, _ = links.take_link(session, token, at, purposes=(PURPOSE,))
    old, new = accounts.email_of(session, account), sealed.take(session, account, account, "new_email")
    if new is None or accounts.is_held(session, new, but=account.id):
        raise NotAllowedNow("link", "use")
    sealed.put(session, account, account, "email", new)
    sealed.put(session, account, account, "new_email", None)
    account.email_index = accounts.index_of(session, new)
    if account.person_id is not None:
        _follow(session, get(session, Person, account.person_id), old, new, by=actor_of(account), at=at)
    sessions.end_all_sessions(session, account.id)
    for table in (AccountLink, KnownBrowser):
        session.execute(delete(table).where(table.account_id == account.id))
    ledger.record(session, at, actor_of(account), "change_address", "account", account.id)
    return account


def _lock_whom_it_concerns(session: Session, token: str, at: datetime) -> None:
    """Lock people before the link: whoever erases one of them takes her first, and her links after."""
    account, _ = links.open_link(session, token, at, purposes=(PURPOSE,)) or (None, PURPOSE)
    if account is not None and account.person_id is not None:
        new = sealed.take(session, account, account, "new_email")
        marking.lock_known_again(session, account.person_id, new, None)


def _follow(session: Session, person: Person, old: str, new: str, *, by: Actor, at: datetime) -> None:
    """Bring a person's own address along where it was the one that she signed in with."""
    own = sealed.take(session, person, person, "email")
    if own is not None and canonical_email(own) == canonical_email(old):
        registration.write_address(session, person, new, by=by, at=at)
