"""Erasing: everything is closed at once, nothing is left of her in the files, and "no" outlives it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, LargeBinary, String, func, select, text, update

from models import (
    casework,
    cleaning,
    imports,
    links,
    outbox,
    privacy,
    sessions,
)
from models.errors import Barred, Forbidden, NotAllowedNow
from models.invariants import check_invariants
from models.sealing import keyring_of
from models.tables import (
    Account,
    Base,
    Exclusion,
    LedgerLine,
    Letter,
    Mark,
    Need,
    Offer,
    Pairing,
    Person,
    Round,
)
from tests.models import office
from tests.models.office import AT, DO, PROFILE, TODAY
from tests.models.test_consents import STAGES


def plant(db, person):
    """Fill every column that can hold words, in the rows of a person, with words of its own; give all of them."""
    words = []
    with db.writing() as session:
        for table in Base.metadata.sorted_tables:
            if table.name != "person" and not privacy.links_of(table):
                continue
            coded = {check.name for check in table.constraints if hasattr(check, "sqltext")}
            for one in privacy.columns_of(table):
                column = table.c[one.name]
                if one.erasure not in {"empty", "row"} or column.foreign_keys or column.primary_key:
                    continue
                if f"ck_{table.name}_{column.name}" in coded or column.name in coded or column.unique:
                    continue
                word = f"canary{len(words)}{one.name.replace('_', '')}"[:40]
                mine = casework.erasure.whose(table, person)
                if not session.execute(select(func.count()).select_from(table).where(mine)).scalar():
                    continue
                if isinstance(column.type, JSON):
                    session.execute(update(table).where(mine).values({one.name: [word]}))
                elif isinstance(column.type, LargeBinary) and one.name != "data_key":
                    session.execute(update(table).where(mine).values({one.name: word.encode()}))
                elif isinstance(column.type, String) and not one.name.endswith(("_index", "_hash")):
                    session.execute(update(table).where(mine).values({one.name: word[: column.type.length]}))
                else:
                    continue
                words.append(word[: getattr(column.type, "length", None) or 40].encode())
    return words


def secrets_of(db, person):
    """Every sealed value and every key of a person, as it stands in the file."""
    found = []
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == "person" or privacy.links_of(table):
                kept = [column for column in table.c if isinstance(column.type, LargeBinary)]
                for column in kept:
                    rows = session.execute(select(column).where(casework.erasure.whose(table, person)))
                    found += [bytes(value) for (value,) in rows if value]
    return found


def raw_bytes(db):
    """Everything in the files of a database; on PostgreSQL its tables, not its log."""
    if db.is_sqlite:
        path = Path(str(db.url.database))
        files = [path, path.with_name(path.name + "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())
    with db.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.execute(text("SHOW data_directory")).scalar())
        number = connection.execute(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        files = (folder / "base" / str(number.scalar())).iterdir()
        return b"".join(file.read_bytes() for file in files if file.is_file())


def told_everything(db):
    """A newcomer of whom the database holds as much as it can: pairings, a note, a session, links, letters."""
    with db.writing() as session:
        amina = office.newcomer(session, phone="418 555-0142", import_ref="row 7")
        rosalie = office.sponsor(session)
        pairing = office.active(session, amina, rosalie)
        casework.write_note(session, amina.person, "Prefers to be called in the evening.", **DO)
        other = office.sponsor(session, "Béatrice")
        casework.exclude(session, amina.person, other.person, **amina.does)
        account = session.scalars(select(Account).where(Account.person_id == amina.person)).one()
        account.password_hash = "set elsewhere"
        sessions.enter(session, account, AT, browser="Firefox", known_as=None)
        links.make_link(session, account, "password_reset", AT)
        outbox.owe(session, account, "answer_waiting", at=AT, about=pairing.id)
    return amina, rosalie, other


def erased(db, someone):
    with db.writing() as session:
        casework.erase(session, someone.person, **someone.does)
    assert cleaning.clean_up(db)


def test_nothing_of_her_is_left_in_the_files(db):
    amina, *_ = told_everything(db)
    secrets = secrets_of(db, amina.person)
    words = plant(db, amina.person)
    before = raw_bytes(db)
    assert len(words) > 20
    assert len(secrets) > 5
    assert all(word in before for word in words)
    erased(db, amina)
    after = raw_bytes(db)
    assert [word for word in (*words, *secrets) if word in after] == []


def test_every_personal_column_of_hers_is_as_the_assessment_says(db):
    amina, rosalie, _ = told_everything(db)
    with db.reading() as session:
        kept = session.execute(select(Person.__table__).where(Person.id == rosalie.person)).one()
    erased(db, amina)
    with db.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name != "person" and not privacy.links_of(table):
                continue
            rows = session.execute(select(table).where(casework.erasure.whose(table, amina.person))).all()
            for one in privacy.columns_of(table):
                if one.erasure == "row":
                    assert rows == [], one
                if one.erasure == "empty" and one.about in {"", "need_id"}:
                    nothing = [casework.erasure._nothing(table, one.name)]
                    assert [row._mapping[table.c[one.name]] for row in rows] == nothing * len(rows), one
        assert session.execute(select(Person.__table__).where(Person.id == rosalie.person)).one() == kept
        assert check_invariants(session, TODAY) == []


@pytest.mark.parametrize("stage", STAGES)
def test_erasing_closes_everything_at_once_and_frees_the_place(session, stage):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    STAGES[stage](session, amina, rosalie)
    casework.erase(session, amina.person, **amina.does)
    pairing = session.scalars(select(Pairing)).one()
    assert pairing.ended_at == AT
    assert session.get(Offer, rosalie.wish).places_taken == 0
    assert (session.get(Offer, rosalie.wish).state, session.get(Need, amina.wish).state) == (
        "available",
        "withdrawn",
    )


def test_the_other_keeps_what_is_hers(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    office.active(session, amina, rosalie)
    casework.erase(session, amina.person, **amina.does)
    pairing = session.scalars(select(Pairing)).one()
    assert (pairing.need_answer, pairing.offer_answer) == (None, "yes")
    assert pairing.state in {"ended_early", "withdrawn"}


def test_letters_that_wait_do_not_leave_and_one_on_its_way_is_held_back(db):
    with db.writing() as session:
        amina = office.newcomer(session)
    sent = []

    def carry(letter):
        sent.append(letter.kind)
        if len(sent) == 1:
            with db.writing() as session:
                casework.erase(session, amina.person, **amina.does)

    with db.writing() as session:
        account = session.scalars(select(Account)).one()
        outbox.owe(session, account, "answer_waiting", at=AT + timedelta(seconds=1))
    assert outbox.deliver(db, carry, AT + timedelta(minutes=1)) == 1
    assert sent == ["registration_received"]
    with db.reading() as session:
        assert session.scalars(select(Letter)).all() == []


def test_the_ledger_keeps_ids_and_the_statistics_keep_their_counts(db):
    amina, *_ = told_everything(db)
    with db.reading() as session:
        before = session.execute(select(LedgerLine.__table__).order_by(LedgerLine.seq)).all()
        counts = [
            session.scalar(select(func.count()).select_from(table)) for table in (Need, Pairing, Person)
        ]
    erased(db, amina)
    with db.reading() as session:
        after = session.execute(select(LedgerLine.__table__).order_by(LedgerLine.seq)).all()
        assert after[: len(before)] == before
        assert (after[-1].verb, after[-1].entity_id, after[-1].facts) == ("erase", amina.person, {})
        assert counts == [
            session.scalar(select(func.count()).select_from(table)) for table in (Need, Pairing, Person)
        ]


def test_erasing_one_leaves_what_a_past_round_says_of_others(db):
    with db.writing() as session:
        couples = [
            (office.newcomer(session, f"Amina{name}"), office.sponsor(session, f"Rosalie{name}"))
            for name in ("A", "B", "C")
        ]
        casework.run_round(session, "sponsorship", today=TODAY, **DO)
        paired = {one.need_id: one.offer_id for one in session.scalars(select(Pairing))}
    need, sponsor = couples[0][0], couples[1][1]
    for gone in (need, sponsor):
        with db.writing() as session:
            casework.erase(session, gone.person, **DO)
    with db.reading() as session:
        told = session.scalars(select(Round)).one().document["pairings"]
        emptied = {one["need"] for one in told if not one["contributions"]}
    assert len(told) == len(couples)
    assert emptied == {need.wish, *(key for key, offer in paired.items() if offer == sponsor.wish)}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("A.Mina+list@Gmail.com", "amina@gmail.com"),
        ("a.mina+list@example.org", "a.mina@example.org"),
        ("+list@example.org", "+list@example.org"),
    ],
)
def test_variants_of_an_address_reach_one_box_and_no_address_is_left_without_a_name(written, plain):
    assert casework.kin.plain_email(written) == plain


def test_two_behind_one_telephone_are_kept_apart_from_each_other_and_not_from_themselves(session):
    one, other = (office.newcomer(session, name, phone="418 555-0142") for name in ("Amina", "Yara"))
    casework.exclude(session, one.person, other.person, **DO)
    kept = [(row.one_id, row.other_id) for row in session.scalars(select(Exclusion))]
    assert kept == [tuple(sorted((one.person, other.person)))]


def test_past_rounds_no_longer_say_what_she_has_in_common_with_anybody(db):
    amina, *_ = told_everything(db)
    with db.reading() as session:
        assert session.scalars(select(Round)).one().document["pairings"][0]["contributions"]
    erased(db, amina)
    with db.reading() as session:
        row = session.scalars(select(Round)).one()
        assert (row.document["pairings"][0]["contributions"], row.paired) == ([], 1)


def test_erasing_twice_is_erasing_once(session):
    amina = office.newcomer(session)
    for days in (0, 1):
        at = AT + timedelta(days=days)
        assert casework.erase(session, amina.person, by=amina.actor, at=at).erased_at == AT


def test_who_is_erased_does_not_come_back_by_agreeing_and_nobody_erases_another(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    with pytest.raises(Forbidden):
        casework.erase(session, amina.person, **rosalie.does)
    casework.erase(session, amina.person, **DO)
    with pytest.raises(NotAllowedNow):
        casework.give_consent(session, amina.person, "program", **DO)


def test_the_address_is_free_again_and_a_new_file_starts_from_nothing(session):
    first = office.newcomer(session)
    casework.erase(session, first.person, **first.does)
    second = office.sign_up(session, needs=(office.NEED,))
    assert second != first.person
    assert session.get(Person, second).state == "submitted"


VARIANTS = [
    ("amina", None),
    ("AMINA", None),
    ("amina+encore", None),
    ("other", "+1 (418) 555-0142"),
    ("other", "418.555.0142 poste 12"),
    ("other", "٤١٨٥٥٥٠١٤٢"),
]


@pytest.mark.parametrize(
    ("name", "phone", "is_erased"),
    [*((*variant, True) for variant in VARIANTS), *((*variant, False) for variant in VARIANTS[2:])],
)
def test_an_exclusion_outlives_erasing_and_another_registration(session, name, phone, is_erased):
    amina, rosalie = office.newcomer(session, phone="418 555-0142"), office.sponsor(session)
    casework.exclude(session, rosalie.person, amina.person, **rosalie.does)
    if is_erased:
        casework.erase(session, amina.person, **amina.does)
    again = office.newcomer(session, name, phone=phone)
    with pytest.raises(Barred, match="blocked_exclusion"):
        casework.pair_by_hand(session, again.wish, rosalie.wish, "Try again.", **DO)
    assert not session.get(Person, again.person).resembles_refused


def test_an_exclusion_holds_for_whoever_is_like_either_of_the_two_already(session):
    amina, rosalie = office.newcomer(session, phone="418 555-0142"), office.sponsor(session)
    double = office.newcomer(session, "Aminata", phone="4185550142")
    casework.exclude(session, rosalie.person, amina.person, **rosalie.does)
    with pytest.raises(Barred, match="blocked_exclusion"):
        casework.pair_by_hand(session, double.wish, rosalie.wish, "Try again.", **DO)


def test_who_takes_over_an_excluded_telephone_loses_the_pairing_that_it_bars(session):
    amina, rosalie = office.newcomer(session, phone="418 555-0142"), office.sponsor(session)
    casework.exclude(session, rosalie.person, amina.person, **rosalie.does)
    casework.erase(session, amina.person, **amina.does)
    double = office.newcomer(session, "Aminata")
    office.active(session, double, rosalie)
    profile = replace(PROFILE, first_name="Aminata", email="aminata@example.org", phone="418-555-0142")
    casework.update_profile(session, double.person, profile, **double.does)
    assert office.pairing_of(session, double, rosalie).ended_at == AT


def test_strangers_are_not_kept_apart(session):
    amina, rosalie = office.newcomer(session, phone="418 555-0142"), office.sponsor(session)
    casework.exclude(session, rosalie.person, amina.person, **rosalie.does)
    casework.erase(session, amina.person, **amina.does)
    office.newcomer(session, "Noor", phone="418 555-0143")
    assert len(session.scalars(select(Exclusion)).all()) == 1


@pytest.mark.parametrize("is_erased", [True, False])
def test_who_was_refused_for_safety_is_flagged_when_she_comes_back_and_nothing_says_why(session, is_erased):
    person = office.sign_up(session, "Basile", offers=(office.OFFER,))
    casework.decline_person(session, person, for_safety=True, **DO)
    if is_erased:
        casework.erase(session, person, **DO)
    again = office.sign_up(session, "Basile+2", email="basile+2@example.org", offers=(office.OFFER,))
    stranger = office.sign_up(session, "Noor", offers=(office.OFFER,))
    assert session.get(Person, again).resembles_refused
    assert not session.get(Person, stranger).resembles_refused
    lines = session.info["pending ledger lines"]
    assert "safety" not in repr(lines)


def test_a_refusal_without_doubts_about_safety_flags_nobody(session):
    person = office.sign_up(session, "Basile", offers=(office.OFFER,))
    casework.decline_person(session, person, **DO)
    casework.erase(session, person, **DO)
    again = office.sign_up(session, "Basile", offers=(office.OFFER,))
    assert not session.get(Person, again).resembles_refused


def test_a_list_brings_back_nobody_who_was_erased(session):
    head = "id;first_name;email;phone;consent\n"
    rows = head + "r1;Amina;amina@example.org;;oui\nr2;Noor;;418 555-0142;oui\nr3;Zoé;zoe@example.org;;oui\n"
    bring = {"side": "need", "program": "sponsorship"}
    first = office.newcomer(session, phone="418 555-0142")
    casework.erase(session, first.person, **first.does)
    done = imports.bring_in(session, rows.encode(), "people.csv", **bring, **DO)
    assert [line.outcome for line in done.lines] == ["left", "left", "new"]


def test_marks_tell_nothing_and_lead_nowhere_without_the_key(session):
    keyring = keyring_of(session)
    amina = office.newcomer(session, phone="418 555-0142")
    casework.erase(session, amina.person, **amina.does)
    marks = set(session.scalars(select(Mark.fingerprint)))
    assert marks == {
        keyring.blind_index("mark/email", "amina@example.org"),
        keyring.blind_index("mark/phone", "4185550142"),
    }
