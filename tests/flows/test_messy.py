"""Tables as they arrive: two-row headers, merged cells, units in odd places, saved mappings."""

import openpyxl
import pytest

import symbiosis as sy
from symbiosis.errors import DataError
from symbiosis.flows import save_mapping, survey
from symbiosis.flows.headings import read_headings
from tests.flows.conftest import GOOD, HEADER


def book(path, *sheets):
    """Write a workbook of (name, rows, merged ranges)."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows, merged in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    made.save(path)
    return path


HEAD = ["Entreprise", "Matière", "Tonnage", "Longitude", "Latitude", "Sens"]
GLASS = ["A", "10 11 12", 12, 2.4, 51, "sortie"]


def test_a_header_over_two_rows(tmp_path):
    rows = [
        ["Inventaire 2019"],
        ["Entreprise", "Matière", "Tonnage", "Localisation", None, "Sens"],
        [None, None, None, "Longitude", "Latitude", None],
        ["A", "10 11 12", 12, 2.4, 51, "sortie"],
    ]
    merged = ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"]
    flows = sy.read(book(tmp_path / "a.xlsx", ("Feuil1", rows, merged)))
    assert flows.offers.loc[0, "quantity"] == 12
    assert flows.firms.loc[0, "longitude"] == 2.4


def test_a_firm_merged_over_its_flows_is_read_on_each_and_said(tmp_path):
    rows = [
        HEAD,
        ["A", "10 11 12", 12, 2.4, 51, "sortie"],
        [None, "15 01 01", 3, None, None, "sortie"],
    ]
    path = book(tmp_path / "a.xlsx", ("Feuil1", rows, ["A2:A3", "D2:D3", "E2:E3"]))
    flows = sy.read(path)
    assert flows.offers["firm_id"].tolist() == ["a", "a"]
    assert flows.notes["problem"].str.contains("merged").sum() == 3


def test_a_merged_quantity_is_a_problem(tmp_path):
    rows = [
        HEAD,
        ["A", "10 11 12", 12, 2.4, 51, "sortie"],
        ["A", "15 01 01", None, 2.4, 51, "sortie"],
    ]
    with pytest.raises(DataError) as caught:
        sy.read(book(tmp_path / "a.xlsx", ("Feuil1", rows, ["C2:C3"])))
    table = caught.value.problems.table()
    assert table["row"].tolist() == [3]
    assert "merged" in table.loc[0, "problem"]


def test_sheets_named_for_directions_and_a_page_of_notes(tmp_path):
    head = HEAD[:5]
    path = book(
        tmp_path / "a.xlsx",
        ("Lisez-moi", [["Bonjour"], ["ce classeur"]], []),
        ("Sorties", [head, ["A", "10 11 12", 12, 2.4, 51]], []),
        ("Entrées", [head, ["A", "15 01 01", 3, 2.4, 51], ["B", "15 01 01", "x", 2.4, 51]], []),
    )
    with pytest.raises(DataError) as caught:
        sy.read(path)
    assert caught.value.problems.table()[["file", "row"]].values.tolist() == [
        ["a.xlsx [Entrées]", 3]
    ]
    flows = sy.read(path, skip_bad=True)
    assert flows.offers["quantity"].tolist() == [12]
    assert flows.needs["quantity"].tolist() == [3]
    assert flows.notes["problem"].str.contains("name of the sheet").sum() == 2


def test_a_workbook_of_firms_and_flows(tmp_path):
    firms = [["firm_id", "name", "longitude", "latitude"], ["F1", "A", 2.4, 51]]
    flows = [["firm_id", "direction", "material", "quantity", "unit"],
             ["F1", "offer", "10 11 12", 5, "kt"]]  # fmt: skip
    read = sy.read(book(tmp_path / "a.xlsx", ("Sites", firms, []), ("Flux 2019", flows, [])))
    assert read.offers["quantity"].tolist() == [5000]


def test_dates_counted_from_1904_give_the_right_year(tmp_path):
    made = openpyxl.Workbook()
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = made.active
    sheet.append([*HEAD, "Année"])
    sheet.append(["A", "10 11 12", 12, 2.4, 51, "sortie", "x"])
    sheet["G2"] = openpyxl.utils.datetime.from_excel(42000, made.epoch)
    made.save(tmp_path / "a.xlsx")
    assert sy.read(tmp_path / "a.xlsx").offers.loc[0, "year"] == 2018


@pytest.mark.parametrize(
    ("quantity", "unit", "tonnes"),
    [("12 t/an", "", 12), ("1 200 kg/mois", "", 14.4), ("12 t", "t", 12), ("3kt", "", 3000)],
)
def test_a_unit_in_the_cell_of_the_quantity(flat, quantity, unit, tonnes):
    flows = sy.read(flat(GOOD.replace("t/an", unit).replace("1 200,5", quantity)))
    assert flows.offers.loc[0, "quantity"] == pytest.approx(tonnes)
    assert "unit was read" in flows.notes.loc[0, "problem"]


@pytest.mark.parametrize(
    ("quantity", "unit"), [("12 t", "kg"), ("12 pommes", "t"), ("env. 12", "t")]
)
def test_a_unit_that_contradicts_is_a_problem(flat, quantity, unit):
    with pytest.raises(DataError):
        sy.read(flat(GOOD.replace("t/an", unit).replace("1 200,5", quantity)))


@pytest.mark.parametrize(
    ("header", "written", "per_tonne"),
    [
        ("Coût (€/t)", "95", 95), ("Coût (k€/kt)", "95", 95), ("Coût (€/kg)", "0,1", 100),
        ("Coût €/kt", "95000", 95), ("Coût (€/an)", "12005", 10), ("Coût", "95", 95),
    ],
)  # fmt: skip
def test_prices_with_a_unit_in_their_header(flat, header, written, per_tonne):
    flows = sy.read(flat(GOOD + f";{written}", header=HEADER + f";{header}"))
    assert flows.offers.loc[0, "route_cost_eur_per_unit"] == pytest.approx(per_tonne)


def test_a_price_a_cubic_metre_needs_the_density(flat):
    header = HEADER + ";Coût (€/m3);Masse volumique (kg/m3)"
    flows = sy.read(flat(GOOD + ";30;1500", header=header))
    assert flows.offers.loc[0, "route_cost_eur_per_unit"] == pytest.approx(20)


def test_headers_by_likeness_are_said_and_doubtful_ones_not_taken():
    read = {h.header: h for h in read_headings(
        ["Entreprize", "Quantitée", "Lattitude", "Météo", "Commentaire libre", "Nom", "Entreprise"]
    )}  # fmt: skip
    assert (read["Quantitée"].field, read["Quantitée"].how) == ("quantity", "fuzzy")
    assert read["Lattitude"].field == "latitude"
    assert read["Météo"].how == "ignored"
    assert (read["Commentaire libre"].field, read["Commentaire libre"].nearest) == ("", "note")
    assert read["Entreprise"].field == "name"
    assert read["Nom"].how == read["Entreprize"].how == "twice"


@pytest.mark.parametrize(
    "header", ["Devenir actuel", "DEVENIR DU DÉCHET", "Destination actuelle", "Current fate"]
)
def test_where_it_goes_today_is_read_whatever_it_is_called(flat, header):
    found = survey(flat(GOOD + ";enfouissement", header=f"{HEADER};{header}"))
    assert found.tables["offers"]["route"].tolist() == ["D5"]


def test_a_fuzzy_header_is_noted_and_a_mapping_is_kept_and_reused(flat, tmp_path):
    header = HEADER.replace("Matière", "Ce qui sort").replace("Quantité", "Quantitée")
    path = flat(GOOD, header=header)
    assert survey(path).tables is None
    mapping = {"Ce qui sort": "material", "Quantitée": "quantity"}
    found = survey(path, mapping=mapping)
    assert not len(found.problems)
    assert not len(found.notes)
    save_mapping(found.mapping, tmp_path / "map.toml")
    again = sy.read(path, mapping=tmp_path / "map.toml")
    assert again.offers.loc[0, "material"] == "10 11 12"
    assert set(again.mapping["how"]) == {"saved"}


@pytest.mark.parametrize("text", ["[headers]\na = 'nothing'\n", "no toml", "x = 1\n"])
def test_a_mapping_that_is_none(flat, tmp_path, text):
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        sy.read(flat(GOOD), mapping=tmp_path / "map.toml")


def test_an_excel_code_without_its_first_zero_is_read_with_a_note(flat):
    flows = sy.read(flat(GOOD.replace("10 11 12", "10306")))
    assert flows.offers.loc[0, "material"] == "01 03 06"
    assert len(flows.notes) == 1


def test_units_in_cells_and_no_column_for_them(flat):
    header = HEADER.replace(";Unité", "")
    flows = sy.read(flat(GOOD.replace(";t/an", "").replace("1 200,5", "2 kt"), header=header))
    assert flows.offers.loc[0, "quantity"] == 2000


def test_an_office_inventory_as_it_arrives(tmp_path):
    head = ["N°", "Raison sociale", "Ville", "CP", "Désignation du déchet", "Code CED",
            "Qté annuelle (T)", "Filière de traitement", "Coût (€ HT / t)",
            "Nature du flux"]  # fmt: skip
    site = ["Brasserie", "Dunkerque", 59140]
    rows = [
        ["Inventaire des flux 2019"], [], head,
        [1, *site, "Drêches", "02 07 04", 1250.5, "Compostage", 12, "Sortie"],
        [2, *site, "10 11 12", None, "45 t", "R5 - recyclage", None, "Sortie"],
        [None, "TOTAL", None, None, None, None, 1295.5],
    ]  # fmt: skip
    communes = tmp_path / "communes.csv"
    communes.write_text(
        "insee;commune;longitude;latitude\n59183;Dunkerque;2.34;51.03\n", encoding="utf-8"
    )
    flows = sy.read(book(tmp_path / "a.xlsx", ("Inventaire déchets", rows, [])))
    assert flows.offers["material"].tolist() == ["02 07 04", "10 11 12"]
    assert flows.offers["quantity"].tolist() == [1250.5, 45]
    assert flows.offers["route"].tolist() == ["R3", "R5"]
    assert flows.offers.loc[0, ["route_cost_eur_per_unit", "note"]].tolist() == [12, "Drêches"]
    assert flows.notes["problem"].str.contains("operation R3").sum() == 1
    assert len(flows.firms) == 1
