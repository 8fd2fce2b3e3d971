"""A plan as offices make it by hand: the pressing first, each with the best interpreter still free."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from matcher.appointments.bank import NO_LIMIT, Bank
from matcher.appointments.constraints import groups
from matcher.appointments.options import Options, Standing, Ways
from matcher.columns import Ints


def greedy(bank: Bank, options: Options, fixed: Standing, priority: Ints) -> Ints:
    """Give the positions of options that go together, chosen one after the other.

    The pressing first; among equals those whom few could take; then the option of greatest worth that is left.
    """
    choices = [
        members[np.argsort(-options.worth[members], kind="stable")] for members in groups(options.appointment)
    ]
    choices.sort(key=lambda members: (-int(priority[options.appointment[members[0]]]), len(members)))
    diary = Diary(bank, options, fixed)
    return np.array(
        sorted(at for at in (diary.take_first(members.tolist()) for members in choices) if at is not None),
        dtype=np.int64,
    )


class Diary:
    """What each interpreter has taken so far."""

    def __init__(self, bank: Bank, options: Options, fixed: Standing) -> None:
        self._bank, self._options, self._fixed = bank, options, fixed
        self._ways = Ways(bank)
        self._taken: dict[int, list[int]] = defaultdict(list)
        self._minutes: dict[int, int] = defaultdict(int)
        self._on_day: dict[tuple[int, int], int] = defaultdict(int)

    def take_first(self, members: list[int]) -> int | None:
        """Take the first option that can still be taken, if any."""
        for at in members:
            if self._can_take(at):
                self._take(at)
                return at
        return None

    def _can_take(self, at: int) -> bool:
        options, minutes = self._options, int(self._options.minutes[at])
        interpreter, day = int(options.interpreter[at]), int(options.day[at])
        left, today = int(self._fixed.left[interpreter]), self._fixed.left_on(self._bank, interpreter, day)
        if left != NO_LIMIT and self._minutes[interpreter] + minutes > left:
            return False
        if today != NO_LIMIT and self._on_day[interpreter, day] + minutes > today:
            return False
        taken = np.array(self._taken[interpreter], dtype=np.int64)
        return not len(taken) or not self._ways.clash(options.where(taken), options, at).any()

    def _take(self, at: int) -> None:
        options = self._options
        interpreter, minutes = int(options.interpreter[at]), int(options.minutes[at])
        self._taken[interpreter].append(at)
        self._minutes[interpreter] += minutes
        self._on_day[interpreter, int(options.day[at])] += minutes
