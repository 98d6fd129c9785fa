"""The territory's own values: who set them, from where, used at once, kept with studies."""

import pandas as pd
import pytest

from symbiosis import Scenario, run
from symbiosis.catalogue import load
from symbiosis.errors import DataError, StorageError
from symbiosis.flows import Flows
from symbiosis.storage import LOCAL, AccessDenied, Conflict, Grant, Principal, Role
from symbiosis.storage.overrides import Cell, cells_from
from symbiosis.storage.studies import differences, inputs_digest
from tests.storage.worlds import FIRM_ASH, OFFICER_NORTH

PRICE = Cell("materials", "cullet", "price_central_eur", "70", "survey 2026")
WORD = Cell("synonyms", "calcinou|fr|cullet", "year", "2026", "our glassworks")
EVERYWHERE = Principal("eva@all.example", (Grant(Role.OFFICER),), "u-eva")


def central(store, who=LOCAL):
    return store.catalogue(who).materials.at["cullet", "price_central_eur"]


def test_a_value_is_used_from_the_next_reading_on(store):
    assert store.catalogue(LOCAL) is load()
    assert store.override(LOCAL, [PRICE, WORD]) == 2
    assert central(store) == central(store, FIRM_ASH) == 70.0
    assert store.catalogue(LOCAL) is store.catalogue(OFFICER_NORTH)
    kept = store.overrides(LOCAL).iloc[0]
    assert (kept["value"], kept["source"], kept["version"]) == ("70", "survey 2026", 1)
    assert kept["changed_by"] == LOCAL.name
    assert store.catalogue(LOCAL).own["by"].tolist() == [LOCAL.name] * 2


def test_the_same_again_changes_nothing(store):
    store.override(LOCAL, [PRICE])
    assert store.override(LOCAL, [PRICE]) == 0
    assert len(store.override_history(LOCAL)) == 1
    assert (store.audit_log(LOCAL)["action"] == "override").sum() == 1


def test_two_who_change_one_cell_are_told(store):
    store.override(EVERYWHERE, [PRICE])
    with pytest.raises(Conflict, match="eva@all") as seen:
        store.override(LOCAL, [PRICE._replace(value="75")])
    assert seen.value.current["value"] == "70"
    assert store.override(LOCAL, [PRICE._replace(value="75", version=1)]) == 1
    with pytest.raises(Conflict):
        store.override(EVERYWHERE, [PRICE._replace(value="76", version=1)])
    store.drop_override(LOCAL, *PRICE[:2])
    with pytest.raises(Conflict, match="taken back"):
        store.override(EVERYWHERE, [PRICE._replace(value="76", version=2)])


def test_all_of_them_or_none(store):
    wrong = [PRICE, PRICE._replace(field="price_low_eur", value="71")]
    with pytest.raises(DataError) as seen:
        store.override(LOCAL, wrong)
    assert seen.value.problems.table()["column"].tolist() == ["price_central_eur"]
    assert store.overrides(LOCAL).empty
    assert store.override_history(LOCAL).empty
    assert central(store) == 60.0


def test_a_factor_upside_down_is_refused_as_a_bundled_one_would_be(store):
    known = load().factors
    row = known[known["low"] != ""].iloc[0]
    with pytest.raises(DataError):
        store.override(LOCAL, [Cell("factors", row["factor_id"], "low", "1e9", "us")])
    assert store.overrides(LOCAL).empty


@pytest.mark.parametrize(
    "cell",
    [PRICE._replace(source=" "), PRICE._replace(source="\u200b"),
     PRICE._replace(value="7\x000"), PRICE._replace(source="\ud800"),
     PRICE._replace(row_id=""), PRICE._replace(row_id="x" * 201), PRICE._replace(field="a\x00")],
)  # fmt: skip
def test_what_cannot_be_kept_or_has_no_source_is_refused_in_words(store, cell):
    with pytest.raises(StorageError):
        store.override(LOCAL, [cell])
    assert store.overrides(LOCAL).empty


def test_an_officer_of_one_territory_cannot_change_what_all_use(store):
    with pytest.raises(AccessDenied):
        store.override(OFFICER_NORTH, [PRICE])
    assert store.override(EVERYWHERE, [PRICE]) == 1
    with pytest.raises(AccessDenied):
        store.drop_override(OFFICER_NORTH, *PRICE[:2])


def test_going_back_to_the_bundled_row_keeps_the_past(store):
    store.override(LOCAL, [PRICE])
    store.override(LOCAL, [PRICE._replace(value="75", source="survey 2027", version=1)])
    assert store.drop_override(LOCAL, "materials", "cullet") == 1
    assert store.drop_override(LOCAL, "materials", "cullet") == 0
    assert store.catalogue(LOCAL) is load()
    told = store.override_history(LOCAL)
    assert told[["action", "before", "after", "source"]].to_numpy().tolist() == [
        ["removed", "75", "", ""], ["changed", "70", "75", "survey 2027"],
        ["added", "", "70", "survey 2026"],
    ]  # fmt: skip
    assert store.status(LOCAL).broken_at is None


def test_a_row_that_another_rests_on_stays(store):
    row = load().materials.loc["cullet"].drop("source")
    texts = {n: f"{v:g}" if isinstance(v, float) else str(v) for n, v in row.items()}
    cells = [
        Cell("materials", "ours", n, v, "us") for n, v in texts.items() if v not in {"", "nan"}
    ]
    store.override(LOCAL, [*cells, Cell("synonyms", "notre|fr|ours", "year", "2026", "us")])
    with pytest.raises(DataError) as seen:
        store.drop_override(LOCAL, "materials", "ours")
    assert seen.value.problems.table()["file"].tolist() == ["synonyms: notre|fr|ours"]
    assert "ours" in store.catalogue(LOCAL).materials.index


def test_a_folder_of_tables_is_taken_in_and_again_changes_nothing(store, tmp_path):
    from symbiosis import bundled

    table = bundled.table("materials")
    mine = table[table["id"] == "cullet"].assign(price_central_eur="70", source="survey 2026")
    mine.to_csv(tmp_path / "materials.csv", index=False)
    for expected in (2, 0):
        assert store.override(LOCAL, cells_from(tmp_path, store.overrides(LOCAL))) == expected
    assert central(store) == 70.0


# -- studies of then ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def glass():
    """One firm that throws 100 t of glass away, one that buys cullet at a price it did not say."""
    firms = pd.DataFrame(
        {"firm_id": ["a", "b"], "name": ["a", "b"], "longitude": [2.3, 2.4], "latitude": [51, 51]}
    )
    lines = pd.DataFrame(
        {"firm_id": ["a", "b"], "direction": ["offer", "need"], "material": ["15 01 07", "cullet"],
         "quantity": [100, 100], "unit": "t", "route": ["D5", ""]}
    )  # fmt: skip
    return Flows.from_tables(firms, lines)


def gain(study):
    return study.impact.totals.at["net_gain_eur", "central"]


def test_last_years_study_is_made_again_from_the_catalogue_of_then(store, glass):
    store.override(LOCAL, [PRICE])
    then = run(glass, Scenario(), catalogue=store.catalogue(LOCAL))
    study_id = store.keep_study(LOCAL, then, "2026")
    store.override(LOCAL, [PRICE._replace(value="80", source="survey 2027", version=1)])
    kept = store.study(LOCAL, study_id)
    assert kept.graph.catalogue.materials.at["cullet", "price_central_eur"] == 70.0
    assert kept.impact.overrides == ("materials:cullet",)
    again = run(kept.flows, kept.scenario, catalogue=kept.graph.catalogue)
    assert differences(kept, again).empty
    today = run(glass, Scenario(), catalogue=store.catalogue(LOCAL))
    # A tonne of glass makes 0.9 t or more of cullet, each worth ten euros more than then.
    assert 900 <= gain(today) - gain(then) <= 1000
    assert "net_gain_eur" in set(differences(kept, today)["figure"])
    assert len({inputs_digest(study) for study in (then, again)}) == 1
    assert inputs_digest(today) != inputs_digest(then)
    assert store.studies(LOCAL)["inputs_digest"].tolist() == [inputs_digest(then)]


def test_a_kept_catalogue_is_whole(store, glass):
    store.override(LOCAL, [PRICE, WORD])
    known = store.catalogue(LOCAL)
    study_id = store.keep_study(LOCAL, run(glass, Scenario(), catalogue=known), "whole")
    back = store.study(LOCAL, study_id).graph.catalogue
    for name, table in known.tables.items():
        pd.testing.assert_frame_equal(back.tables[name], table, check_dtype=False)
    assert back.replaced == known.replaced
    told = ["table", "row", "column", "value", "before", "source", "by"]
    assert back.own[told].to_numpy().tolist() == known.own[told].to_numpy().tolist()
    assert list(pd.to_datetime(back.own["at"])) == list(pd.to_datetime(known.own["at"]))
