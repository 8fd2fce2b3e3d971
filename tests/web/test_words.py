"""The words of every page, letter and sheet: French signs on the line of their words, and nobody taken for a man."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from flask_babel import gettext, lazy_gettext, ngettext

from tests.models import office
from web.i18n import CATALOGUES, catalogue
from web.mail import words_of

TO_A_MAN = re.compile(
    r"\b(?:vous|je|j’|m’|me|moi)\b.*\b(?:connecté|déconnecté|inscrit|accompagné|rappelé|jumelé|nouveau|seul|sûr|averti)\b"
    r"|\bêtre (?:accompagné|rappelé|jumelé)\b|\bheureux\b",
    re.IGNORECASE,
)
MEANT_FOR_ALL = ("seul ou vous seule", "un nouveau", "du nouveau", "de nouveau", "le nouveau", "un seul")


def test_signs_keep_to_their_words_wherever_a_text_is_taken(app):
    with app.test_request_context("/"):
        assert gettext("Il reste à noter :") == "Il reste à noter\N{NO-BREAK SPACE}:"
        assert (
            str(lazy_gettext("Merci : « oui »"))
            == "Merci\N{NO-BREAK SPACE}: «\N{NO-BREAK SPACE}oui\N{NO-BREAK SPACE}»"
        )
        assert (
            ngettext("1 offre : %(why)s", "%(num)s offres : %(why)s", 2, why="x")
            == "2 offres\N{NO-BREAK SPACE}: x"
        )
    assert catalogue("fr").gettext("12 %%") == "12\N{NO-BREAK SPACE}%%"


def test_a_letter_and_what_flashes_keep_them_too(database, signed_in):
    assert [text[:19] for text in words_of("interpreting_tomorrow", "fr")] == [
        "Passerelle\N{NO-BREAK SPACE}: un mes",
        "Rappel\N{NO-BREAK SPACE}: un rendez-",
    ]
    with database.writing() as session:
        amina, rosalie = office.newcomer(session), office.sponsor(session)
        pairing = office.approved(session, amina, rosalie).id
    visitor = signed_in(amina.person)
    visitor.send(f"/moi/propositions/{pairing}", said="talk")
    assert "C’est noté\N{NO-BREAK SPACE}: la coordonnatrice" in visitor.open("/moi").html


def test_english_is_left_as_it_is():
    assert catalogue("en").gettext("Erreur :") == "Error:"


@pytest.fixture
def said():
    """Every text of the catalogue."""
    with (CATALOGUES / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        ids = [message.id for message in read_po(file)]
    return [text for one in ids for text in ((one,) if isinstance(one, str) else one)]


def test_no_text_brings_such_a_space_of_its_own(said):
    assert [text for text in said if "\N{NO-BREAK SPACE}" in text] == []


def test_no_text_speaks_to_a_man_alone(said):
    spoken = [
        text
        for text in said
        if TO_A_MAN.search(text) and not any(words in text.lower() for words in MEANT_FOR_ALL)
    ]
    assert spoken == []


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"data": {"a": "x" * 300_000}}, "Raccourcissez ce que vous avez écrit"),
        (
            {"data": b"x" * (13 << 20), "content_type": "multipart/form-data; boundary=b"},
            "Un fichier a 4 Mo au plus",
        ),
    ],
)
def test_what_is_too_large_says_the_limit_of_what_was_sent(visitor, sent, told):
    answer = visitor.client.post("/langue", **sent)
    assert answer.status_code == 413
    assert told in answer.get_data(as_text=True)
