"""R64: one gate for texts, and what comes out of it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.texts import UNSEEN, clean, is_clean, one_line
from tests.tries import FULL, tries

EXAMPLES = settings(max_examples=200 if tries() < FULL else 20_000, deadline=None, derandomize=True)
TEXTS = st.text(st.characters() | st.sampled_from("\u200c\u200d\u202e\u2066\u200b\ufeff\u0301e\n\r\tنا👩"))
KEPT = [
    "Zoé Tremblante",
    "Nguyễn Thị Ánh",
    "محمد رضا",
    "می\u200cخواهم",  # Persian, with the joiner that it needs
    "क\u094d\u200dष",
    "ᐃᓄᒃᑎᑐᑦ",
    "Łucja O’Connor-Ōno",
    "👩\u200d👧 \U0001f44d\U0001f3fd",
    "👩🏽\u200d💻",
    "ـ\u200dه",  # after a stroke that lengthens
    "का\u200cम",
    "李小龍",
    "deux\nlignes\tet une tabulation",
]
CHANGED = [
    ("E\u0301lise", "Élise"),
    ("Al\u202eice", "Alice"),
    ("\u2066Bob\u2069", "Bob"),
    ("\u200eRosalie\u200f", "Rosalie"),
    ("Bo\u200bb", "Bob"),
    ("Bo\u200cb", "Bob"),
    ("\ufeffNoor", "Noor"),
    ("No\u00ador", "Noor"),
    ("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0", ""),
    ("\ufdcf\ufdd0\ufde0\ufdef\ufdf0\U0001ffff\U0010fffe", "\ufdcf\ufdf0"),
    ("א\u200dב", "אב"),
    ("نa\u200dن", "نaن"),
    ("ن\u200da", "نa"),
    ("a\0b\x1b[31mc\x7f", "ab[31mc"),
    ("\ud800x\udfff", "x"),
    ("\ue000x\ufffe\U000e0041", "x"),
    ("\u202d418 555-0142\u202c", "418 555-0142"),
    ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
    ("م\u200d\u200dن", "م\u200dن"),
    ("\u200dن\u200c", "ن"),
]


@pytest.mark.parametrize("text", KEPT)
def test_what_people_write_is_kept(text):
    assert clean(text) == text
    assert is_clean(text)


@pytest.mark.parametrize(("text", "kept"), CHANGED)
def test_what_deceives_the_eye_is_left_out(text, kept):
    assert clean(text) == kept
    assert not is_clean(text)


def test_a_line_has_single_spaces_and_no_break():
    assert one_line(" Zoé\u00a0 Anne\n\tMarie ") == "Zoé Anne Marie"


@EXAMPLES
@given(TEXTS)
def test_what_comes_out_goes_through_again_unchanged(text):
    kept = clean(text)
    assert clean(kept) == kept
    assert is_clean(kept)
    assert is_clean(text) == (kept == text)


@EXAMPLES
@given(TEXTS)
def test_nothing_unseen_comes_out_and_every_text_can_be_stored(text):
    kept = clean(text)
    assert unicodedata.is_normalized("NFC", kept)
    unseen = [sign for sign in kept if unicodedata.category(sign) in UNSEEN]
    assert set(unseen) <= set("\n\t\u200c\u200d")
    kept.encode()
