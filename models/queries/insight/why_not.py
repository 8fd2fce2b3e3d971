"""« Pourquoi pas ces deux-là? » : two people, picked by name, and what keeps them apart or what it would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from models import mapping
from models.errors import Unknown
from models.names import plain
from models.queries.by_hand import Choices, Preview, choices, preview
from models.queries.insight.standing import Standing, Who, people_of, standing_of

MOST_SHOWN = 15
Page = TypeVar("Page", Choices, Preview)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """As far as the two have been picked: people to pick from, or both of them and the answer."""

    standing: Standing
    text: str
    needs: tuple[Who, ...]
    """Those who wait, longest first, while nobody is picked."""
    found: int
    choices: Choices | None
    """The other side for the one picked, those who fit best first."""
    pair: Preview | None


def why_not(
    session: Session, program: str, today: date, need_id: str | None, offer_id: str | None, text: str = ""
) -> WhyNot:
    """Give whom to pick, or what is to be said of the two picked.

    Raises
    ------
    Unknown
        There is no such need or no such offer in this program.
    """
    pool = mapping.read_pool(session, program, today)
    needs: list[Who] = []
    picked, pair = None, None
    if need_id and offer_id:
        pair = _in(program, preview(session, need_id, offer_id, today))
    elif need_id or offer_id:
        picked = _in(program, choices(session, need_id or offer_id or "", text, today))
        if (picked.side == "need") != bool(need_id):
            raise Unknown(picked.side, picked.wish_id)
    else:
        everybody = people_of(session, (need.id for need in pool.needs), today).values()
        needs = sorted(
            (who for who in everybody if plain(text) in plain(who.name)),
            key=lambda who: (-(who.days or 0), who.name),
        )
    return WhyNot(
        standing=standing_of(pool),
        text=text,
        needs=tuple(needs[:MOST_SHOWN]),
        found=picked.found if picked else len(needs),
        choices=picked,
        pair=pair,
    )


def _in(program: str, page: Page) -> Page:
    if page.program != program:
        raise Unknown("program", program)
    return page
