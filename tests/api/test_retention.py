"""A server that runs for months keeps nothing longer than one that is started anew each day."""

import threading

import pytest

from symbiosis.api.retention import retained


class Store:
    """Counts how often it is asked; fails the second time."""

    def __init__(self, enough):
        self.times, self.enough, self.reached = 0, enough, threading.Event()

    def retain(self, who):
        assert who.name == "operator:serve"
        self.times += 1
        if self.times == self.enough:
            self.reached.set()
        if self.times == 2:
            raise OSError("away")
        return {}


def test_it_is_done_at_the_start_and_again_and_again(caplog):
    store = Store(enough=4)
    with retained(store, every_s=0.001):
        assert store.reached.wait(60)
    assert [line.message for line in caplog.records] == ["retention failed"]


def test_it_ends_with_the_server():
    store = Store(enough=1)
    with retained(store, every_s=3600):
        assert store.times == 1
    assert "retention" not in {thread.name for thread in threading.enumerate()}


def test_a_store_that_fails_at_the_start_is_no_server():
    store = Store(enough=1)
    store.times = 1
    with pytest.raises(OSError, match="away"), retained(store):
        pass
