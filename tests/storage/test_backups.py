"""A backup goes into the other kind of database, every row the same; half of one is refused."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from symbiosis.errors import StorageError
from symbiosis.storage import LOCAL, Grant, Role, open_store, schema
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.overrides import Cell
from symbiosis.storage.places import data_folder
from symbiosis.storage.tables import METADATA
from tests.storage.worlds import four_firms, three_exchanges


def fill(store):
    """At least one row in each table."""
    declared = four_firms()
    store.save(LOCAL, declared, origin='été "2026".csv')
    store.save(LOCAL, type(declared)(declared.firms.assign(name="🏭 d'à côté"), declared.offers,
                                     declared.needs))  # fmt: skip
    study = three_exchanges()
    study_id = store.keep_study(LOCAL, study, "first")
    store.follow(LOCAL, study, study_id)
    row = store.worklist(LOCAL).iloc[0]
    store.update_synergy(LOCAL, row["synergy_id"], 1, {"stage": "contact", "note": "\u202e abc"})
    store.agree(LOCAL, row["synergy_id"], row["offer_firm_id"])
    store.keep_scenario(LOCAL, "usual", study.scenario)
    store.override(LOCAL, [Cell("materials", "cullet", "price_central_eur", "80", "us")])
    store.publish(LOCAL)
    store.grant(LOCAL, "lea@north.example", [Grant(Role.OFFICER, "north")])
    store.issue_token(LOCAL, "lea@north.example")


def contents(store):
    with reading(store.engine) as connection:
        return {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in METADATA.sorted_tables
        }


@pytest.fixture(scope="module")
def _saved_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backup")
    with open_store(f"sqlite:///{folder / 'store.db'}", create=True) as store:
        fill(store)
        store.backup(LOCAL, folder / "backup")
    return folder / "backup"


@pytest.fixture
def saved(tmp_path, _saved_once):
    """A filled SQLite store's backup, the test's own to spoil."""
    return Path(shutil.copy(_saved_once, tmp_path / "backup"))


OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def test_into_the_other_kind_and_every_row_is_the_same(kind, new_url, tmp_path, postgres):
    path = tmp_path / "backup"
    with open_store(new_url(kind)) as one, open_store(new_url(OTHER[kind])) as other:
        fill(one)
        counts = one.backup(LOCAL, path)
        # Few of the published groups are large enough in a world of four firms.
        assert {name for name, count in counts.items() if not count} <= {
            "published_figures"
        }  # fmt: skip
        assert other.restore(LOCAL, path) == counts
        before, after = contents(one), contents(other)
        for name, rows in before.items():
            assert after[name] == rows, name
        assert other.status(LOCAL).broken_at is None
        # And the restored store lives on: counters go on, triggers hold.
        other.save(LOCAL, four_firms())
        assert other.status(LOCAL).broken_at is None


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_backup_is_refused_and_nothing_is_written(saved, store, part):
    content = saved.read_bytes()
    saved.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(StorageError, match="truncated or damaged"):
        store.restore(LOCAL, saved)
    assert not any(contents(store).values())


@pytest.mark.parametrize("place", [0.05, 0.3, 0.6, 0.8])
def test_a_flipped_byte_is_refused(saved, new_url, place):
    content = bytearray(saved.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    saved.write_bytes(bytes(content))
    with (
        open_store(new_url("sqlite")) as store,
        pytest.raises(StorageError, match=r"truncated or damaged|another version"),
    ):
        store.restore(LOCAL, saved)


def rewrite(path, change):
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(entries["manifest.json"])
    change(manifest, entries)
    entries["manifest.json"] = json.dumps(manifest).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m, e: m.update(revision="0002"), "version 0002"),
        (lambda m, e: m.update(format="other"), "another version"),
        (lambda m, e: m["tables"].update(sequel={}), "another version"),
        (lambda m, e: m["tables"].pop("firms"), "damaged"),
        (lambda m, e: m["tables"]["firms"].update(sha256="0"), "damaged"),
        (lambda m, e: e.pop("firms.parquet"), "damaged"),
    ],
)
def test_a_backup_that_is_not_ours_is_refused(saved, new_url, change, words):
    rewrite(saved, change)
    with open_store(new_url("sqlite")) as store, pytest.raises(StorageError, match=words):
        store.restore(LOCAL, saved)


def test_an_older_store_is_saved_before_it_is_migrated(kind, new_url, tmp_path):
    """The advice to make a backup first can be followed, and the backup taken back."""
    path = tmp_path / "backup"
    one_url, other_url = new_url(kind), new_url(kind)
    with open_store(one_url) as one:
        one.save(LOCAL, four_firms())
        one.migrate(LOCAL, "0002")
    with open_store(one_url, check=False) as older:
        counts = older.backup(LOCAL, path)
    assert counts["firms"] == 4
    assert "published_figures" not in counts
    with open_store(other_url, check=False) as other:
        with pytest.raises(StorageError, match="migrate --to 0002"):
            other.restore(LOCAL, path)
        other.migrate(LOCAL, "0002")
        assert other.restore(LOCAL, path) == counts
        other.migrate(LOCAL)
        assert len(other.flows(LOCAL).offers) == 2


def test_a_store_that_is_not_whole_is_not_saved(new_url, tmp_path):
    with open_store(new_url("sqlite")) as store:
        with writing(store.engine) as connection:
            connection.execute(text("DROP TABLE published_figures"))
        with pytest.raises(StorageError, match="half migrated"):
            store.backup(LOCAL, tmp_path / "backup")
    assert list(tmp_path.glob("*backup*")) == []


def test_a_restore_never_mixes_with_what_is_there(saved, store):
    store.save(LOCAL, four_firms())
    before = contents(store)
    with pytest.raises(StorageError, match="not empty"):
        store.restore(LOCAL, saved)
    assert contents(store) == before


def test_a_file_that_is_not_there_and_one_that_is_none(tmp_path, store):
    with pytest.raises(StorageError, match="no file"):
        store.restore(LOCAL, tmp_path / "none")
    (tmp_path / "picture").write_bytes(b"\x89PNG" * 100)
    with pytest.raises(StorageError, match="damaged"):
        store.restore(LOCAL, tmp_path / "picture")


def test_a_backup_appears_whole_or_not_at_all(tmp_path, new_url, monkeypatch):
    with open_store(new_url("sqlite")) as store:
        fill(store)
        path = tmp_path / "backup"
        path.write_bytes(b"yesterday's")
        monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
        with pytest.raises(StorageError, match="No space left"):
            store.backup(LOCAL, path)
    assert path.read_bytes() == b"yesterday's"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def before_of(store):
    """The backups that migrations made."""
    url = store.url
    folder = Path(url.database).parent if url.get_backend_name() == "sqlite" else data_folder()
    return sorted(folder.glob(f"*{Path(url.database).name}.*.symbiosis"))


def test_a_store_is_saved_before_every_migration(kind, new_url):
    """By the command, and by whoever opens an older one to serve it; it goes in where it was."""
    url = new_url(kind)
    with open_store(url) as store:
        store.save(LOCAL, four_firms())
        assert before_of(store) == []
        down = store.migrate(LOCAL, "0003").backup
        assert [str(path) for path in before_of(store)] == [down]
        assert before_of(store)[0].stat().st_mode & 0o077 == 0
    with open_store(url, create=True) as served:
        assert served.backup_before in [str(path) for path in before_of(served)]
        assert len(before_of(served)) == 2
        kept = len(served.flows(LOCAL).firms)
    with open_store(url, create=True) as again:  # nothing to migrate, nothing to save
        assert again.backup_before == ""
        assert len(before_of(again)) == 2
    with open_store(new_url(kind), check=False) as other:
        other.migrate(LOCAL, "0003")
        other.restore(LOCAL, Path(served.backup_before))
        other.migrate(LOCAL)
        assert len(other.flows(LOCAL).firms) == kept == 4


def test_what_cannot_be_saved_is_not_migrated(new_url, monkeypatch):
    with open_store(new_url("sqlite")) as store:
        store.save(LOCAL, four_firms())
        monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
        with pytest.raises(StorageError, match="No space left"):
            store.migrate(LOCAL, "0005")
        assert store.status(LOCAL).schema.state is schema.State.READY


def full(*args, **kwargs):
    raise OSError(28, "No space left on device")


def test_only_its_owner_reads_it(saved):
    assert saved.stat().st_mode & 0o077 == 0


def test_two_stores_of_one_backup_that_go_different_ways_have_no_moment_in_common(saved, new_url):
    """What a server remembers of one moment must not be shown in another store."""
    moments = []
    for name in ("one way", "another way"):
        with open_store(new_url("sqlite")) as store:
            store.restore(LOCAL, saved)
            moments.append(store.moment(LOCAL))
            declared = four_firms()
            renamed = replace(declared, firms=declared.firms.assign(name=name))
            store.save(LOCAL, renamed)
            moments.append(store.moment(LOCAL))
    assert moments[0] == moments[2]
    assert len(set(moments)) == 3
