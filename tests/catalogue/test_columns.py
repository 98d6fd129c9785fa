"""Every column of the catalogue's tables is documented, in the order of the table, and no other."""

import pytest

from symbiosis import bundled
from symbiosis.catalogue import load
from symbiosis.catalogue.advice import advise
from symbiosis.catalogue.recall import recall
from symbiosis.catalogue.rules import KEYS


@pytest.fixture(scope="module")
def documented():
    table = bundled.table("columns/catalogue")
    assert (table != "").all(axis=None)
    return table.groupby("table", sort=False)["column"].agg(list).to_dict()


@pytest.mark.parametrize("name", [*KEYS, "trade_terms"])
def test_a_bundled_table(documented, name):
    assert documented[name] == list(bundled.table(name).columns)


def test_what_is_measured_and_told(documented):
    assert documented["recall"] == list(recall(load()).columns)
    assert documented["advice"] == list(advise("10 02 02", load()).pathways.columns)


def test_nothing_else_is_documented(documented):
    assert set(documented) == {*KEYS, "trade_terms", "recall", "coverage", "advice"}
