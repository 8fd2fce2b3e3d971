"""What is compared between an appointment and an interpreter: soft rules, each a value in [0, 1] of whole 10⁻¹²."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from matcher.appointments.bank import SETTING_AT, UNKNOWN, Question
from matcher.columns import Ints
from matcher.criteria import ONE, Values, share
from matcher.records import WORTH_OF_A_POINT, Contribution
from matcher.vocabulary import LEVELS

Criterion = Callable[[Question], Values]
HUNDREDTH = ONE // 100


def language_quality(question: Question) -> Values:
    """Compare the lower of her two levels; a language between takes its part."""
    policy = question.bank.policy
    table = np.array([0, *(policy.quality[level] for level in LEVELS)], dtype=np.int64) * HUNDREDTH
    value = table[question.lower]
    return _known(np.where(question.via >= 0, value // 100 * policy.relay, value))


def setting_competence(question: Question) -> Values:
    """Tell whether she is trained for the setting, or knows it."""
    bank = question.bank
    knows: Ints = bank.experience[SETTING_AT[question.appointment.setting]].astype(np.int64)
    return Values(bank.knows_experience, knows * ONE)


def load_balance(question: Question) -> Values:
    """Spare who interpreted much: 1 − recent hours / hours of a month."""
    bank = question.bank
    rest = np.maximum(bank.month - np.maximum(bank.recent, 0), 0)
    return Values(bank.recent != UNKNOWN, share(rest, bank.month))


def continuity(question: Question) -> Values:
    """Prefer the same interpreter as before, where the person wished it."""
    bank, wished = question.bank, question.appointment.prefer
    value = np.zeros(len(bank), dtype=np.int64)
    value[[bank.at[one] for one in wished if one in bank.at]] = ONE
    return Values(np.full(len(bank), bool(wished), dtype=np.bool_), value)


def travel(question: Question, mode: str) -> Values:
    """1 − distance / limit in person, 1 by phone or video; less where the person put another mode first."""
    bank = question.bank
    most = ONE
    if mode != question.appointment.modes[0]:
        most = bank.policy.later_mode * HUNDREDTH
    if mode != "in_person":
        return _known(np.full(len(bank), most, dtype=np.int64))
    known = (question.distance_um != UNKNOWN) & (bank.limit_um != UNKNOWN)
    near = share(np.maximum(bank.limit_um - question.distance_um, 0), np.maximum(bank.limit_um, 0))
    return Values(known, near // 100 * (most // HUNDREDTH))


def reliability(question: Question) -> Values:
    """Compare what she came to with what she took, starting from the policy's usual share."""
    bank, policy = question.bank, question.bank.policy
    known = (bank.accepted != UNKNOWN) & (bank.done != UNKNOWN)
    came, took = np.maximum(bank.done, 0), np.maximum(bank.accepted, 0)
    return Values(known, share(came + policy.prior_done, took + policy.prior_accepted))


def _known(value: Ints) -> Values:
    return Values(np.ones(len(value), dtype=np.bool_), value)


CRITERIA: Mapping[str, Criterion] = {
    "language_quality": language_quality,
    "setting_competence": setting_competence,
    "load_balance": load_balance,
    "continuity": continuity,
    "reliability": reliability,
}
"""Those that do not depend on the mode; travel does."""


def worth_of(question: Question, mode: str) -> Ints:
    """Give what each interpreter would be worth in a mode, 0 to 1,000,000."""
    return worth_in_any_mode(question) + travel_worth(question, mode)


def worth_in_any_mode(question: Question) -> Ints:
    """Give the worth without what the way there counts for."""
    total = np.zeros(len(question.bank), dtype=np.int64)
    for name, criterion in CRITERIA.items():
        total += _worth(question, name, criterion(question))
    return total


def travel_worth(question: Question, mode: str) -> Ints:
    """Give what the way there counts for in a mode."""
    return _worth(question, "travel", travel(question, mode))


def contributions_of(question: Question, at: int, mode: str) -> tuple[Contribution, ...]:
    """Explain one interpreter: the very numbers that make her score, in the order of the policy."""
    policy = question.bank.policy
    values = {name: criterion(question) for name, criterion in CRITERIA.items()}
    values["travel"] = travel(question, mode)
    return tuple(
        Contribution(
            criterion=name,
            weight=weight,
            known=bool(values[name].known[at]),
            value=_shown(values[name], policy.neutral, at),
            worth=int(_worth(question, name, values[name])[at]),
            detail={},
        )
        for name, weight in policy.weights.items()
    )


def _shown(values: Values, neutral: int, at: int) -> float:
    return round(int(values.value[at]) / ONE, 6) if values.known[at] else neutral / 100


def _worth(question: Question, name: str, values: Values) -> Ints:
    """Round once, half up, to a ten-thousandth of a point; the policy's neutral value stands for unknown."""
    policy = question.bank.policy
    value = np.where(values.known, values.value, policy.neutral * HUNDREDTH)
    return (policy.weights[name] * WORTH_OF_A_POINT * value + ONE // 2) // ONE
