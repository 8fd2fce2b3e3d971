import gc
from contextlib import suppress

from matcher.undisturbed import undisturbed


def test_rubbish_is_looked_for_again_afterwards_whatever_happened():
    with suppress(ValueError), undisturbed():
        with undisturbed():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()
