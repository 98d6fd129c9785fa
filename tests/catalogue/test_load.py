"""A user's own tables: read beside the bundled ones, checked the same way, refused as a whole."""

import subprocess
import sys

import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.catalogue import load
from symbiosis.errors import DataError


@pytest.fixture
def folder(tmp_path):
    """Write rows of a table as changes to its first bundled row, and return the folder."""

    def write(name, *changes, sep=","):
        first = bundled.table(name).iloc[0].to_dict()
        rows = pd.DataFrame([{**first, **change} for change in changes])
        rows.to_csv(tmp_path / f"{name}.csv", index=False, sep=sep)
        return tmp_path

    return write


def problems(path):
    with pytest.raises(DataError) as seen:
        load(path)
    return seen.value.problems.table()


def test_a_new_material_with_its_pathway_and_its_word(folder):
    folder(
        "materials", {"id": "mycelium_board", "label_en": "Mycelium board", "label_fr": "Champi"}
    )
    folder("pathways", {"id": "bark_to_mycelium", "residue": "03 01 01", "input": "mycelium_board"})
    path = folder("synonyms", {"term": "champiboard", "lang": "fr", "target": "mycelium_board"})
    known = load(path)
    assert known.label("mycelium_board", "fr") == "Champi"
    assert "bark_to_mycelium" in set(known.pathways_of(["03 01 01"])["pathway"])
    assert known.replaced == ()
    assert "mycelium_board" not in load().materials.index


def test_a_row_of_the_same_name_replaces_ours_and_is_named(folder):
    path = folder("materials", {"id": "cullet", "unit": "t", "price_low_eur": "70",
                                "price_central_eur": "77", "price_high_eur": "80"})  # fmt: skip
    known = load(path)
    assert known.materials.at["cullet", "price_central_eur"] == 77.0
    assert known.replaced == ("materials:cullet",)
    assert len(known.materials) == len(load().materials)
    assert load().materials.at["cullet", "price_central_eur"] != 77.0


def test_every_problem_at_once_with_its_row(folder):
    folder("materials", {"id": "a_thing", "price_low_eur": "99", "unit": "kilos"})
    path = folder(
        "pathways",
        {"id": "good", "residue": "10 02", "input": "a_thing"},
        {"id": "bad", "residue": "10 02 03", "input": "nothing", "yield_low": "half"},
    )
    seen = problems(path)
    places = set(seen[["file", "row", "column"]].itertuples(index=False, name=None))
    assert places == {
        ("materials.csv", 2, "unit"),
        ("materials.csv", 2, "price_central_eur"),
        ("pathways.csv", 3, "residue"),
        ("pathways.csv", 3, "input"),
        ("pathways.csv", 3, "yield_low"),
    }
    assert (seen["cure"] != "").all()


def test_columns_that_lack_or_that_nobody_knows(tmp_path):
    table = bundled.table("families").iloc[:1].rename(columns={"label_fr": "nom"})
    table.to_csv(tmp_path / "families.csv", index=False)
    seen = problems(tmp_path)
    assert set(seen["column"]) == {"label_fr", "nom"}
    assert "id, label_en, label_fr, source, year" in seen["cure"].iloc[0]


def test_files_that_are_none_of_ours(tmp_path):
    (tmp_path / "prices.csv").write_text("id,price\n", encoding="utf-8")
    (tmp_path / "materials.csv").write_bytes(b"\xff\xfe\x00\x01binary")
    (tmp_path / "synonyms.csv").write_text("", encoding="utf-8")
    assert list(problems(tmp_path)["file"]) == ["materials.csv", "prices.csv", "synonyms.csv"]


def test_a_folder_that_is_not_there(tmp_path):
    assert list(problems(tmp_path / "nowhere")["problem"]) == ["this folder does not exist"]


def test_an_empty_folder_changes_nothing(tmp_path):
    assert load(tmp_path).pathways.equals(load().pathways)


def test_the_package_is_imported_without_its_tables():
    code = (
        "import sys; import symbiosis;"
        "assert 'pandas' not in sys.modules and 'symbiosis.catalogue' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_nothing_is_read_when_the_room_is_imported():
    code = (
        "from symbiosis import bundled; import symbiosis.catalogue;"
        "assert bundled.table.cache_info().currsize == 0, 'read at import';"
        "from symbiosis.catalogue import load; load();"
        "assert bundled.table.cache_info().currsize > 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
