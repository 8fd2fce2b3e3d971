"""What the matcher found, in words: contributions, barriers, waiting; codes in, sentences out.

Nothing here can speak of origin, religion or status: no code for them exists.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import flask_babel
from babel.numbers import format_decimal

from matcher.vocabulary import GOALS, INTEREST_FAMILIES, INTERESTS, LANGUAGES, SLOTS, WEEKS
from web.i18n import label, language, sentence_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Detail = Mapping[str, Any]

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
PROPER = frozenset({"Saguenay", "Québec", "Indigenous", "BD"})
"""First words that keep their capital inside a sentence."""
MOST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Names:
    """The first names of a pair, so that a sentence can say who drives."""

    need: str
    offer: str


def criterion(code: str) -> str:
    """Name a criterion."""
    return {
        "interests": _("Intérêts communs"),
        "language_comfort": _("Se comprendre"),
        "availability": _("Temps libre en commun"),
        "expectations": _("Attentes et rythme"),
        "life_stage": _("Situation de vie"),
        "proximity": _("Proximité"),
        "age_gap": _("Âge"),
        "need_fit": _("Besoins couverts"),
        "stability": _("Durée de l’engagement"),
    }[code]


def reason(contribution: Mapping[str, Any], names: Names) -> str:
    """Say what one criterion found, and what it could not know."""
    parts = SAYERS[contribution["criterion"]](contribution["detail"], names)
    if not contribution["known"]:
        parts.append(_("non précisé"))
    return " · ".join(parts or [nothing(contribution["criterion"])])


def nothing(code: str) -> str:
    """Say that a criterion was compared and that nothing fits."""
    return {
        "interests": _("aucun intérêt commun"),
        "language_comfort": _("aucune langue commune"),
        "availability": _("aucun temps libre commun"),
        "expectations": _("attentes différentes"),
        "need_fit": _("aucun des besoins déclarés"),
    }.get(code, _("rien en commun"))


def reasons(contributions: Iterable[Mapping[str, Any]], names: Names) -> list[str]:
    """Say what was found, the criteria that are not known at all left out."""
    return [reason(contribution, names) for contribution in contributions if contribution["known"]]


def unknown(contributions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Name the criteria that nobody could compare for want of an answer."""
    return [
        in_sentence(criterion(contribution["criterion"]))
        for contribution in contributions
        if not contribution["known"]
    ]


def shared(contributions: Iterable[Mapping[str, Any]], code: str, key: str) -> Sequence[str]:
    """Give the codes that one criterion found in common, such as the interests shared."""
    return next((one["detail"].get(key) or () for one in contributions if one["criterion"] == code), ())


# What each criterion found


def _interests(detail: Detail, _names: Names) -> list[str]:
    found, new = _words(INTERESTS, detail["shared"]), _words(INTERESTS, detail["want_to_try"])
    clashes, families = _words(INTERESTS, detail["clashes"]), _words(INTEREST_FAMILIES, detail["families"])
    parts = []
    if found:
        parts.append(_in_common(found, all_new=len(new) == len(found)))
    elif families:
        parts.append(_("des goûts voisins : %(list)s", list=sentence_list(families)))
    if 0 < len(new) < len(found):
        parts.append(_("à découvrir : %(list)s", list=sentence_list(new)))
    if clashes:
        parts.append(_("une personne aime, l’autre pas : %(list)s", list=sentence_list(clashes)))
    return parts


def _in_common(found: list[str], *, all_new: bool) -> str:
    named = sentence_list(found)
    if all_new:
        return ngettext(
            "1 intérêt commun, à découvrir : %(list)s",
            "%(num)s intérêts communs, à découvrir : %(list)s",
            len(found),
            list=named,
        )
    return ngettext(
        "1 intérêt commun : %(list)s", "%(num)s intérêts communs : %(list)s", len(found), list=named
    )


def _language_comfort(detail: Detail, _names: Names) -> list[str]:
    parts = []
    if detail["language"]:
        words = {"language": label(LANGUAGES, detail["language"]), "level": level(detail["level"])}
        if detail["via"]:
            parts.append(
                _(
                    "%(language)s compris par le %(via)s, %(level)s",
                    **words,
                    via=label(LANGUAGES, detail["via"]),
                )
            )
        else:
            parts.append(_("%(language)s %(level)s", **words))
    if detail["interpreter"]:
        parts.append(_("avec un interprète pour les trois premières rencontres"))
    return parts


def level(code: str) -> str:
    """Say a level of language."""
    return _("couramment") if code == "native" else code


def _availability(detail: Detail, _names: Names) -> list[str]:
    slots, weeks = detail["slots"], detail["weeks"]
    if not slots:
        return []
    if weeks == WEEKS:
        return [_("libres ensemble %(slots)s, chaque semaine", slots=slots_in_words(slots))]
    return [
        _(
            "libres ensemble %(slots)s, %(weeks)s semaines sur %(all)s",
            slots=slots_in_words(slots),
            weeks=weeks,
            all=WEEKS,
        )
    ]


def slots_in_words(slots: Iterable[str]) -> str:
    """Say slots by day: « le samedi matin et après-midi et le dimanche soir »."""
    by_day: dict[str, list[str]] = defaultdict(list)
    for code in SLOTS:
        if code in set(slots):
            by_day[SLOTS[code].row["day"]].append(SLOTS[code].row["block"])
    days = [
        _("le %(day)s %(blocks)s", day=day_name(day), blocks=sentence_list(map(block_name, blocks)))
        for day, blocks in by_day.items()
    ]
    if len(days) > MOST_DAYS + 1:
        others = ngettext("1 autre jour", "%(num)s autres jours", len(days) - MOST_DAYS)
        days = [*days[:MOST_DAYS], others]
    return sentence_list(days)


def day_name(day: str) -> str:
    """Name a day of the week."""
    return {
        "mon": _("lundi"),
        "tue": _("mardi"),
        "wed": _("mercredi"),
        "thu": _("jeudi"),
        "fri": _("vendredi"),
        "sat": _("samedi"),
        "sun": _("dimanche"),
    }[day]


def block_name(block: str) -> str:
    """Name a piece of the day."""
    return {"am": _("matin"), "pm": _("après-midi"), "ev": _("soir"), "nt": _("fin de soirée")}[block]


def _expectations(detail: Detail, names: Names) -> list[str]:
    parts = _goals(detail, names)
    gap = detail["frequency_gap"]
    if gap == 0:
        parts.append(_("même rythme de rencontres"))
    elif gap is not None:
        parts.append(ngettext("1 rencontre par mois d’écart", "%(num)s rencontres par mois d’écart", gap))
    return parts


def _goals(detail: Detail, _names: Names) -> list[str]:
    shared = _words(GOALS, detail["goals"])
    return [_("mêmes attentes : %(list)s", list=sentence_list(shared))] if shared else []


def _need_fit(detail: Detail, _names: Names) -> list[str]:
    met = _words(GOALS, detail["goals"])
    return [_("répond à : %(list)s", list=sentence_list(met))] if met else []


def _stability(detail: Detail, _names: Names) -> list[str]:
    months = detail["months"]
    if months is None:
        return []
    return [ngettext("1 mois en commun", "%(num)s mois en commun", months)]


def _life_stage(detail: Detail, _names: Names) -> list[str]:
    household = {
        "same": _("même situation de ménage"),
        "near": _("situations de ménage proches"),
        "other": _("situations de ménage différentes"),
        None: None,
    }[detail["household"]]
    parts = [household] if household else []
    if detail["children_bands"]:
        ages = children_bands(detail["children_bands"])
        parts.append(_("des enfants du même âge : %(ages)s", ages=ages))
    return parts


def children_band(code: str) -> str:
    """Say the ages of a band of children: « 6 à 11 ans »."""
    least, most = code.split("-")
    return _("%(least)s à %(most)s ans", least=least, most=most)


def children_bands(codes: Iterable[str]) -> str:
    """Say the ages of several bands of children."""
    return sentence_list(map(children_band, codes))


def age_band(code: str) -> str:
    """Say an age band of adults: « 35 à 44 ans », « 65 ans et plus »."""
    if code.endswith("+"):
        return _("%(least)s ans et plus", least=code[:-1])
    return children_band(code)


def _proximity(detail: Detail, names: Names) -> list[str]:
    distance, limit = detail["distance_km"], detail["limit_km"]
    if distance is None:
        return []
    near = _("même secteur") if distance == 0 else kilometres(distance)
    driver = {
        "need": _("%(name)s conduit", name=names.need),
        "offer": _("%(name)s conduit", name=names.offer),
        "both": _("les deux conduisent"),
        None: "",
    }[detail["driver"]]
    parts = [", ".join(filter(None, (near, driver if distance else "")))]
    if limit is not None and distance > limit:
        parts.append(_("au-delà de la limite de %(distance)s", distance=kilometres(limit)))
    return parts


def kilometres(distance: float) -> str:
    """Say a distance in whole kilometres, or to a tenth under one."""
    rounded = round(distance) if distance >= 1 else round(distance, 1)
    return f"{format_decimal(rounded, locale=language())} km"


def _age_gap(detail: Detail, _names: Names) -> list[str]:
    bands = detail["bands"]
    if bands is None:
        return []
    if bands == 0:
        return [_("même tranche d’âge")]
    return [ngettext("1 tranche d’âge d’écart", "%(num)s tranches d’âge d’écart", bands)]


SAYERS: Mapping[str, Callable[[Detail, Names], list[str]]] = {
    "interests": _interests,
    "language_comfort": _language_comfort,
    "availability": _availability,
    "expectations": _expectations,
    "life_stage": _life_stage,
    "proximity": _proximity,
    "age_gap": _age_gap,
    "need_fit": _need_fit,
    "stability": _stability,
}


# Barriers, and people whom a round left unpaired


def barrier(code: str) -> str:
    """Say why a pair may not be."""
    return {
        "blocked_consent": _("consentement manquant ou retiré"),
        "blocked_by_coordinator": _("paire écartée"),
        "blocked_history": _("déjà jumelés, ou jumelage clos pour la sécurité"),
        "blocked_exclusion": _("l’une des deux personnes a demandé à ne pas rencontrer l’autre"),
        "blocked_conflict": _("lien d’autorité entre les deux"),
        "refer_professional": _("situation de crise, d’abord des professionnels"),
        "blocked_vetting": _("filtrage à terminer"),
        "blocked_training": _("formation à suivre"),
        "blocked_capacity": _("aucune place libre"),
        "blocked_gender": _("la préférence demandée, femme ou homme, n’est pas respectée"),
        "blocked_language": _("pas de langue commune suffisante"),
        "blocked_schedule": _("pas de temps libre commun"),
        "blocked_distance": _("trop loin"),
        "blocked_household": _("n’accueille pas d’enfants"),
        "blocked_access": _("besoin d’accessibilité non couvert"),
        "blocked_field": _("autre domaine de travail"),
    }.get(code, code)


def left_unpaired(
    barriers: Mapping[str, int] | None, below_floor: int | None, compatible: int | None, floor: int
) -> list[str]:
    """Say why a round left a person unpaired, the most telling reason first."""
    said = []
    if compatible:
        said.append(
            ngettext(
                "1 offre convenait, mais sa place est allée à une autre personne",
                "%(num)s offres convenaient, mais leurs places sont allées à d’autres personnes",
                compatible,
            )
        )
    for code, count in sorted((barriers or {}).items(), key=lambda item: -item[1]):
        said.append(ngettext("1 offre : %(why)s", "%(num)s offres : %(why)s", count, why=barrier(code)))
    if below_floor:
        said.append(
            ngettext(
                "1 offre sous le seuil de %(floor)s points",
                "%(num)s offres sous le seuil de %(floor)s points",
                below_floor,
                floor=floor,
            )
        )
    return said or [_("aucune offre dans ce programme")]


# Small words


def waiting(days: int | None) -> str:
    """Say for how long somebody has been waiting."""
    if days is None:
        return _("attente non précisée")
    if days <= 0:
        return _("attend depuis aujourd’hui")
    return ngettext("attend depuis 1 jour", "attend depuis %(num)s jours", days)


def score(worth: int | None) -> str:
    """Say a worth as the score that people see: « 71,4 », or that there is none."""
    if worth is None:
        return _("sans calcul")
    return str(format_decimal(worth / 10_000, format="0.0", locale=language()))


def points(worth: float) -> str:
    """Say points with one digit."""
    return str(format_decimal(worth, format="0.0", locale=language()))


def title(text: str) -> str:
    """Begin a line with what stands inside a sentence; the rest keeps its capitals."""
    return text[:1].upper() + text[1:]


def in_sentence(text: str) -> str:
    """Lower the first letter of a label, where no name or acronym begins it."""
    first = text.split(" ", 1)[0]
    if first in PROPER or (len(first) > 1 and first[1].isupper()):
        return text
    return text[:1].lower() + text[1:]


def _words(vocabulary: Mapping[str, Any], codes: Sequence[str]) -> list[str]:
    return [in_sentence(label(vocabulary, code)) for code in codes]
