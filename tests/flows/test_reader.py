"""Reading: any sane table is understood, and everything wrong is said at once."""

from dataclasses import replace

import pandas as pd
import pytest

import symbiosis as sy
from symbiosis.catalogue import load
from symbiosis.errors import DataError
from symbiosis.flows import survey
from tests.flows.conftest import GOOD, HEADER

COLUMNS = ["file", "row", "column", "value", "problem", "cure"]


def problems(path, **options):
    with pytest.raises(DataError) as caught:
        sy.read(path, **options)
    table = caught.value.problems.table()
    assert list(table.columns) == COLUMNS
    assert (table["cure"] != "").all()
    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(flat, encoding):
    flows = sy.read(flat(GOOD, encoding=encoding))
    assert flows.firms.loc[0, "name"] == "Verrerie des Dunes"
    assert flows.offers.loc[0, ["material", "quantity", "unit"]].tolist() == [
        "10 11 12",
        1200.5,
        "t",
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_separators(flat, separator):
    lines = [
        HEADER.replace(";", separator),
        "A;offer;10 11 12;12.5;t;2.4;51".replace(";", separator),
    ]
    flows = sy.read(flat(lines[1], header=lines[0]))
    assert flows.offers.loc[0, "quantity"] == 12.5


def test_title_rows_blank_rows_and_totals(flat):
    header = "Inventaire 2019;;;;;;\n;;;;;;\n" + HEADER
    path = flat(GOOD, ";;;;;;", "Total;;;1200,5;;;", header=header)
    flows = sy.read(path)
    assert len(flows.offers) == 1
    assert flows.notes["problem"].tolist() == ["this line is a total and was left out"]
    assert flows.notes["row"].tolist() == [6]


def test_a_total_with_a_material_is_a_flow(flat):
    flows = sy.read(flat(GOOD.replace("Verrerie des Dunes", "TotalEnergies")))
    assert flows.firms["name"].tolist() == ["TotalEnergies"]


def test_the_unit_of_the_header_serves_and_that_of_the_row_beats_it(flat):
    header = HEADER.replace("Quantité;", "Quantité (kt/an);")
    lines = [GOOD.replace("t/an", ""), GOOD.replace("sortie", "entrée").replace("1 200,5", "3")]
    flows = sy.read(flat(*lines, header=header))
    assert flows.offers.loc[0, "quantity"] == 1_200_500
    assert flows.needs.loc[0, "quantity"] == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [("1 234,5", 1234.5), ("1\u202f234,5", 1234.5), ("1\u00a0234", 1234), ("1.234.567", 1234567),
     ("1 234.5", 1234.5), ("1'234", 1234), ("1e3", 1000), ("1.234,5", 1234.5)],
)  # fmt: skip
def test_numbers(flat, text, value):
    assert sy.read(flat(GOOD.replace("1 200,5", text))).offers.loc[0, "quantity"] == value


def test_thousands_in_a_comma_file_are_said(flat):
    line = 'A,offer,10 11 12,"1,200",t,2.4,51.0'
    flows = sy.read(flat(line, header=HEADER.replace(";", ",")))
    assert flows.offers.loc[0, "quantity"] == 1200
    assert flows.notes["problem"].str.contains("thousands").tolist() == [True]


@pytest.mark.parametrize("word", ["Sortie", "OFFRE", "output", "offer", "déchet"])
def test_directions_out(flat, word):
    assert len(sy.read(flat(GOOD.replace("sortie", word))).offers) == 1


@pytest.mark.parametrize("word", ["Entrée", "BESOIN", "input", "need", "achat"])
def test_directions_in(flat, word):
    assert len(sy.read(flat(GOOD.replace("sortie", word))).needs) == 1


def test_a_synonym_is_taken_with_a_note_and_a_label_without(flat):
    row = pd.DataFrame({"term": ["verre du quai"], "lang": ["fr"], "target": ["10 11 12"]})
    catalogue = replace(load(), synonyms=row)
    label = catalogue.label("10 11 12", "fr")
    path = flat(GOOD.replace("10 11 12", "Verre du Quai"), GOOD.replace("10 11 12", label) + "0")
    found = survey(path, extra=catalogue)
    assert found.tables["offers"]["material"].tolist() == ["10 11 12", "10 11 12"]
    assert [note.value for note in found.notes] == ["Verre du Quai"]


def test_an_unknown_material_has_suggestions_and_can_be_accepted(flat):
    path = flat(GOOD.replace("10 11 12", "laitier de hauts fournaux broye"))
    table = problems(path)
    assert "slag" in table.loc[0, "cure"].lower()
    flows = sy.read(path, accept_suggestions=True)
    assert flows.offers.loc[0, "material"] in table.loc[0, "cure"]
    assert len(flows.notes) == 1


def test_every_problem_is_told_at_once_with_its_row(flat):
    table = problems(
        flat(
            GOOD,
            "B;sortie;10 11 12;douze;t;2,4;51",
            "C;sortie;zzzz;-5;foo;2,4;51",
            "D;dehors;10 11 12;5;t;51,0;2,4",
            "E;sortie;10 11 12;2e8;t;2,4;95",
            "F;sortie;10 11 12;;t;;",
        )
    )
    found = {(int(row), column) for row, column in zip(table["row"], table["column"], strict=True)}
    assert found == {
        (3, "Quantité"), (4, "Matière"), (4, "Quantité"), (4, "Unité"), (5, "Sens"),
        (5, "Longitude"), (6, "Quantité"), (6, "Longitude"), (7, "Quantité"), (7, "Longitude"),
    }  # fmt: skip


def test_rows_are_counted_as_a_spreadsheet_counts_them(flat):
    table = problems(flat(GOOD.replace("Verrerie", '"Verrerie\nde la Mer"'), "", "X;Y;;;;;"))
    assert set(table["row"]) == {4}


def test_swapped_degrees_are_a_problem_whose_cure_says_so(flat):
    table = problems(flat(GOOD.replace("2,3768;51,0344", "51,0344;2,3768")))
    assert table["problem"].str.contains("swapped").tolist() == [True]
    assert table["cure"].tolist() == ["exchange the two columns"]


def test_la_reunion_is_not_taken_for_a_swap(flat):
    flows = sy.read(flat(GOOD.replace("2,3768;51,0344", "55,45;-20,9")))
    assert flows.firms.loc[0, "latitude"] == -20.9


def test_a_repeated_flow_names_the_row_it_repeats(flat):
    table = problems(flat(GOOD, GOOD))
    assert table["problem"].tolist() == ["this line repeats row 2"]
    assert table["row"].tolist() == [3]


def test_the_same_material_twice_with_other_quantities_is_two_flows(flat):
    assert len(sy.read(flat(GOOD, GOOD.replace("1 200,5", "7"))).offers) == 2


def test_skip_bad_goes_on_and_lists(flat):
    path = flat(GOOD, GOOD.replace("1 200,5", "douze"), "B;sortie;10 11 12;1;t;51;2,4")
    flows = sy.read(path, skip_bad=True)
    assert len(flows.offers) == 1
    assert flows.skipped["row"].tolist() == [3, 4]


def test_skipping_everything_is_refused(flat):
    table = problems(flat(GOOD.replace("1 200,5", "douze")), skip_bad=True)
    assert "no line is left once the faulty ones are skipped" in table["problem"].tolist()


def test_flat_lines_of_one_firm_are_one_firm(flat):
    flows = sy.read(flat(GOOD, GOOD.replace("sortie", "entrée")))
    assert len(flows.firms) == 1
    assert flows.offers.loc[0, "firm_id"] == flows.needs.loc[0, "firm_id"] == "verrerie-des-dunes"


def test_firms_of_one_name_in_two_places_are_two(flat):
    flows = sy.read(flat(GOOD, GOOD.replace("2,3768", "3,1")))
    assert flows.firms["firm_id"].tolist() == ["verrerie-des-dunes", "verrerie-des-dunes-2"]


def test_folder(folder):
    firms = ["firm_id,name,longitude,latitude", "F1,A,2.3,51.0", "F2,B,3.0,50.6"]
    flows = ["firm_id,direction,material,quantity,unit,hours_per_year", "F1,offer,10 11 12,5,t,",
             "F2,need,heat_60_100c,5,MW,1000", "b,need,heat_60_100c,7,MWh,"]  # fmt: skip
    read = sy.read(folder(firms, flows))
    assert read.needs["quantity"].tolist() == [5000, 7]
    assert read.needs["firm_id"].tolist() == ["F2", "F2"]  # the second by its name
    assert read.needs["kind"].tolist() == ["heat", "heat"]


def test_folder_with_unknown_firm_missing_file_and_column(folder, tmp_path):
    firms = ["firm_id,name,longitude,latitude", "F1,A,2.3,51.0"]
    path = folder(firms, ["firm_id,direction,material,quantity,unit", "F9,offer,10 11 12,5,t"])
    assert problems(path)["problem"].tolist() == ["no firm has this identifier"]
    path = folder(firms, ["firm_id,material,quantity,unit", "F1,10 11 12,5,t"])
    assert problems(path)["column"].tolist() == ["direction"]
    (tmp_path / "flows.csv").unlink()
    assert problems(tmp_path)["problem"].tolist() == ["the folder holds no flows.csv"]


def test_a_power_without_hours_is_refused(flat):
    table = problems(flat(GOOD.replace("10 11 12", "heat_60_100c").replace("t/an", "kW")))
    assert table["cure"].tolist() == ["give the hours of operation a year, or a yearly quantity"]


def test_months_make_the_year_and_a_season_its_shares(flat):
    header = HEADER.replace("Quantité", "Janvier;Juillet") + ";Saison"
    lines = ["A;sortie;10 11 12;30;10;t;2,4;51;", "B;sortie;10 11 12;5;;t;2,4;51;"]
    flows = sy.read(flat(*lines, header=header))
    assert flows.offers["quantity"].tolist() == [40, 5]
    assert flows.offers.loc[0, "months"] == "0.75|0|0|0|0|0|0.25|0|0|0|0|0"
    seasonal = sy.read(flat(GOOD + ";11-2", header=HEADER + ";Saison"))
    assert seasonal.offers.loc[0, "months"] == "0.25|0.25|0|0|0|0|0|0|0|0|0.25|0.25"


def test_months_and_seasons_are_told_to_be_matched_by_the_year(flat):
    monthly = HEADER.replace("Quantité", "Janvier;Juillet")
    lines = ["A;sortie;10 11 12;30;10;t;2,4;51", "B;sortie;10 11 12;5;;t;2,4;51"]
    for path, count, column, value in (
        (flat(*lines, header=monthly), 2, "Janvier", "30"),
        (flat(GOOD + ";11-2", header=HEADER + ";Saison", name="b.csv"), 1, "Saison", "11-2"),
    ):
        notes = sy.read(path).notes
        told = notes[notes["problem"].str.contains("matched as a whole")]
        assert told[["row", "column", "value"]].to_numpy().tolist() == [[2, column, value]]
        assert told["problem"].iloc[0].startswith(f"months or a season are given (lines: {count})")
    notes = sy.read(flat(GOOD + ";1-12", header=HEADER + ";Saison")).notes
    assert not notes["problem"].str.contains("matched as a whole").any()


def test_a_year_that_is_not_the_sum_of_its_months_is_a_problem(flat):
    header = HEADER + ";Janvier;Juillet"
    assert len(sy.read(flat(GOOD + ";600,5;600", header=header)).offers) == 1
    table = problems(flat(GOOD + ";1;2", header=header))
    assert table["problem"].tolist() == ["the year is not the sum of its months"]


def test_siret_and_naf(flat):
    header = HEADER + ";SIRET;Code NAF"
    flows = sy.read(flat(GOOD + ";732 829 320 00074;2313Z", header=header))
    assert flows.firms.loc[0, ["siret", "naf"]].tolist() == ["73282932000074", "23.13Z"]
    table = problems(flat(GOOD + ";73282932000075;9999Z", header=header))
    assert set(table["column"]) == {"SIRET", "Code NAF"}


def test_lambert_93_and_other_systems(flat):
    header = HEADER.replace("Longitude;Latitude", "X;Y;EPSG")
    # Belfry of Dunkirk: Lambert 93 by the IGN's published algorithm, and UTM 31 N
    flows = sy.read(flat("A;sortie;10 11 12;1;t;656210;7104720;", header=header))
    assert flows.firms.loc[0, ["longitude", "latitude"]].tolist() == pytest.approx(
        [2.377, 51.037], abs=2e-3
    )
    assert flows.notes["problem"].str.contains("Lambert 93").any()
    flows = sy.read(flat("A;sortie;10 11 12;1;t;456330;5654040;32631", header=header))
    assert flows.firms.loc[0, ["longitude", "latitude"]].tolist() == pytest.approx(
        [2.377, 51.037], abs=2e-3
    )
    assert len(problems(flat("A;sortie;10 11 12;1;t;1;1;999", header=header))) == 1


COMMUNES = """insee,commune,code postal,longitude,latitude
59183,Dunkerque,59140,2.34,51.03
62765,Saint-Omer,62500,2.26,50.75
"""


@pytest.mark.parametrize(
    "place", ["59183;;;", ";DUNKERQUE;59140;", ";Dunkerque Cedex 1;;59", ";dunkerque;59379;"]
)
def test_the_users_commune_table_wins_over_the_bundled_one(flat, tmp_path, place):
    header = HEADER.replace("Longitude;Latitude", "Code INSEE;Commune;Code postal;Département")
    path = flat(GOOD.replace("2,3768;51,0344", place), header=header)
    assert sy.read(path).firms.loc[0, ["longitude", "latitude"]].tolist() == [2.3431, 51.0292]
    (tmp_path / "liste.csv").write_text(COMMUNES, encoding="utf-8")
    flows = sy.read(path, communes=tmp_path / "liste.csv")
    assert flows.firms.loc[0, ["longitude", "latitude"]].tolist() == [2.34, 51.03]
    assert flows.firms.loc[0, "place_precision_m"] == 3000
    assert flows.notes["problem"].str.contains("3000 m").tolist() == [True]


def test_an_unknown_commune_is_a_problem(flat, tmp_path):
    (tmp_path / "communes.csv").write_text(COMMUNES, encoding="utf-8")
    header = HEADER.replace("Longitude;Latitude", "Commune;Code postal")
    lines = [GOOD.replace("2,3768;51,0344", f"{name};62500") for name in ("St Omer", "Ailleurs")]
    table = problems(flat(*lines, header=header))
    assert table["row"].tolist() == [3]


def test_no_place_at_all_is_said_once(flat):
    header = HEADER.replace(";Longitude;Latitude", "")
    table = problems(flat("A;sortie;10 11 12;1;t", "B;sortie;10 11 12;1;t", header=header))
    assert table["problem"].tolist() == ["no column says where the firms are"]


def test_territories_name_the_firms_inside(folder):
    firms = ["firm_id,name,longitude,latitude", "F1,A,2.3,51.0", "F2,B,9.0,50.6"]
    path = folder(firms, ["firm_id,direction,material,quantity,unit", "F1,offer,10 11 12,5,t"])
    square = "[[[2,50],[3,50],[3,52],[2,52],[2,50]]]"
    (path / "territories.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"T1",'
        f'"name":"Littoral"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}',
        encoding="utf-8",
    )
    assert sy.read(path).firms["territory"].tolist() == ["T1", ""]


def test_from_tables_takes_numbers_and_checks_alike():
    firms = pd.DataFrame({"firm_id": [1, 2], "name": ["A", "B"], "longitude": [2.4, 2.5],
                          "latitude": [51.0, 50.9]})  # fmt: skip
    flows = pd.DataFrame({"firm_id": [1, 2.0], "direction": ["offer", "need"]})
    flows = flows.assign(material="10 11 12", quantity=[1.5, None], unit="kt")
    with pytest.raises(DataError) as caught:
        sy.Flows.from_tables(firms, flows)
    table = caught.value.problems.table()
    assert table[["file", "row", "column"]].values.tolist() == [["flows", 3, "quantity"]]
    good = sy.Flows.from_tables(firms, flows, skip_bad=True)
    assert good.offers["quantity"].tolist() == [1500]


def test_survey_raises_nothing(tmp_path):
    found = survey(tmp_path / "none.csv")
    assert found.tables is None
    assert len(found.problems) == 1


@pytest.mark.parametrize("digits", ["١٢", "²", "½", "１２"])
def test_digits_of_other_scripts_are_no_number(flat, digits):
    assert problems(flat(GOOD.replace("1 200,5", digits)))["value"].tolist() == [digits]
    table = problems(flat(GOOD + f";{digits * 14}", header=HEADER + ";SIRET"))
    assert table["column"].tolist() == ["SIRET"]
