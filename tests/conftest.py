"""What several rooms share: one real browser a session, since Playwright allows no second one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _same_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit makes a page ``__main__``; processes of later tests would run that page again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Debian's Chromium, driven by Playwright."""
    driver = pytest.importorskip("tests.browser.driver", reason="playwright is not installed")
    if driver.chromium_path() is None:
        pytest.skip("no chromium on this machine")
    with driver.chromium() as found:
        yield found
