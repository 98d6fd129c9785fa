"""The template: what it produces reads back with no problem, in both languages."""

import openpyxl
import pytest

import symbiosis as sy
from symbiosis import bundled
from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.contract import fields
from symbiosis.flows.template import columns, write_template


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_reads_back(tmp_path, lang):
    found = survey(write_template(tmp_path / "flux.xlsx", lang))
    assert not len(found.problems)
    assert not len(found.notes)
    offer = found.tables["offers"].iloc[0]
    assert offer[["material", "quantity", "unit", "route"]].tolist() == [
        "10 11 12",
        1200,
        "t",
        "D5",
    ]
    assert set(found.mapping["how"]) == {"exact"}


def test_it_has_lists_an_example_and_explains_every_field(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "flux.xlsx", "fr"))
    flows, explained, materials = book.worksheets
    lists = [rule.formula1 for rule in flows.data_validations.dataValidation if rule.type == "list"]
    assert '"offre,besoin"' in lists
    assert any("Matières" in rule for rule in lists)
    assert [cell.value for cell in flows[1]] == [field.label_fr for field in columns()]
    assert flows.max_row == 2
    told = {row[5] for row in explained.iter_rows(min_row=4, values_only=True)}
    assert told == set(fields())
    assert materials.max_row > 842


def test_the_example_left_above_real_flows_is_left_out_and_said(tmp_path):
    path = write_template(tmp_path / "flux.xlsx", "fr")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    real = {"Entreprise": "B", "Sens": "besoin", "Matière": "10 11 12", "Quantité": 3, "Unité": "t",
            "Longitude": 2.5, "Latitude": 51}  # fmt: skip
    sheet.append([real.get(name) for name in head])
    book.save(path)
    flows = sy.read(path)
    assert flows.firms["name"].tolist() == ["B"]
    assert "example" in flows.notes.loc[0, "problem"]


@pytest.mark.parametrize(("name", "lang"), [("a.csv", "fr"), ("a.xlsx", "de"), ("no/a.xlsx", "fr")])
def test_where_it_cannot_be_written(tmp_path, name, lang):
    with pytest.raises(DataError):
        write_template(tmp_path / name, lang)


def test_the_contract_has_both_languages_and_sane_types():
    types = {"text", "id", "number", "year", "unit", "siret", "naf", "insee", "postcode",
             "operation", "low_list"}  # fmt: skip
    for field in fields().values():
        assert field.type in types
        assert field.table in ("firms", "flows", "both")
        assert field.label_en
        assert field.label_fr
        assert field.description_en
        assert field.description_fr
        if field.type == "operation":
            assert set(field.value_synonyms.values()) <= set(bundled.table("operations")["code"])
            continue
        assert set(field.value_synonyms.values()) <= set(field.allowed)
        assert set(field.labels_of_values) in (set(), set(field.allowed))
