"""Every column of every table that the store hands out is documented."""

import pytest

from symbiosis import bundled
from symbiosis.storage import LOCAL, open_store
from tests.storage.test_backups import fill

TABLES = {
    "worklist": lambda s: s.worklist(LOCAL),
    "meetings": lambda s: s.meetings(LOCAL),
    "progress": lambda s: s.progress(LOCAL),
    "synergy_history": lambda s: s.synergy_history(LOCAL, s.worklist(LOCAL).loc[0, "synergy_id"]),
    "history": lambda s: s.history(LOCAL),
    "uploads": lambda s: s.uploads(LOCAL),
    "studies": lambda s: s.studies(LOCAL),
    "public_map": lambda s: s.public_map(),
    "accounts": lambda s: s.accounts(LOCAL),
    "tokens": lambda s: s.tokens(LOCAL),
    "audit_log": lambda s: s.audit_log(LOCAL),
    "overrides": lambda s: s.overrides(LOCAL),
    "override_history": lambda s: s.override_history(LOCAL),
    "own_values": lambda s: s.catalogue(LOCAL).own,
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("columns") / "store.db"
    with open_store(f"sqlite:///{path}", create=True) as store:
        fill(store)
        yield store


@pytest.mark.parametrize("name", TABLES)
def test_each_table_has_exactly_its_documented_columns(filled, name):
    told = bundled.table("columns/storage")
    documented = told.loc[told["table"] == name, "column"].tolist()
    assert list(TABLES[name](filled).columns) == documented


def test_both_languages_are_there():
    told = bundled.table("columns/storage")
    assert (told[["description_en", "description_fr"]] != "").all(axis=None)
    assert set(told["table"]) == set(TABLES)
