"""The migration chain, up and down on both kinds, and every database that is refused."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from symbiosis.errors import StorageError
from symbiosis.storage import LOCAL, open_store
from symbiosis.storage.engine import reading, writing
from symbiosis.storage.places import address
from symbiosis.storage.schema import State, look
from symbiosis.storage.tables import METADATA
from tests.storage.worlds import four_firms, many, three_exchanges

CHAIN = ["base", "0001", "0002", "0003", "0004", "0005", "0006"]


@pytest.fixture
def url(kind, new_url):
    """A store of its own for each test: these tests change the tables."""
    return new_url(kind)


def state_of(store):
    with reading(store.engine) as connection:
        return look(connection).state


def test_the_migrations_make_exactly_the_tables(store):
    with reading(store.engine) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []
        made = inspect(connection).get_indexes("flows")
    assert {index["name"] for index in made} >= {"ix_flows_firm_id", "ix_flows_material"}


@pytest.mark.parametrize("start", CHAIN)
def test_the_chain_goes_down_and_up_from_anywhere(store, start):
    store.migrate(LOCAL, start)
    with reading(store.engine) as connection:
        expected = State.EMPTY if start == "base" else State.OLDER
        expected = State.READY if start == CHAIN[-1] else expected
        assert look(connection).state is expected
    store.migrate(LOCAL)
    assert state_of(store) is State.READY


def test_what_is_stored_survives_a_way_down_and_up(store):
    store.save(LOCAL, four_firms())
    store.migrate(LOCAL, "0001")
    store.migrate(LOCAL)
    assert len(store.flows(LOCAL).firms) == 4


@pytest.mark.parametrize("older", ["base", "0001", "0002", "0003"])
def test_a_way_down_that_would_lose_rows_is_refused_until_it_is_meant(store, older):
    store.save(LOCAL, many(30))
    store.follow(LOCAL, three_exchanges())
    assert store.publish(LOCAL) == 1
    before = store.status(LOCAL).rows
    with pytest.raises(StorageError, match=r"remove \d+ rows \(.*published_figures.*--lose-rows"):
        store.migrate(LOCAL, older)
    assert store.status(LOCAL).rows == before
    assert store.status(LOCAL).broken_at is None
    store.migrate(LOCAL, older, lose_rows=True)
    assert state_of(store) is (State.EMPTY if older == "base" else State.OLDER)


def test_an_unknown_version_is_refused_with_the_known_ones(store):
    with pytest.raises(StorageError, match="0001, 0002, 0003, 0004, 0005, 0006"):
        store.migrate(LOCAL, "9999")


def test_an_older_store_says_what_to_do(url, store):
    store.migrate(LOCAL, "0002")
    with pytest.raises(StorageError, match="symbiosis store migrate"):
        open_store(url)
    open_store(url, create=True).close()
    assert state_of(store) is State.READY


def test_a_newer_store_is_left_alone(url, store):
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    for create in (False, True):
        with pytest.raises(StorageError, match="newer version"):
            open_store(url, create=create)
    with pytest.raises(StorageError, match="newer version"):
        store.migrate(LOCAL, "0001")


def test_a_half_migrated_store_is_left_alone(url, store):
    with writing(store.engine) as connection:
        connection.execute(text("DROP TABLE agreements"))
    for create in (False, True):
        with pytest.raises(StorageError, match="half migrated"):
            open_store(url, create=create)
    assert store.status(LOCAL).schema.missing == ("agreements",)


def test_tables_without_a_version_are_left_alone(url, store):
    with writing(store.engine) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StorageError, match="half migrated"):
        open_store(url, create=True)


def test_a_migration_that_fails_leaves_the_store_as_it_was(store, monkeypatch):
    store.save(LOCAL, four_firms())
    store.migrate(LOCAL, "0001")
    from alembic import command

    real = command.upgrade

    def fails_at_the_end(config, revision):
        real(config, revision)
        raise RuntimeError("the power went")

    monkeypatch.setattr(command, "upgrade", fails_at_the_end)
    with pytest.raises(RuntimeError):
        store.migrate(LOCAL)
    with reading(store.engine) as connection:
        found = look(connection)
        assert (found.state, found.revision) == (State.OLDER, "0001")
        assert "synergies" not in inspect(connection).get_table_names()


def test_the_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    connection.close()
    with pytest.raises(StorageError, match="another program"):
        open_store(f"sqlite:///{path}", create=True)


def test_a_store_that_is_not_there_is_not_made_by_looking(tmp_path):
    path = tmp_path / "none" / "store.db"
    with pytest.raises(StorageError, match="symbiosis store init"):
        open_store(f"sqlite:///{path}")
    assert not path.parent.exists()


def damaged(content, how):
    if how == "header":
        return b"garbage!" + content[8:]
    if how == "cut":
        return content[: len(content) // 2]
    middle = len(content) // 4
    return content[:middle] + b"\xff" * (len(content) - middle)


@pytest.mark.parametrize("how", ["header", "cut", "pages"])
def test_a_damaged_file_is_named_and_not_touched(new_url, how):
    url = new_url("sqlite")
    with open_store(url) as store:
        store.save(LOCAL, four_firms())
    path = Path(address(url).database)
    path.write_bytes(damaged(path.read_bytes(), how))
    content = path.read_bytes()

    def use():
        with open_store(url) as store:
            store.flows(LOCAL)
            store.save(LOCAL, four_firms())

    with pytest.raises(StorageError, match=r"damaged|half migrated"):
        use()
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://root@localhost/x", "not in “mysql”"),
        ("nonsense", "cannot be read"),
        ("postgresql://nobody@127.0.0.1:1/x", "does not answer"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_words(url, words):
    with pytest.raises(StorageError, match=words):
        open_store(url)


def test_a_missing_database_of_a_server_is_named(postgres):
    url = postgres.set(database="there_is_none_of_this_name").render_as_string(False)
    with pytest.raises(StorageError, match="no such database"):
        open_store(url)
