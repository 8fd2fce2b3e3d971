"""« Ne pas me jumeler avec… » as a person says it herself: at once, or once a coordinator knows whom she means."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from models import casework
from models.casework import apart
from models.errors import Barred, Forbidden, NotAllowedNow, Stale, WrongValue
from models.invariants import check_invariants
from models.names import may_mean
from models.queries.apart import my_wishes, named, names_that_wait
from models.queries.bundle import bundle
from models.tables import ApartWish, Exclusion, LedgerLine, Need, Offer
from tests.models import office
from tests.models.office import AT, DO, OTHER_COORDINATOR, TODAY
from tests.models.test_consents import STAGES

KNOWN_TO_BOTH = ("awaiting_answers", "accepted", "trial", "active")


@pytest.fixture
def couple(session):
    return office.newcomer(session), office.sponsor(session)


def kept_apart(session, one, other):
    return session.get(Exclusion, tuple(sorted((one.person, other.person)))) is not None


def written(session, someone, name="Rosalie"):
    return casework.wish_apart(session, someone.person, name, **someone.does)


@pytest.mark.parametrize("stage", KNOWN_TO_BOTH)
@pytest.mark.parametrize("who", [0, 1], ids=["the one who asks", "the one who offers"])
def test_the_other_of_a_pairing_is_parted_at_once_and_only_her_own_page_says_it(session, couple, stage, who):
    STAGES[stage](session, *couple)
    pairing = office.pairing_of(session, *couple)
    me, other = couple[who], couple[1 - who]
    casework.part_from_other(session, pairing.id, me.person, **me.does)
    assert pairing.state in {"withdrawn", "ended_early"}
    assert kept_apart(session, *couple)
    with pytest.raises(Barred):
        casework.pair_by_hand(session, couple[0].wish, couple[1].wish, "a try", **DO)
    (wish,) = my_wishes(session, me.person).wishes
    assert (wish.name, wish.known.pairing_id) == (("Rosalie", "Amina")[who], pairing.id)
    assert my_wishes(session, other.person).wishes == ()


def test_a_pairing_that_is_over_is_named_by_its_date_and_nothing_of_the_other_is_written(session, couple):
    pairing = office.active(session, *couple)
    casework.end_pairing(session, pairing.id, "no_affinity", **DO)
    (known,) = my_wishes(session, couple[0].person).known
    assert (known.first_name, known.since) == (None, TODAY)
    casework.part_from_other(session, pairing.id, couple[0].person, **couple[0].does)
    assert my_wishes(session, couple[0].person).known == ()
    assert session.query(ApartWish.name_sealed).scalar() is None
    assert kept_apart(session, *couple)


def test_said_twice_it_is_one_line(session, couple):
    pairing = office.approved(session, *couple)
    said = {
        casework.part_from_other(session, pairing.id, couple[0].person, **couple[0].does) for _ in range(2)
    }
    assert len(said) == len(my_wishes(session, couple[0].person).wishes) == 1


def test_nobody_is_named_through_a_pairing_that_she_does_not_know_of(session, couple):
    suggested = office.proposal(session, *couple)
    noor = office.newcomer(session, "Noor")
    for someone in (couple[0], noor):
        with pytest.raises(Forbidden):
            casework.part_from_other(session, suggested.id, someone.person, **someone.does)
    casework.approve(session, suggested.id, suggested.version, **DO)
    with pytest.raises(Forbidden):
        casework.part_from_other(session, suggested.id, couple[0].person, **noor.does)
    with pytest.raises(Forbidden):
        casework.part_from_other(session, suggested.id, noor.person, **couple[0].does)
    assert session.query(ApartWish).count() == 0


@pytest.mark.parametrize("who", [0, 1], ids=["the one who asks", "the one who offers"])
def test_until_a_name_was_looked_for_nothing_of_hers_is_approved(session, couple, who):
    pairing = office.proposal(session, *couple)
    apart_id = written(session, couple[who], "Bruno")
    with pytest.raises(Stale, match="apart"):
        casework.approve(session, pairing.id, pairing.version, **DO)
    assert [one.id for one in names_that_wait(session)] == [apart_id]
    casework.settle_wish(session, apart_id, None, **DO)
    assert list(names_that_wait(session)) == []
    assert casework.approve(session, pairing.id, pairing.version, **DO).state == "awaiting_answers"


def test_once_a_coordinator_knows_who_is_meant_the_two_are_parted(session, couple):
    pairing = office.accepted(session, *couple)
    apart_id = written(session, couple[0])
    assert not kept_apart(session, *couple)
    casework.settle_wish(session, apart_id, couple[1].person, **DO)
    assert kept_apart(session, *couple)
    assert pairing.state in {"withdrawn", "ended_early"}
    with pytest.raises(NotAllowedNow):
        casework.settle_wish(session, apart_id, None, **DO)
    with pytest.raises(Forbidden):
        casework.settle_wish(session, apart_id, None, **couple[0].does)


def test_nobody_is_kept_apart_from_herself(session, couple):
    apart_id = written(session, couple[0], "Amina")
    with pytest.raises(WrongValue):
        casework.settle_wish(session, apart_id, couple[0].person, **DO)


@pytest.mark.parametrize(
    ("name", "name_of_another", "comes_back"),
    [
        ("Bruno", "Bruno", True),
        ("bruno t.", "Bruno", True),
        ("Bruno Tremblante de Jonquière", "Brunö", True),
        ("Bruno", "Noor", False),
        ("Bruno Lavoie", "Bruno", False),
    ],
)
def test_a_name_that_nobody_bore_comes_back_when_somebody_of_that_name_signs_up(
    session, couple, name, name_of_another, comes_back
):
    apart_id = written(session, couple[0], name)
    casework.settle_wish(session, apart_id, None, **DO)
    office.sign_up(session, name_of_another, needs=(office.NEED,), email="another@example.org")
    assert [one.id for one in names_that_wait(session)] == [apart_id] * comes_back


def test_a_name_comes_back_when_somebody_takes_it_and_never_for_whoever_wrote_it(session, couple):
    amina, rosalie = couple
    casework.settle_wish(session, written(session, amina, "Bruno"), None, **DO)
    for someone, back in ((amina, 0), (rosalie, 1)):
        profile = office.replace(office.PROFILE, first_name="Bruno", email=None)
        casework.update_profile(session, someone.person, profile, **someone.does)
        assert len(list(names_that_wait(session))) == back


def test_a_name_comes_back_when_whoever_bears_it_does(session, couple):
    amina, rosalie = couple
    casework.withdraw_consent(session, rosalie.person, "program", **rosalie.does)
    casework.settle_wish(session, written(session, amina), None, **DO)
    casework.give_consent(session, rosalie.person, "program", **rosalie.does)
    assert len(list(names_that_wait(session))) == 1


def test_what_may_be_meant_by_what_was_written():
    assert may_mean("Éléonore", "Eleonore Bouchard")
    assert not may_mean("", "Amina")
    assert not may_mean("42", "Amina")


def test_taking_a_line_back_lets_the_two_be_proposed_again(session, couple):
    pairing = office.approved(session, *couple)
    wish = casework.part_from_other(session, pairing.id, couple[0].person, **couple[0].does)
    casework.take_back_wish(session, wish, **couple[0].does)
    assert not kept_apart(session, *couple)
    assert my_wishes(session, couple[0].person).wishes == ()
    assert office.proposal(session, *couple).state == "under_review"


def test_a_line_is_taken_back_by_whoever_wrote_it(session, couple):
    wish = written(session, couple[0])
    with pytest.raises(Forbidden):
        casework.take_back_wish(session, wish, **couple[1].does)
    casework.take_back_wish(session, wish, **couple[0].does)
    assert session.query(ApartWish).count() == 0


def by_the_office(session, me, other):
    casework.exclude(session, me.person, other.person, **DO)


def by_the_other(session, me, other):
    casework.settle_wish(session, written(session, other, "Amina"), me.person, **DO)


def by_another_line_of_hers(session, me, other):
    casework.settle_wish(session, written(session, me, "Rosalie T."), other.person, **DO)


@pytest.mark.parametrize("also", [by_the_office, by_the_other, by_another_line_of_hers])
@pytest.mark.parametrize("is_first", [True, False])
def test_taking_a_line_back_takes_back_nobody_else_s_word(session, couple, also, is_first):
    if is_first:
        also(session, *couple)
    wish = written(session, couple[0])
    casework.settle_wish(session, wish, couple[1].person, **DO)
    if not is_first:
        also(session, *couple)
    casework.take_back_wish(session, wish, **couple[0].does)
    assert kept_apart(session, *couple)


def test_it_holds_for_a_second_registration_and_is_taken_back_for_both(session, couple):
    phone = office.replace(office.PROFILE, phone="418 555-0101", first_name="Rosalie")
    casework.update_profile(session, couple[1].person, phone, **couple[1].does)
    wish = written(session, couple[0])
    casework.settle_wish(session, wish, couple[1].person, **DO)
    again = office.sponsor(session, "Rosalia", phone="+1 (418) 555 0101", email="rosalia@example.org")
    assert kept_apart(session, couple[0], again)
    casework.take_back_wish(session, wish, **couple[0].does)
    assert session.query(Exclusion).count() == 0


def test_what_was_kept_before_lasts(session, couple):
    one, other = sorted(someone.person for someone in couple)
    row = {"one": one, "other": other, "since": "2026-01-05 15:00:00+00:00"}
    session.execute(
        text("INSERT INTO exclusion (one_id, other_id, since) VALUES (:one, :other, :since)"), row
    )
    wish = written(session, couple[0])
    casework.settle_wish(session, wish, couple[1].person, **DO)
    casework.take_back_wish(session, wish, **couple[0].does)
    assert kept_apart(session, *couple)


@pytest.fixture
def two(db):
    """Two people of an office, each act on whom is a unit of its own."""
    with db.writing() as session:
        return office.newcomer(session), office.sponsor(session)


def do(db, verb, *arguments, **by):
    with db.writing() as session:
        return verb(session, *arguments, **by)


@pytest.mark.parametrize("is_here", [True, False])
def test_her_copy_tells_what_she_wrote_and_never_whether_it_led_to_somebody(db, two, is_here):
    amina, rosalie = two
    apart_id = do(db, casework.wish_apart, amina.person, "Rosalie", **amina.does)
    do(db, casework.settle_wish, apart_id, rosalie.person if is_here else None, **DO)
    with db.reading() as session:
        copy = bundle(session, amina.person, AT)
    (line,) = copy["tables"]["apart_wish"]
    assert line == {
        "id": apart_id,
        "person_id": amina.person,
        "name": "Rosalie",
        "pairing_id": None,
        "asked_at": AT,
    }
    do(db, casework.take_back_wish, apart_id, **amina.does)
    with db.reading() as session:
        copy = bundle(session, amina.person, AT)
    told = [one["verb"] for one in copy["ledger"] if one["by"] == "me" or "apart" in one["verb"]]
    assert told == ["wish_apart", "take_back_apart"]
    assert copy["exclusions"] == []
    assert rosalie.person not in str(copy)


def test_the_other_s_copy_says_nothing_of_it(db, two):
    amina, rosalie = two
    with db.writing() as session:
        pairing = office.approved(session, *two).id
    before = copied(db, rosalie)
    wish = do(db, casework.part_from_other, pairing, amina.person, **amina.does)
    do(db, casework.take_back_wish, wish, **amina.does)
    after = copied(db, rosalie)
    assert after["tables"].keys() == before["tables"].keys()
    assert {line["verb"] for line in after["ledger"]} == {line["verb"] for line in before["ledger"]}
    assert after["exclusions"] == []


def copied(db, someone):
    with db.reading() as session:
        return bundle(session, someone.person, AT)


def test_erasing_takes_her_words_away_and_leaves_the_two_apart(session, couple):
    apart_id = written(session, couple[0])
    casework.settle_wish(session, apart_id, couple[1].person, **DO)
    written(session, couple[0], "Bruno")
    casework.erase(session, couple[0].person, **DO)
    assert session.query(ApartWish).count() == 0
    assert kept_apart(session, *couple)


def test_a_name_waits_for_nobody_once_she_has_left_and_again_when_she_is_back(session, couple):
    apart_id = written(session, couple[0])
    casework.withdraw_consent(session, couple[0].person, "program", **couple[0].does)
    assert list(names_that_wait(session)) == []
    casework.give_consent(session, couple[0].person, "program", **couple[0].does)
    assert named(session, apart_id).waits
    assert [one.id for one in names_that_wait(session)] == [apart_id]


def test_a_list_has_an_end(session, couple, monkeypatch):
    monkeypatch.setattr(apart, "MOST_WISHES", 2)
    for name in ("Bruno", "Noor"):
        written(session, couple[0], name)
    with pytest.raises(NotAllowedNow):
        written(session, couple[0], "Awa")


def test_the_ledger_tells_that_it_was_said_and_never_what(db, two):
    apart_id = do(db, casework.wish_apart, two[0].person, "Zorglub", **two[0].does)
    do(db, casework.settle_wish, apart_id, two[1].person, by=OTHER_COORDINATOR, at=AT)
    do(db, casework.take_back_wish, apart_id, **two[0].does)
    with db.reading() as session:
        lines = list(session.scalars(select(LedgerLine).order_by(LedgerLine.seq)))[-5:]
    told = [(line.verb, line.role) for line in lines]
    assert told == [
        ("wish_apart", "participant"),
        ("exclude", "coordinator"),
        ("settle_apart", "coordinator"),
        ("take_back_apart", "participant"),
        ("lift_exclusion", "participant"),
    ]
    assert "Zorglub" not in str([line.facts for line in lines])


def test_the_doctor_finds_a_wish_that_keeps_nobody_apart(db, two):
    with db.writing() as session:
        casework.settle_wish(session, written(session, two[0]), two[1].person, **DO)
    with db.writing() as session:
        session.delete(session.scalars(select(Exclusion)).one())
    with db.reading() as session:
        assert [found.code for found in check_invariants(session)] == ["wish_without_exclusion"]


def test_a_need_keeps_its_place_when_she_parts_from_the_other(session, couple):
    pairing = office.accepted(session, *couple)
    since = session.get_one(Need, couple[0].wish).waiting_since
    casework.part_from_other(session, pairing.id, couple[0].person, **couple[0].does)
    need, offer = session.get_one(Need, couple[0].wish), session.get_one(Offer, couple[1].wish)
    assert (need.state, need.waiting_since, offer.places_taken) == ("available", since, 0)
