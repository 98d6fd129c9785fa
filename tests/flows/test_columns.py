"""Every column of the tables of `Flows` is documented, in both languages, and nothing else is."""

from symbiosis import bundled
from symbiosis.flows import survey
from symbiosis.flows.columns import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from tests.flows.conftest import GOOD


def test_documentation_and_tables_agree(flat):
    found = survey(flat(GOOD, GOOD.replace("sortie", "entrée")))
    told = bundled.table("columns/flows")
    assert (told[["description_en", "description_fr", "unit"]] != "").all(axis=None)
    for name, table in found.tables.items():
        assert list(table.columns) == told.loc[told["table"] == name, "column"].tolist(), name
    assert set(told["table"]) == set(found.tables)
    assert tuple(found.tables["firms"]) == FIRM_COLUMNS
    assert tuple(found.tables["offers"]) == OFFER_COLUMNS
    assert tuple(found.tables["needs"]) == NEED_COLUMNS


def test_text_is_never_missing_and_numbers_are_floats(flat):
    tables = survey(flat(GOOD, GOOD.replace("sortie", "entrée"))).tables
    for name in ("firms", "offers", "needs"):
        for column in tables[name].columns.drop("geometry", errors="ignore"):
            values = tables[name][column]
            assert values.dtype == float or values.map(type).eq(str).all(), (name, column)
