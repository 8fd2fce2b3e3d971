"""The tables, by subject."""

from models.tables.accounts import (
    Account,
    AccountLink,
    Call,
    Draft,
    KnownBrowser,
    Letter,
    RecoveryCode,
    SecondFactor,
    SentForm,
    SignIn,
    TryCount,
)
from models.tables.base import Base, new_id
from models.tables.figures import PublishedQuarter
from models.tables.house import HouseKey
from models.tables.incidents import Incident
from models.tables.interpreting import (
    Appointment,
    Booking,
    CalendarFeed,
    Interpreter,
    Plan,
    Reserve,
    TimeException,
    Translation,
)
from models.tables.ledger import LedgerHead, LedgerLine
from models.tables.organisations import Organisation
from models.tables.pairings import ForbiddenPair, Pairing, Round
from models.tables.people import ApartWish, AuthorityTie, Clearance, Consent, Exclusion, Mark, Person
from models.tables.wishes import Need, Offer

__all__ = [
    "Account",
    "AccountLink",
    "ApartWish",
    "Appointment",
    "AuthorityTie",
    "Base",
    "Booking",
    "CalendarFeed",
    "Call",
    "Clearance",
    "Consent",
    "Draft",
    "Exclusion",
    "ForbiddenPair",
    "HouseKey",
    "Incident",
    "Interpreter",
    "KnownBrowser",
    "LedgerHead",
    "LedgerLine",
    "Letter",
    "Mark",
    "Need",
    "Offer",
    "Organisation",
    "Pairing",
    "Person",
    "Plan",
    "PublishedQuarter",
    "RecoveryCode",
    "Reserve",
    "Round",
    "SecondFactor",
    "SentForm",
    "SignIn",
    "TimeException",
    "Translation",
    "TryCount",
    "new_id",
]
