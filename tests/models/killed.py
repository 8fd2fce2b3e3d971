"""A process whose children do one deed after the other until they are killed, and the end of it that a test holds.

It reads the name of a deed, forks, says ``child PID``, and says ``dead`` once the child was killed. The child says
``done`` with what it was about after each commit, never before. The first time the process does the deed itself, so
that its children are made with everything loaded and every statement compiled.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import count

from models import casework
from models.actor import SYSTEM
from models.database import Database
from models.imports import bring_in
from models.sealing import load_keyring, renew_key_file
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


def change_key(database):
    """Change the key of a SQLite file, which stands beside it."""
    at_work = Database(database.url.render_as_string(), load_keyring(database.folder, {}))
    renew_key_file(database.folder, lambda new: at_work.change_key(new, by=SYSTEM, at=AT))
    at_work.dispose()
    return "another"


DEEDS = {deed.__name__: deed for deed in (approve, withdraw, bring, run_round, erase, change_key)}


class Victims:
    """Children that do one deed until they are killed."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.models.killed", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._hear() == ["ready"]

    def kill_one(self, deed, deeds, seconds):
        """Let a child do some deeds, kill it in the middle of the next one, and give what it said was done."""
        self.process.stdin.write(f"{deed}\n")
        self.process.stdin.flush()
        done, child = [], None
        while child is None or len(done) < deeds:
            word, said = self._hear()
            if word == "child":
                child = int(said)
            else:
                done.append(said)
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        while (heard := self._hear()) != ["dead"]:
            done.append(heard[1])
        return done

    def _hear(self):
        return self.process.stdout.readline().split()

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def say(*words):
    os.write(1, (" ".join(words) + "\n").encode())


def do_until_killed(database, deed):
    for _ in count():
        say("done", DEEDS[deed](database))


def serve(url):
    database, known = Database(url, KEYRING), set()
    say("ready")
    for line in sys.stdin:
        deed = line.strip()
        if deed not in known:
            known.add(deed)
            DEEDS[deed](database)
            database.dispose()  # a connection is never shared with a child
        child = os.fork()
        if not child:
            do_until_killed(database, deed)
        say("child", str(child))
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    serve(sys.argv[1])
