"""The key of a form: claimed once, also at the same instant, and by the one whose act was committed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import select

from models import once
from models.tables import SentForm
from tests.models.office import AT
from tests.models.racing import PATIENCE, patient
from tests.tries import tries


def test_of_two_who_send_one_form_at_the_same_instant_one_acts_and_the_other_learns_what_came_of_it(db_url):
    databases = [patient(db_url) for _ in range(2)]

    def send(database, barrier, key):
        barrier.wait(PATIENCE)
        with database.writing() as session:
            if (earlier := once.claim(session, key, at=AT)) is not None:
                return earlier.given
            once.keep(session, key, "what came of it")
            return "acted"

    with ThreadPoolExecutor(2) as pool:
        for number in range(tries()):
            barrier = Barrier(2)
            sent = [pool.submit(send, database, barrier, str(number)) for database in databases]
            assert sorted(one.result(PATIENCE) for one in sent) == ["acted", "what came of it"]
    for database in databases:
        database.dispose()


def test_a_key_whose_act_was_undone_is_free_again(db):
    with db.writing() as session:
        assert once.claim(session, "k", at=AT) is None
        session.rollback()
    with db.writing() as session:
        assert once.claim(session, "k", at=AT) is None


def test_keys_are_forgotten_after_a_day(session):
    once.claim(session, "old", at=AT - timedelta(days=1))
    once.claim(session, "new", at=AT - timedelta(hours=23))
    once.forget_old(session, AT)
    assert session.scalars(select(SentForm.key)).all() == ["new"]
