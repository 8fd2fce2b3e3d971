"""A name in a list is told once on a day of the city for each reader; nobody is told of herself, nor who is gone."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from models import casework, reads
from tests.models import office
from tests.models.office import AT, COORDINATOR, DO, OTHER_COORDINATOR

LATE_YESTERDAY = AT - timedelta(hours=11)
"""Eleven in the evening of the day before in the city; today already by the clock of the world."""


def new(session, *people, by=COORDINATOR, at=AT):
    return reads.not_told_today(session, [one.person for one in people], by=by, at=at)


@pytest.fixture
def amina(db):
    with db.writing() as session:
        return office.newcomer(session)


@pytest.mark.parametrize(
    ("by", "at", "is_new"),
    [(COORDINATOR, AT, False), (COORDINATOR, LATE_YESTERDAY, True), (OTHER_COORDINATOR, AT, True)],
)
def test_what_was_told_today_of_this_reader_is_told_no_more(db, amina, by, at, is_new):
    with db.reading() as session:
        assert new(session, amina) == [amina.person]  # though she was registered by this coordinator today
    with db.writing() as session:
        reads.note(session, reads.NAMES, [amina.person], by=by, at=at)
    with db.reading() as session:
        assert new(session, amina) == [amina.person] * is_new


def test_nobody_reads_herself_and_whoever_is_gone_is_read_by_nobody(db, amina):
    with db.writing() as session:
        left, erased = office.newcomer(session, "Noor"), office.sign_up(session, "Basile")
        casework.withdraw_consent(session, left.person, "program", **left.does)
        casework.decline_person(session, erased, **DO)
        casework.erase(session, erased, **DO)
    with db.reading() as session:
        assert new(session, amina, left, office.Someone(erased, "")) == [amina.person]
        assert new(session, amina, by=amina.actor) == []


@dataclass(frozen=True)
class Line:
    """What a page names somebody by."""

    person_id: str | None


@pytest.mark.parametrize(
    "lay", [lambda one: one, lambda one: (one,), lambda one: [one], lambda one: {"": one}]
)
def test_whoever_stands_anywhere_in_a_page_is_named_in_it(lay):
    @dataclass(frozen=True)
    class Page:
        part: object

    assert reads.named_in(Page(lay(Line("amina")))) == {"amina"}
    assert reads.named_in((Page(lay(Line(None))), "rosalie")) == set()
    assert reads.named_in(Page(lay(Line((7, 8))))) == set()  # invented recruits, who have no file


def test_readings_are_paged_and_one_past_the_end_is_the_last(db, amina):
    with db.writing() as session:
        for _ in range(reads.PAGE):
            reads.note(session, "file", [amina.person], by=COORDINATOR, at=AT)
    with db.reading() as session:
        assert reads.readings_page(session, amina.person, 1).pages == 1
    with db.writing() as session:
        reads.note(session, "file", [amina.person], by=COORDINATOR, at=AT)
    with db.reading() as session:
        first, last = (reads.readings_page(session, amina.person, page) for page in (1, 9))
    assert (first.page, first.pages, len(first.rows)) == (1, 2, reads.PAGE)
    assert (last.page, last.pages, len(last.rows)) == (2, 2, 1)
