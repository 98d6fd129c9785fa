"""Firms placed by their communes, without a table of the user's or with one."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symbiosis as sy
from symbiosis import bundled
from symbiosis.flows import survey
from symbiosis.flows.commune_cells import plain_code
from symbiosis.flows.commune_lookup import Found, Refused, find_commune
from symbiosis.flows.gazetteer import departement_of, french_communes

HEADER = "Entreprise;Commune;Code postal;Code INSEE;Département;Sens;Code déchet;Quantité;Unité"
LINE = "Verrerie;{};sortie;10 11 12;5;t"


def place(commune="", postcode="", insee="", departement=""):
    return find_commune(insee, commune, postcode, departement)


def communes_csv(tmp_path, text, name="liste.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize(
    ("cells", "insee"),
    [
        (("Dunkerque", "59140"), "59183"),
        (("59140 Dunkerque",), "59183"),
        (("Dunkerque 59140",), "59183"),
        (("F-59140 DUNKERQUE",), "59183"),
        (("Dunkerque (59)",), "59183"),
        (("Dunkerque (59140)",), "59183"),
        (("Dunkerque - 59",), "59183"),
        (("Dunkerque (Nord)",), "59183"),
        (("Dunkerque, France",), "59183"),
        (("", "59140 Dunkerque"), "59183"),
        (("DUNKERQUE CEDEX 1", "59379"), "59183"),
        (("59379 DUNKERQUE CEDEX 1",), "59183"),
        (("Dunkerque", "", "", "Nord"), "59183"),
        (("Dunkerque", "", "", "59 - Nord"), "59183"),
        (("Dunkerque", "59"), "59183"),
        (("", "", "59183"), "59183"),
        (("", "", "59 183"), "59183"),
        (("Ajaccio", "20090"), "2A004"),
        (("Ajaccio", "20 000"), "2A004"),
        (("BASTIA CEDEX 9", "20298"), "2B033"),
        (("Bastia", "", "", "2b"), "2B033"),
        (("20 200 Bastia",), "2B033"),
        (("", "", "2a004"), "2A004"),
        (("Saint-Aubin", "2300"), "02671"),
        (("2300 Saint Aubin",), "02671"),
        (("Bourg-en-Bresse", "1000.0"), "01053"),
        (("Bourg-en-Bresse", "", "", "1"), "01053"),
        (("", "", "1053"), "01053"),
        (("", "", "1053.0"), "01053"),
        (("", "", "1053,0"), "01053"),
        (("St-Omer", "62500"), "62765"),
        (("STE MARIE AUX MINES", "68160"), "68298"),
        (("Neuville s/ Saône", "69250"), "69143"),
        (("L ABERGEMENT CLEMENCIAT", "1400"), "01001"),
        (("Abergement-Clémenciat (L')", "01400"), "01001"),
        (("Boisse (La)", "01120"), "01049"),
        (("Boisse", "01120"), "01049"),
        (("La Boisse", "01120"), "01049"),
        (("Lyon 3e", "69003"), "69383"),
        (("Lyon 03",), "69383"),
        (("", "69003"), "69383"),
        (("Paris 8e Arrondissement",), "75108"),
        (("PARIS VIII", "75008"), "75108"),
        (("Paris 75008",), "75056"),
        (("Marseille 1er", "13001"), "13201"),
        (("Fort-Mardyck", "59430"), "59183"),
        (("Fort-Mardyck",), "59183"),
        (("", "", "59248"), "59183"),
        (("Éloise", "01200"), "74109"),
        (("Château-Chinon (Ville)", "58120"), "58062"),
    ],
    ids=str,
)
def test_a_commune_is_known_however_it_is_written(cells, insee):
    answer = place(*cells)
    assert isinstance(answer, Found), answer
    assert answer.commune.insee == insee


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (("Saint-Denis",), "commune", r"Saint-Denis \(93\).*Saint-Denis \(974\)"),
        (("Saint-Aubin",), "commune", "several communes bear this name"),
        (("Le Port",), "commune", r"Le Port \(09\), Le Port \(974\)"),
        (("Dunkerque", "62100"), "postcode", r"62100 is that of Calais \(62\)"),
        (("Lille", "59100"), "postcode", r"that of Roubaix \(59\), not of Lille \(59\)"),
        (("62100 Dunkerque", "59140"), "commune", "two postcodes"),
        (("Dunkerque", "62100", "59183"), "insee", "not of Dunkerque"),
        (("Calais", "", "59183"), "insee", r"Dunkerque \(59\), the name that of Calais \(62\)"),
        (("", "51300"), "postcode", "several communes have this postcode: Bassu"),
        (("Saint-Denis", "97400"), "commune", "no point overseas"),
        (("Fort-de-France",), "commune", "no point overseas"),
        (("Saint-Denis (Réunion)",), "commune", "no point overseas"),
        (("", "", "97411"), "insee", "no point overseas"),
        (("", "", "85165"), "insee", r"no table has a point of L'Oie \(85\)"),
        (("Sannerville", "14940"), "commune", "no table has a point"),
        (("Ieper", "8900"), "commune", "no commune of this name is known"),
        (("", "", "65"), "insee", "no commune has this INSEE code"),
        (("", "", "59999"), "insee", "no commune has this INSEE code"),
        (("", "59999"), "postcode", "no commune has this postcode"),
        (("Dunkerque", "", "", "62"), "commune", "is in this département"),
    ],
    ids=str,
)
def test_what_is_not_certain_is_asked_about(cells, column, words):
    answer = place(*cells)
    assert isinstance(answer, Refused)
    assert answer.column == column
    assert re.search(words, str(answer.problem))


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        (("Dunkerke", "59140"), "Dunkerque (59)"),
        (("Évry", "", "", "91"), "Évry-Courcouronnes (91)"),
        (("Herblay", "95220"), "Herblay-sur-Seine (95)"),
    ],
)
def test_a_name_that_is_like_another_is_offered_and_not_taken(cells, meant):
    answer = place(*cells)
    assert isinstance(answer, Refused)
    assert meant in str(answer.cure)


@pytest.mark.parametrize("step", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_every_commune_is_placed_at_its_own_point_however_it_is_named(step):
    """All 34,791: by code, by name with postcode or département, in one cell, without the zero."""
    table = bundled.table("territory/communes").iloc[::step]
    placed = 0
    for row in table.itertuples(index=False):
        postcode = row.postcodes.split("|")[0]
        ways = (
            {"insee": row.insee}, {"insee": row.insee.lower().lstrip("0")},
            {"commune": row.name, "postcode": postcode},
            {"commune": row.name, "postcode": f"{postcode.lstrip('0')}.0"},
            {"commune": row.name, "departement": departement_of(row.insee)},
            {"commune": f"{postcode} {row.name.upper()}"},
            {"commune": f"{row.name} ({departement_of(row.insee)})"},
        )  # fmt: skip
        for way in ways:
            answer = place(**way)
            if row.longitude == "":
                assert isinstance(answer, Refused), way
                continue
            assert isinstance(answer, Found), way
            point = answer.commune.longitude, answer.commune.latitude
            assert point == (float(row.longitude), float(row.latitude)), way
            placed += 1
    assert placed == 7 * (table["longitude"] != "").sum()


def test_every_old_name_leads_to_the_commune_of_today():
    for old in bundled.table("territory/old_communes").itertuples(index=False):
        answer = place(old.old_name, departement=departement_of(old.old_insee))
        assert isinstance(answer, Found), old
        assert answer.commune.insee == old.insee, old


def test_no_commune_shares_its_folded_name_within_a_departement():
    for key, communes in french_communes().by_name.items():
        departements = [commune.departement for commune in communes]
        assert len(set(departements)) == len(departements), key


@given(st.text(max_size=30), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_any_cells_have_an_answer(commune, postcode, insee, departement):
    answer = find_commune(insee, commune, postcode, departement, suggest=False)
    assert isinstance(answer, Found | Refused)


STYLES = ("{:05d}", "{:d}", "{:d}.0", " {:05d} ", "F-{:05d}")


@given(st.integers(1000, 95_999), st.sampled_from(STYLES))
def test_a_code_keeps_its_five_figures_in_every_style(number, style):
    assert plain_code(style.format(number)) == f"{number:05d}"


def test_the_example_of_the_page_is_accepted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Entreprise;Commune;Sens;Matière;Quantité;Unité\n"
        "Verrerie des Dunes;Dunkerque;sortie;calcin;1200;t/an\n"
        "Verrerie des Dunes;Dunkerque;entrée;sable;5000;t/an\n",
        encoding="utf-8",
    )
    flows = sy.read(path)
    assert len(flows.firms) == 1
    firm = flows.firms.iloc[0]
    assert firm[["insee", "commune", "territory"]].tolist() == ["59183", "Dunkerque", "245900428"]
    assert (firm["longitude"], firm["latitude"]) == (2.3431, 51.0292)
    assert 1000 < firm["place_precision_m"] < 10_000
    assert flows.territories[["code", "name"]].to_numpy().tolist() == [
        ["245900428", "CU de Dunkerque"],
    ]  # fmt: skip
    assert flows.notes["problem"].str.contains("the only commune of that name").sum() == 1


STATE = """code_commune_INSEE,nom_commune_postal,code_postal,libelle_acheminement,ligne_5,latitude,\
longitude,code_commune,article,nom_commune,nom_commune_complet,code_departement
1001,L ABERGEMENT CLEMENCIAT,1400,L ABERGEMENT CLEMENCIAT,,46.1534,4.9261,1,L',\
Abergement-Clémenciat,L'Abergement-Clémenciat,1
1049,LA BOISSE,1120,LA BOISSE,,45.8446,5.0278,49,La,Boisse,La Boisse,1
1053,BOURG EN BRESSE,1000,BOURG EN BRESSE,,46.2051,5.246,53,,Bourg-en-Bresse,Bourg-en-Bresse,1
1065,BUELLAS,1310,BUELLAS,,46.2104,5.1448,65,,Buellas,Buellas,1
"""
"""Rows of *communes, départements et régions* (data.gouv.fr, Licence Ouverte)."""
POSTAL = """#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5;\
coordonnees_geographiques
01049;LA BOISSE;01120;LA BOISSE;;45.8446,5.0278
01053;BOURG EN BRESSE;01000;BOURG EN BRESSE;;46.2051,5.246
01065;BUELLAS;01310;BUELLAS;;46.2104,5.1448
"""
"""Rows of the postal base of La Poste (*laposte_hexasmal*, Licence Ouverte)."""
PARTS = """Département;Code commune;Article;Nom commune;Longitude;Latitude
1;49;La;Boisse;5,0278;45,8446
1;53;;Bourg-en-Bresse;5,246;46,2051
01;65;;Buellas;5,1448;46,2104
"""


@pytest.mark.parametrize("table", [STATE, POSTAL, PARTS], ids=["state", "postal", "parts"])
def test_tables_of_the_state_are_understood(tmp_path, table):
    cells = (
        "Buellas;01310;;", ";;01065;", "La Boisse;01120;;", "Bourg-en-Bresse;1000;;", ";;1053;",
    )  # fmt: skip
    lines = [f"F{n};{cell};sortie;10 11 12;5;t" for n, cell in enumerate(cells)]
    (tmp_path / "f.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    flows = sy.read(tmp_path / "f.csv", communes=communes_csv(tmp_path, table))
    assert flows.firms["longitude"].tolist() == [5.1448, 5.1448, 5.0278, 5.246, 5.246]
    assert flows.firms["insee"].tolist() == ["01065", "01065", "01049", "01053", "01053"]


OWN = """insee,commune,postcode,longitude,latitude
02671,Saint-Aubin,02300,3.19,49.52
23999,Saint-Aubin,23190,2.30,46.10
2A004,Ajaccio,20000,8.74,41.92
01053,Bourg-en-Bresse,01000,5.22,46.20
10999,Bourg-en-Bresse,10500,4.50,48.40
"""


def test_a_lost_zero_is_put_back_before_the_users_own_table_is_asked(tmp_path):
    cells = (
        ("Saint-Aubin;2300;;", 3.19), ("Bourg-en-Bresse;1000;;", 5.22), ("Ajaccio;20090;;", 8.74),
        (";;2a004;", 8.74), (";;1053.0;", 5.22), ("Saint Aubin;02300.0;;", 3.19),
        ("Bourg-en-Bresse Cedex;01 000;;", 5.22), ("Saint-Aubin;23190;;", 2.30),
        ("Dunkerque;59140;;", 2.3431),
    )  # fmt: skip
    lines = [LINE.format(cell).replace("Verrerie", f"F{n}") for n, (cell, _) in enumerate(cells)]
    (tmp_path / "f.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    flows = sy.read(tmp_path / "f.csv", communes=communes_csv(tmp_path, OWN))
    assert flows.firms["longitude"].tolist() == [longitude for _, longitude in cells]


@pytest.mark.parametrize(
    "table",
    [
        "commune,longitude,latitude\nDunkerque,2.3,51\n",
        "insee,commune,longitude,latitude\n59183,Dunkerque,656200,7104100\n",
        "insee,commune,longitude,latitude\n59183,Dunkerque,51.03,2.34\n",
    ],
    ids=["no code", "metres", "swapped"],
)
def test_a_table_of_communes_that_places_nobody_is_refused(tmp_path, table):
    (tmp_path / "f.csv").write_text("\n".join([HEADER, LINE.format("Dunkerque;59140;;")]))
    found = survey(tmp_path / "f.csv", communes=communes_csv(tmp_path, table))
    assert [problem.file for problem in found.problems] == ["liste.csv"]


def test_a_table_without_places_takes_the_bundled_ones(tmp_path):
    table = communes_csv(tmp_path, "insee;commune\n59183;Port du Banc\n")
    (tmp_path / "f.csv").write_text("\n".join([HEADER, LINE.format("Port du Banc;59;;")]))
    assert sy.read(tmp_path / "f.csv", communes=table).firms["longitude"].tolist() == [2.3431]


def test_the_home_of_a_firm_is_the_body_of_its_commune_unless_said_otherwise(tmp_path):
    firms = [
        "firm_id,name,longitude,latitude,commune,postcode,territory",
        "a,A,,,Dunkerque,59140,", "b,B,2.37,51.03,Dunkerque,59140,", "c,C,2.37,51.03,,,",
        "d,D,2.37,51.03,Dunkerque,59140,Mon port", "e,E,2.9,51.0,Dunkerque,59140,",
    ]  # fmt: skip
    (tmp_path / "firms.csv").write_text("\n".join(firms))
    (tmp_path / "flows.csv").write_text(
        "firm_id,direction,material,quantity,unit\na,offer,10 11 12,5,t\n"
    )
    flows = sy.read(tmp_path)
    home = "245900428"
    assert flows.firms["territory"].tolist() == [home, home, "", "Mon port", ""]
    assert flows.notes["problem"].str.contains("outside the firm's commune").sum() == 1
    assert flows.territories["code"].tolist() == [home]
    square = "[[[2,50],[3,50],[3,52],[2,52],[2,50]]]"
    (tmp_path / "territories.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"T1",'
        f'"name":"Littoral"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}'
    )
    assert sy.read(tmp_path).firms["territory"].tolist() == ["T1", "T1", "T1", "Mon port", "T1"]


def test_the_end_of_an_address_names_the_commune_where_nothing_else_does(tmp_path):
    (tmp_path / "f.csv").write_text(
        "Entreprise;Adresse;Sens;Code déchet;Quantité;Unité\n"
        "A;12 quai des Brumes, 59140 Dunkerque;sortie;10 11 12;5;t\n"
    )
    assert sy.read(tmp_path / "f.csv").firms["insee"].tolist() == ["59183"]


def test_a_crowd_of_communes_is_placed_whole_and_told_within_limits(tmp_path):
    table = bundled.table("territory/communes")
    table = table[table["longitude"] != ""].iloc[::6]
    lines = [
        f"Firme {row.insee};{row.name};{row.postcodes.split('|')[0]};;;sortie;10 11 12;5;t"
        for row in table.itertuples(index=False)
    ]
    (tmp_path / "f.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    flows = sy.read(tmp_path / "f.csv")
    assert len(flows.notes) == 5000
    assert flows.firms["insee"].tolist() == table["insee"].tolist()
    assert np.array_equal(flows.firms["longitude"], table["longitude"].astype(float))


@pytest.mark.parametrize(
    "table",
    [
        "insee;commune;postcode;longitude;latitude\n01065;Buellas;01310;5,5;46,7",
        "insee;commune;postcode;longitude;latitude\n01065;Buellas;01310;5,500;46,700",
        'insee,commune,postcode,longitude,latitude\n01065,Buellas,01310,"5,5","46,7"',
        "code_commune_INSEE;nom_commune;code_postal;latitude;longitude;code_commune\n"
        "1065;Buellas;1310;46,7;5,5;65",
        "insee;commune;cp;geo_point_2d\n01065;Buellas;01310;46.7, 5.5",
        'insee;commune;cp;geo_point_2d\n01065;Buellas;01310;"46,7; 5,5"',
        "insee;commune;cp;geo_point_2d\n01065;Buellas;01310;46,7 5,5",
        "insee;commune;cp;geo_point_2d\n01065;Buellas;01310;46,7, 5,5",
        "insee;commune;cp;longitude (°);latitude (°)\n01065;Buellas;01310;5,5 E;46,7°",
        "Communes;;;;\ninsee;commune;cp;longitude;latitude\n01065;Buellas;01310;5,5;46,7",
    ],
)
def test_the_places_of_a_table_however_it_writes_numbers(tmp_path, flat, table):
    (tmp_path / "own.csv").write_text(table + "\n", encoding="utf-8")
    path = flat("A;Buellas;01310;;;sortie;10 11 12;1;t", header=HEADER)
    firms = sy.read(path, communes=tmp_path / "own.csv").firms
    assert firms[["longitude", "latitude"]].values.tolist() == [[5.5, 46.7]]


def test_a_place_of_a_table_that_is_no_number_is_told(tmp_path, flat):
    table = "insee;commune;longitude;latitude\n01065;Buellas;5,5;46,7\n01066;Autre;NA;\n"
    (tmp_path / "own.csv").write_text(table + "01067;Tiers;5,5;nord\n", encoding="utf-8")
    found = survey(flat(), communes=tmp_path / "own.csv")
    assert [(p.row, "nord" in str(p.problem)) for p in found.problems] == [(4, True)]
