"""R44: neither the answer nor the time that it takes tells an address with an account from one without."""

from __future__ import annotations

import time
from itertools import count

import pytest

from models import accounts, limits
from models.limits import Limit
from tests.models.office import AT
from tests.tries import FULL, tries
from tests.web.desk import questions
from tests.web.test_signup import fill

LEAST_PAIRS = 16
PAIRS = max(tries() // 5, LEAST_PAIRS)
"""Two hundred at full size, where chance may no longer explain more than the bounds of the requirement."""
BOUNDS = (0.4, 0.6) if tries() >= FULL else (0.08, 0.92)


@pytest.fixture(autouse=True)
def marthe(database, monkeypatch):
    for kind in limits.LIMITS:
        monkeypatch.setitem(limits.LIMITS, kind, Limit(10**6, limits.QUARTER))
    with database.writing() as session:
        accounts.open_account(
            session, email="marthe@example.org", password="x" * 20, role="coordinator", language="fr", at=AT
        )


def share_of_pairs_that_tell(ask):
    """Give how often the known address took longer than the unknown one; a half says nothing."""
    took = {}
    for turn in range(PAIRS):
        for email in ("marthe@example.org", "nobody@example.org")[:: 1 if turn % 2 else -1]:
            start = time.perf_counter()
            ask(email)
            took.setdefault(email, []).append(time.perf_counter() - start)
    known, unknown = took["marthe@example.org"], took["nobody@example.org"]
    longer = sum((one > other) + (one == other) / 2 for one in known for other in unknown)
    return longer / (len(known) * len(unknown))


def test_signing_in_takes_as_long_for_a_known_address_as_for_an_unknown_one(visitor):
    token = visitor.token()

    def ask(email):
        with visitor.client.post(
            "/connexion", data={"csrf_token": token, "email": email, "password": "wrong"}
        ):
            pass

    ask("nobody@example.org")
    share = share_of_pairs_that_tell(ask)
    assert BOUNDS[0] <= share <= BOUNDS[1]


def test_asking_for_a_letter_takes_as_long_for_a_known_address_as_for_an_unknown_one(visitor, monkeypatch):
    monkeypatch.setattr("web.mail.apart", lambda _work: None)  # it leaves beside the answer
    token = visitor.token()

    def ask(email):
        with visitor.client.post("/mot-de-passe/oublie", data={"csrf_token": token, "email": email}):
            pass

    ask("nobody@example.org")
    share = share_of_pairs_that_tell(ask)
    assert BOUNDS[0] <= share <= BOUNDS[1]


def test_signing_up_takes_as_long_for_a_known_address_as_for_an_unknown_one(visitor, monkeypatch):
    monkeypatch.setattr(
        "web.views.signup.forget", lambda answer: answer
    )  # the same sheet is sent again and again
    fill(visitor)
    token, numbers = visitor.token(), count()

    def ask(email):
        address = email if email.startswith("marthe") else f"{next(numbers)}@example.org"
        fields = {"csrf_token": token, "email": address, "password": "quatre mots au hasard"}
        with visitor.client.post("/inscription/compte", data=fields) as answer:
            assert answer.status_code == 303

    ask("nobody@example.org")
    share = share_of_pairs_that_tell(ask)
    assert BOUNDS[0] <= share <= BOUNDS[1]


def test_signing_up_asks_the_database_as_much_for_a_known_address_as_for_an_unknown_one(
    visitor, database, monkeypatch
):
    monkeypatch.setattr("web.views.signup.forget", lambda answer: answer)
    fill(visitor)
    number = {}
    for email in ("nobody@example.org", "marthe@example.org"):
        with questions(database) as asked:
            visitor.send("/inscription/compte", email=email, password="quatre mots au hasard")
        number[email] = len(asked)
    assert number["marthe@example.org"] >= 0.9 * number["nobody@example.org"], number
