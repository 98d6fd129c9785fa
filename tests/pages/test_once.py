"""A page asks the store once in each run, and no more than “symbiosis bench store” measures."""

from collections import Counter

import pytest

from symbiosis.pages import keeping, worklist
from symbiosis.pages.once import HELD, asking, once
from symbiosis.storage.measure import first_page, made_up, questions

# What is asked again in each part of a page that is drawn on its own: single rows, by an index.
SMALL = ("FROM users", "FROM overrides", "SELECT audit.digest", "SELECT flows.flow_id \nFROM flows")


def test_the_first_page_of_saved_declarations_asks_what_is_measured(opened):
    store = worklist.store()
    who = store.only_person()
    store.save(who, made_up(40, 8))
    shown = []
    asked = questions(store.engine, lambda: shown.append(opened(data="saved")))
    assert not shown[0].exception
    assert shown[0].selectbox(key="dataset").value == "saved"
    measured = Counter(text for text, _ in questions(store.engine, lambda: first_page(store, who)))
    counted = Counter(text for text, _ in asked)
    assert set(counted) <= set(measured)
    large = {text: n for text, n in counted.items() if not any(word in text for word in SMALL)}
    assert sum("flows" in text for text in large) == 1
    assert all(count <= measured[text] for text, count in large.items())
    assert sum(counted.values()) < 40


def test_outside_a_run_every_question_is_asked():
    told = iter(range(2))
    assert [once("x", lambda: next(told)), once("x", lambda: next(told))] == [0, 1]


def test_a_save_is_seen_from_the_next_question_on():
    assert keeping.stamp() == ""
    assert keeping.save(made_up(4, 2), "x")[0].added == 6
    first = keeping.stamp()
    keeping.save(made_up(6, 2), "y")
    assert first
    assert keeping.stamp() not in {"", first}


def test_what_a_click_calls_before_the_next_run_asks_anew(opened):
    """A person whose role was taken back since the page was drawn acts with it no more."""
    app = opened(data="saved")
    assert not app.exception
    assert HELD not in app.session_state


def test_a_run_that_fails_forgets_too_and_a_part_leaves_the_whole_its_answers(monkeypatch):
    held = {}
    monkeypatch.setattr("symbiosis.pages.once.get_script_run_ctx", lambda: held)
    monkeypatch.setattr("symbiosis.pages.once.st", type("Page", (), {"session_state": held}))
    told = iter(range(9))

    @asking
    def part():
        return once("x", lambda: next(told))

    @asking
    def whole():
        seen = [once("x", lambda: next(told)), part(), once("x", lambda: next(told))]
        raise ValueError(seen)

    for first in (0, 2):
        with pytest.raises(ValueError) as failed:  # noqa: PT011 - the answers travel in it
            whole()
        assert failed.value.args[0] == [first, first + 1, first]
        assert not held
