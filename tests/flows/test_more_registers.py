"""The register's other files and later years, and the heat database; every name invented."""

import os
import shutil
from pathlib import Path

import pytest

from symbiosis.errors import DataError
from symbiosis.flows import survey
from symbiosis.flows.hotmaps import import_hotmaps
from symbiosis.flows.irep import import_irep
from tests import needs

SAMPLE = Path(__file__).parent / "irep_sample"
WASTE = "identifiant;annee;code_operation_eliminatio_valorisation;code_departement;pays;code_dechet"


@pytest.fixture
def year(tmp_path):
    """Return a copy of the sample to which other files can be added."""
    folder = tmp_path / "irep"
    shutil.copytree(SAMPLE, folder)

    def add(name, *lines):
        (folder / name).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
        return folder

    return add


def rows(imported, **wanted):
    found = imported.flows
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found


def test_hazardous_files_are_read_and_takers_are_authorised(year):
    year("Prod_dechets_dangereux.csv", WASTE + ";quantite;unite",
         "0000000101;2011;R2;1;;14 06 03*;12;tonnes/an")  # fmt: skip
    folder = year("Trait_dechets_dangereux.csv", WASTE + ";quantite_traitee;unite",
                  "0000000201;2011;R2;;;14 06 03*;40;tonnes/an")  # fmt: skip
    imported = import_irep(folder, folder / "out")
    assert rows(imported, material="14 06 03", direction="offer")["quantity"].tolist() == [12]
    taker = rows(imported, material="14 06 03", direction="need").iloc[0]
    assert (taker["authorised"], taker["operation"]) == ("14 06 03", "R2")
    assert not len(survey(folder / "out").problems)


def test_water_drawn_is_a_need_and_water_released_an_offer(year):
    year("Prelevements.csv",
         "identifiant;annee;prelevements_eaux_souterraines;prelevements_eaux_surface;"
         "prelevements_reseau_distribution;prelevements_mer",
         "0000000103;2011;1000;500;20;", "0000000101;2011;< seuil;;;700")  # fmt: skip
    folder = year("rejets.csv",
                  "identifiant;annee_rejet;rejet_raccorde_m3_par_an;rejet_isole_m3_par_an",
                  "0000000103;2011;;800", "0000000101;2011;60;")  # fmt: skip
    imported = import_irep(folder, folder / "out")
    drawn = rows(imported, firm_id="0000000103", direction="need").set_index("material")
    assert drawn["quantity"].to_dict() == {"drinking_water": 20, "industrial_water": 1500}
    released = rows(imported, material="treated_wastewater").iloc[0]
    assert (released["quantity"], released["status"]) == (800, "estimated")
    listed = imported.problems.table()
    water = listed[listed["file"].isin(["Prelevements.csv", "rejets.csv"])]
    assert sorted(water["value"]) == ["60", "700", "< seuil"]
    found = survey(folder / "out")
    assert not len(found.problems)
    assert set(found.tables["needs"]["unit"]) == {"t", "m3"}


def test_co2_is_an_estimated_offer_of_the_total_once(year):
    folder = year("emissions.csv", "identifiant;annee_emission;milieu;polluant;quantite;unite",
                  "0000000103;2011;Air;Dioxyde de carbone (CO2) total;50000000;kg/an",
                  "0000000103;2011;Air;CO2 d'origine biomasse;20000000;kg/an",
                  "0000000103;2011;Air;Oxydes d'azote;900;kg/an",
                  "0000000101;2011;Air;CO2 total;< seuil;kg/an")  # fmt: skip
    imported = import_irep(folder, folder / "out")
    gas = rows(imported, material="co2_captured")
    assert gas[["quantity", "status"]].values.tolist() == [[50000, "estimated"]]
    assert not len(survey(folder / "out").problems)


def test_a_later_year_with_other_names_and_columns(tmp_path):
    sites = ["identifiant,nom_etablissement,code_postal,commune,departement,coordonnees_x,"
             "coordonnees_y"]  # fmt: skip
    sites += [f"S{i},Site {i},29000,QUIMPER,FINISTERE,-4.{i},48.0" for i in range(1, 4)]
    (tmp_path / "Etablissements.csv").write_text("\n".join(sites), encoding="utf-8")
    head = WASTE.replace(";", ",")
    (tmp_path / "prod_dechets_non_dangereux.csv").write_text(
        f"{head},quantite,unite\nS1,2023,R5,1,,10 11 12,5,t/an\nS1,2022,R5,1,,10 11 12,900,t/an\n",
        encoding="utf-8",
    )
    (tmp_path / "trait_dechets_non_dangereux.csv").write_text(
        f"{head},quantite_traitee,unite\nS2,2023,R5,,,10 11 12,70,t/an\n", encoding="utf-8"
    )
    imported = import_irep(tmp_path)
    assert rows(imported, direction="offer")["quantity"].tolist() == [5]  # 2022 is left out
    assert set(imported.flows["year"]) == {"2023"}
    assert set(imported.flows["source"]) == {"IREP 2023 (Géorisques, Licence Ouverte)"}
    assert "this is an older year" in imported.problems.table()["problem"].tolist()


HEAT = (
    "SiteID,CompanyName,SiteName,CityCode,City,Subsector,Excess_Heat_100-200C,"
    "Excess_Heat_200-500C,Excess_Heat_500C,Excess_Heat_Total,lon,lat\n"
    "1,Verre SA,VERRERIE,2880.0,CUFFIES,Glass,0.0,21.01,3.5,24.51,3.32,49.4\n"
    "2,,PAPETERIE,33870,Vayres,Paper,0.0,0.0,0.0,0.0,-0.32,44.89\n"
    "3,,SANS LIEU,33870,Utopie,Paper,5.0,0.0,0.0,5.0,,\n"
)


def test_heat_by_band_is_estimated_and_zero_is_not_estimated(tmp_path):
    (tmp_path / "hotmaps_heat.csv").write_text(HEAT, encoding="utf-8")
    imported = import_hotmaps(tmp_path, tmp_path / "out")
    bands = imported.flows.set_index("material")
    assert bands["quantity"].to_dict() == {"heat_200_500c": 21.01, "heat_above_500c": 3.5}
    assert bands["temperature_c"].tolist() == [200, 500]
    assert set(bands["status"]) == {"estimated"}
    firm = imported.firms.iloc[0]
    assert (firm["postcode"], firm["place_precision_m"]) == ("02880", 550)
    assert imported.problems.table()["row"].tolist() == [3, 4]
    found = survey(tmp_path / "out")
    assert not len(found.problems)
    assert found.tables["offers"]["quantity"].tolist() == [21010, 3500]


PUBLISHED = """SiteID;CompanyName;SiteName;Address;CityCode;City;Country;geom;Subsector;\
DataSource;Emissions_ETS_2014;Emissions_EPRTR_2014;Production;Fuel_Demand;Excess_Heat_100-200C;\
Excess_Heat_200-500C;Excess_Heat_500C;Excess_Heat_Total;Nuts2_ID
1;Aciérie;Aciérie;Quai;59140;Dunkerque;France;"SRID=4326;POINT(2.30 50.95)";Steel;ETS;1;1;1;1;20;\
10;0;30;FR30
2;Zement;Zement;Weg;8700;Leoben;Austria;"SRID=4326;POINT(15.09 47.38)";Cement;ETS;1;1;1;1;0;12;0;\
12;AT22
3;Ciment;Ciment;Route;2880;CUFFIES;France;POINT (3.32 49.40);Cement;ETS;1;1;1;1;0;12;0;12;FR22
4;Verre;Verre;Route;62100;Calais;France;"";Glass;ETS;1;1;1;1;0;12;0;12;FR30
5;Papier;Papier;Route;49300;Cholet;France;"SRID=4326;POINT(10.9 47.06)";Paper;ETS;1;1;1;1;0;9;0;9;\
FR51
"""
"""Five invented rows in the layout of ``Industrial_Database.csv`` as Hotmaps publishes it."""


def test_the_database_as_published_has_its_places_in_one_column(tmp_path):
    (tmp_path / "Industrial_Database.csv").write_text(PUBLISHED, encoding="utf-8")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    imported = import_hotmaps(tmp_path, tmp_path / "out")
    firms = imported.firms.set_index("firm_id")
    assert firms["postcode"].tolist() == ["59140", "8700", "02880", "62100", "49300"]
    assert firms.loc["hotmaps-1", ["longitude", "latitude"]].tolist() == [2.3, 50.95]
    assert firms.loc["hotmaps-1", "place_precision_m"] == 550
    assert len(imported.flows) == 6
    moved = imported.problems.table()
    assert moved["value"].tolist() == ["Calais", "Cholet"]
    assert moved["cure"].str.contains("placed at its commune").all()
    assert firms.loc["hotmaps-5", "longitude"] < 0
    assert not len(survey(tmp_path / "out").problems)


def test_a_decimal_comma_is_as_precise_as_a_point(tmp_path):
    text = HEAT.replace(",", ";").replace("3.32;49.4", "3,32;49,4")
    (tmp_path / "hotmaps.csv").write_text(text, encoding="utf-8")
    assert import_hotmaps(tmp_path).firms["place_precision_m"].tolist() == [550]


def test_another_file_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for path in (tmp_path / "a.csv", tmp_path, tmp_path / "none.csv"):
        with pytest.raises(DataError):
            import_hotmaps(path)


@needs.register
def test_the_whole_heat_database(tmp_path):
    file = Path(os.environ["SYMBIOSIS_REAL_DATA"]) / "hotmaps_industrial_heat_france.csv"
    imported = import_hotmaps(file, tmp_path)
    assert len(imported.firms) > 100
    assert not len(survey(tmp_path).problems)
