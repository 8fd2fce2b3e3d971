"""A round as JSON, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matcher.errors import FaultyInput
from matcher.faults import Faults, Spot, show
from matcher.formats import fields
from matcher.formats.strict import NotANumber, parse_source
from matcher.policy import Policy, policy_from_json
from matcher.records import (
    WORTH_OF_A_POINT,
    Alternate,
    Certificate,
    Contribution,
    Nearest,
    Pairing,
    Round,
    Totals,
    Unpaired,
)
from matcher.undisturbed import undisturbed

FORMAT = "passerelle-round/1"


def read_round(source: Path | str | bytes) -> Round:
    """Give the round of a JSON file, or of its bytes.

    Raises
    ------
    FaultyInput
        With every fault of its form; whether the round holds is for ``matcher.checks.verify``.
    OSError
        Where the file can't be read.
    """
    faults = Faults()
    return round_from_json(parse_source(source, faults), faults)


@undisturbed()
def round_to_json(made: Round) -> dict[str, Any]:
    """Give the JSON value of a round (contract, section 5)."""
    return {
        "format": FORMAT,
        "program": made.program,
        "pool_digest": made.pool_digest,
        "engine": made.engine,
        "policy": made.policy.to_json(),
        "method": made.method,
        "pairings": [_pairing_to_json(pairing) for pairing in made.pairings],
        "unpaired": [_unpaired_to_json(unpaired) for unpaired in made.unpaired],
        "alternates": _alternates_to_json(made.alternates, "offer"),
        "offer_alternates": _alternates_to_json(made.offer_alternates, "need"),
        "totals": {name: getattr(made.totals, name) for name in TOTALS},
        "certificate": {
            "scale": made.certificate.scale,
            "need_prices": dict(made.certificate.need_prices),
            "place_prices": dict(made.certificate.place_prices),
            "proves": made.certificate.proves,
        },
    }


def _pairing_to_json(pairing: Pairing) -> dict[str, Any]:
    return {
        "need": pairing.need,
        "offer": pairing.offer,
        "score": pairing.score,
        "priority": pairing.priority,
        "locked": pairing.locked,
        "contributions": [_contribution_to_json(one) for one in pairing.contributions],
    }


def _contribution_to_json(contribution: Contribution) -> dict[str, Any]:
    return {
        "criterion": contribution.criterion,
        "weight": contribution.weight,
        "known": contribution.known,
        "value": contribution.value,
        "points": contribution.points,
        "detail": _plain(contribution.detail),
    }


def _unpaired_to_json(unpaired: Unpaired) -> dict[str, Any]:
    return {
        "need": unpaired.need,
        "barriers": None if unpaired.barriers is None else dict(unpaired.barriers),
        "below_floor": unpaired.below_floor,
        "compatible": unpaired.compatible,
        "nearest": [{"offer": one.offer, "barriers": list(one.barriers)} for one in unpaired.nearest],
    }


def _alternates_to_json(alternates: Mapping[str, tuple[Alternate, ...]], side: str) -> dict[str, Any]:
    return {
        one: [{side: alternate.id, "score": alternate.score} for alternate in best]
        for one, best in alternates.items()
    }


def _plain(value: Any) -> Any:
    """Give details as JSON has them: objects and lists in place of frozen ones."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def round_from_json(value: Any, faults: Faults | None = None) -> Round:
    """Give the round that a JSON value describes, or raise ``FaultyInput`` with the faults of its form.

    ``faults`` are those of the document that it was read from, told together with its own.
    """
    faults = faults or Faults()
    with undisturbed():
        found = entire(value, ROUND, Spot(faults, "round"))
    faults.stop_if_any()
    assert found is not None
    del found["format"]
    return Round(**found)


def entire(value: Any, readers: Mapping[str, fields.Reader], spot: Spot) -> dict[str, Any] | None:
    """Read an object of which every field must be there."""
    found = fields.parts(value, readers, spot)
    if found is None:
        return None
    missing = [name for name in readers if name not in found]
    for name in missing:
        spot.of(name).wrong("missing", given="a round has it")
    return None if missing else found


def made_of(kind: type, readers: Mapping[str, fields.Reader], **renamed: str) -> fields.Reader:
    """Make the reader of a record whose JSON names differ from its own where ``renamed`` says so."""

    def read(value: Any, spot: Spot) -> Any:
        found = entire(value, readers, spot)
        if found is None:
            return None
        return kind(**{renamed.get(name, name): inner for name, inner in found.items()})

    return read


def many(reader: fields.Reader) -> fields.Reader:
    """Make the reader of a list of records."""

    def read(value: Any, spot: Spot) -> tuple[Any, ...]:
        if isinstance(value, list):
            return tuple(reader(inner, spot.at(position)) for position, inner in enumerate(value))
        spot.wrong("not_list", given=show(value))
        return ()

    return read


def by_id(reader: fields.Reader) -> fields.Reader:
    """Make the reader of an object whose names are ids or codes."""

    def read(value: Any, spot: Spot) -> dict[str, Any]:
        if isinstance(value, dict):
            return {name: reader(inner, spot.of(show(name)[1:-1])) for name, inner in value.items()}
        spot.wrong("not_object", given=show(value))
        return {}

    return read


def text(value: Any, spot: Spot) -> str:
    """Read a text."""
    if isinstance(value, str):
        return value
    spot.wrong("not_text", given=show(value))
    return ""


def count(value: Any, spot: Spot) -> int:
    """Read a whole number, 0 or more."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    spot.wrong("not_whole", given=show(value), low=0, high="any")
    return 0


def weighed(value: Any, spot: Spot) -> int:
    """Read points and give the worth, which they must show exactly."""
    if isinstance(value, int | float) and not isinstance(value, bool) and -1 <= value <= 1000:
        worth = round(value * WORTH_OF_A_POINT)
        if worth / WORTH_OF_A_POINT == value:
            return worth
    spot.wrong("not_number", given=show(value), low=0, high="100, of at most four decimals")
    return 0


def _share(value: Any, spot: Spot) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    spot.wrong("not_number", given=show(value), low=0, high=1)
    return 0


def _detail(value: Any, spot: Spot) -> dict[str, Any]:
    if isinstance(value, dict) and not any(isinstance(inner, NotANumber) for inner in value.values()):
        return value
    spot.wrong("not_object", given=show(value))
    return {}


def _format(value: Any, spot: Spot) -> None:
    if value != FORMAT:
        spot.wrong("wrong_format", given=show(value), wanted=FORMAT)


def _policy(value: Any, spot: Spot) -> Policy | None:
    try:
        return policy_from_json(value)
    except FaultyInput as error:
        spot.faults.found.extend(error.faults)
    return None


TOTALS: Mapping[str, fields.Reader] = dict.fromkeys(("paired", "priority", "worth"), count)
CONTRIBUTION: Mapping[str, fields.Reader] = {
    "criterion": text,
    "weight": count,
    "known": fields.flag,
    "value": _share,
    "points": weighed,
    "detail": _detail,
}
PAIRING: Mapping[str, fields.Reader] = {
    "need": text,
    "offer": text,
    "score": weighed,
    "priority": count,
    "locked": fields.flag,
    "contributions": many(made_of(Contribution, CONTRIBUTION, points="worth")),
}
UNPAIRED: Mapping[str, fields.Reader] = {
    "need": text,
    "barriers": fields.or_null(by_id(count)),
    "below_floor": fields.or_null(count),
    "compatible": fields.or_null(count),
    "nearest": many(made_of(Nearest, {"offer": text, "barriers": many(text)})),
}
CERTIFICATE: Mapping[str, fields.Reader] = {
    "scale": count,
    "need_prices": by_id(count),
    "place_prices": by_id(count),
    "proves": fields.or_null(text),
}


def _alternates_of(side: str) -> fields.Reader:
    readers = {side: text, "score": weighed}
    return by_id(many(made_of(Alternate, readers, score="worth", **{side: "id"})))


ROUND: Mapping[str, fields.Reader] = {
    "format": _format,
    "program": text,
    "pool_digest": text,
    "engine": text,
    "policy": _policy,
    "method": text,
    "pairings": many(made_of(Pairing, PAIRING, score="worth")),
    "unpaired": many(made_of(Unpaired, UNPAIRED)),
    "alternates": _alternates_of("offer"),
    "offer_alternates": _alternates_of("need"),
    "totals": made_of(Totals, TOTALS),
    "certificate": made_of(Certificate, CERTIFICATE),
}
