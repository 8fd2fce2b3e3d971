"""The bank of interpreters in words: who, between which languages, why nobody, and what would fill it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import flask_babel

from matcher.vocabulary import LANGUAGES, SETTINGS
from models.interpreting.sheets import CITY
from web import casework_words
from web.clock import CITY_ZONE
from web.i18n import date_words, label, sentence_list
from web.interpreting_lists import ELSEWHERE
from web.words import PURPOSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from models.queries.interpreting.mine import Away, Errand
    from models.queries.interpreting.rows import AppointmentRow
    from web.forms.interpreting import Absence

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


def elsewhere(setting: str) -> str:
    """Say where to turn for a setting that no volunteer may take."""
    return str(ELSEWHERE.get(setting, SETTINGS[setting].row["refer_to"]))


def tongues(source: str, target: str, via: str | None = None) -> str:
    """Say a pair of languages, and the one between: « q’eqchi’ → espagnol → français »."""
    codes = (source, via, target) if via else (source, target)
    return " → ".join(label(LANGUAGES, code) for code in codes)


def hour(instant: datetime, zone: str = CITY) -> str:
    """Say the hour of an instant on some clocks: « 13 h 00 »."""
    return casework_words.hour(instant.astimezone(ZoneInfo(zone)))


def moment(instant: datetime, zone: str = CITY) -> str:
    """Say a day and an hour; on clocks other than the city's, also what they show."""
    said = casework_words.moment(instant)
    if zone == CITY:
        return said
    return _("%(here)s (chez vous : %(there)s)", here=said, there=hour(instant, zone))


def short_day(day: date) -> str:
    """Say a day at the head of a column: « lun. 2 mars »."""
    return date_words(day, "EEE d MMM")


def weeks_from(monday: date, number: int) -> date:
    """Give the Monday so many weeks later."""
    return monday + timedelta(weeks=number)


def refused_at_once(setting: str) -> str:
    """Say that no volunteer may take it, and where to turn."""
    return _(
        "« %(setting)s » : aucune ou aucun bénévole ne peut faire ce genre de rendez-vous. Adressez-vous à : %(where)s.",
        setting=label(SETTINGS, setting),
        where=elsewhere(setting),
    )


def minutes(number: int) -> str:
    """Say a duration: « 1 h 30 »."""
    hours, rest = divmod(number, 60)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", rest)
    return (
        f"{hours}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{rest:02d}" if rest else f"{hours}\N{NO-BREAK SPACE}h"
    )


def on_day(rows: Iterable[AppointmentRow], day: date) -> list[AppointmentRow]:
    """Give what starts on a day of the city."""
    return [one for one in rows if city_date(one.start) == day]


def progress(row: AppointmentRow) -> str:
    """Say to who asked how far it is; whom we ask meanwhile is nobody's to know."""
    if row.state in {"requested", "searching", "offered"}:
        return _("Nous cherchons") if row.booking is None or row.booking.state == "asked" else _("À accepter")
    return casework_words.state_name("interpreting", row.state)


def city_date(instant: datetime) -> date:
    """Give the day of an instant in the city."""
    return instant.astimezone(CITY_ZONE).date()


def missing(codes: Iterable[str]) -> list[str]:
    """Say what is still to be done before an interpreter is asked for anything."""
    own = {
        "code": _("le code de conduite à signer"),
        "paused": _("la fin de la pause"),
        "inactive": _("un appel à l’équipe : cette inscription n’est pas active"),
        **{name: _("l’accord « %(purpose)s »", purpose=said) for name, said in PURPOSES.items()},
    }
    return [str((casework_words.STEPS | own)[code]) for code in codes]


# Why nobody, and what would fill it


def is_away(exceptions: Iterable[Away | Absence], one: Errand) -> bool:
    """Whether an appointment falls into an absence."""
    return any(it.kind == "away" and it.begins < one.ends and one.begins < it.ends for it in exceptions)


def why_unfilled(reason: str | None) -> str:
    """Say why a plan leaves an appointment without interpreter."""
    return {
        None: _("pas encore cherché"),
        "taken": _("des personnes pourraient, mais elles sont prises ailleurs"),
        "blocked_language": _("personne ne parle cette langue au niveau demandé"),
        "blocked_setting": _("personne de cette langue n’accepte ce genre de rendez-vous"),
        "blocked_schedule": _("personne de cette langue n’est libre à cette heure"),
        "blocked_mode": _("personne ne peut le faire de cette façon, ou s’y rendre"),
        "blocked_capacity": _("toutes ont atteint leurs heures du jour ou du mois"),
        "blocked_gender": _("aucune des personnes libres n’est du genre souhaité"),
        "blocked_exclusion": _("les personnes libres ont été écartées, ou se sont retirées"),
    }.get(reason, _("aucune personne libre"))


def what_would_fill(reason: str | None, modes: Sequence[str]) -> str | None:
    """Say what would fill it, where something can be said."""
    remote = _("Le faire par téléphone ou par vidéo") if "in_person" in modes else _("Le faire en personne")
    return {
        "blocked_language": _("Recruter une personne de cette langue, ou passer par un relais"),
        "blocked_setting": _("Demander à l’une d’elles d’accepter ce genre de rendez-vous"),
        "blocked_schedule": _("Déplacer le rendez-vous, ou demander une exception à l’horaire"),
        "blocked_mode": remote,
        "blocked_capacity": _("Demander si quelqu’un peut donner une heure de plus"),
        "blocked_gender": _("Demander si une autre personne conviendrait"),
        "blocked_exclusion": _("Recruter une autre personne de cette langue"),
        "taken": _("Libérer quelqu’un : la page du rendez-vous dit qui, et à quel prix"),
    }.get(reason or "")


def ease(hundredths: int) -> str:
    """Say how well two close languages are understood."""
    return str(flask_babel.format_percent(hundredths / 100, "0 %"))


def kept_away(code: str) -> str:
    """Say what alone keeps an interpreter away, after her name."""
    return {
        "blocked_language": _("niveau de langue"),
        "blocked_setting": _("n’accepte pas ce genre de rendez-vous"),
        "blocked_schedule": _("pas libre à cette heure"),
        "blocked_mode": _("pas de cette façon, ou trop loin"),
        "blocked_capacity": _("heures atteintes"),
        "blocked_gender": _("genre souhaité"),
    }.get(code, _("écartée"))


def barred(codes: Iterable[str]) -> str:
    """Say why somebody can't take it after all."""
    sayings = {
        "blocked_schedule": _("l’heure est trop près d’un autre mandat, trajet compris"),
        "blocked_capacity": _("les heures du jour ou du mois sont atteintes"),
        "blocked_vetting": _("son inscription n’est pas complète, ou elle est en pause"),
        "blocked_language": _("ces langues ne sont pas assez connues à l’écrit ou à l’oral"),
        "blocked_gender": _("ce n’est pas le genre souhaité"),
        "blocked_exclusion": _("ces deux personnes ne sont pas mises en contact"),
        "blocked_conflict": _("la même personne ne peut pas faire les deux"),
        "refer_professional": _("ce genre de rendez-vous est pour les professionnels"),
    }
    why = sentence_list([sayings.get(code, _("un obstacle")) for code in codes])
    return _("Ce n’est pas possible : %(why)s. Rien n’a été changé.", why=why)


def setting_choices() -> list[tuple[str, str]]:
    """Give the settings that a volunteer may take."""
    return [
        (code, label(SETTINGS, code)) for code, term in SETTINGS.items() if term.row["volunteer_may"] == "yes"
    ]


def setting_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give every setting; those that no volunteer may take stand apart, so that nobody has to be refused."""
    others = [
        (code, label(SETTINGS, code)) for code, term in SETTINGS.items() if term.row["volunteer_may"] != "yes"
    ]
    return [
        (_("Avec une ou un bénévole"), setting_choices()),
        (_("Pour une ou un professionnel seulement"), others),
    ]
