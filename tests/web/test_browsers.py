"""What a browser calls itself becomes two words that its owner recognises, and never a version."""

import pytest

from web.browsers import name_of

MOZILLA = "Mozilla/5.0 (%s) %s"


@pytest.mark.parametrize(
    ("system", "rest", "name"),
    [
        ("Windows NT 10.0; Win64; x64; rv:140.0", "Gecko/20100101 Firefox/140.0", "Firefox · Windows"),
        ("Windows NT 10.0", "AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Macintosh; Intel Mac OS X 10_15", "AppleWebKit/605 Version/18 Safari/605", "Safari · Mac"),
        ("iPhone; CPU iPhone OS 18_0 like Mac OS X", "AppleWebKit/605 CriOS/140 Mobile", "Chrome · iPhone"),
        (
            "Linux; Android 15",
            "AppleWebKit/537 SamsungBrowser/27 Chrome/130 Mobile",
            "Samsung Internet · Android",
        ),
        ("X11; CrOS x86_64", "AppleWebKit/537 Chrome/140 Safari/537", "Chrome · Chromebook"),
        ("X11; Linux x86_64", "something of its own", "Linux"),
    ],
)
def test_common_browsers_are_named(system, rest, name):
    assert name_of(MOZILLA % (system, rest)) == name


@pytest.mark.parametrize("said", ["", "<script>", "x" * 5000])
def test_a_stranger_has_no_name(said):
    assert name_of(said) is None
