"""What pages are given: who sees what, the week, the urgent answer, what the bank lacks, feeds, the service sheet."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import casework, interpreting, organisations
from models.actor import Actor, actor_of
from models.errors import Forbidden, WrongValue
from models.queries.interpreting import answer, asked, feeds, lacks, mine, recruiting, service, week
from models.tables import Account, Offer, Person
from tests.models import office
from tests.models.interpreting import bank
from tests.models.office import AT, COORDINATOR, DO
from tests.web.desk import questions

LATER = AT + timedelta(hours=1)
KEEPER = Actor(account_id="keeper", role="administrator")


def agent(session, name="Le Havre"):
    opened = organisations.open_organisation(session, name, by=KEEPER, at=AT)
    return Actor(account_id=f"agent {name}"[:26], role="agent", organisation_id=opened.id)


def test_an_interpreter_sees_neither_name_nor_note_before_she_took_it_nor_after_the_service(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    booking = bank.asked(session, person, note="Apporter le bail.", place="12, rue Imaginaire")

    def texts(errand):
        return errand.person_name, errand.note, errand.place

    (offer,) = mine.interpreter_page(session, who.person, AT).offers
    assert texts(offer) == (None, None, None)
    interpreting.take(session, booking.id, **who.does)
    (coming,) = mine.interpreter_page(session, who.person, AT).coming
    assert texts(coming) == ("Amina", "Apporter le bail.", "12, rue Imaginaire")
    for side in ("interpreter", "requester"):
        interpreting.sign_service(session, booking.id, 75, by=COORDINATOR, at=bank.after(booking), side=side)
    page = mine.interpreter_page(session, who.person, bank.after(booking))
    assert texts(page.past[0]) == (None, None, None)
    assert (page.hours.in_all, page.hours.last_30d, page.hours.this_month, page.hours.services) == (
        75,
        75,
        75,
        1,
    )


def test_an_agent_asks_for_whom_nobody_knows_and_sees_what_her_organisation_asked_alone(session):
    bank.interpreter(session)
    ours, theirs = agent(session), agent(session, "Le Phare")
    reply = bank.request(session, by=ours)
    assert [one.id for one in asked.requests_of(session, ours, AT).coming] == [reply.id]
    assert asked.requests_of(session, theirs, AT).coming == ()
    with pytest.raises(Forbidden):
        asked.appointment_page(session, reply.id, theirs, AT)
    with pytest.raises(Forbidden):
        interpreting.cancel_appointment(session, reply.id, by=theirs, at=AT)
    with pytest.raises(Forbidden):
        bank.request(session, bank.newcomer(session), by=ours)
    interpreting.cancel_appointment(session, reply.id, by=ours, at=AT)


def test_a_person_asks_for_herself_alone_and_does_not_say_how_pressing_it_is(session):
    person, other = bank.newcomer(session), bank.newcomer(session, "Basile")
    assert bank.request(session, person, by=person.actor).state == "searching"
    with pytest.raises(Forbidden):
        bank.request(session, other, by=person.actor)
    with pytest.raises(Forbidden):
        bank.request(session, person, by=person.actor, urgency=6)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from_language", "xxx"),
        ("dialect", "fra"),
        ("setting", "party"),
        ("minutes", 0),
        ("modes", ()),
        ("start", AT - timedelta(hours=1)),
        ("urgency", 13),
        ("note", "x" * 501),
    ],
)
def test_a_request_that_cannot_be_is_refused_by_its_field(session, field, value):
    with pytest.raises(WrongValue) as refused:
        bank.request(session, **{field: value})
    assert refused.value.field in {field, "to_language"}
    assert "xxxx" not in str(refused.value)


def test_the_week_tells_who_does_what_and_why_the_rest_stays_without(session):
    who = bank.interpreter(session)
    booking = bank.confirmed(session, who)
    bank.request(session, from_language="kek")
    interpreting.plan_horizon(session, AT, AT + timedelta(days=14), **DO)
    found = week.week(session, bank.START.date(), AT)
    assert [line.entries[0].booking.id for line in found.interpreters] == [booking.id]
    assert [(one.from_language, one.reason) for one in found.without] == [("kek", "blocked_language")]
    assert {one.language: (one.filled, one.asked) for one in found.languages} == {
        "spa": (1, 1),
        "kek": (0, 1),
    }
    assert found.plan.proved
    assert (found.plan.filled, found.plan.unfilled) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"from_language": "kek"}, "blocked_language"),
        ({"setting": "work"}, "blocked_setting"),
        ({"start": bank.START + timedelta(hours=8)}, "blocked_schedule"),
    ],
)
def test_each_reason_is_told_for_what_it_is(session, changes, reason):
    bank.interpreter(session)
    reply = bank.request(session, **changes)
    interpreting.plan_horizon(session, AT, AT + timedelta(days=14), **DO)
    (row,) = week.open_appointments(session, AT)
    assert (row.id, row.reason) == (reply.id, reason)


def test_an_urgent_answer_names_who_is_free_and_who_could_be_freed(session):
    who = bank.interpreter(session)
    first = bank.request(session)
    free = answer.urgent(session, first.id, AT)
    assert [one.person_id for one in free.free] == [who.person]
    interpreting.ask_next(session, first.id, **DO)
    second = answer.urgent(session, bank.request(session, urgency=6).id, AT)
    assert second.free == ()
    assert [(one.free.person_id, one.moves[0].appointment_id, one.moves[0].to) for one in second.freed] == [
        (who.person, first.id, None)
    ]


def test_an_urgent_answer_asks_the_database_as_often_for_many_as_for_few(db):
    asked = []
    for names in (["Ximena"], ["Yara", "Zoe", "Alba", "Luz", "Inés", "Noor"]):
        with db.writing() as session:
            for name in names:
                bank.interpreter(session, name)
                bank.asked(session)
            wanted = bank.request(session, urgency=6).id
        with db.reading() as session, questions(db) as statements:
            assert answer.urgent(session, wanted, AT).freed
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_an_urgent_answer_opens_the_names_that_the_page_shows_and_no_other(session):
    for at in range(answer.MOST_FREE + 2):
        bank.interpreter(session, f"Ximena {at}")
    assert len(answer.urgent(session, bank.request(session).id, AT).free) == answer.MOST_FREE


def test_what_was_promised_is_not_moved_for_what_is_urgent(session):
    bank.confirmed(session, bank.interpreter(session))
    assert answer.urgent(session, bank.request(session, urgency=6).id, AT).freed == ()


def test_an_urgent_answer_for_professionals_says_where_to_turn(session):
    bank.interpreter(session)
    found = answer.urgent(session, bank.request(session, setting="police").id, AT)
    assert (found.refer_to, found.free, found.freed) == ("interprète judiciaire", (), ())


def test_what_the_bank_lacks_is_told_by_month_and_by_language(session):
    who = bank.interpreter(session)
    booking = bank.asked(session)
    interpreting.take(session, booking.id, by=who.actor, at=AT + timedelta(hours=6))
    bank.request(session, from_language="kek")
    bank.request(session, setting="court")
    interpreting.close_past(session, by=COORDINATOR, at=bank.after(booking))
    found = lacks.report(session, bank.after(booking), months=2)
    month = found.months[0]
    assert (month.asked, month.filled, month.unfilled, month.referred) == (3, 1, 1, 1)
    assert (month.fill_rate, month.median_hours, month.share_referred) == (0.5, 6.0, pytest.approx(1 / 3))
    assert (found.asked, found.covered) == (2, 1)
    assert [one.language for one in found.languages] == ["kek", "spa"]


def test_one_more_interpreter_fills_exactly_what_her_language_lacks(session):
    bank.interpreter(session)
    for hours in (0, 24):
        bank.request(session, from_language="kek", start=bank.START + timedelta(hours=hours))
    plan = interpreting.plan_horizon(session, AT, AT + timedelta(days=28), **DO)
    found = interpreting.gains_of(session, plan, AT)
    assert {(one.language, one.slot, one.filled) for one in found} == {
        ("kek", "wed_pm", 1),
        ("kek", "thu_pm", 1),
    }
    assert all(one.proved for one in found)


def test_what_one_more_would_fill_is_kept_with_its_plan_and_says_when_it_is_stale(db):
    def page():
        with db.reading() as session:
            return recruiting.recruiting(session)

    def plan(days):
        with db.writing() as session:
            return interpreting.plan_horizon(session, AT, AT + timedelta(days=days), by=COORDINATOR, at=LATER)

    with db.writing() as session:
        bank.interpreter(session)
        bank.request(session, from_language="kek")
    assert (page().plan_id, page().counted_at) == (None, None)
    first = plan(14)
    with db.writing() as session:
        found = interpreting.gains_of(session, first, AT)
        interpreting.keep_gains(session, first, found, by=COORDINATOR, at=LATER)
    assert page().gains == found
    assert (page().is_stale, page().more("kek", "wed_pm"), page().more("spa", "wed_pm")) == (False, 1, 0)
    with db.writing() as session:
        sheet = replace(bank.ASKED, from_language="swa")
        interpreting.request_appointment(session, sheet, by=COORDINATOR, at=LATER + timedelta(hours=1))
    assert (page().is_stale, page().changes, page().is_of_last_plan) == (True, 1, True)
    with db.writing() as session:
        at = LATER + timedelta(hours=2)
        interpreting.plan_horizon(session, AT, AT + timedelta(days=14), by=COORDINATOR, at=at)
    assert (page().is_stale, page().is_of_last_plan, page().gains) == (True, False, found)


def test_a_feed_opens_by_its_token_alone_holds_no_name_and_a_new_one_closes_the_old(session):
    who, person = bank.interpreter(session), bank.newcomer(session)
    bank.confirmed(session, who, person, note="Apporter le bail.")
    account = session.scalars(select(Account).where(Account.person_id == who.person)).one()
    hers = actor_of(account)
    first = interpreting.make_feed(session, by=hers, at=AT)
    found = feeds.feed_of(session, first, AT)
    (entry,) = found.entries
    assert (found.is_office, entry.begins, entry.state) == (False, bank.START, "confirmed")
    assert not {"Amina", "Ximena", "Apporter le bail."} & {*map(str, asdict(entry).values())}
    second = interpreting.make_feed(session, by=hers, at=AT)
    assert feeds.feed_of(session, first, AT) is None
    assert feeds.feed_of(session, second, AT) is not None
    interpreting.drop_feed(session, by=hers, at=AT)
    assert feeds.feed_of(session, second, AT) is None


def test_a_service_sheet_is_for_the_two_sides_and_the_office(session):
    who, other, person = (
        bank.interpreter(session),
        bank.interpreter(session, "Yolanda"),
        bank.newcomer(session),
    )
    booking = bank.confirmed(session, who, person, avoid=(other.person,))
    for reader in (who.actor, person.actor, COORDINATOR):
        sheet = service.service_sheet(session, booking.id, reader)
        assert (sheet.interpreter, sheet.person) == ("Ximena", "Amina")
    with pytest.raises(Forbidden):
        service.service_sheet(session, booking.id, other.actor)


def test_an_interpreter_who_has_not_signed_the_code_is_told_so_and_asked_for_nothing(session):
    person = office.sign_up(session, "Zoé")
    interpreting.join_bank(session, person, replace(bank.SHEET), **DO)
    office.make_ready(session, person)
    page = mine.interpreter_page(session, person, AT)
    assert (page.is_open, page.must_sign, page.missing) == (False, True, ("code",))
    assert interpreting.ask_next(session, bank.request(session).id, **DO) is None


def turns_matching_off(session, who):
    casework.withdraw_consent(session, who.person, "matching", **who.does)


def takes_a_break(session, who):
    casework.pause(session, who.person, **who.does)


def leaves(session, who):
    casework.withdraw_consent(session, who.person, "program", **who.does)


@pytest.mark.parametrize(
    ("stops", "missing"),
    [
        (turns_matching_off, ("matching",)),
        (takes_a_break, ("paused",)),
        (leaves, ("program", "inactive")),
    ],
)
def test_an_interpreter_who_is_asked_for_nothing_is_told_every_reason(session, stops, missing):
    who = bank.interpreter(session)
    assert mine.interpreter_page(session, who.person, AT).missing == ()
    stops(session, who)
    page = mine.interpreter_page(session, who.person, AT)
    assert (page.is_open, page.missing) == (False, missing)
    assert interpreting.ask_next(session, bank.request(session).id, **DO) is None


@pytest.mark.parametrize(("table", "state"), [(Person, "training"), (Offer, "withdrawn")])
def test_who_lacks_nothing_and_is_not_in_play_is_told_to_call(session, table, state):
    who = bank.interpreter(session)
    row = session.get_one(table, who.person if table is Person else who.wish)
    before, row.state = row.state, state
    session.flush()
    assert mine.interpreter_page(session, who.person, AT).missing == ("inactive",)
    row.state = before


def test_whom_one_met_is_named_to_who_may_ask_for_her_alone_and_whom_to_avoid_to_the_office(session):
    who, person, other = bank.interpreter(session), bank.newcomer(session), bank.newcomer(session, "Basile")
    bank.confirmed(session, who, person)
    assert asked.met(session, person.person, person.actor) == {who.person: "Ximena"}
    assert asked.met(session, other.person, COORDINATOR) == {}
    with pytest.raises(Forbidden):
        asked.met(session, person.person, other.actor)
    later = bank.request(session, person, start=bank.START + timedelta(days=1)).id
    interpreting.keep_out(session, later, who.person, out=True, **DO)
    assert asked.kept_out(session, later) == {who.person: "Ximena"}
    with pytest.raises(Forbidden):
        interpreting.keep_out(session, later, who.person, out=False, **who.does)
    interpreting.keep_out(session, later, who.person, out=False, **DO)
    assert asked.kept_out(session, later) == {}
