"""R43: a password is refused for being short, common, one's own name, or the same again and again; for nothing else."""

import pytest

from models.password_rules import MOST, common, weakness

MARTHE = ("marthe.girouette@example.org", "Marthe")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("onze signes", "short"),
        ("x" * (MOST + 1), "long"),
        ("aaaabbbbaaaabbbb", "repeated"),
        ("abcabcabcabcabc", "repeated"),
        ("123456789012", "repeated"),
        ("azertyuiop123", "repeated"),
        ("qwertyuiopasdf", "repeated"),
        ("bonjourbonjour", "repeated"),
        ("motdepasse1234", "common"),
        ("Chicoutimi2026!", "common"),
        ("P@ssw0rd12345", "common"),
        ("!!! Québec 2026 !!!", "common"),
        ("demon1q2w3e4r--2031--", "common"),
        ("zaq1xsw2cde3", "common"),
        ("marthe-2026-2027", "own"),
        ("Girouette.Marthe", "own"),
        ("marthe.girouette@example.org", "own"),
        ("passerelle 418 555", "own"),
        ("Girouette-ponton", "own"),
        ("kbxkqbxqkbqx", "repeated"),
    ],
)
def test_a_weak_password_is_refused_and_the_reason_is_named(password, why):
    assert weakness(password, MARTHE) == why


@pytest.mark.parametrize(
    "password",
    [
        "quatre mots au hasard",
        "douze lettre",
        "ÉTÉ indien à Larouche",
        "7f3k92qx0bmw",
        "雪の中の橋と赤い手袋と犬",
        "Marthe et le fjord gelé",
        "Girouette-pontonx",
        "kbxkqbxqkbwx",
    ],
)
def test_anything_else_will_do_without_capitals_digits_or_signs(password):
    assert weakness(password, MARTHE) is None


@pytest.mark.parametrize(("name", "why"), [("Zoé", "own"), ("Lé", None)])
def test_a_name_counts_from_three_letters_on(name, why):
    password = f"{name}-7q{name}x92{name}4k8"
    assert weakness(password, (name,)) == why


def test_a_phrase_of_any_length_up_to_the_bound_is_taken():
    phrase = "".join(f"{word} " for word in range(1000))[:MOST]
    assert weakness(phrase) is None


def test_the_list_of_common_passwords_is_thousands_long_and_in_one_form():
    words = common()
    assert len(words) > 5_000
    assert {"motdepasse", "azerty", "password", "chicoutimi"} <= words
    assert all(word == word.lower().strip() and word for word in words)
