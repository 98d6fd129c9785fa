"""What lies about in a checkout (secrets, keys, stores) is in nothing that is built from it."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
MARK = b"HUNTER2-lies-about"
FOLDERS = ["", ".streamlit", "docs/deploy", "docs/deploy/secrets", "symbiosis", "symbiosis/data",
           "datasets/littoral", "static", "static/secrets", "tests"]  # fmt: skip
NAMES = ["secrets.toml", ".env", ".env.production", "prod.env", "server.key", "server.pem",
         "symbiosis.db", "symbiosis.db-wal", "store.sqlite", "serve.log"]  # fmt: skip
LYING = [str(PurePosixPath(folder, name)) for folder in FOLDERS for name in NAMES]
BUILT_FROM = [
    ".streamlit/config.toml", "app.py", "pyproject.toml", "README.md", "LICENSE",
    "symbiosis/data/low.csv", "static/logo.svg", "datasets/littoral/flows.csv",
]  # fmt: skip


def versioned() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    ).stdout.decode()
    if not listed:
        pytest.skip("this is no checkout of git")
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_git_takes_none_of_it_and_all_that_is_versioned(tmp_path):
    tracked = versioned()
    asked = "\0".join([*LYING, *tracked])
    seen = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=ROOT, input=asked.encode(), capture_output=True, check=False,
    ).stdout.decode()  # fmt: skip
    ignored = set(seen.strip("\0").split("\0"))
    assert ignored == set(LYING)


def to_the_builder(path: str) -> bool:
    """Return whether .dockerignore lets a path through: the last line that matches decides."""
    kept = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.lstrip("!")
        parts = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(rf"{parts}(?:/.*)?", path):
            kept = line.startswith("!")
    return kept


@pytest.mark.parametrize("path", LYING)
def test_the_container_s_builder_is_sent_none_of_it(path):
    assert not to_the_builder(path)


@pytest.mark.parametrize("path", BUILT_FROM)
def test_the_container_s_builder_is_sent_what_it_needs(path):
    assert to_the_builder(path)
    assert (ROOT / path).is_file()


@pytest.mark.slow
def test_no_archive_carries_any_of_it(tmp_path):
    tree, out = tmp_path / "tree", tmp_path / "dist"
    for name in versioned():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree / name)
    for name in LYING:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(MARK)
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", out],
        cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(sdist) as archive:
        inside |= {
            member.name: archive.extractfile(member).read()
            for member in archive.getmembers() if member.isfile()
        }  # fmt: skip
    assert "symbiosis/_app/app.py" in inside
    assert any(name.endswith("docs/deploy/example.env") for name in inside)
    marked = [name for name, content in inside.items() if content == MARK]
    assert marked == []
