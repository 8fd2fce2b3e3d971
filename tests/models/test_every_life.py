"""Whatever happens, in whatever order: the office does what a plain model of it does, and the doctor finds nothing.

Hypothesis invents lives; after each step the database is held against the model beside it and against every invariant.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import networkx as nx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from models import casework
from models.actor import SYSTEM, Actor
from models.database import Database
from models.errors import CaseworkError
from models.imports import bring_in
from models.invariants import check_invariants
from models.lifecycle import IN_FORCE, STEPS, UNDECIDED
from models.tables import Clearance, Consent, LedgerLine, Need, Offer, Pairing, Person
from tests.conftest import KEYRING
from tests.models import lives_model, office
from tests.models.office import AT, COORDINATOR, OTHER_COORDINATOR, TODAY
from tests.snapshots import Snapshot
from tests.tries import FULL, tries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

PARTS, LIVES_OF_A_PART, STEPS_OF_A_LIFE = (
    (20, 1_000, 50) if tries() >= FULL else (1, max(tries() * 4 // 10, 1), 40)
)
"""Each part stands alone, so that the processors share them."""
MOST_OF_A_SIDE = 3
KINDS = ("identity", "references", "conduct", "training", "screening")
MACHINE_OF = {"person": "person", "need": "need_or_offer", "offer": "need_or_offer", "pairing": "pairing"}
NO_VERB_LEADS_TO = {("person", "draft"), ("need_or_offer", "redirected")}
"""States of the table: a draft is no person yet, and nobody is referred from here yet."""
NO_VERB_MAKES = {
    # What is open is closed first, in the same unit, so that the wish is available by then.
    ("need_or_offer", "proposed", "paused"),
    ("need_or_offer", "proposed", "withdrawn"),
    ("need_or_offer", "paired", "withdrawn"),
    # Nobody begins again yet.
    ("need_or_offer", "finished", "available"),
    # Both are asked in the unit that approves, and the next step follows in the unit of the interview.
    ("pairing", "approved", "expired"),
    ("pairing", "approved", "withdrawn"),
    ("person", "interviewed", "withdrawn"),
}

NEXT: dict[str, tuple[str, dict[str, Any]]] = {
    "suggested": ("approve", {"is_fresh": 1}),
    "under_review": ("approve", {"is_fresh": 1}),
    "awaiting_answers": ("answer_both", {}),
    "accepted": ("plan", {}),
    "no_show": ("plan", {}),
    "first_meeting_planned": ("meet", {"step": "trial"}),
    "trial": ("confirm_both", {}),
    "active": ("go_on", {"step": "renewed"}),
    "suspended": ("go_on", {"step": "active"}),
}
"""How a pairing in each state goes on."""
ENDS: dict[str, tuple[str, dict[str, Any]]] = {
    "completed": ("end", {"reason": "goal_reached"}),
    "declined_by_one": ("answer", {"said": "no", "side": 1}),
    "ended_early": ("end", {"reason": "moved_away"}),
    "expired": ("wait_too_long", {}),
    "no_show": ("meet", {"step": "no_show"}),
    "put_back": ("put_away", {"step": "put_back"}),
    "rejected": ("put_away", {"step": "rejected"}),
    "suspended": ("suspend", {"side": 0}),
    "withdrawn": ("leave_pair", {"side": 0}),
}
"""What stops or ends one, by the state that it leads to."""
WAYS = [
    (before, after) for before in (*NEXT, "renewed") for after in STEPS["pairing"][before] if after in ENDS
]
GAPS = [(), ("booking",), ("interview",), ("interview", "training"), ("screening",), ("training",)]
"""What may be left out when somebody is made ready."""
humans, pairs, strays, sides = (st.integers(0, most) for most in (5, 7, 5, 1))


class Lives(RuleBasedStateMachine):
    """One office; every life begins with the same four people, who are ready."""

    database: Database
    folder: Path
    beginning: ClassVar[tuple[Snapshot, lives_model.Office] | None] = None
    steps: ClassVar[set[tuple[str, str | None, str]]] = set()
    refused: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.db = self.database
        self.office = lives_model.Office(TODAY)
        self.now = AT
        self.is_swept = True
        self.is_seen = False

    def teardown(self) -> None:
        self.is_seen = False
        self.the_doctor_finds_nothing()
        with self.db.reading() as session:
            for line in session.scalars(select(LedgerLine)):
                if "to" in line.facts and line.entity in MACHINE_OF:
                    self.steps.add((MACHINE_OF[line.entity], line.facts["from"], line.facts["to"]))
        if self.db is not self.database:
            self.db.dispose()

    # -- doing

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a unit of work; once it is committed, the doctor has to look again."""
        with self.db.writing() as session:
            yield session
        self.is_seen = False

    def attempt(
        self,
        may: bool,  # noqa: FBT001 - what the model says of it
        state: str,
        verb: Callable[..., Any],
        *about: Any,
        by: Actor = COORDINATOR,
        **details: Any,
    ) -> Any:
        """Do in the database what the model has done, or see it refused where the model refused."""
        given = None
        try:
            with self.writing() as session:
                given = verb(session, *about, by=by, at=self.now, **details)
            was_done = True
        except CaseworkError:
            was_done = False
            self.refused[verb.__name__, state] += 1
        assert was_done == may, (verb.__name__, about, state, "done" if was_done else "refused")
        self.office.settle()
        return given

    @property
    def present(self) -> list[lives_model.Human]:
        return [human for human in self.office.humans if not human.is_erased]

    def one(self, number: int, side: str | None = None) -> lives_model.Human:
        found = [human for human in self.present if side in (None, human.side)]
        return found[number % len(found)]

    def pair(self, number: int, stray: int, *fitting: str) -> lives_model.Pair:
        """Give a pairing to which the act fits, or once in a while any."""
        found = [one for one in self.office.pairs if one.state in fitting] if stray else []
        found = found or self.office.pairs
        return found[-1 - number % len(found)]

    def herself(self, human: lives_model.Human) -> Actor:
        return Actor(account_id=None, role="participant", person_id=human.id)

    # -- people

    @initialize()
    def begin(self) -> None:
        """The first life gets them ready, every later one comes back to that."""
        if self.beginning is None:
            self.open_office()
            type(self).beginning = Snapshot(self.db, self.folder), self.office
        beginning, office = self.beginning
        beginning.bring_back()
        self.office = deepcopy(office)

    def open_office(self) -> None:
        for number, side in enumerate(("need", "offer", "need", "offer")):
            self.sign_up(side=side, has_children=number == 2, places=1 + number // 3)
        for human in self.office.humans:
            self.make_ready(human)

    @precondition(lambda self: len(self.office.humans) < 2 * MOST_OF_A_SIDE)
    @rule(
        side=st.sampled_from(["need", "offer"]),
        has_children=st.booleans(),
        places=st.integers(1, 2),
        but=st.sampled_from(GAPS),
        then=st.sampled_from([(), ("rest",), ("meet",), ("leave",), ("leave", "return"), ("decline",)]),
    )
    def come(
        self,
        side: str,
        has_children: bool,  # noqa: FBT001 - drawn
        places: int,
        but: tuple[str, ...],
        then: tuple[str, ...],
    ) -> None:
        """Somebody signs up, is vetted but for something, and then the rest follows, or she goes."""
        if sum(human.side == side for human in self.office.humans) >= MOST_OF_A_SIDE:
            return
        self.sign_up(side=side, has_children=has_children, places=places)
        who = self.office.humans[-1]
        self.make_ready(who, but)
        acts: dict[str, Callable[[], None]] = {
            "rest": lambda: self.make_ready(who),
            "meet": lambda: self.make_ready(who, KINDS),
            "leave": lambda: self.withdraw(-1, "program"),
            "return": lambda: self.give(-1, "program"),
            "decline": lambda: self.decline_person(-1),
        }
        for act in then:
            acts[act]()

    def sign_up(self, side: str, has_children: bool, places: int) -> None:  # noqa: FBT001 - drawn
        form = {"household": office.Household(form="family", children_bands=("3-5",))} if has_children else {}
        need, offer = office.NEED, office.replace(office.OFFER, capacity=places)
        wishes = {"needs": (need,)} if side == "need" else {"offers": (offer,)}
        with self.writing() as session:
            profile = office.replace(office.PROFILE, **(form if side == "need" else {}))
            person = office.sign_up(session, f"P{len(self.office.humans)}", profile=profile, **wishes)
            wish = casework.rows.wishes_of(session, person)[0].id
        self.office.humans.append(
            lives_model.Human(
                person, wish, side, has_children and side == "need", places if side == "offer" else 1
            )
        )

    @precondition(lambda self: len(self.office.humans) < 2 * MOST_OF_A_SIDE)
    @rule()
    def bring_a_list(self) -> None:
        """A list with one newcomer; brought twice, she comes once."""
        number = len(self.office.humans)
        text = f"Identifiant;Prénom;Langues;Consentement\n{number};L{number};français:B1;oui\n".encode()
        for outcome in ("new", "known"):
            with self.writing() as session:
                done = bring_in(
                    session, text, "l.csv", side="need", program="sponsorship", by=COORDINATOR, at=self.now
                )
                assert done.count(outcome) == 1
                if outcome == "new":
                    session.flush()
                    need = session.scalars(select(Need).where(Need.import_index.is_not(None))).all()
                    new = next(one for one in need if one.person_id not in {h.id for h in self.office.humans})
                    agreed = set(
                        session.scalars(select(Consent.purpose).where(Consent.person_id == new.person_id))
                    )
                    human = lives_model.Human(new.person_id, new.id, "need", consents=agreed)
            if human not in self.office.humans:
                self.office.humans.append(human)

    @rule(human=humans)
    def book(self, human: int) -> None:
        who = self.one(human)
        state, may = who.state, self.office.book(who)
        self.attempt(may, state, casework.book_interview, who.id, self.now + timedelta(days=1))

    @rule(human=humans)
    def interview(self, human: int) -> None:
        who = self.one(human)
        state, may = who.state, self.office.interview(who)
        self.attempt(may, state, casework.record_interview, who.id)

    @rule(human=humans, kind=st.sampled_from(KINDS), days=st.sampled_from([None, 0, 3, 30]))
    def note(self, human: int, kind: str, days: int | None) -> None:
        self._note(self.one(human, "offer"), kind, days)

    def _note(self, who: lives_model.Human, kind: str, days: int | None = None) -> None:
        ends = None if days is None else self.office.today + timedelta(days=days)
        clearance, state = lives_model.Clearance(kind, ends), who.state
        self.office.note(who, clearance)
        if kind == "screening":
            self.attempt(True, state, casework.record_screening, who.id, 2, expires=ends)
        else:
            self.attempt(True, state, casework.record_clearance, who.id, kind, expires=ends)
        known = {one.id for one in who.clearances}
        with self.db.reading() as session:
            rows = session.scalars(select(Clearance.id).where(Clearance.person_id == who.id))
            [clearance.id] = set(rows) - known

    @rule(human=humans, number=st.integers(0, 9), is_same=strays)
    def confirm(self, human: int, number: int, is_same: int) -> None:
        """A second person confirms; once in a while the first one tries."""
        if not (who := self.one(human, "offer")).clearances:
            return
        clearance = who.clearances[-1 - number % len(who.clearances)]
        may = bool(is_same) and self.office.confirm(who, clearance)
        by = OTHER_COORDINATOR if is_same else COORDINATOR
        self.attempt(may, who.state, casework.confirm_screening, clearance.id, by=by)

    @rule(human=humans, number=st.integers(0, 9))
    def revoke(self, human: int, number: int) -> None:
        if not (who := self.one(human, "offer")).clearances:
            return
        clearance = who.clearances[number % len(who.clearances)]
        if not clearance.is_revoked:
            self.office.revoke(who, clearance)
        self.attempt(True, who.state, casework.revoke_clearance, clearance.id)

    @rule(human=humans, but=st.sampled_from(GAPS))
    def finish_vetting(self, human: int, but: tuple[str, ...]) -> None:
        self.make_ready(self.one(human), but)

    def make_ready(self, who: lives_model.Human, but: tuple[str, ...] = ()) -> None:
        """Do all that is still asked of somebody, but for some of it."""
        if who.state == "submitted" and "booking" not in but:
            may = self.office.book(who)
            self.attempt(may, "submitted", casework.book_interview, who.id, self.now)
        if who.state == "interview_booked" and "interview" not in but:
            may = self.office.interview(who)
            self.attempt(may, "interview_booked", casework.record_interview, who.id)
        left_out = {*but, "second_person"} if "screening" in but else but
        missing = who.missing(self.office.today, children=True).difference(left_out)
        for kind in KINDS:
            if kind in missing or (kind == "screening" and "second_person" in missing):
                self._note(who, kind)
        if "second_person" in missing:
            self.office.confirm(who, who.clearances[-1])
            self.attempt(
                True, who.state, casework.confirm_screening, who.clearances[-1].id, by=OTHER_COORDINATOR
            )

    @rule(human=humans)
    def decline_person(self, human: int) -> None:
        who = self.one(human)
        state, may = who.state, self.office.decline_person(who)
        self.attempt(may, state, casework.decline_person, who.id)

    @rule(human=humans, purpose=st.sampled_from(["program", "matching"]))
    def give(self, human: int, purpose: str) -> None:
        who = self.one(human)
        state, may = who.state, self.office.give(who, purpose)
        self.attempt(may, state, casework.give_consent, who.id, purpose, by=self.herself(who))

    @rule(human=humans, purpose=st.sampled_from(["program", "matching", "share_contact"]))
    def withdraw(self, human: int, purpose: str) -> None:
        who = self.one(human)
        state, may = who.state, self.office.withdraw(who, purpose)
        self.attempt(may, state, casework.withdraw_consent, who.id, purpose, by=self.herself(who))

    @rule(human=humans, other=humans)
    def exclude(self, human: int, other: int) -> None:
        one, two = self.one(human, "need"), self.one(other, "offer")
        self.office.exclude(one, two)
        self.attempt(True, one.state, casework.exclude, one.id, two.id, by=self.herself(one))

    @rule(human=humans)
    def pause(self, human: int) -> None:
        who = self.one(human)
        state, may = who.state, self.office.pause(who)
        self.attempt(may, state, casework.pause, who.id, by=self.herself(who))

    @rule(human=humans)
    def come_back(self, human: int) -> None:
        who = self.one(human)
        self.attempt(
            self.office.come_back(who), who.state, casework.resume_person, who.id, by=self.herself(who)
        )

    @rule(human=humans, is_up=st.booleans())
    def flag(self, human: int, is_up: bool) -> None:  # noqa: FBT001 - drawn
        who = self.one(human, "need")
        may = self.office.flag(who, is_up=is_up)
        verb = casework.raise_crisis_flag if is_up else casework.lower_crisis_flag
        self.attempt(may, who.wish, verb, who.wish_id)

    @precondition(lambda self: sum(human.is_erased for human in self.office.humans) < 2)
    @rule(human=humans, is_sure=strays)
    def erase(self, human: int, is_sure: int) -> None:
        """Once in a while somebody is erased; half the city may not, nor the last of her side."""
        who = self.one(human)
        if is_sure or [one.side for one in self.present].count(who.side) == 1:
            return
        state, may = who.state, self.office.erase(who)
        self.attempt(may, state, casework.erase, who.id, by=self.herself(who))

    # -- proposals

    @rule()
    def run_round(self) -> None:
        self.office.begin_round()
        self.office.settle()
        edges = self.office.edges()
        self.attempt(True, "round", casework.run_round, "sponsorship", today=self.office.today)
        with self.db.reading() as session:
            rows = session.scalars(select(Pairing).where(Pairing.state == "suggested")).all()
        by_wish = {human.wish_id: human for human in self.office.humans}
        for row in rows:
            need, offer = by_wish[row.need_id], by_wish[row.offer_id]
            assert (need.id, offer.id) in edges
            self.office.pairs.append(lives_model.Pair(row.id, need, offer, "engine", "suggested"))
        assert len({row.need_id for row in rows}) == len(rows) == self.most_served(edges)

    def most_served(self, edges: set[tuple[str, str]]) -> int:
        """Count how many can be served at once, by another way than the engine's."""
        places = {one.id: one.places - self.office.taken(one) for one in self.office.humans}
        graph = nx.Graph([(need, (offer, place)) for need, offer in edges for place in range(places[offer])])
        needs = {need for need, _ in edges if need in graph}
        return len(nx.bipartite.maximum_matching(graph, needs)) // 2 if needs else 0

    @rule(human=humans, other=humans)
    def pair_by_hand(self, human: int, other: int) -> None:
        need, offer = self.one(human, "need"), self.one(other, "offer")
        may = self.office.by_hand(need, offer)
        pairing = self.attempt(
            may, need.wish, casework.pair_by_hand, need.wish_id, offer.wish_id, "They asked."
        )
        if pairing is not None:
            self.office.pairs.append(lives_model.Pair(pairing, need, offer, "hand", "under_review"))
            self.attempt(True, "under_review", casework.unlock, pairing)

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays)
    def study(self, pair: int, stray: int) -> None:
        one = self.pair(pair, stray, "suggested")
        state, may = one.state, self.office.study(one)
        self.attempt(may, state, casework.open_proposal, one.id)

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, is_fresh=strays)
    def approve(self, pair: int, stray: int, is_fresh: int) -> None:
        one = self.pair(pair, stray, "under_review", "suggested")
        if is_fresh and one.state == "suggested":
            self.attempt(self.office.study(one), "suggested", casework.open_proposal, one.id)
        with self.db.reading() as session:
            version = session.get_one(Pairing, one.id).version
        state, may = one.state, self.office.approve(one, is_stale=not is_fresh)
        self.attempt(may, state, casework.approve, one.id, version if is_fresh else version - 1)

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, step=st.sampled_from(["rejected", "put_back"]))
    def put_away(self, pair: int, stray: int, step: str) -> None:
        one = self.pair(pair, stray, "under_review")
        state, may = one.state, self.office.put_away(one, step)
        if step == "rejected":
            self.attempt(may, state, casework.reject, one.id, "better_alternative")
        else:
            self.attempt(may, state, casework.put_back, one.id)

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, said=st.sampled_from(["yes", "yes", "yes", "talk", "no"]), side=sides)
    def answer(self, pair: int, stray: int, said: str, side: int) -> None:
        one = self.pair(pair, stray, "awaiting_answers")
        who = (one.need, one.offer)[side]
        state, may = one.state, self.office.answer(one, who.side, said)
        self.attempt(may, state, casework.answer, one.id, who.id, said, by=self.herself(who))

    def answer_both(self, pair: int, stray: int) -> None:
        for side in (0, 1):
            self.answer(pair, stray, "yes", side)

    def confirm_both(self, pair: int, stray: int) -> None:
        for side in (0, 1):
            self.confirm_trial(pair, stray, side)

    def leave_pair(self, pair: int, stray: int, side: int) -> None:
        one = self.pair(pair, stray)
        self.withdraw(self.present.index((one.need, one.offer)[side]), "program")

    def wait_too_long(self, _pair: int, _stray: int) -> None:
        self.time_passes(11)
        self.do_chores()

    @rule(pair=pairs, ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
    def go_all_the_way(self, pair: int, ways: list[tuple[str, str]]) -> None:
        """Bring pairings on to a state, several steps at once, and stop or end them there, one after the other."""
        for before, after in ways:
            if not any(one.state in UNDECIDED + IN_FORCE for one in self.office.pairs):
                self.pair_whom_it_can()
            if not self.office.pairs:
                return
            one = self.pair(pair, 1, *UNDECIDED, *IN_FORCE)
            self.bring(one, before)
            if one.state == before:
                self.on(one, *ENDS[after])

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, is_over=st.booleans())
    def take_a_break(self, pair: int, is_over: bool) -> None:  # noqa: FBT001 - drawn
        """In the midst of a pairing the newcomer takes a break; then it is completed, or she leaves."""
        one = self.pair(pair, 1, *IN_FORCE)
        self.bring(one, "active")
        if one.state == "active":
            self.pause(self.present.index(one.need))
            if is_over:
                self.on(one, *ENDS["completed"])
            else:
                self.withdraw(self.present.index(one.need), "program")

    def pair_whom_it_can(self) -> None:
        for human in self.present:
            self.make_ready(human)
            for purpose in ("program", "matching"):
                if human.state == "ready" and purpose not in human.consents:
                    self.give(self.present.index(human), purpose)
        self.run_round()

    def bring(self, one: lives_model.Pair, state: str) -> None:
        """Take the steps that lead to a state, as far as they can be taken."""
        for _ in NEXT:
            if one.state != state and state in ENDS and state in STEPS["pairing"][one.state]:
                self.on(one, *ENDS[state])
            elif one.state != state and one.state in NEXT:
                self.on(one, *NEXT[one.state])

    def on(self, one: lives_model.Pair, act: str, details: dict[str, Any]) -> None:
        """Do one of the acts below to this very pairing."""
        getattr(self, act)(self.office.pairs[::-1].index(one), 0, **details)

    # -- together

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays)
    def plan(self, pair: int, stray: int) -> None:
        one = self.pair(pair, stray, "accepted", "no_show", "first_meeting_planned")
        state, may = one.state, self.office.go_on(one, "first_meeting_planned")
        self.attempt(may, state, casework.plan_first_meeting, one.id, self.now + timedelta(days=2))

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, step=st.sampled_from(["trial", "trial", "no_show"]))
    def meet(self, pair: int, stray: int, step: str) -> None:
        one = self.pair(pair, stray, "first_meeting_planned")
        state, may = one.state, self.office.meet(one, step)
        verb = casework.record_first_meeting if step == "trial" else casework.record_no_show
        self.attempt(may, state, verb, one.id)

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, side=sides)
    def confirm_trial(self, pair: int, stray: int, side: int) -> None:
        one = self.pair(pair, stray, "trial")
        who = (one.need, one.offer)[side]
        state, may = one.state, self.office.confirm_trial(one, who.side)
        self.attempt(may, state, casework.confirm_trial, one.id, who.id, by=self.herself(who))

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, step=st.sampled_from(["renewed", "active"]))
    def go_on(self, pair: int, stray: int, step: str) -> None:
        one = self.pair(pair, stray, "active" if step == "renewed" else "suspended")
        state, may = one.state, self.office.go_on(one, step)
        self.attempt(may, state, casework.renew if step == "renewed" else casework.resume, one.id)

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, side=sides)
    def suspend(self, pair: int, stray: int, side: int) -> None:
        one = self.pair(pair, stray, *lives_model.TOGETHER)
        state, may = one.state, self.office.suspend(one)
        self.attempt(may, state, casework.suspend, one.id, by=self.herself((one.need, one.offer)[side]))

    @precondition(lambda self: self.office.pairs)
    @rule(pair=pairs, stray=strays, reason=st.sampled_from(["goal_reached", "moved_away", "safety"]))
    def end(self, pair: int, stray: int, reason: str) -> None:
        one = self.pair(pair, stray, *UNDECIDED, *IN_FORCE)
        state, may = one.state, self.office.end(one, reason)
        self.attempt(may, state, casework.end_pairing, one.id, reason)

    # -- time and machine

    @rule(days=st.sampled_from([1, 4, 11]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.office.today += timedelta(days=days)
        self.is_swept = False

    @rule()
    def do_chores(self) -> None:
        self.office.stop_unsafe()
        self.attempt(True, "chores", casework.lapse_clearances, by=SYSTEM)
        self.office.lapse()
        self.attempt(True, "chores", casework.lapse, by=SYSTEM)
        self.attempt(True, "chores", casework.remind, by=SYSTEM)
        self.is_swept = True

    @rule(is_sure=strays)
    def restart(self, is_sure: int) -> None:
        """Once in a while another process goes on, which knows nothing but the database."""
        if is_sure:
            return
        url = self.db.url.render_as_string(hide_password=False)
        self.db.dispose()
        self.db = Database(url, KEYRING)

    # -- what holds after each step

    @invariant()
    def the_database_is_as_the_model(self) -> None:
        with self.db.reading() as session:
            states = dict(session.execute(select(Person.id, Person.state)).all())
            wishes = dict(session.execute(select(Need.id, Need.state)).all())
            offers = session.execute(select(Offer.id, Offer.state, Offer.places_taken)).all()
            paired = dict(session.execute(select(Pairing.id, Pairing.state)).all())
        wishes |= {wish: state for wish, state, _ in offers}
        assert states == {human.id: human.state for human in self.office.humans}
        assert paired == {one.id: one.state for one in self.office.pairs}
        assert wishes == {human.wish_id: human.wish for human in self.office.humans}
        taken = {
            human.wish_id: self.office.taken(human) for human in self.office.humans if human.side == "offer"
        }
        assert {wish: held for wish, _, held in offers} == taken

    @invariant()
    def the_doctor_finds_nothing(self) -> None:
        if self.is_seen:  # what was refused wrote nothing
            return
        today = self.office.today if self.is_swept else None
        with self.db.reading() as session:
            assert [str(found) for found in check_invariants(session, today)] == []
        self.is_seen = True


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_office_holds(request, db, tmp_path, part):
    kept = {"database": db, "folder": tmp_path, "steps": set(), "refused": Counter()}
    machine = type(f"Lives{part}", (Lives,), kept)
    live(machine, LIVES_OF_A_PART)
    for _ in range(5 if tries() >= FULL else 0):  # chance may leave a rare step out
        if untried(machine.steps):
            live(machine, LIVES_OF_A_PART // 10)
    told = sorted(f"{entity}: {before} → {after}" for entity, before, after in machine.steps)
    request.node.user_properties += [("steps", told), ("refused", dict(machine.refused))]
    print(f"{len(told)} transitions, {len(machine.refused)} forbidden ones tried")  # noqa: T201 - shown with -s
    if tries() >= FULL:
        assert untried(machine.steps) == []


def live(machine: type[Lives], lives: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=STEPS_OF_A_LIFE,
            deadline=None,
            database=None,
            derandomize=os.environ.get("PASSERELLE_TRIES") != "full",
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if tries() >= FULL else (Phase.generate,),
        ),
    )


def untried(steps: set[tuple[str, str | None, str]]) -> list[tuple[str, str, str]]:
    """Give the transitions of the table that no life took, beside those that no verb makes."""
    return sorted(
        (entity, before, after)
        for entity in sorted(set(MACHINE_OF.values()))
        for before, afters in STEPS[entity].items()
        for after in afters
        if (entity, before, after) not in steps | NO_VERB_MAKES
        and not {(entity, before), (entity, after)} & NO_VERB_LEADS_TO
    )
