"""What is wrong in a spreadsheet, said in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.imports import Fault

ENTRY = re.compile(r"\A(?P<column>.*?)\[(?P<at>\d+)\](?:\.\w+)?")
ROW = re.compile(r"(?:row|line) (\d+)")

WRONG: Mapping[str, object] = {
    "bad_day": _("%(given)s n’est pas une date qui existe"),
    "bad_email": _("%(given)s n’est pas une adresse complète"),
    "bad_id": _("%(given)s n’est pas un identifiant"),
    "bad_name": _("%(given)s n’est pas un nom"),
    "bad_phone": _("%(given)s n’est pas un numéro de téléphone"),
    "damaged_file": _("ce n’est pas un classeur qui s’ouvre"),
    "doubled_column": _("la colonne %(given)s est là deux fois"),
    "doubled_id": _("l’identifiant %(given)s est là deux fois"),
    "doubled_language": _("%(given)s est là deux fois, avec deux niveaux"),
    "doubled_person": _("%(given)s est aussi dans une autre ligne"),
    "empty_file": _("le fichier est vide"),
    "formula": _("%(given)s est une formule"),
    "full_cell": _("la case est pleine : la fin de sa liste manque peut-être"),
    "missing": _("il manque le niveau"),
    "missing_column": _("la colonne %(given)s manque"),
    "no_column": _("%(given)s n’est sous aucune colonne"),
    "no_language": _("un niveau sans langue"),
    "not_code": _("%(given)s n’est pas un choix connu"),
    "not_csv": _("ce n’est pas un fichier CSV bien formé"),
    "not_flag": _("%(given)s n’est ni oui ni non"),
    "not_number": _("%(given)s n’est pas un nombre"),
    "not_unicode": _("un caractère illisible (%(given)s)"),
    "not_whole": _("%(given)s n’est pas un nombre entier"),
    "nothing_to_know_by": _("ni identifiant ni courriel"),
    "other_person": _("%(given)s a déjà servi pour une autre personne"),
    "out_of_range": _("%(given)s est hors des bornes"),
    "too_large": _("le fichier est trop gros"),
    "too_many": _("%(given)s choix"),
    "two_availabilities": _("deux façons de dire les semaines"),
    "unknown_column": _("aucune colonne ne s’appelle %(given)s"),
    "wrong_encoding": _("les caractères du fichier sont illisibles"),
}
"""For each code what is wrong."""

RIGHT: Mapping[str, object] = {
    "bad_day": _("une date comme 2026-03-02"),
    "bad_email": _("une adresse comme nom@exemple.ca"),
    "bad_id": _("de 1 à 64 caractères"),
    "bad_name": _("de 1 à %(most)s caractères"),
    "bad_phone": _("de 7 à 24 chiffres, espaces et signes"),
    "damaged_file": _("enregistrez-le de nouveau en XLSX ou en CSV"),
    "doubled_column": _("chaque colonne une seule fois"),
    "doubled_id": _("chaque identifiant une seule fois"),
    "doubled_language": _("un seul niveau par langue"),
    "doubled_person": _("une seule ligne par personne"),
    "empty_file": _("un fichier avec une liste"),
    "formula": _("sa valeur"),
    "full_cell": _("une liste de moins de %(most)s caractères"),
    "missing": _("langue:niveau, comme français:B1"),
    "missing_column": _("une première ligne avec les noms des colonnes"),
    "no_column": _("un nom de colonne dans la première ligne"),
    "no_language": _("langue:niveau, comme français:B1"),
    "not_code": _("un choix du mode d’emploi du modèle"),
    "not_csv": _("des guillemets qui s’ouvrent et se ferment"),
    "not_flag": _("oui ou non"),
    "not_number": _("un nombre de %(low)s à %(high)s"),
    "not_unicode": _("du texte sans ce caractère"),
    "not_whole": _("un nombre entier de %(low)s à %(high)s"),
    "nothing_to_know_by": _("l’un des deux, pour que personne ne vienne deux fois"),
    "other_person": _("un identifiant propre à cette liste"),
    "out_of_range": _("de %(low)s à %(high)s"),
    "too_large": _("au plus %(most)s"),
    "too_many": _("au plus %(most)s"),
    "two_availabilities": _("une colonne « Disponibilités », ou une colonne par semaine"),
    "unknown_column": _("un nom de colonne du modèle"),
    "wrong_encoding": _("enregistrez-le en UTF-8 ou en XLSX"),
}
"""For each code what would be right."""
PERHAPS = _("peut-être %(near)s")
ONE_OF = _("un de : %(few)s")
QUOTED = _("« %(text)s »")
NOTHING = _("une case vide")
IN_A_LIST = _("%(column)s, nº %(number)s")


@dataclass(frozen=True, slots=True)
class Said:
    """One fault in words; ``row`` is None where it is of the whole file."""

    row: int | None
    column: str
    wrong: str
    right: str


def said(faults: Iterable[Fault]) -> list[Said]:
    """Say faults, by row."""
    return [_said(fault) for fault in faults]


def _said(fault: Fault) -> Said:
    row = ROW.search(fault.where)
    code, facts = getattr(fault, "code", ""), dict(getattr(fault, "facts", {}))
    facts["given"] = _given(facts.get("given", ""))
    wrong = str(WRONG[code]) % facts if code in WRONG else fault.wrong
    return Said(int(row[1]) if row else None, _column(fault.field), wrong, _right(code, facts) or fault.right)


def _given(text: str) -> str:
    """Say what stood in a cell, in the quotation marks of the reader's language."""
    if text == '""':
        return str(NOTHING)
    return str(QUOTED) % {"text": text[1:-1]} if text.startswith('"') and text.endswith('"') else text


def _column(field: str) -> str:
    """Say which column, and which entry of its list: people count from one."""
    entry = ENTRY.fullmatch(field)
    if entry is None:
        return field
    return str(IN_A_LIST) % {"column": entry["column"], "number": int(entry["at"]) + 1}


def _right(code: str, facts: Mapping[str, str]) -> str:
    if facts.get("near"):
        return str(PERHAPS) % facts
    if facts.get("few"):
        return str(ONE_OF) % facts
    return str(RIGHT[code]) % facts if code in RIGHT else ""
