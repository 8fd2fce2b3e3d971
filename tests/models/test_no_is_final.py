"""Each way to say no against each way to say yes, at the same instant: the no holds, whoever comes first."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, product
from operator import itemgetter
from typing import NamedTuple

import pytest
from sqlalchemy import select

import models.database
from models import casework
from models.casework import rows
from models.invariants import check_invariants
from models.lifecycle import ANSWERING, IN_FORCE, UNDECIDED
from models.tables import Clearance, Offer, Pairing
from tests.models import office
from tests.models.office import DO, TODAY
from tests.models.racing import TOMORROW, Processes, Threads
from tests.snapshots import Snapshot
from tests.tries import FULL, tries

CONTENDED = 10_080
"""Tries on each database in all: half with threads, half with processes, 120 of each pair; one in ``make test``."""


class Two(NamedTuple):
    """A newcomer and a sponsor, and the pairing between them, where there is one."""

    need: office.Someone
    offer: office.Someone
    pairing: str = ""
    version: int = 0
    clearance: str = ""


def ready(_session, two):
    """Nothing is proposed yet."""
    return two


def in_review(session, two):
    pairing = casework.pair_by_hand(session, two.need.wish, two.offer.wish, "Both asked.", **DO)
    row = casework.unlock(session, pairing, **DO)
    row.origin = "engine"  # so that turning matching off counts against it
    return two._replace(pairing=row.id, version=row.version)


def half_answered(session, two):
    two = in_review(session, two)
    casework.approve(session, two.pairing, two.version, **DO)
    casework.answer(session, two.pairing, two.need.person, "yes", **two.need.does)
    return two


def suspended(session, two):
    two = half_answered(session, two)
    casework.answer(session, two.pairing, two.offer.person, "yes", **two.offer.does)
    casework.suspend(session, two.pairing, **DO)
    return two


YES = {
    "round": (ready, lambda _: ("run_round", "sponsorship")),
    "approve": (in_review, lambda two: ("approve", two.pairing, two.version)),
    "accept": (half_answered, lambda two: ("answer", two.pairing, two.offer.person, "yes")),
    "resume": (suspended, lambda two: ("resume", two.pairing)),
}
PROPOSED, OPEN = UNDECIDED + ANSWERING, UNDECIDED + IN_FORCE
GOES_ON = tuple(state for state in OPEN if state != "suspended")
NO = {
    "newcomer withdraws": (lambda two: ("withdraw", two.need.person, "program"), OPEN),
    "sponsor withdraws": (lambda two: ("withdraw", two.offer.person, "program"), OPEN),
    "matching off": (lambda two: ("withdraw", two.offer.person, "matching"), PROPOSED),
    "exclusion": (lambda two: ("exclude", two.offer.person, two.need.person), OPEN),
    "pause": (lambda two: ("pause", two.offer.person), PROPOSED),
    "crisis": (lambda two: ("raise_flag", two.need.wish), PROPOSED),
    "revocation": (lambda two: ("revoke", two.clearance), GOES_ON),
    "expiry": (lambda _: ("expire",), GOES_ON),
    "newcomer erased": (lambda two: ("erase", two.need.person), OPEN),
    "sponsor erased": (lambda two: ("erase", two.offer.person), OPEN),
    "decline": (lambda two: ("answer", two.pairing, two.need.person, "no"), ()),
}
"""What is done, and the states in which the pairing may not be found afterwards."""
PAIRS = [(yes, no) for yes, no in product(YES, NO) if no != "decline" or yes in {"approve", "accept"}]
EACH = max(1, round(CONTENDED * tries() / FULL / len(PAIRS) / 2))


def couple(session, yes):
    """A couple at the stage at which this yes is said, with one clearance that ends today."""
    two = Two(office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie"))
    conduct = select(Clearance).where(Clearance.person_id == two.offer.person, Clearance.kind == "conduct")
    clearance = session.scalars(conduct).one()
    clearance.expires = TODAY
    return YES[yes][0](session, two._replace(clearance=clearance.id))


def contend(db, actors, two, yes, no) -> list[str]:
    """Let one say yes and another no at the same instant; check what became of the two, and of everything else."""
    came = actors.together(YES[yes][1](two), NO[no][0](two))
    if no == "expiry":  # who approved a second before midnight is caught by the next chore
        with db.writing() as session:
            casework.lapse_clearances(session, **TOMORROW)
    with db.reading() as session:
        states = session.scalars(select(Pairing.state).where(Pairing.need_id == two.need.wish)).all()
        assert set(states).isdisjoint(NO[no][1]), (yes, no, came, states)
        assert no != "decline" or came[1] != "done" or states == ["declined_by_one"], (yes, came, states)
        held = sum(state in IN_FORCE for state in states)
        assert session.get_one(Offer, two.offer.wish).places_taken == held, (yes, no, came, states)
        today = TOMORROW["at"].date() if no == "expiry" else TODAY
        assert [str(found) for found in check_invariants(session, today)] == [], (yes, no, came)
    return came


REFUSALS = {"Stale", "NotAllowedNow", "Barred", "NoPlace"}


@pytest.fixture
def stage(db, tmp_path):
    """What sets an office with one couple up for a yes, and gives the couple and the state to come back to."""
    nobody = Snapshot(db, tmp_path)

    def set_up(yes):
        nobody.bring_back()
        with db.writing() as session:
            two = couple(session, yes)
        return two, Snapshot(db, tmp_path)

    return set_up


@pytest.mark.parametrize("kind", [Threads, Processes], ids=["threads", "processes"])
def test_no_holds_against_yes_at_the_same_instant(db, db_url, stage, kind):
    pairs = PAIRS if kind is Threads or tries() >= FULL else PAIRS[::4]
    actors, came = kind(db_url), Counter()
    try:
        for yes, group in groupby(pairs, key=itemgetter(0)):
            two, beginning = stage(yes)
            for (_, no), _ in product(group, range(EACH)):
                beginning.bring_back()
                came[yes, no, *contend(db, actors, two, yes, no)] += 1
    finally:
        actors.end()
    assert came.total() == EACH * len(pairs)
    for yes, no, said_yes, said_no in came:
        assert said_yes in {"done", *REFUSALS}, (yes, no, said_yes)
        assert said_no == "done" or (no == "decline" and said_no == "NotAllowedNow"), (yes, no, said_no)


def _plain_begin(connection):
    connection.exec_driver_sql("BEGIN")


def test_the_same_contest_goes_red_once_the_locks_are_taken_out(db, db_url, stage, monkeypatch):
    two, beginning = stage("approve")
    monkeypatch.setattr(rows, "lock_people", lambda *_: None)
    monkeypatch.setattr(models.database, "_begin", _plain_begin)
    actors, wrong = Threads(db_url), 0
    try:
        for _ in range(12):
            beginning.bring_back()
            try:
                came = contend(db, actors, two, "approve", "newcomer withdraws")
                wrong += any(one.startswith("info") for one in came)
            except AssertionError:
                wrong += 1
    finally:
        actors.end()
    assert wrong > 0
