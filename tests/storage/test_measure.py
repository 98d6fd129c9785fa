"""What ``symbiosis bench store`` measures is what it says."""

import numpy as np
import pytest
from sqlalchemy import text

from symbiosis.storage import LOCAL, open_store
from symbiosis.storage.engine import reading
from symbiosis.storage.measure import DATABASE, SAVE, ask, first_page, made_up, measure, questions


@pytest.mark.slow
def test_every_figure_is_there_and_the_store_is_left_full(new_url, kind):
    url = new_url(kind)
    table = measure(url, flows=60, firms=6)
    assert (table[["seconds", "cpu_s"]] >= 0).all(axis=None)
    promised = table.set_index("figure")["must_s"].dropna()
    assert promised.to_dict() == {SAVE: 5.0, DATABASE: 1.0}
    with open_store(url) as store:
        assert len(store.flows(LOCAL).offers) == len(store.flows(LOCAL).needs) == 30


def test_what_a_verb_asks_is_told_with_its_parameters_and_can_be_asked_again(store):
    store.save(LOCAL, made_up(10, 2))

    def verb():
        with reading(store.engine) as connection:
            connection.execute(text("SELECT flow_id FROM flows WHERE flow_id = :one"),
                               {"one": "o1"}).all()  # fmt: skip

    asked = questions(store.engine, verb)
    assert len(asked) == 1
    assert "o1" in str(asked[0][1])
    ask(store.engine, asked)
    assert questions(store.engine, lambda: None) == []


def test_the_first_page_reads_every_firm_and_flow_and_writes_nothing(store):
    store.save(LOCAL, made_up(10, 2))
    before = store.moment(LOCAL)
    asked = questions(store.engine, lambda: first_page(store, LOCAL))
    words = " ".join(statement for statement, _ in asked)
    assert {"flows", "firms", "territories", "overrides", "synergies", "users"} <= {
        name for name in ("flows", "firms", "territories", "overrides", "synergies", "users")
        if f"FROM {name}" in words
    }  # fmt: skip
    assert store.moment(LOCAL) == before


def test_made_up_firms_are_the_same_for_the_same_seed():
    one, two = made_up(20, 3), made_up(20, 3)
    assert np.array_equal(one.offers["quantity"], two.offers["quantity"])
    assert not np.array_equal(one.offers["quantity"], made_up(20, 3, 1).offers["quantity"])
