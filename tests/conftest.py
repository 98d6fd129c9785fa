"""What every room's tests stand on: a known environment, state put back, one browser a module."""

from __future__ import annotations

import locale
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples at every run, and no example fails for the time that it took.
settings.register_profile("certain", deadline=None, derandomize=True)
settings.load_profile("certain")


def pytest_configure(config: pytest.Config) -> None:
    """Begin every run, whatever machine and whoever starts it, in the same surroundings."""
    home = tempfile.TemporaryDirectory(prefix="symbiosis-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name in tuple(os.environ):
        if name.startswith(("LC_", "XDG_", "STREAMLIT_")) or name in {
            "COLUMNS",
            "LANGUAGE",
            "SYMBIOSIS_DATABASE_URL",
            "SYMBIOSIS_PATH",
            "SYMBIOSIS_TOKEN",
        }:
            del os.environ[name]
    # Nobody's own store or settings are read or written, and a read-only home is no hindrance.
    os.environ |= {"HOME": home.name, "USERPROFILE": home.name, "LANG": "C.UTF-8"}
    # Children of the tests write what the tests read.
    os.environ["PYTHONUTF8"] = "1"


@pytest.fixture(autouse=True)
def _put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what a test may leave changed in its process, so that none depends on another."""
    # Streamlit makes a page ``__main__``; processes of later tests would run that page again.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    environment, folder, path = dict(os.environ), Path.cwd(), list(sys.path)
    spoken = locale.setlocale(locale.LC_ALL)
    yield
    os.chdir(folder)
    sys.path[:] = path
    if dict(os.environ) != environment:
        os.environ.clear()
        os.environ.update(environment)
    locale.setlocale(locale.LC_ALL, spoken)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, driven by Playwright.

    It is closed with its event loop at the end of the module: a loop that goes on would refuse
    every ``asyncio.run`` of later tests in the same process.
    """
    driver = pytest.importorskip(
        "tests.browser.driver", reason='a real browser: pip install playwright (".[dev]")'
    )
    if driver.chromium_path() is None:
        pytest.skip("a real browser: install the package chromium of your system")
    with driver.chromium() as chromium:
        yield chromium


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each reason why tests were skipped, with what would run them."""
    reasons = Counter(
        str(
            report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        ).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", ())
    )
    if reasons:
        terminalreporter.section("skipped, and what would run them")
    for reason, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        terminalreporter.write_line(f"{count:>5}  {reason}")
