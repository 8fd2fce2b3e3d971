"""The tables, by subject."""

from models.tables.accounts import Account, Draft, Letter, SignIn
from models.tables.base import Base, new_id
from models.tables.ledger import LedgerHead, LedgerLine
from models.tables.pairings import ForbiddenPair, Pairing, Round
from models.tables.people import AuthorityTie, Clearance, Consent, Exclusion, Person
from models.tables.wishes import Need, Offer

__all__ = [
    "Account",
    "AuthorityTie",
    "Base",
    "Clearance",
    "Consent",
    "Draft",
    "Exclusion",
    "ForbiddenPair",
    "LedgerHead",
    "LedgerLine",
    "Letter",
    "Need",
    "Offer",
    "Pairing",
    "Person",
    "Round",
    "SignIn",
    "new_id",
]
