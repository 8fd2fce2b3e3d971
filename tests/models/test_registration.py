from dataclasses import replace

import pytest
from sqlalchemy import select

from models import casework, disclosure
from models.casework import Interests, Language
from models.errors import AlreadyRegistered, Forbidden, NotAllowedNow, WrongValue
from models.tables import Account, Consent, Letter, Need, Offer, Person
from tests.models import office
from tests.models.office import AT, DO, NEED, OFFER, PROFILE, TODAY


def test_one_person_may_ask_and_offer_several_times(session):
    person = office.sign_up(session, needs=(NEED, replace(NEED, program="support")), offers=(OFFER,))
    wishes = casework.rows.wishes_of(session, person)
    assert sorted((type(wish).__name__, wish.program, wish.state) for wish in wishes) == [
        ("Need", "sponsorship", "available"),
        ("Need", "support", "available"),
        ("Offer", "sponsorship", "available"),
    ]


def test_a_registration_is_received_with_its_account_consents_and_letter(session):
    person = office.sign_up(session, consents=("program", "share_contact"))
    assert session.get(Person, person).state == "submitted"
    assert session.scalars(select(Account)).one().person_id == person
    assert set(session.scalars(select(Consent.purpose))) == {"program", "share_contact"}
    assert session.scalars(select(Letter.kind)).all() == ["registration_received"]


def test_without_a_password_no_account_is_opened(session):
    sheet = casework.Registration(profile=replace(PROFILE, email="basile@example.org"))
    casework.register(session, sheet, **DO)
    assert session.scalars(select(Account)).all() == []


def test_who_registers_waits_from_that_day_in_the_city(session):
    person = office.sign_up(session, needs=(NEED,))
    assert session.scalars(select(Need)).one().waiting_since == TODAY
    assert session.get(Person, person).registered_at == AT


@pytest.mark.parametrize("spelling", ["Amina", "AMINA"])
def test_an_address_registers_once(session, spelling):
    office.sign_up(session, "Amina")
    with pytest.raises(AlreadyRegistered):
        office.sign_up(session, spelling)


def test_fewer_than_four_weeks_repeat_to_four(session):
    weeks = (("mon_am",), ("tue_pm",))
    person = office.sign_up(session, profile=replace(PROFILE, availability=weeks))
    assert session.get(Person, person).availability == [["mon_am"], ["tue_pm"]] * 2


@pytest.mark.parametrize(
    "change",
    [
        {"sector": "atlantis"},
        {"languages": (Language(code="tlh", level="B1"),)},
        {"languages": (Language(code="fra", level="B3"),)},
        {"interests": Interests(like=("worship",))},
        {"interests": Interests(like=("fishing",) * 11)},
        {"availability": (("someday",),)},
    ],
)
def test_a_code_that_does_not_exist_is_refused(session, change):
    with pytest.raises(WrongValue):
        office.sign_up(session, profile=replace(PROFILE, **change))


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "Ami\0na", "Ami\nna", "Ami\ud800na"])
def test_a_name_that_some_database_or_page_cannot_carry_is_refused(session, name):
    profile = replace(PROFILE, first_name=name, email=None)
    with pytest.raises(WrongValue):
        casework.register(session, casework.Registration(profile=profile), **DO)


def test_a_profile_is_replaced_whole(session):
    person = office.sign_up(session)
    changed = replace(PROFILE, first_name="Aminata", sector=None, surname=None, email="new@example.org")
    row = casework.update_profile(session, person, changed, **DO)
    assert (row.first_name, row.sector) == ("Aminata", None)
    assert disclosure.contacts_of(session, row).email == "new@example.org"
    assert disclosure.contacts_of(session, row).surname is None


def test_a_participant_changes_only_what_is_hers(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    with pytest.raises(Forbidden):
        casework.update_profile(session, amina.person, PROFILE, **rosalie.does)
    with pytest.raises(Forbidden):
        casework.update_need(session, amina.wish, NEED, **rosalie.does)
    assert casework.update_need(session, amina.wish, replace(NEED, months=3), **amina.does).months == 3


def test_what_was_imported_is_found_again_by_its_reference(session):
    person = office.sign_up(session, needs=(replace(NEED, import_ref="row 12"),))
    need = session.scalars(select(Need)).one()
    assert "row 12" not in need.import_index
    assert casework.imported(session, "sponsorship", "need", "row 12") == need.id
    assert casework.imported(session, "sponsorship", "offer", "row 12") is None
    with pytest.raises(AlreadyRegistered):
        casework.publish_need(session, person, replace(NEED, import_ref="row 12"), **DO)


def test_an_offer_never_gives_fewer_places_than_are_taken(session):
    need, offer = office.newcomer(session), office.sponsor(session, capacity=2)
    office.approved(session, need, offer)
    with pytest.raises(NotAllowedNow):
        casework.update_offer(session, offer.wish, replace(OFFER, capacity=0), **offer.does)
    casework.update_offer(session, offer.wish, replace(OFFER, capacity=1), **offer.does)
    assert session.get(Offer, offer.wish).state == "proposed"


def test_who_left_publishes_nothing(session):
    amina = office.newcomer(session)
    casework.withdraw_consent(session, amina.person, "program", **amina.does)
    with pytest.raises(NotAllowedNow):
        casework.publish_need(session, amina.person, NEED, **amina.does)


def test_nobody_asks_or_gives_twice_in_one_program_at_a_time(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    with pytest.raises(AlreadyRegistered):
        casework.publish_need(session, amina.person, NEED, **amina.does)
    with pytest.raises(AlreadyRegistered):
        casework.publish_offer(session, rosalie.person, OFFER, **rosalie.does)
    support = casework.publish_need(session, amina.person, replace(NEED, program="support"), **amina.does)
    assert {need.id for need in session.scalars(select(Need))} == {amina.wish, support}
    with pytest.raises(AlreadyRegistered):
        office.sign_up(session, "Zoé", needs=(NEED, NEED))


def test_who_came_to_the_end_may_ask_again(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    casework.end_pairing(session, office.active(session, amina, rosalie).id, "planned_end", **DO)
    again = casework.publish_need(session, amina.person, NEED, **amina.does)
    assert session.get(Need, amina.wish).state == "finished"
    casework.withdraw_consent(session, amina.person, "program", **amina.does)
    casework.give_consent(session, amina.person, "program", **amina.does)
    assert session.get(Need, again).state == "available"


def test_who_is_in_the_program_may_ask_and_give_as_well(session):
    amina, rosalie = office.newcomer(session), office.sponsor(session)
    offer = casework.publish_offer(session, amina.person, office.OFFER, **amina.does)
    need = casework.publish_need(session, rosalie.person, office.NEED, **rosalie.does)
    assert session.get(Offer, offer).person_id == amina.person
    assert session.get(Need, need).person_id == rosalie.person
