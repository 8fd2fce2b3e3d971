"""A process whose children do one deed after the other until they are killed.

It reads the name of a deed, forks, says ``child PID``, and says ``dead`` once the child was killed. The child says
``done`` with what it was about after each commit, never before.
"""

import os
import sys
from itertools import count

import matcher  # noqa: F401 - before the children are made, so that they need not
from models import casework
from models.database import Database
from models.imports import bring_in
from models.tables import Pairing, new_id
from tests.conftest import KEYRING
from tests.models import office
from tests.models.office import AT, DO, TODAY

THREE = 3


def approve(database):
    with database.writing() as session:
        need, offer = office.newcomer(session, "A" + new_id()), office.sponsor(session, "B" + new_id())
        pairing = casework.pair_by_hand(session, need.wish, offer.wish, "Both asked.", **DO)
        casework.unlock(session, pairing, **DO)
        version = session.get(Pairing, pairing).version
    with database.writing() as session:
        casework.approve(session, pairing, version, **DO)
    return pairing


def withdraw(database):
    with database.writing() as session:
        need, offer = office.newcomer(session, "A" + new_id()), office.sponsor(session, "B" + new_id())
        casework.pair_by_hand(session, need.wish, offer.wish, "Both asked.", **DO)
    with database.writing() as session:
        casework.withdraw_consent(session, need.person, "program", **need.does)
    return need.person


def bring(database):
    """A list of three people, known by what their family is called."""
    family = new_id()
    rows = "\n".join(f"{family}-{number};Noor;{family};oui" for number in range(THREE))
    data = f"Identifiant;Prénom;Nom;Consentement\n{rows}\n".encode()
    with database.writing() as session:
        bring_in(session, data, "liste.csv", side="need", program="sponsorship", **DO)
    return family


def run_round(database):
    with database.writing() as session:
        office.newcomer(session, "A" + new_id())
        office.sponsor(session, "B" + new_id())
    with database.writing() as session:
        return casework.run_round(session, "sponsorship", by=office.COORDINATOR, at=AT, today=TODAY)


def erase(database):
    with database.writing() as session:
        person = office.sign_up(session, "A" + new_id(), needs=(office.NEED,), offers=(office.OFFER,))
    with database.writing() as session:
        casework.erase(session, person, **DO)
    return person


DEEDS = {deed.__name__: deed for deed in (approve, withdraw, bring, run_round, erase)}


def say(*words):
    os.write(1, (" ".join(words) + "\n").encode())


def do_until_killed(url, deed):
    database = Database(url, KEYRING)
    for _ in count():
        say("done", DEEDS[deed](database))


if __name__ == "__main__":
    say("ready")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            do_until_killed(sys.argv[1], line.strip())
        say("child", str(child))
        os.waitpid(child, 0)
        say("dead")
