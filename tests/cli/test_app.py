"""``symbiosis app`` starts one child on this machine only, and says what went wrong."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from symbiosis import bundled
from symbiosis.cli import _streamlit
from symbiosis.errors import SymbiosisError


@pytest.fixture
def started(monkeypatch):
    seen = SimpleNamespace(status=0)

    def run(command, **words):
        seen.command, seen.words = command, words
        return SimpleNamespace(returncode=seen.status)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_it_listens_on_this_machine_and_sends_nothing(started):
    _streamlit.start(None)
    assert started.command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert started.command[4] == str(bundled.home() / "app.py")
    assert "--server.address=127.0.0.1" in started.command
    assert "--browser.gatherUsageStats=false" in started.command
    assert "--server.showEmailPrompt=false" in started.command
    assert "SYMBIOSIS_PATH" not in started.words["env"]


def test_the_data_are_named_by_their_whole_path(started, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    _streamlit.start(Path("mine"), port=9001, address="0.0.0.0")
    assert started.words["env"]["SYMBIOSIS_PATH"] == str(tmp_path / "mine")
    assert "--server.port=9001" in started.command
    assert "--server.address=0.0.0.0" in started.command


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="a display is always there")
def test_no_window_is_opened_where_there_is_no_display(started, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    _streamlit.start(None)
    assert "--server.headless=true" in started.command
    monkeypatch.setenv("DISPLAY", ":0")
    _streamlit.start(None)
    assert "--server.headless=false" in started.command
    _streamlit.start(None, browser=False)
    assert "--server.headless=true" in started.command


def test_without_streamlit_the_cure_is_said(monkeypatch):
    monkeypatch.setattr(_streamlit, "find_spec", lambda _: None)
    with pytest.raises(SymbiosisError, match=r"symbiosis\[app\]"):
        _streamlit.start(None)


def test_an_app_that_fails_is_an_error_and_one_that_is_stopped_is_not(started, monkeypatch):
    started.status = 1
    with pytest.raises(SymbiosisError, match="status 1"):
        _streamlit.start(None)
    started.status = -2
    _streamlit.start(None)

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", interrupted)
    _streamlit.start(None)
