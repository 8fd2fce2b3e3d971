"""R64, R73: both databases keep every text that came through the gate, and refuse every other one alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.texts import clean, is_clean, one_line
from models import casework, disclosure
from models.errors import AlreadyRegistered, WrongValue
from models.tables import Person
from tests.models import office
from tests.models.office import DO, PROFILE
from tests.tries import tries

EXAMPLES = settings(
    max_examples=3 * tries(),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXTS = st.text(st.characters() | st.sampled_from("\0\u200c\u202e\ud800\u0301e\nنا👩"), max_size=80)


@EXAMPLES
@given(text=TEXTS)
def test_a_note_comes_back_as_it_went_through_the_gate_or_is_refused(db, text):
    with db.writing() as session:
        person = office.sign_up(session, "Amina", email=None)
        casework.write_note(session, person, clean(text), **DO)
        if not is_clean(text):
            with pytest.raises(WrongValue):
                casework.write_note(session, person, text, **DO)
    with db.reading() as session:
        assert disclosure.note_of(session, session.get(Person, person)) == clean(text)


@EXAMPLES
@given(text=TEXTS)
def test_a_name_comes_back_as_it_went_through_the_gate_or_is_refused(db, text):
    name = one_line(text)
    with db.writing() as session:
        if not name:
            with pytest.raises(WrongValue):
                office.sign_up(session, text, email=None)
            return
        person = office.sign_up(session, name, email=None)
        profile = office.replace(PROFILE, first_name=text, email=None)
        if one_line(text) != text.strip():
            with pytest.raises(WrongValue):
                casework.update_profile(session, person, profile, **DO)
    with db.reading() as session:
        assert session.get(Person, person).first_name == name


SAME = [
    ("mike@example.org", "MIKE@EXAMPLE.ORG"),
    ("élise@example.org", "E\u0301LISE@example.org"),
    ("a@exämple.org", "a@XN--EXMPLE-CUA.org"),
    ("kelvin@example.org", "\u212aelvin@example.org"),
]
OTHERS = [("mike@example.org", "m\u0131ke@example.org"), ("a.b@example.org", "ab@example.org")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_an_address_are_one_person(db, one, other):
    with db.writing() as session:
        office.sign_up(session, "Amina", email=one)
        with pytest.raises(AlreadyRegistered):
            office.sign_up(session, "Basile", email=clean(other))
        session.rollback()


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_addresses_that_only_look_alike_are_two_people(db, one, other):
    with db.writing() as session:
        for name, email in (("Amina", one), ("Basile", other)):
            office.sign_up(session, name, email=email)
    with db.reading() as session:
        assert session.query(Person).count() == 2
