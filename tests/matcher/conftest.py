"""How kernels are run."""

from __future__ import annotations

import pytest

from matcher.compiled import Kernel


@pytest.fixture
def in_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run loops as they stand, on lists, so that no index out of bounds goes unseen."""
    monkeypatch.setattr(Kernel, "compiled", lambda each: each.plain)
