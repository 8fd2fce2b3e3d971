"""How often a proof is tried: about a hundredth in ``make test``, all of it in ``make soak``."""

import os

FULL = 1000


def tries() -> int:
    """Give the number of tries of a proof that is repeated."""
    asked = os.environ.get("PASSERELLE_TRIES", "10")
    return FULL if asked == "full" else int(asked)
