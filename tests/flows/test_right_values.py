"""What public reports say was read wrong elsewhere, each with the right value."""

import openpyxl
import pytest

import symbiosis as sy
from symbiosis.flows import ReadingOptions, survey, survey_with

PLACED = "Entreprise;Longitude;Latitude;Sens;Matière;Quantité;Unité"


def survey_of(folder, *lines, name="flux.csv", **options):
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return survey(path, **options)


def quantities(found):
    assert not len(found.problems), found.problems.table()
    both = (found.tables["offers"], found.tables["needs"])
    return [float(q) for table in both for q in table["quantity"]]


def told(found):
    """Return (row, column, value) of each problem."""
    return [(p.row, p.column, p.value) for p in found.problems]


# numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ['"120\n80"', "10 20", "12 34", "1 2345", "1  234", "12,34,56"])
def test_two_numbers_in_a_cell_are_no_number(tmp_path, cell):
    """python-babel/babel#749, #589."""
    found = survey_of(tmp_path, PLACED, f"A;2.3;50.9;sortie;03 01 05;{cell};t")
    assert [column for _, column, _ in told(found)] == ["Quantité"]
    assert "not a number" in str(next(iter(found.problems)).problem)


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009", "'", "’"])
def test_thousands_may_be_parted_by_any_space(tmp_path, space):
    found = survey_of(tmp_path, PLACED, f"A;2.3;50.9;sortie;03 01 05;100{space}120,5;t")
    assert quantities(found) == [100120.5]


def test_decimal_commas_in_a_comma_separated_file(tmp_path):
    """gristlabs/grist-core#992: Grist and Google Sheets export so in French."""
    found = survey_of(
        tmp_path,
        PLACED.replace(";", ",") + ",Humidité",
        'A,"2,3","50,95",sortie,10 02 02,"0,125",t,"12,5"',
        'B,"2,31","50,91",sortie,19 12 04,"1,250",t,"0,5"',
        'C,"2,35","50,9",sortie,17 01 01,"12,5",t,"7,125"',
    )
    assert quantities(found) == [0.125, 1.25, 12.5]
    assert found.tables["offers"]["moisture_pct"].tolist() == [12.5, 0.5, 7.125]


def test_a_point_is_a_mark_of_thousands_where_the_column_proves_it(tmp_path):
    """jasp-stats/jasp-desktop#403."""
    cells = ("1.250,5", "2.500", "9.000")
    lines = [f"{c};2.3{i};50.9;sortie;03 01 05;{c};t" for i, c in enumerate(cells)]
    found = survey_of(tmp_path, PLACED, *lines)
    assert quantities(found) == [1250.5, 2500, 9000]
    assert [note.value for note in found.notes] == ["2.500", "9.000"]


@pytest.mark.parametrize(
    ("separator", "cells", "read"),
    [
        (";", ["1,250", "3"], [1.25, 3]),  # where ; parts the cells, a comma is a decimal mark
        (";", ["2.500", "3"], None),
        (";", ["2.500", "0.5"], [2.5, 0.5]),
        (";", ["2.500", "12,5"], [2500, 12.5]),
        (";", ["2.500", "1 200"], [2.5, 1200]),
        (";", ["2.500", "12,5", "12.5"], None),
        ("\t", ["1,250", "3"], None),
        ("\t", ["2.500", "3"], None),
        ("\t", ["2.500", "1,200.5"], [2.5, 1200.5]),
        (",", ['"1,250"', "3"], None),
        (",", ['"1,250"', "12.5"], [1250, 12.5]),
        (",", ['"1,250"', '"12,5"'], [1.25, 12.5]),
        (",", ["2.500", "3"], None),
        (",", ["2.500", "0.5"], [2.5, 0.5]),
    ],
)
def test_a_thousand_times_is_decided_by_the_column_or_refused(tmp_path, separator, cells, read):
    heads = ["Entreprise", "Code INSEE", "Sens", "Matière", "Quantité", "Unité"]
    lines = [[f"E{i}", "59183", "sortie", "03 01 05", c, "t"] for i, c in enumerate(cells)]
    (tmp_path / "communes.csv").write_text("insee;commune;longitude;latitude\n59183;D;2.34;51.03\n")
    found = survey_of(tmp_path, *(separator.join(line) for line in [heads, *lines]))
    if read is not None:
        assert quantities(found) == read
        return
    assert [column for _, column, _ in told(found)] == ["Quantité"]
    assert "decimals or thousands" in str(next(iter(found.problems)).problem)


def test_what_a_number_can_be_decides_too(tmp_path):
    line = "A;2.376;50.912;sortie;03 01 05;5;t;2.024"
    found = survey_of(tmp_path, PLACED + ";Année", line)
    assert quantities(found) == [5]
    assert found.tables["firms"][["longitude", "latitude"]].iloc[0].tolist() == [2.376, 50.912]
    assert found.tables["offers"]["year"].tolist() == [2024]


def test_number_cells_of_a_workbook_are_never_taken_for_thousands(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(PLACED.split(";"))
    for i, cell in enumerate([1.234, 12.5, "1.250,5", "2.500"]):
        book.active.append([f"E{i}", 2.3, 50.9, "sortie", "03 01 05", cell, "t"])
    book.save(tmp_path / "a.xlsx")
    assert quantities(survey(tmp_path / "a.xlsx")) == [1.234, 12.5, 1250.5, 2500]


def test_a_text_cell_beside_number_cells_is_not_decided_by_them(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(PLACED.split(";"))
    for i, cell in enumerate([12.5, "2.500"]):
        book.active.append([f"E{i}", 2.3, 50.9, "sortie", "03 01 05", cell, "t"])
    book.save(tmp_path / "a.xlsx")
    assert told(survey(tmp_path / "a.xlsx")) == [(3, "Quantité", "2.500")]


# units --------------------------------------------------------------------------------------

HEADERS = [
    ("Température (K)", "393,15", "temperature_c", 120),
    ("Température K", "393,15", "temperature_c", 120),
    ("Température, K", "393,15", "temperature_c", 120),
    ("temperature_k", "393,15", "temperature_c", 120),
    ("Température (°F)", "248", "temperature_c", 120),
    ("Température", "248 °F", "temperature_c", 120),
    ("Température (°C)", "120", "temperature_c", 120),
    ("Distance actuelle (m)", "8000", "route_distance_km", 8),
    ("Distance, miles", "10", "route_distance_km", 16.09344),
    ("Distance (aller)", "8", "route_distance_km", 8),
    ("Coût (c€/kg)", "85", "route_cost_eur_per_unit", 850),
    ("Coût (cts/kg)", "85", "route_cost_eur_per_unit", 850),
    ("Coût €/t", "85", "route_cost_eur_per_unit", 85),
    ("Coût EUR/kg", "0,085", "route_cost_eur_per_unit", 85),
    ("Coût de traitement (k€)", "12", "route_cost_eur_per_unit", 10),
    ("Coût (k€/an)", "12", "route_cost_eur_per_unit", 10),
    ("Coût (€/mois)", "1000", "route_cost_eur_per_unit", 10),
    ("Coût par tonne", "85", "route_cost_eur_per_unit", 85),
    ("Coût (€ HT / t)", "85", "route_cost_eur_per_unit", 85),
    ("Humidité (g/kg)", "780", "moisture_pct", 78),
    ("Humidité", "78 %", "moisture_pct", 78),
    ("Pureté (ppm)", "500000", "purity_pct", 50),
]


@pytest.mark.parametrize(("header", "cell", "field", "value"), HEADERS)
def test_the_unit_of_any_header_is_converted(tmp_path, header, cell, field, value):
    line = f"A;2.3;50.9;sortie;10 11 12;1200;t;{cell}"
    found = survey_of(tmp_path, f"{PLACED};{header}", line)
    assert quantities(found) == [1200]
    assert found.tables["offers"].loc[0, field] == pytest.approx(value)


@pytest.mark.parametrize(
    "header",
    ["Coût (£/t)", "Coût ($/t)", "Coût CHF/t", "Coût (USD/kg)", "Coût (c€)", "Coût (%)",
     "Température (bar)", "Distance (h)", "Humidité (% MS)", "Quantité (tons)", "Lot minimal (k€)",
     "Masse volumique (lb/gal)"],
)  # fmt: skip
def test_a_unit_that_is_not_converted_is_refused_with_its_name(tmp_path, header):
    line = "A;2.3;50.9;sortie;10 11 12;1200;t;85"
    columns = PLACED if "Quantité" not in header else PLACED.replace("Quantité", "Note")
    found = survey_of(tmp_path, f"{columns};{header}", line)
    problem = next(iter(found.problems))
    assert (problem.row, problem.column) == (2, header)
    unit = header.split("(")[-1].rstrip(")").removeprefix("Coût ")
    assert f"“{unit}”" in str(problem.problem)


@pytest.mark.parametrize(
    ("header", "hours"), [("Heures (h/j)", 8760), ("Heures/jour", 8760), ("Heures par an", 24)]
)
def test_hours_of_operation_are_counted_a_year(tmp_path, header, hours):
    line = "A;2.3;50.9;sortie;heat_100_200c;1;MW;24"
    assert quantities(survey_of(tmp_path, f"{PLACED};{header}", line)) == [hours]


def test_hours_a_week_are_those_of_52_weeks(tmp_path):
    line = "A;2.3;50.9;sortie;heat_100_200c;1;MW;120"
    assert quantities(survey_of(tmp_path, f"{PLACED};Heures (h/semaine)", line)) == [6240]


def test_a_density_in_pounds_a_cubic_foot(tmp_path):
    line = "A;2.3;50.9;sortie;10 11 12;1000;m3;20"
    found = survey_of(tmp_path, f"{PLACED};Densité (lb/ft3)", line)
    assert quantities(found) == [pytest.approx(320.369, rel=1e-5)]


def test_heads_in_thousands(tmp_path):
    line = "A;2.3;50.9;sortie;10 11 12;1000;t;1"
    found = survey_of(tmp_path, f"{PLACED};Effectif (milliers)", line)
    assert found.tables["firms"]["employees"].tolist() == [1000]


@pytest.mark.parametrize(
    ("header", "cell", "unit", "tonnes"),
    [
        ("Tonnage (milliers)", "3", "", 3000),
        ("Quantité (en milliers de tonnes)", "3", "", 3000),
        ("Quantité (milliers)", "3", "t", 3000),
        ("Quantité mensuelle", "3", "t", 36),
        ("Tonnage par mois", "3", "t", 36),
        ("Quantité (t/mois)", "3", "t", 36),
        ("Quantité (t/mois)", "3", "t/an", 3),
        ("Quantité (short tons)", "1000", "", 907.18474),
        ("Quantité 2024 (t)", "3", "", 3),
        ("Tonnes 2024", "3", "", 3),
    ],
)
def test_a_quantity_under_any_header(tmp_path, header, cell, unit, tonnes):
    head = PLACED.replace("Quantité", header)
    found = survey_of(tmp_path, head, f"A;2.3;50.9;sortie;10 11 12;{cell};{unit}")
    assert quantities(found) == [pytest.approx(tonnes)]
    year = found.tables["offers"].loc[0, "year"]
    assert year == 2024 or "2024" not in header


def test_the_latest_of_several_years_is_read(tmp_path):
    head = PLACED.replace("Quantité;Unité", "Tonnage 2022;Tonnage 2024;Tonnage 2023")
    found = survey_of(tmp_path, head, "A;2.3;50.9;sortie;10 11 12;1;3;2")
    assert quantities(found) == [3]
    assert [n.column for n in found.notes] == ["Tonnage 2022", "Tonnage 2023"]


def test_m3_is_a_unit_and_not_march(tmp_path):
    """specify/specify6#710: sawdust of 0.25 t/m3, once in t and once in m3."""
    found = survey_of(
        tmp_path,
        "Entreprise;Longitude;Latitude;Sens;Code déchet;Tonnage;m3;Masse volumique",
        "Scierie;2.3;50.9;sortie;03 01 05;;800;0,25",
        "Menuiserie;2.31;50.91;sortie;03 01 05;120;;",
    )
    assert quantities(found) == [200, 120]
    assert set(found.tables["offers"]["months"]) == {""}


def test_m1_to_m12_together_are_months(tmp_path):
    head = "Entreprise;Longitude;Latitude;Sens;Matière;Unité;" + ";".join(
        f"M{m}" for m in range(1, 13)
    )
    found = survey_of(tmp_path, head, "A;2.3;50.9;sortie;10 11 12;t;" + ";".join(["2"] * 12))
    assert quantities(found) == [24]


def test_a_standard_cubic_metre_is_no_normal_one(tmp_path):
    """qudt/qudt-public-repo#1227: 0 °C and 15 °C at the same pressure."""
    found = survey_of(
        tmp_path,
        PLACED + ";Masse volumique (t/m3)",
        "A;2.3;50.9;sortie;co2_gas;1000000;Nm3/an;0,001977",
        "B;2.31;50.9;sortie;co2_gas;1000000;Sm3/an;0,001977",
    )
    assert quantities(found) == [pytest.approx(1977), pytest.approx(1977 * 273.15 / 288.15)]


@pytest.mark.parametrize(
    ("unit", "moisture", "tonnes"),
    [("tonne(s)", "", 100), ("tonnes MB", "80", 100), ("t MS", "80", 500), ("tMS/an", "80", 500)],
)
def test_raw_and_dry_matter(tmp_path, unit, moisture, tonnes):
    line = f"A;2.3;50.9;sortie;19 08 05;100;{unit};{moisture}"
    found = survey_of(tmp_path, PLACED + ";Humidité", line)
    assert quantities(found) == [pytest.approx(tonnes)]


@pytest.mark.parametrize("side", ["entrée", "sortie"])
def test_dry_matter_without_its_moisture_is_asked_for(tmp_path, side):
    moisture = "80" if side == "entrée" else ""  # of a need it is the most that is accepted
    line = f"A;2.3;50.9;{side};19 08 05;100;t MS;{moisture}"
    found = survey_of(tmp_path, PLACED + ";Humidité", line)
    assert "without a guess" in str(next(iter(found.problems)).problem)


def test_the_higher_heating_value_is_converted_for_natural_gas_alone(tmp_path):
    found = survey_of(tmp_path, PLACED, "A;2.3;50.9;entrée;natural_gas;1000;MWhPCS")
    assert quantities(found) == [pytest.approx(1000 * 59.9 / 66.4)]
    found = survey_of(tmp_path, PLACED, "A;2.3;50.9;entrée;natural_gas;1000;MWh PCI")
    assert quantities(found) == [1000]
    found = survey_of(tmp_path, PLACED, "A;2.3;50.9;entrée;hydrogen;1000;MWh PCS")
    assert told(found) == [(2, "Unité", "MWh PCS")]


# firms that are called Total ----------------------------------------------------------------


def test_a_firm_may_be_called_total(tmp_path):
    """tidyverse/readxl#54."""
    names = ["TotalEnergies des Oyats", "Somme Recyclage", "Total", "Somme", "Summit Papier"]
    lines = [f"{n};2.3{i};50.9;sortie;03 01 05;{i + 1};t" for i, n in enumerate(names)]
    found = survey_of(tmp_path, PLACED, *lines)
    assert quantities(found) == [1, 2, 3, 4, 5]
    assert found.tables["firms"]["name"].tolist() == names
    assert not len(found.notes)


@pytest.mark.parametrize("word", ["TOTAL", "Total :", "Sous-total", "Somme", "Total général"])
def test_a_total_that_adds_up_is_left_out(tmp_path, word):
    lines = [f"E{i};2.3{i};50.9;sortie;03 01 05;1.{i}50,5;t" for i in (1, 2)]
    found = survey_of(tmp_path, PLACED, *lines, f"{word};;;;;2 401;t")
    assert quantities(found) == [1150.5, 1250.5]
    assert [n.row for n in found.notes] == [4]


def test_a_total_that_does_not_add_up_is_a_problem(tmp_path):
    found = survey_of(tmp_path, PLACED, "A;2.3;50.9;sortie;03 01 05;10;t", "Total;;;;;25;t")
    assert (3, "Matière", "") in told(found)
    assert "not the sum" in str([str(p.problem) for p in found.problems])


def test_the_firms_of_a_folder_may_be_called_total(tmp_path):
    (tmp_path / "firms.csv").write_text(
        "name;firm_id;longitude;latitude\nTotal;T;2.3;50.9\nSomme;S;2.4;50.9\n", encoding="utf-8"
    )
    (tmp_path / "flows.csv").write_text(
        "firm_id;direction;material;quantity;unit\nTotal;offer;10 02 02;1;t\nS;need;10 02 02;1;t\n",
        encoding="utf-8",
    )
    assert sy.read(tmp_path).firms["name"].tolist() == ["Total", "Somme"]


# formats of cells ---------------------------------------------------------------------------


def formatted(folder, header, value, code, quantity="0"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*PLACED.split(";"), header])
    sheet.append(["A", 2.3, 50.9, "sortie", "10 11 12", 1200, "t", value])
    sheet["H2"].number_format = code
    sheet["F2"].number_format = quantity
    book.save(folder / "a.xlsx")
    return survey(folder / "a.xlsx")


@pytest.mark.parametrize("code", ["0%", "0.00%", "0.0 %", '0.0" %"', "0%;[Red]-0%"])
def test_a_percentage_as_the_format_of_a_cell(tmp_path, code):
    """shuchkin/simplexlsx#26: Excel stores 0.78 and shows 78 %."""
    found = formatted(tmp_path, "Humidité", 0.78, code)
    if '"' in code:  # a sign that is only written: the number is what it says
        assert found.tables["offers"]["moisture_pct"].tolist() == [0.78]
        return
    assert found.tables["offers"]["moisture_pct"].tolist() == [78]
    assert not len(found.notes)


@pytest.mark.parametrize(
    ("header", "value", "code", "field", "read"),
    [
        ("Température", 393.15, '0.0" K"', "temperature_c", 120),
        ("Coût", 85.0, '#,##0.00\\ "€"', "route_cost_eur_per_unit", 85),
        ("Coût", 85.0, '_-* #,##0.00\\ [$€-40C]_-', "route_cost_eur_per_unit", 85),
        ("Distance", 8000.0, '# ##0" m"', "route_distance_km", 8),
    ],
)  # fmt: skip
def test_a_unit_as_the_format_of_a_cell(tmp_path, header, value, code, field, read):
    found = formatted(tmp_path, header, value, code)
    assert found.tables["offers"][field].tolist() == [pytest.approx(read)]


def test_pounds_sterling_as_the_format_of_a_cell_are_refused(tmp_path):
    found = formatted(tmp_path, "Coût", 85, "[$£-809]#,##0.00")
    assert told(found) == [(2, "Coût", "85 £")]


def test_kilogrammes_as_the_format_of_the_quantity(tmp_path):
    found = formatted(tmp_path, "Année", 2024, "0", quantity='0" kg"')
    assert told(found) == [(2, "Quantité", "1200 kg")]  # the line says t


@pytest.mark.parametrize("code", ["dd/mm/yyyy", "General", "00000", '"F-"00000', "0.00E+00"])
def test_formats_that_show_no_unit(tmp_path, code):
    found = formatted(tmp_path, "Note", 59140, code)
    assert found.tables["offers"]["note"].tolist()[0] in ("59140", "2061-11-30")


# files of other offices ---------------------------------------------------------------------


def test_an_extract_of_the_register_of_firms(tmp_path):
    """Headers and size classes of Sirene (INSEE)."""
    found = survey_of(
        tmp_path,
        "siret;denominationUniteLegale;trancheEffectifsEtablissement;"
        "activitePrincipaleEtablissement;coordonneeLambertAbscisseEtablissement;"
        "coordonneeLambertOrdonneeEtablissement;Sens;Matière;Tonnage",
        "73282932000074;VERRERIE;22;23.13Z;656200;7104100;sortie;10 11 12;5",
        "63201210000012;CARTONNERIE;NN;17.21A;656300;7104100;sortie;15 01 01;5",
    )
    assert not len(found.problems), found.problems.table()
    firms = found.tables["firms"]
    assert firms["name"].tolist() == ["VERRERIE", "CARTONNERIE"]
    assert firms["naf"].tolist() == ["23.13Z", "17.21A"]
    assert firms["employees"].tolist()[0] == 150  # class 22: 100 to 199
    assert firms["employees"].isna().tolist() == [False, True]
    assert [n.value for n in found.notes if "size class" in str(n.problem)] == ["22"]


def test_a_size_class_in_words(tmp_path):
    line = "A;2.3;50.9;sortie;10 11 12;5;t;100 à 199 salariés"
    found = survey_of(tmp_path, PLACED + ";Effectif", line)
    assert found.tables["firms"]["employees"].tolist() == [150]


def test_a_code_of_naf_2025_is_kept_and_asked_about(tmp_path):
    lines = [f"E{i};2.3{i};50.9;sortie;10 11 12;5;t;{naf}" for i, naf in
             enumerate(["2313Z", "24.10Y", "9999X"])]  # fmt: skip
    found = survey_of(tmp_path, PLACED + ";Code APE", *lines)
    assert quantities(found) == [5, 5, 5]
    assert found.tables["firms"]["naf"].tolist() == ["23.13Z", "24.10Y", "99.99X"]
    assert [n.value for n in found.notes] == ["24.10Y", "9999X"]


def test_the_code_of_naf_rev_2_is_read_where_both_stand(tmp_path):
    head = PLACED + ";Code NAF 2025;Code NAF"
    found = survey_of(tmp_path, head, "A;2.3;50.9;sortie;10 11 12;5;t;23.13Y;23.13Z")
    assert found.tables["firms"]["naf"].tolist() == ["23.13Z"]


@pytest.mark.parametrize("system", ["EPSG:2154", "epsg 2154", "urn:ogc:def:crs:EPSG::2154"])
def test_a_system_with_its_authority(tmp_path, system):
    head = PLACED.replace("Longitude;Latitude", "X;Y") + ";CRS"
    found = survey_of(tmp_path, head, f"A;656200;7104100;sortie;10 11 12;5;t;{system}")
    assert quantities(found) == [5]
    assert 2 < found.tables["firms"].loc[0, "longitude"] < 3


def test_two_equal_slips_are_told_apart_by_their_number(tmp_path):
    head = PLACED + ";N° de bordereau"
    line = "A;2.3;50.9;sortie;10 11 12;5;t;BSD-"
    found = survey_of(tmp_path, head, line + "1", line + "2", line + "3", line + "3")
    assert [p.row for p in found.problems] == [5]
    assert "number of the slip" in str(next(iter(found.problems)).cure)
    found = survey_of(tmp_path, head, line + "1", line + "2")
    assert quantities(found) == [5, 5]


def test_two_equal_slips_are_two_flows_where_that_is_asked_for(tmp_path):
    path = tmp_path / "a.csv"
    line = "A;2.3;50.9;sortie;10 11 12;5;t"
    path.write_text("\n".join([PLACED, line, line]) + "\n", encoding="utf-8")
    assert [p.row for p in survey(path).problems] == [3]
    found = survey_with(path, ReadingOptions(keep_repeated=True))
    assert quantities(found) == [5, 5]
    assert [n.row for n in found.notes if "as asked" in str(n.problem)] == [3]
    other = tmp_path / "b.csv"
    other.write_text("\n".join([PLACED, line]) + "\n", encoding="utf-8")
    found = survey_with([path, other], ReadingOptions(keep_repeated=True))
    assert quantities(found) == [5, 5, 5]
    assert found.tables["offers"]["flow_id"].is_unique


def test_an_identifier_that_stands_twice_is_one_flow_whatever_is_asked_for(tmp_path):
    path = tmp_path / "a.csv"
    line = "A;2.3;50.9;sortie;10 11 12;5;t;F1"
    path.write_text("\n".join([PLACED + ";flow_id", line, line]) + "\n", encoding="utf-8")
    assert len(survey_with(path, ReadingOptions(keep_repeated=True)).problems) == 1


# units in cells -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cell", "per_tonne"),
    [
        ("Coût", "85 €/kg", 85_000), ("Coût", "12,5 c€/kg", 125), ("Coût", "€ 85", 85),
        ("Coût", "3 k€", 25), ("Coût", "1 200 €/an", 10), ("Coût", "85 €/m3", 85 / 1.2),
        ("Coût (€/t)", "12 €/kg", 12_000), ("Coût (k€)", "12 €/t", 12),
        ("Coût (€/an)", "12 k€", 100), ("Coût (c€/kg)", "12 c€", 120), ("Coût (€/t)", "12 €", 12),
    ],
)  # fmt: skip
def test_a_price_is_read_in_the_unit_of_its_cell(tmp_path, header, cell, per_tonne):
    line = f"A;2.3;50.9;sortie;10 11 12;120;t;{cell}"
    found = survey_of(tmp_path, f"{PLACED};{header}", line)
    assert not len(found.problems), found.problems.table()
    assert found.tables["offers"]["route_cost_eur_per_unit"].tolist() == [pytest.approx(per_tonne)]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Coût", "3 m€"), ("Coût", "£85/t"), ("Coût", "12 c€"), ("Coût", "85 €/100 kg"),
        ("Coût", "80-90 €/t"), ("Coût", "85 €/ton"), ("Coût", "85 %"), ("Coût (k€)", "12 €"),
        ("Coût (€/t)", "12 k€"), ("Coût (c€/kg)", "12 €"), ("Coût (£/t)", "12 €"),
        ("Lot minimal (milliers)", "20 t"), ("Lot minimal", "20 €"),
    ],
)  # fmt: skip
def test_a_price_whose_unit_leaves_a_doubt_is_a_problem(tmp_path, header, cell):
    line = f"A;2.3;50.9;sortie;10 11 12;120;t;{cell}"
    found = survey_of(tmp_path, f"{PLACED};{header}", line)
    assert told(found) == [(2, header, cell)]


@pytest.mark.parametrize(
    ("quantity", "unit", "tonnes"),
    [("12 t", "t/mois", 144), ("12 t/mois", "t", 144), ("12 t", "tonnes", 12), ("3 kt", "", 3000)],
)
def test_a_unit_in_a_cell_and_one_beside_it_that_agree(tmp_path, quantity, unit, tonnes):
    found = survey_of(tmp_path, PLACED, f"A;2.3;50.9;sortie;10 11 12;{quantity};{unit}")
    assert quantities(found) == [tonnes]


@pytest.mark.parametrize(
    ("quantity", "unit"), [("12 kg", "t"), ("3 kt", "t"), ("12 tons", "t"), ("12 t MS", "t")]
)
def test_a_unit_in_a_cell_and_another_one_beside_it_are_a_problem(tmp_path, quantity, unit):
    found = survey_of(tmp_path, PLACED, f"A;2.3;50.9;sortie;10 11 12;{quantity};{unit}")
    assert told(found) == [(2, "Quantité", quantity)]


def test_units_in_the_cells_of_months(tmp_path):
    head = PLACED.replace("Quantité;", "") + ";Janvier;Février"
    found = survey_of(tmp_path, head, "A;2.3;50.9;sortie;10 11 12;;10 t;12 t")
    assert quantities(found) == [22]
    for months in ("10 t;12", "10 kg;12 t"):
        found = survey_of(tmp_path, head, f"A;2.3;50.9;sortie;10 11 12;;{months}")
        assert found.tables is None
        assert len(found.problems)


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Densité (kg/m3)", "1.250"), ("Distance (m)", "45.231"), ("Densité", "1.250 g/l"),
     ("Coût", "100.001")],
)  # fmt: skip
def test_the_limits_of_a_field_prove_no_mark_of_figures_in_another_unit(tmp_path, header, cell):
    found = survey_of(tmp_path, f"{PLACED};{header}", f"A;2.3;50.9;sortie;10 11 12;5;t;{cell}")
    assert told(found) == [(2, header, cell)]


@pytest.mark.parametrize(
    ("header", "cells", "tonnes"),
    [
        ("Janvier (t);Février (t)", "10;12", 22), ("Quantité (t/an);Janvier (t)", ";10", 10),
        ("Janvier (t);Février (kg)", "10;500", None), ("Janvier (kg);Février", "500;600", None),
        ("Quantité (kg);Janvier (t);Février (t)", ";1;2", None),
        ("Tonnage (milliers de t)", "3", 3000), ("Quantité (x1000 t)", "3", 3000),
    ],
)  # fmt: skip
def test_the_headers_of_months_and_year_have_one_unit(tmp_path, header, cells, tonnes):
    head = f"Entreprise;Longitude;Latitude;Sens;Matière;{header}"
    found = survey_of(tmp_path, head, f"A;2.3;50.9;sortie;10 11 12;{cells}")
    if tonnes is None:
        assert found.tables is None
        assert "different units" in str(next(iter(found.problems)).problem)
    else:
        assert quantities(found) == [tonnes]
