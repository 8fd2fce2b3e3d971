"""An office in plain Python: what may happen to people and pairings, written from the documents and not from the verbs.

Each act gives True where it may be done, and then has been; False where it must be refused, and then nothing changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from models.lifecycle import ANSWERING, IN_FORCE, TOGETHER, UNDECIDED, is_allowed

IN_PLAY = ("available", "proposed", "paired")
ASKED = ("interview", "identity", "references", "screening", "conduct", "training")
DAYS_TO_ANSWER = 10


@dataclass
class Clearance:
    """One thing that was verified; ``id`` is that of its row."""

    kind: str
    ends: date | None
    id: str = ""
    is_confirmed: bool = False
    is_revoked: bool = False

    def counts(self, today: date) -> bool:
        return not self.is_revoked and (self.ends is None or self.ends >= today)


@dataclass(eq=False)
class Human:
    """Somebody with one need or one offer."""

    id: str
    wish_id: str
    side: str
    has_children: bool = False
    places: int = 1
    state: str = "submitted"
    wish: str = "available"
    was_interviewed: bool = False
    in_crisis: bool = False
    is_erased: bool = False
    consents: set[str] = field(default_factory=lambda: {"program", "matching", "share_contact"})
    clearances: list[Clearance] = field(default_factory=list)

    def missing(self, today: date, *, children: bool) -> set[str]:
        if self.side == "need":
            return set()
        has = {one.kind for one in self.clearances if one.counts(today)}
        has |= {"interview"} if self.was_interviewed else set()
        gone = set(ASKED) - has
        two = any(
            one.kind == "screening" and one.is_confirmed and one.counts(today) for one in self.clearances
        )
        return gone | ({"second_person"} if children and not two else set())


@dataclass(eq=False)
class Pair:
    """A pairing from its suggestion to its end."""

    id: str
    need: Human
    offer: Human
    origin: str
    state: str
    answers: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    due: date | None = None
    reason: str | None = None

    def side_of(self, human: Human) -> str:
        return human.side


class Office:
    """Everybody, what is between them, and the day."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.humans: list[Human] = []
        self.pairs: list[Pair] = []
        self.apart: set[frozenset[str]] = set()
        self.forbidden: set[tuple[str, str]] = set()

    # -- what is there

    def of(self, human: Human, states: tuple[str, ...] = UNDECIDED + IN_FORCE) -> list[Pair]:
        return [one for one in self.pairs if human in (one.need, one.offer) and one.state in states]

    def taken(self, human: Human) -> int:
        return len(self.of(human, IN_FORCE))

    def lacks(self, pair: Pair) -> set[str]:
        return pair.offer.missing(self.today, children=pair.need.has_children)

    def may_meet(self, need: Human, offer: Human) -> bool:
        """Say whether nothing but their own state stands between two people."""
        lived = any(
            (one.need, one.offer) == (need, offer) and (one.state in IN_FORCE or one.reason == "safety")
            for one in self.pairs
        )
        is_kept = frozenset((need.id, offer.id)) in self.apart or (need.id, offer.id) in self.forbidden
        return not (lived or is_kept or offer.missing(self.today, children=need.has_children))

    def waits(self, human: Human, *purposes: str) -> bool:
        has_place = human.side == "need" or self.taken(human) < human.places
        return (
            human.state == "ready"
            and human.wish == "available"
            and has_place
            and human.consents.issuperset(purposes)
        )

    def edges(self) -> set[tuple[str, str]]:
        """Give the couples that a round may propose."""
        waiting = [one for one in self.humans if self.waits(one, "program", "matching") and not one.in_crisis]
        needs, offers = ([one for one in waiting if one.side == side] for side in ("need", "offer"))
        return {(n.id, o.id) for n in needs for o in offers if self.may_meet(n, o)}

    # -- vetting

    def book(self, human: Human) -> bool:
        return (
            self._step(human, human.state == "submitted", "interview_booked")
            or human.state == "interview_booked"
        )

    def interview(self, human: Human) -> bool:
        if not self._step(human, human.state == "interview_booked", "interviewed"):
            return False
        human.was_interviewed = True
        self.advance(human)
        return True

    def note(self, human: Human, clearance: Clearance) -> bool:
        human.clearances.append(clearance)
        self.advance(human)
        return True

    def confirm(self, human: Human, clearance: Clearance) -> bool:
        if clearance.kind != "screening" or clearance.is_revoked:
            return False
        clearance.is_confirmed = True
        self.advance(human)
        return True

    def revoke(self, human: Human, clearance: Clearance) -> bool:
        clearance.is_revoked = True
        self.stop_unsafe(human)
        return True

    def decline_person(self, human: Human) -> bool:
        if not self._step(human, human.state in {"submitted", "vetting"}, "declined"):
            return False
        human.wish = "withdrawn" if is_allowed("need_or_offer", human.wish, "withdrawn") else human.wish
        return True

    def advance(self, human: Human) -> None:
        missing = human.missing(self.today, children=False)
        wanted = "training" if missing == {"training"} else "vetting" if missing else "ready"
        if human.state in {"interviewed", "vetting", "training"} and is_allowed(
            "person", human.state, wanted
        ):
            human.state = wanted

    def stop_unsafe(self, giver: Human | None = None) -> None:
        """Stop what rests on a clearance that does not count today."""
        for one in self.pairs:
            if one.state in UNDECIDED + IN_FORCE and giver in (None, one.offer) and self.lacks(one):
                if one.state in UNDECIDED + ANSWERING:
                    self._aside(one, "expired")
                else:
                    one.state = "suspended"

    # -- consents and other ways to say no

    def give(self, human: Human, purpose: str) -> bool:
        if human.state == "declined" or (human.state == "withdrawn" and purpose != "program"):
            return False
        human.consents.add(purpose)
        if human.state == "withdrawn":
            human.state = "interviewed" if human.was_interviewed else "submitted"
            human.wish = "available" if human.wish == "withdrawn" else human.wish
            self.advance(human)
        return True

    def withdraw(self, human: Human, purpose: str) -> bool:
        human.consents.discard(purpose)
        if purpose == "program" and human.state not in {"declined", "withdrawn"}:
            for one in self.of(human):
                self._end(one, "withdrawn")
            human.state = "withdrawn"
            human.wish = "withdrawn" if is_allowed("need_or_offer", human.wish, "withdrawn") else human.wish
        if purpose == "matching":
            for one in self.of(human, UNDECIDED + ANSWERING):
                if one.origin == "engine":
                    self._end(one, "withdrawn")
        return True

    def erase(self, human: Human) -> bool:
        self.withdraw(human, "program")
        human.is_erased, human.consents, human.clearances = True, set(), []
        return True

    def exclude(self, one: Human, other: Human) -> bool:
        self.apart.add(frozenset((one.id, other.id)))
        for pair in self.of(one):
            if other in (pair.need, pair.offer):
                self._aside(pair, "withdrawn") if pair.state in UNDECIDED + ANSWERING else self._end(
                    pair, "ended_early"
                )
        return True

    def pause(self, human: Human) -> bool:
        if human.state != "ready":
            return False
        for one in self.of(human, UNDECIDED + ANSWERING):
            self._aside(one, "expired")
        human.wish = "paused" if human.wish in IN_PLAY else human.wish
        return True

    def come_back(self, human: Human) -> bool:
        human.wish = "available" if human.wish == "paused" else human.wish
        return True

    def flag(self, human: Human, *, is_up: bool) -> bool:
        human.in_crisis = is_up
        for one in self.of(human, UNDECIDED + ANSWERING) if is_up else ():
            self._aside(one, "withdrawn")
        return True

    # -- proposals

    def begin_round(self) -> None:
        self.stop_unsafe()
        for one in self.pairs:
            if one.state in UNDECIDED:
                self._aside(one, "expired")

    def by_hand(self, need: Human, offer: Human) -> bool:
        may = all(self.waits(one, "program") for one in (need, offer)) and self.may_meet(need, offer)
        for one in self.of(need, UNDECIDED) if may else ():
            if one.offer is offer:
                self._aside(one, "expired")
        return may

    def study(self, pair: Pair) -> bool:
        return self._go(pair, pair.state == "suggested", "under_review") or pair.state == "under_review"

    def approve(self, pair: Pair, *, is_stale: bool) -> bool:
        asked = ("program", "matching") if pair.origin == "engine" else ("program",)
        both = all(self.waits(one, *asked) for one in (pair.need, pair.offer))
        if is_stale or not both or not self.may_meet(pair.need, pair.offer):
            return False
        if not self._go(pair, pair.state == "under_review", "awaiting_answers"):
            return False
        pair.due = self.today + timedelta(days=DAYS_TO_ANSWER)
        for one in self.of(pair.need, UNDECIDED):
            self._aside(one, "expired")
        return True

    def put_away(self, pair: Pair, step: str) -> bool:
        return self._go(pair, pair.state == "under_review", step)

    def answer(self, pair: Pair, side: str, said: str) -> bool:
        if pair.state != "awaiting_answers":
            return False
        answers = pair.answers | {side: said}
        if said == "no":
            pair.state = "declined_by_one"
            self.forbidden.add((pair.need.id, pair.offer.id))
        elif set(answers.values()) == {"yes"} and len(answers) == 2:
            if self.lacks(pair):
                return False
            pair.state = "accepted"
        pair.answers = answers
        return True

    def lapse(self) -> None:
        for one in self.pairs:
            is_over = one.state in ANSWERING and one.due is not None and one.due <= self.today
            if is_over and "talk" not in one.answers.values():
                one.state = "expired"

    # -- together

    def go_on(self, pair: Pair, step: str) -> bool:
        """Take a step that asks the one who gives to be cleared today."""
        before = {
            "first_meeting_planned": {"accepted", "no_show", "first_meeting_planned"},
            "renewed": {"active"},
            "active": {"suspended"},
        }[step]
        return not self.lacks(pair) and self._go(pair, pair.state in before, step)

    def meet(self, pair: Pair, step: str) -> bool:
        return self._go(pair, pair.state == "first_meeting_planned", step)

    def confirm_trial(self, pair: Pair, side: str) -> bool:
        confirmed = pair.confirmed | {side}
        if pair.state != "trial" or (len(confirmed) == 2 and self.lacks(pair)):
            return False
        pair.confirmed = confirmed
        pair.state = "active" if len(confirmed) == 2 else "trial"
        return True

    def suspend(self, pair: Pair) -> bool:
        return self._go(pair, pair.state in TOGETHER and pair.state != "suspended", "suspended")

    def end(self, pair: Pair, reason: str) -> bool:
        if pair.state not in UNDECIDED + IN_FORCE:
            return False
        as_planned = reason == "goal_reached" and pair.state in {"active", "renewed"}
        if as_planned and pair.need.wish in {"paired", "paused"}:
            pair.need.wish = "finished"
        self._end(pair, "completed" if as_planned else "ended_early")
        pair.reason = reason
        return True

    # -- what follows from each act

    def settle(self) -> None:
        """Bring every wish to the state that its pairings give it."""
        for human in self.humans:
            if human.wish in IN_PLAY:
                held = self.of(human, IN_FORCE)
                is_full = len(held) >= max(human.places, 1)
                is_asked = any(one.state in ANSWERING for one in held)
                human.wish = ("proposed" if is_asked else "paired") if is_full else "available"

    def _step(self, human: Human, may: bool, state: str) -> bool:  # noqa: FBT001 - a fact of the step
        human.state = state if may else human.state
        return may

    def _go(self, pair: Pair, may: bool, state: str) -> bool:  # noqa: FBT001 - a fact of the step
        pair.state = state if may else pair.state
        return may

    def _aside(self, pair: Pair, answering: str) -> None:
        """Take back what was not accepted by both."""
        pair.state = {"suggested": "expired", "under_review": "put_back"}.get(pair.state, answering)

    def _end(self, pair: Pair, step: str) -> None:
        other = "ended_early" if step == "withdrawn" else "withdrawn"
        pair.state = step if is_allowed("pairing", pair.state, step) else other
