from itertools import product
from types import SimpleNamespace

import pytest

from matcher.vocabulary import LIFECYCLE
from models import ledger
from models.actor import SYSTEM
from models.casework.rows import MACHINES, move
from models.errors import NotAllowedNow
from models.lifecycle import IN_FORCE, STEPS, is_allowed, states
from models.tables import Need, Offer, Pairing, Person
from tests.models.office import AT

TABLES = {Person: "person", Need: "need_or_offer", Offer: "need_or_offer", Pairing: "pairing"}
PAIRS = [(table, *pair) for table, machine in TABLES.items() for pair in product(states(machine), repeat=2)]


@pytest.mark.parametrize(("table", "state", "step"), PAIRS)
def test_only_the_steps_of_the_table_can_be_taken(table, state, step):
    row, session = table(id="x", state=state, version=1), SimpleNamespace(info={})
    if is_allowed(MACHINES[table], state, step):
        move(session, row, step, verb="try", by=SYSTEM, at=AT)
        assert (row.state, row.version) == (step, 2)
        assert [line["facts"] for line in session.info[ledger.PENDING]] == [{"from": state, "to": step}]
    else:
        with pytest.raises(NotAllowedNow, match=state):
            move(session, row, step, verb="try", by=SYSTEM, at=AT)
        assert (row.state, row.version, session.info) == (state, 1, {})


def test_a_step_named_twice_in_the_table_counts_once():
    assert STEPS["person"]["interviewed"] == ("vetting", "training", "ready", "withdrawn")


def test_every_step_leads_to_a_state_of_the_same_table():
    for machine in STEPS.values():
        assert {step for steps in machine.values() for step in steps} <= machine.keys()


def test_pairings_that_hold_a_place_are_those_from_approval_to_the_end():
    ended = {row["state"] for row in LIFECYCLE if row["entity"] == "pairing" and not row["next_states"]}
    assert set(states("pairing")) - ended - {"suggested", "under_review"} == set(IN_FORCE)


def test_who_left_may_come_back_and_a_pairing_that_ended_never_does():
    assert STEPS["person"]["withdrawn"] == ("submitted", "interviewed")
    assert STEPS["need_or_offer"]["withdrawn"] == ("available",)
    assert STEPS["pairing"]["withdrawn"] == ()
