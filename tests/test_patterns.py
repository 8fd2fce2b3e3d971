"""R69: no pattern of ours takes longer than its text is long, whatever is in it."""

import ast
import itertools
import re
import signal
from pathlib import Path

import pytest

from tests.tries import FULL, tries

ROOT = Path(__file__).parent.parent
LENGTH = 100_000
PATIENCE = 2.0
"""Seconds of computing: what grows with the square of the length would take minutes."""
USES = {"compile", "match", "fullmatch", "search", "split", "sub", "findall", "finditer"}
PIECES = (
    " ",
    "a",
    "1",
    "-",
    "'",
    '"',
    '""',
    "\\u0000",
    "\t",
    ";",
    "é",
    "[1]",
    "a;",
    " a",
    "1,",
    "«",
    "--1",
    "!a",
)
AROUND = (("", ""), ("a", "a"), ("", "!"), ("a", "\n"), ("", "\0"), ('"', ";"), ("", '"'), ("=", "a"))
TRIED = AROUND[:2] if tries() < FULL else AROUND


def patterns():
    """Give every pattern of the product, with its flags, found in the source."""
    found = {}
    for folder in ("matcher", "models", "web", "fixtures"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                    continue
                is_ours = isinstance(call.func.value, ast.Name) and call.func.value.id == "re"
                if is_ours and call.func.attr in USES:
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    found[where] = _compiled(call, where)
    return found


def _compiled(call, where):
    try:
        text = eval(compile(ast.Expression(call.args[0]), where, "eval"), {})
        flags = [one for one in call.args[1:] if "re." in ast.unparse(one)]
        flags += [one.value for one in call.keywords if one.arg == "flags"]
        value = eval(compile(ast.Expression(flags[0]), where, "eval"), {"re": re}) if flags else 0
    except NameError:
        pytest.fail(f"{where}: a pattern made of parts cannot be tried")
    return re.compile(text, value)


PATTERNS = patterns()


def test_the_patterns_of_the_product_are_found():
    assert len(PATTERNS) > 20


def give_up(*_):
    raise TimeoutError


@pytest.mark.parametrize("where", PATTERNS)
def test_no_pattern_takes_longer_than_its_text_is_long(where):
    pattern = PATTERNS[where]
    before = signal.signal(signal.SIGVTALRM, give_up)
    try:
        for piece, (start, end) in itertools.product(PIECES, TRIED):
            text = start + piece * (LENGTH // len(piece)) + end
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
            try:
                pattern.sub("", text)
                pattern.fullmatch(text)
            except TimeoutError:
                pytest.fail(f"{pattern.pattern!r} on {piece!r} × {LENGTH} between {start!r} and {end!r}")
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
