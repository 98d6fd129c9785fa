"""Disk full, a database that goes away, too many at once: a sentence, and nothing changed."""

import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import event, exc, text

from symbiosis.storage import LOCAL, Unavailable, open_store
from symbiosis.storage import engine as engines
from symbiosis.storage.engine import writing
from symbiosis.storage.failures import meaning
from symbiosis.storage.places import address
from tests.storage.worlds import four_firms, many


def test_a_full_disk_is_named_nothing_is_saved_and_the_upload_can_be_repeated(new_url):
    with open_store(new_url("sqlite")) as store:
        store.save(LOCAL, four_firms())
        limit = {"pages": 0}

        @event.listens_for(store.engine, "begin")
        def cap(connection):
            if limit["pages"]:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {limit['pages']}")

        limit["pages"] = 1  # SQLite lowers it to what the file already has
        with pytest.raises(Unavailable, match="disk of the store is full"):
            store.save(LOCAL, many(2000))
        assert len(store.flows(LOCAL).firms) == 4
        limit["pages"] = 1_000_000
        store.save(LOCAL, many(2000))
        assert len(store.flows(LOCAL).offers) == 2002
        assert store.status(LOCAL).broken_at is None


def test_a_server_that_drops_everyone_is_named_and_found_again(postgres, new_url):
    with open_store(new_url("postgresql")) as store:
        store.save(LOCAL, four_firms())
        drop = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

        def dropped_in_the_middle():
            with writing(store.engine) as connection:
                connection.execute(text("DELETE FROM flows"))
                with store.engine.connect() as other:
                    other.execute(drop)
                connection.execute(text("SELECT 1"))

        with pytest.raises(Unavailable, match="does not answer"):
            dropped_in_the_middle()
        assert len(store.flows(LOCAL).offers) == 2
        assert store.save(LOCAL, four_firms()).unchanged == 11


@pytest.mark.parametrize("kind_", ["sqlite", "postgresql"])
def test_a_writer_who_keeps_everyone_waiting_is_named(kind_, new_url, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE_S", 1)
    with open_store(new_url(kind_)) as store:
        held, done = threading.Event(), threading.Event()

        def hold():
            with writing(store.engine):
                held.set()
                done.wait(120)

        slow = threading.Thread(target=hold)
        slow.start()
        held.wait(20)
        with pytest.raises(Unavailable, match="busy"):
            store.save(LOCAL, four_firms())
        assert slow.is_alive(), "the save waited until the other had ended"
        done.set()
        slow.join()
        assert store.save(LOCAL, four_firms()).added == 11


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0,
    reason="a user other than root, who may write anywhere",
)
def test_a_file_that_may_not_be_written_is_named(new_url):
    url = new_url("sqlite")
    Path(address(url).database).chmod(0o400)
    with pytest.raises(Unavailable, match="cannot be written"), open_store(url) as store:
        store.save(LOCAL, four_firms())


SAID = {
    "disk full": "database or disk is full",
    "server's disk": 'could not extend file "base/1": No space left on device',
    "read only": "attempt to write a readonly database",
    "locked": "database is locked",
    "lock timeout": "canceling statement due to lock timeout",
    "password": 'FATAL: password authentication failed for user "x"',
    "database": 'FATAL: database "x" does not exist',
    "empty": "no such table: flows",
    "away": "server closed the connection unexpectedly",
}


@pytest.mark.parametrize("case", SAID)
def test_what_a_driver_says_becomes_a_sentence(case):
    error = exc.OperationalError("INSERT …", {"secret": 1}, Exception(SAID[case]))
    sentence = str(meaning(error))
    assert sentence.endswith((".", "”."))
    assert "secret" not in sentence


def test_a_fault_of_ours_stays_one():
    assert (
        meaning(exc.IntegrityError("INSERT …", {}, Exception("UNIQUE constraint failed"))) is None
    )
    assert meaning(ValueError("x")) is None


def test_messages_of_faults_do_not_quote_values(store):
    row = {"user_id": "u", "role": "secret-role", "scope": "secret-scope"}
    insert = text("INSERT INTO grants VALUES (:user_id, :role, :scope)")
    with pytest.raises(exc.IntegrityError) as error, writing(store.engine) as connection:
        connection.execute(insert, row)
    assert "secret-role" not in str(error.value)
