"""The rights of the person on pages: what is kept, a copy, agreements, erasing."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import models
from models import accounts, cards, casework, consent_texts, privacy
from models.casework import NeedSheet, Registration
from models.consent_texts import ConsentText
from models.queries.bundle import NOT_TOLD, bundle
from models.tables import Account, Consent, Person, SignIn
from tests.models import office
from tests.web import canaries
from tests.web.desk import coordinator
from web import data_copy, data_words, privacy_words
from web.casework_words import EVENTS, SILENT, STATES

PASSWORD = "quatre mots au hasard"


@pytest.fixture
def amina(database):
    with database.writing() as session:
        someone = office.newcomer(session, "Amina", surname="Amiri", phone="418 555-0142")
        account = session.query(Account).filter_by(person_id=someone.person).one()
        account.password_hash = accounts.hash_password(PASSWORD)
    return someone


@pytest.mark.parametrize(
    ("language", "h1"), [("fr", "Ce que nous gardons et pourquoi"), ("en", "What we keep and why")]
)
def test_what_is_kept_is_told_to_everybody_class_by_class(visitor, language, h1):
    page = visitor.open("/vie-privee", headers={"Accept-Language": language})
    assert page.h1 == h1
    assert len(page.all("th", scope="row")) == len(privacy_words.what_is_kept()) > 15


def test_every_class_that_tells_something_of_people_is_on_that_page():
    used = {one.kind for one in privacy.columns().values() if one.is_personal}
    assert used - privacy_words.KINDS.keys() == {"link", "staff", "incident_text"}
    assert {kind.kept for kind in privacy.kinds().values()} - {""} <= {
        "file",
        *privacy.rules(),
        *privacy_words.FOR_GOOD,
    }


def test_the_page_is_reached_from_every_foot_and_from_the_agreements(visitor, signed_in, amina):
    assert "/vie-privee" in {tag.attrs.get("href") for tag in visitor.open("/").all("a")}
    assert "/vie-privee" in {tag.attrs.get("href") for tag in signed_in(amina.person).open("/moi").all("a")}


def test_a_copy_asks_the_password_and_is_whole(signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.open("/moi/mes-donnees")
    refused = visitor.refused("/moi/mes-donnees", password="not mine")
    assert "pas votre mot de passe actuel" in refused.text
    answer = visitor.send("/moi/mes-donnees", status=200, password=PASSWORD)
    assert answer.headers["Content-Disposition"].endswith('.zip"')
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("manifeste.json"))
    assert manifest["sha256"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    data, page = json.loads(files["donnees.json"]), files["lisez-moi.html"].decode()
    assert data["tables"]["person"][0]["surname"] == "Amiri"
    for word in ("Amiri", "418 555-0142", "amina@example.org", "Raquette", "Mes accords"):
        assert word in page
    assert "<script" not in page


def test_the_page_of_the_copy_can_be_read_in_english_too(signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.send("/langue", language="en", next="/moi")
    answer = visitor.send("/moi/mes-donnees", status=200, password=PASSWORD)
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        page = archive.read("lisez-moi.html").decode()
    assert "My file" in page
    assert "Ma fiche" not in page


def test_erasing_asks_twice_and_then_nothing_opens_any_more(signed_in, amina, database):
    visitor = signed_in(amina.person)
    assert "ne se défait pas" in visitor.open("/moi/effacer").text
    visitor.refused("/moi/effacer", password=PASSWORD)
    visitor.refused("/moi/effacer", password="not mine", sure="yes")
    assert visitor.goes_to("/moi/effacer", password=PASSWORD, sure="yes") == "/efface"
    assert visitor.open("/efface").h1 == "C’est effacé"
    with visitor.client.get("/moi") as answer:
        assert answer.status_code == 303
    with database.reading() as session:
        person = session.get(Person, amina.person)
        assert (person.first_name, person.data_key, person.erased_at) == ("", None, office.AT)
        assert session.query(Account).count() == session.query(SignIn).count() == 0
    raw = b"".join(path.read_bytes() for path in database.folder.glob("office.sqlite*"))
    assert b"Raquette" not in raw
    assert b"Amina" not in raw


def test_who_signs_in_with_a_card_proves_herself_with_it(signed_in, database):
    with database.writing() as session:
        sheet = Registration(
            profile=office.PROFILE, needs=(NeedSheet(program="sponsorship"),), consents=("program",)
        )
        person = casework.register(session, sheet, **office.DO)
        code = cards.give_card(session, person, **office.DO)
        another = replace(sheet, profile=office.replace(office.PROFILE, first_name="Noor"))
        hers = cards.give_card(session, casework.register(session, another, **office.DO), **office.DO)
    visitor = signed_in(person)
    for other in ("ABCD-EFGH-JKLM", hers):
        refused = visitor.refused("/moi/mes-donnees", password=other)
        assert "pas le code de votre carte" in refused.text
    visitor.send("/moi/mes-donnees", status=200, password=code)
    assert visitor.goes_to("/moi/effacer", password=code, sure="yes") == "/efface"


def test_guessing_the_password_of_a_copy_is_held_back(signed_in, amina):
    visitor = signed_in(amina.person)
    for _ in range(10):
        visitor.refused("/moi/mes-donnees", password="not mine")
    visitor.send("/moi/mes-donnees", status=429, password=PASSWORD)


def test_agreements_stand_apart_with_their_text_and_history(signed_in, amina):
    visitor = signed_in(amina.person)
    visitor.send("/moi/accords/matching/retirer")
    page = visitor.open("/moi/accords")
    assert "J’accepte que mes intérêts" in page.text
    assert "retiré le 2 mars 2026" in page.text
    assert not [tag for tag in page.all("input") if tag.attrs.get("type") == "checkbox"]


def change_a_text(monkeypatch):
    new = [
        ConsentText("matching", code, 2, text)
        for code, text in (("fr", "Le nouveau texte."), ("en", "The new text."))
    ]
    both = {**consent_texts.texts(), **{(one.purpose, one.language, one.version): one for one in new}}
    monkeypatch.setattr(consent_texts, "texts", lambda: both)


def test_a_new_text_asks_again_and_withdraws_nothing(signed_in, amina, database, monkeypatch):
    change_a_text(monkeypatch)
    visitor = signed_in(amina.person)
    assert "Un texte a changé" in visitor.open("/moi").text
    page = visitor.open("/moi/accords")
    assert "Le nouveau texte." in page.text
    assert "L’ancien reste en vigueur" in page.text
    with database.reading() as session:
        assert casework.consent_in_force(session, amina.person, "matching").version == 1
    visitor.send("/moi/accords/matching")
    with database.reading() as session:
        now = casework.consent_in_force(session, amina.person, "matching")
        assert (now.version, now.text_hash) == (2, hashlib.sha256(b"Le nouveau texte.").hexdigest())
        before = session.query(Consent).filter_by(person_id=amina.person, purpose="matching", version=1).one()
        assert (before.withdrawn_at, before.was_renewed) == (office.AT, True)
    assert "Un texte a changé" not in visitor.open("/moi").text


def test_a_fresh_registration_shares_nothing_and_is_not_matched(database):
    with database.writing() as session:
        person = casework.register(session, Registration(profile=office.PROFILE), **office.DO)
        assert session.query(Consent).filter_by(person_id=person).count() == 0


def test_a_coordinator_erases_who_asked_for_it_and_sees_that_it_is_done(app, database, amina):
    helene = coordinator(app, database)
    path = f"/coordination/personnes/{amina.person}"
    assert f"{path}/effacer" in {tag.attrs.get("href") for tag in helene.open(path).all("a")}
    helene.refused(f"{path}/effacer", sure="yes")
    assert helene.goes_to(f"{path}/effacer", asked="yes", sure="yes") == path
    page = helene.open(path)
    assert page.h1 == "Dossier effacé"
    assert [it.text for it in page.all("span", **{"class": "timeline-what"})].count("Dossier effacé") == 1
    with helene.client.get(f"{path}/effacer") as answer:
        assert answer.headers["Location"] == path
    assert "Amina" not in page.html
    assert amina.person not in helene.open("/coordination/personnes").html


def test_who_was_refused_for_safety_is_flagged_on_her_new_file(app, database):
    with database.writing() as session:
        person = office.sign_up(session, "Basile", offers=(office.OFFER,))
    helene = coordinator(app, database)
    helene.send(f"/coordination/personnes/{person}/non-retenue", sure="yes", for_safety="yes")
    with database.writing() as session:
        again = office.sign_up(session, "Basile+2", offers=(office.OFFER,))
    assert "refusée pour la sécurité des autres" in helene.open(f"/coordination/personnes/{again}").text


def test_every_text_of_an_agreement_stands_in_both_languages_and_never_changes():
    held = consent_texts.texts()
    assert {(purpose, version) for purpose, language, version in held if language == "fr"} == {
        (purpose, version) for purpose, language, version in held if language == "en"
    }
    assert {key: one.hash[:12] for key, one in held.items()} == FROZEN


FROZEN = {
    ("program", "fr", 1): "80e99ccab8ee",
    ("program", "en", 1): "085185c64f81",
    ("matching", "fr", 1): "0d256d76d3d7",
    ("matching", "en", 1): "07e3e0ae7904",
    ("share_contact", "fr", 1): "92e4b5879932",
    ("share_contact", "en", 1): "ddd3ff8cc706",
    ("statistics", "fr", 1): "b0d1fd503e87",
    ("statistics", "en", 1): "02fac5cb6094",
}
"""A text that is changed gets a new version: what people agreed to is never rewritten."""


def test_every_column_of_the_readable_copy_has_a_name_in_words():
    """A line of the ledger is told as a sentence, not column by column."""
    copied = [one for one in privacy.columns().values() if one.copy == "yes" and one.table != "ledger_line"]
    names = {one.name.removesuffix("_sealed") for one in copied}
    assert not names - data_words.COLUMNS.keys()
    assert not {one.table for one in copied} - data_words.TABLES.keys()
    assert len(names) > 100


OF_THE_HOUSE = {
    *("back_up", "restore", "rotate_key", "open_organisation", "publish_figures"),
    *("import_people", "export_people", "export_incidents", "run_round", "plan_horizon", "count_gains"),
}
"""Verbs of lines that are about nobody's file."""


def verbs():
    """Every verb that the source writes into the ledger as it stands."""
    for path in Path(models.__file__).parent.rglob("*.py"):
        for call in (
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
        ):
            is_record = isinstance(call.func, ast.Attribute) and call.func.attr == "record"
            told = [*call.args[3:4]] if is_record else []
            told += [keyword.value for keyword in call.keywords if keyword.arg == "verb"]
            yield from (one.value for one in told if isinstance(one, ast.Constant))


def test_every_line_of_a_file_is_told_in_words():
    found = set(verbs())
    assert len(found) > 80
    assert not found - EVENTS.keys() - SILENT - OF_THE_HOUSE - NOT_TOLD


CODES = {"any", "engine", "whole", "closed", "yes", "fr", "en", "participant"} | {
    state for _, state in STATES
}
"""Codes that look like words; somebody of that world bears one as her name."""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_readable_copy_speaks_in_words_alone(app, database, language):
    """No code, no number of a row and nothing of a program stands where a person reads."""
    world = canaries.prepare(app, database)
    for one in world.people.values():
        with database.reading() as session, app.test_request_context(headers={"Accept-Language": language}):
            packed = data_copy.zipped(bundle(session, one.person, office.AT), language)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            page = archive.read("lisez-moi.html").decode()
        told = re.findall(r"<dd>(.*?)</dd>|<li>(.*?)</li>", page, re.DOTALL)
        assert len(told) > 30
        assert {"fr": "Ma fiche", "en": "My file"}[language] in page
        for value in filter(None, map("".join, told)):
            assert not re.search(r"[a-z]_[a-z]|[{}\[\]]|[a-z2-7]{26}", value), value
            assert value not in CODES - world.people.keys()
