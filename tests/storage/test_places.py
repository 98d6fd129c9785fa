"""Where the store is."""

import stat
from pathlib import Path

import pytest

from symbiosis.storage import open_store
from symbiosis.storage.places import VARIABLE, address, data_folder, shown
from tests import needs


@pytest.mark.parametrize(
    ("platform", "environ", "folder"),
    [
        ("linux", {}, Path.home() / ".local/share/symbiosis"),
        ("linux", {"XDG_DATA_HOME": "/data"}, Path("/data/symbiosis")),
        ("darwin", {}, Path.home() / "Library/Application Support/symbiosis"),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local/symbiosis")),
    ],
)
def test_each_system_has_its_folder(platform, environ, folder):
    assert data_folder(environ, platform) == folder


def test_the_environment_names_the_store(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert address().database == str(tmp_path / "symbiosis" / "symbiosis.db")
    monkeypatch.setenv(VARIABLE, "postgresql://lea:secret@db/territory")
    found = address()
    assert found.drivername == "postgresql+psycopg"
    assert "secret" not in shown(found)


@needs.posix
def test_only_its_owner_reads_the_file(tmp_path):
    path = tmp_path / "deep" / "store.db"
    open_store(f"sqlite:///{path}", create=True).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
