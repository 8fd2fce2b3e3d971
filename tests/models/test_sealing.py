import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from models import casework, disclosure
from models.drafts import save_draft
from models.errors import CannotUnseal
from models.sealing import KEY_FILE, Keyring, canonical_email, load_keyring
from models.tables import Account, Base, Person
from tests.models import office
from tests.models.office import AT, DO, PROFILE

CANARIES = (
    "Tremblante",
    "amina.canary@",
    "555-0142",
    "knows the landlord",
    "Service de filtrage",
    "draft words",
)


def _full_office(session):
    profile = office.replace(PROFILE, surname=CANARIES[0], phone=f"418 {CANARIES[2]}")
    person = office.sign_up(
        session, email="amina.canary@example.org", profile=profile, offers=(office.OFFER,)
    )
    office.make_ready(session, person)
    casework.write_note(session, person, CANARIES[3], **DO)
    save_draft(session, "token", {"words": CANARIES[5]}, AT)
    return person


def test_nothing_sealed_can_be_read_in_any_table(db):
    with db.writing() as session:
        _full_office(session)
    with db.reading() as session:
        stored = [
            repr(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        ]
    assert len(stored) > 10
    assert not [canary for canary in CANARIES if canary in "\n".join(stored)]


def test_nothing_sealed_can_be_read_in_the_raw_file(tmp_path, sqlite_template, keyring):
    path = tmp_path / "office.sqlite"
    database = office.copy_of(sqlite_template, path, keyring)
    with database.writing() as session:
        _full_office(session)
    raw = b"".join(part.read_bytes() for part in tmp_path.iterdir())
    database.dispose()
    assert b"Amina" in raw, "what is not sealed is there, so the right file was read"
    assert not [canary for canary in CANARIES if canary.encode() in raw]


def test_what_was_sealed_opens_again(db):
    with db.writing() as session:
        person = session.get(Person, _full_office(session))
        assert disclosure.contacts_of(session, person) == disclosure.Contacts(
            surname=CANARIES[0], email="amina.canary@example.org", phone=f"418 {CANARIES[2]}"
        )
        assert disclosure.note_of(session, person) == CANARIES[3]


def test_a_sealed_value_does_not_open_in_another_row_or_column(db):
    with db.writing() as session:
        one, other = (session.get(Person, office.sign_up(session, name)) for name in ("Amina", "Basile"))
        other.surname_sealed, one.phone_sealed = one.surname_sealed, one.surname_sealed
        other.data_key = one.data_key
        for person in (one, other):
            with pytest.raises(CannotUnseal):
                disclosure.contacts_of(session, person)


def test_without_the_data_key_nothing_of_a_person_opens(db):
    with db.writing() as session:
        person = session.get(Person, office.sign_up(session))
        person.data_key = None
        with pytest.raises(CannotUnseal):
            disclosure.contacts_of(session, person)


def test_another_key_of_the_house_opens_nothing(db):
    with db.writing() as session:
        person = session.get(Person, office.sign_up(session))
        session.info["keyring"] = Keyring("the key of another house, long enough")
        with pytest.raises(CannotUnseal):
            disclosure.contacts_of(session, person)


def test_the_same_text_is_never_sealed_to_the_same_bytes(db):
    with db.writing() as session:
        person = session.get(Person, office.sign_up(session))
        before = person.surname_sealed
        casework.update_profile(session, person.id, PROFILE, **DO)
        assert person.surname_sealed != before


@pytest.mark.parametrize(
    "spelling",
    ["Amina@Example.ORG", "  amina@example.org ", "AMINA@EXAMPLE.org"],
)
def test_every_spelling_of_an_address_has_one_form(spelling):
    assert canonical_email(spelling) == "amina@example.org"


def test_addresses_of_other_people_stay_apart():
    assert canonical_email("mıke@example.org") != canonical_email("mike@example.org")
    assert canonical_email("é@exämple.org") == canonical_email("E\u0301@EXÄMPLE.org")


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = load_keyring(tmp_path / "instance", {})
    path = tmp_path / "instance" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keyring(tmp_path / "instance", {}).subkey("x") == first.subkey("x")


def test_processes_that_start_together_make_one_key(tmp_path):
    barrier = Barrier(8)

    def start():
        barrier.wait(10)
        return load_keyring(tmp_path, {}).subkey("x")

    with ThreadPoolExecutor(8) as pool:
        found = {one.result() for one in [pool.submit(start) for _ in range(8)]}
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_key_in_the_environment_comes_first(tmp_path):
    found = load_keyring(tmp_path, {"PASSERELLE_KEY": "k" * 40})
    assert found.subkey("x") == Keyring("k" * 40).subkey("x")
    assert not (tmp_path / KEY_FILE).exists()


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="at least 32"):
        Keyring("k" * 31)
    assert Keyring("k" * 32).secret


def test_an_account_keeps_its_address_under_a_key_of_its_own(db):
    with db.writing() as session:
        office.sign_up(session)
        account = session.scalars(select(Account)).one()
        assert account.data_key != session.get(Person, account.person_id).data_key
