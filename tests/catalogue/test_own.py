"""A territory's own values: laid over the bundled rows and checked like them."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.catalogue import identify, load
from symbiosis.catalogue.load import cells_in
from symbiosis.catalogue.own import CELL_COLUMNS, OWN_COLUMNS
from symbiosis.errors import DataError
from symbiosis.flows import Flows
from symbiosis.impacts.assessment import version_of

DAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
PRICE = ("materials", "cullet", "price_central_eur", "70", "survey 2026")


def cells(*rows):
    said = [(*row, DAY, "lea") for row in rows]
    return pd.DataFrame(said, columns=list(CELL_COLUMNS))


def problems(*rows):
    with pytest.raises(DataError) as seen:
        load(cells=cells(*rows))
    return seen.value.problems.table()


def test_a_value_of_their_own_stands_in_its_row_and_nowhere_else():
    ours, own = load(), load(cells=cells(PRICE))
    assert own.materials.at["cullet", "price_central_eur"] == 70.0
    assert ours.materials.at["cullet", "price_central_eur"] == 60.0
    assert own.replaced == ("materials:cullet",)
    changed = ours.materials.compare(own.materials)
    assert list(changed.index) == ["cullet"]
    assert set(changed.columns.get_level_values(0)) == {"price_central_eur", "source"}
    assert own.pathways.equals(ours.pathways)


def test_the_row_says_from_where_and_when_and_the_list_says_who():
    own = load(cells=cells(PRICE))
    before = load().materials.at["cullet", "source"]
    told = own.materials.at["cullet", "source"]
    assert told == f"{before}; price_central_eur: survey 2026 (2026-11-23)"
    assert tuple(own.own.columns) == OWN_COLUMNS
    assert own.own.iloc[0].to_dict() == {
        "table": "materials", "row": "cullet", "column": "price_central_eur", "value": "70",
        "before": "60", "source": "survey 2026", "at": DAY, "by": "lea",
    }  # fmt: skip
    assert load().own.empty


def test_another_price_is_another_version_of_the_figures():
    dearer = load(cells=cells((*PRICE[:3], "75", "survey 2027")))
    versions = {version_of(known) for known in (load(), load(cells=cells(PRICE)), dearer)}
    assert len(versions) == 3


def test_the_same_values_give_the_same_catalogue_without_reading_again():
    assert load(cells=cells(PRICE)) is load(cells=cells(PRICE))
    assert load(cells=cells()) is load()


def test_a_word_of_their_own_names_a_material():
    own = load(cells=cells(("synonyms", "calcinou|fr|cullet", "year", "2026", "our glassworks")))
    assert identify("Calcinou", own).material == "cullet"
    assert identify("Calcinou", load()).material == ""
    row = own.synonyms.iloc[-1]
    assert (row["target"], row["source"]) == ("cullet", "our glassworks (2026-11-23)")
    assert own.replaced == ()


def own_material():
    bark = load().pathways.reset_index().query("residue == '03 01 01'").iloc[0]
    kept = bundled.table("pathways").set_index("id").loc[bark["id"]]
    kept = kept.drop(labels=["residue", "input", "source"])
    row = bundled.table("materials").set_index("id").loc["cullet"].drop("source")
    made = [("materials", "mycelium_board", n, v, "our lab") for n, v in row.items() if v]
    made += [("pathways", "bark_to_board", n, v, "our lab") for n, v in kept.items() if v]
    return [*made, ("pathways", "bark_to_board", "residue", "03 01 01", "our lab"),
            ("pathways", "bark_to_board", "input", "mycelium_board", "our lab")]  # fmt: skip


def test_a_row_of_their_own_with_its_pathway():
    own = load(cells=cells(*own_material()))
    assert "bark_to_board" in set(own.pathways_of(["03 01 01"])["pathway"])
    assert own.materials.at["mycelium_board", "price_central_eur"] == 60.0
    assert own.materials.at["mycelium_board", "source"] == "our lab (2026-11-23)"
    site = pd.DataFrame([{"firm_id": "f", "name": "f", "longitude": 2.3, "latitude": 51.0}])
    line = pd.DataFrame([{"firm_id": "f", "direction": "need", "material": "mycelium_board",
                          "quantity": 5, "unit": "t"}])  # fmt: skip
    assert len(Flows.from_tables(site, line, catalogue=own).needs) == 1
    with pytest.raises(DataError):
        Flows.from_tables(site, line)


def test_a_new_row_without_a_year_is_of_the_year_in_which_it_was_set():
    rows = [row for row in own_material() if row[2] != "year"]
    assert load(cells=cells(*rows)).materials.at["mycelium_board", "year"] == "2026"


def test_every_problem_at_once_with_its_row():
    seen = problems(
        ("nothing", "x", "y", "1", "us"),
        ("materials", "cullet", "colour", "green", "us"),
        ("materials", "cullet", "id", "cullet2", "us"),
        ("materials", "cullet", "price_low_eur", "many", "us"),
        ("synonyms", "calcinou|fr", "year", "2026", "us"),
        ("synonyms", "calcinou|fr|nobody", "year", "2026", "us"),
        ("pathways", "half", "residue", "03 01 01", "us"),
    )
    places = set(seen[["file", "column"]].itertuples(index=False, name=None))
    assert {("", ""), ("materials: cullet", "colour"), ("materials: cullet", "id"),
            ("materials: cullet", "price_low_eur"), ("synonyms", ""),
            ("synonyms: calcinou|fr|nobody", "target"),
            ("pathways: half", "input"), ("pathways: half", "yield_central")} <= places  # fmt: skip
    assert (seen[["problem", "cure"]] != "").all(axis=None)


def test_a_price_above_the_highest_is_refused():
    seen = problems((*PRICE[:3], "900", "us"))
    assert seen[["file", "column", "value"]].to_numpy().tolist() == [
        ["materials: cullet", "price_central_eur", "900"]
    ]


def test_a_folder_becomes_the_cells_that_differ(tmp_path):
    table = bundled.table("materials")
    row = table[table["id"] == "cullet"]
    mine = row.assign(price_central_eur="70", source="survey 2026")
    pd.concat([mine, mine.assign(id="cullet_two")]).to_csv(tmp_path / "materials.csv", index=False)
    found = cells_in(tmp_path)
    changed = found[found["row_id"] == "cullet"]
    assert changed[["field", "value", "source"]].to_numpy().tolist() == [
        ["price_central_eur", "70", "survey 2026"], ["source", "survey 2026", "survey 2026"],
    ]  # fmt: skip
    given = found.assign(changed_at=DAY, changed_by="lea")
    by_cells, by_folder = load(cells=given).materials, load(tmp_path).materials
    told = {"cullet": "survey 2026 (2026-11-23)"}
    assert by_cells.at["cullet", "source"] == told["cullet"]
    same = by_folder.drop(columns="source").reindex(by_cells.index)
    assert same.equals(by_cells.drop(columns="source"))


def test_a_folder_lies_over_the_territorys_own_values(tmp_path):
    row = bundled.table("families").iloc[[0]].assign(label_en="Mine")
    row.to_csv(tmp_path / "families.csv", index=False)
    both = load(tmp_path, cells=cells(PRICE))
    assert both.materials.at["cullet", "price_central_eur"] == 70.0
    assert both.families["label_en"].tolist().count("Mine") == 1
    assert set(both.replaced) == {"materials:cullet", f"families:{row['id'].iloc[0]}"}
    assert len(both.own) == 1
