"""Who can take one appointment and why others can't, and whom a close language would let be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matcher.appointments.bank import LANGUAGE_AT, Question, ask, bank_of
from matcher.appointments.barriers import mode_possible
from matcher.appointments.criteria import contributions_of
from matcher.appointments.options import barriers_of
from matcher.appointments.policy import InterpretingPolicy, shipped_interpreting_policy
from matcher.appointments.records import Agenda, Appointment
from matcher.appointments.validity import check_agenda
from matcher.columns import Flags
from matcher.errors import InvalidInput
from matcher.records import WORTH_OF_A_POINT, Contribution
from matcher.vocabulary import BRIDGES, SETTINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An interpreter without barrier, in the mode that is worth most; ``via`` is the language of a relay."""

    interpreter: str
    mode: str
    via: str | None
    minutes: int
    contributions: tuple[Contribution, ...]

    @property
    def worth(self) -> int:
        """Give the worth, the sum of the contributions."""
        return sum(one.worth for one in self.contributions)

    @property
    def score(self) -> float:
        """Give the score that people see, 0 to 100."""
        return self.worth / WORTH_OF_A_POINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """An interpreter who may not take it, with every barrier that she crosses."""

    interpreter: str
    barriers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An interpreter of a close language, whom only a person may decide to ask.

    ``ease`` says in hundredths how much of ``language`` is understood through ``close``.
    """

    interpreter: str
    language: str
    close: str
    ease: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCan:
    """Everyone of the bank before one appointment; where it is refused, nobody is a candidate."""

    appointment: str
    refer_to: str | None
    candidates: tuple[Candidate, ...]
    barred: tuple[Barred, ...]
    suggestions: tuple[Suggestion, ...]


def who_can(agenda: Agenda, appointment: str, policy: InterpretingPolicy | None = None) -> WhoCan:
    """Say who could take an appointment, whatever else she has taken: best first, then who is barred.

    Raises
    ------
    InvalidInput
        Where no appointment has this id.
    FaultyInput
        Where the agenda itself cannot stand.
    """
    check_agenda(agenda)
    asked = next((one for one in agenda.appointments if one.id == appointment), None)
    if asked is None:
        raise InvalidInput(f"there is no appointment {appointment!r}; give an id of the file")
    bank = bank_of(agenda, policy or shipped_interpreting_policy())
    question = ask(bank, asked)
    crossed = crossed_by(barriers_of(question))
    free = [at for at, codes in enumerate(crossed) if not codes]
    found = [_candidate(question, at) for at in free]
    return WhoCan(
        appointment=appointment,
        refer_to=SETTINGS[asked.setting].row["refer_to"] or None,
        candidates=tuple(sorted(found, key=lambda one: -one.worth)),
        barred=tuple(
            Barred(interpreter=bank.interpreters[at].id, barriers=codes)
            for at, codes in enumerate(crossed)
            if codes
        ),
        suggestions=tuple(suggestions(question, crossed)),
    )


def relay_text(appointment: Appointment, via: str) -> str:
    """Write a relay as it stands on a card: ``kek → spa → fra``."""
    return f"{appointment.from_language} → {via} → {appointment.to_language}"


def crossed_by(barriers: Mapping[str, Flags]) -> list[tuple[str, ...]]:
    """Give the barriers that each interpreter crosses."""
    codes, flags = list(barriers), np.column_stack([*barriers.values()])
    return [
        tuple(code for code, is_crossed in zip(codes, own, strict=True) if is_crossed)
        for own in flags.tolist()
    ]


def _candidate(question: Question, at: int) -> Candidate:
    via = int(question.via[at])
    found = [
        Candidate(
            interpreter=question.bank.interpreters[at].id,
            mode=mode,
            via=question.appointment.also_speaks[via].code if via >= 0 else None,
            minutes=int(question.minutes[at]),
            contributions=contributions_of(question, at, mode),
        )
        for mode in question.appointment.modes
        if mode_possible(question, mode)[at]
    ]
    return max(found, key=lambda one: one.worth)


def suggestions(question: Question, crossed: list[tuple[str, ...]]) -> Iterable[Suggestion]:
    """Give who is barred by language alone and reaches the level in a close one; the easiest first."""
    bank, appointment = question.bank, question.appointment
    there = bank.level[LANGUAGE_AT[appointment.to_language]]
    for bridge in sorted(BRIDGES, key=lambda one: -one.hundredths):
        if bridge.language != appointment.from_language or bridge.via == appointment.to_language:
            continue
        for at, codes in enumerate(crossed):
            level = min(bank.level[LANGUAGE_AT[bridge.via], at], there[at])
            if codes == ("blocked_language",) and level >= question.asked:
                yield Suggestion(
                    interpreter=bank.interpreters[at].id,
                    language=bridge.language,
                    close=bridge.via,
                    ease=bridge.hundredths,
                )
