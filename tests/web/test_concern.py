"""« Quelque chose ne va pas »: two acts from « Ma page », and somebody calls."""

import pytest

from tests.models import office
from tests.web import desk

STAGES = ("accepted", "in_trial", "active")


@pytest.fixture
def couple(database):
    with database.writing() as session:
        return office.newcomer(session, "Amina"), office.sponsor(session, "Rosalie")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("side", [0, 1], ids=["newcomer", "sponsor"])
def test_two_acts_stop_everything_and_nobody_learns_who_asked(app, database, signed_in, couple, stage, side):
    pairing = desk.stage(database, stage, *couple)
    me, other = signed_in(couple[side].person), signed_in(couple[1 - side].person)
    [link] = [tag for tag in me.open("/moi").all("a") if tag.attrs.get("href", "").endswith("/probleme")]
    [form] = [tag for tag in me.open(link.attrs["href"]).all("form") if "suspendre" in tag.attrs["action"]]
    me.send(form.attrs["action"])
    assert desk.pairing(database, pairing).state == "suspended"
    told = {one.open("/moi").text.split("Ce jumelage est suspendu.")[1][:90] for one in (me, other)}
    assert len(told) == 1, "both read the same words"
    assert "example.org" not in other.open("/moi").text
    [first, *_] = (
        desk.coordinator(app, database).open("/coordination").all("li", **{"class": "task task-concern"})
    )
    assert "Amina" in first.text
    assert "tout de suite" in first.text
