"""Estimated flows: marked, with the number of sites behind them, from a table made again."""

import numpy as np
import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.errors import DataError, Problems
from symbiosis.flows import survey
from symbiosis.flows.estimates import LEAST_SITES, build, estimate, estimate_folder
from symbiosis.flows.irep import Imported


def register(quantities, naf="10.51A"):
    """Return a register in which each site offers so much whey; one more site offers nothing."""
    ids = [f"S{i}" for i in range(len(quantities) + 1)]
    firms = pd.DataFrame({"firm_id": ids, "naf": naf})
    flows = pd.DataFrame({"firm_id": ids[:-1], "direction": "offer", "material": "02 05 01",
                          "quantity": quantities, "route": "R3", "operation": np.nan,
                          "year": "2011"})  # fmt: skip
    extra = flows.iloc[[0]].assign(firm_id=ids[-1], material="15 01 01", quantity=1.0)
    return Imported(firms, pd.concat([flows, extra], ignore_index=True), Problems())


def test_quartiles_sites_and_share():
    table = build(register([10.0, 20.0, 30.0, 100.0]))
    row = table[(table["level"] == "class") & (table["material"] == "02 05 01")].iloc[0]
    assert row[["sites", "q1_t", "median_t", "q3_t", "share", "operation"]].tolist() == [
        4, 17.5, 25.0, 47.5, 0.8, "R3",
    ]  # fmt: skip
    assert set(table["naf"]) == {"10.51A", "10.5", "10"}
    assert "15 01 01" not in set(table["material"])  # one site alone is never published


def test_the_bundled_table_has_a_source_and_enough_sites():
    table = bundled.table("estimates")
    assert (pd.to_numeric(table["sites"]) >= LEAST_SITES).all()
    assert table["source"].str.contains("Licence Ouverte").all()
    assert (table["year"] == "2011").all()


def firms(**columns):
    base = {"firm_id": ["A"], "naf": ["10.51A"], "employees": [np.nan]}
    return pd.DataFrame(base | columns)


def test_size_chooses_the_quartile():
    amounts = {
        size: estimate(firms(employees=[size]))[0].set_index("material").loc["02 05 02", "quantity"]
        for size in (10.0, np.nan, 100.0, 900.0)
    }
    assert amounts[10.0] < amounts[100.0] < amounts[900.0]
    assert estimate(firms())[0].set_index("material").loc["02 05 02", "quantity"] == amounts[100.0]


def test_every_flow_is_marked_with_what_is_behind_it():
    flows, problems = estimate(firms())
    assert set(flows["status"]) == {"estimated"}
    assert flows["note"].str.contains(r"sites of NAF 10.51A .* quartiles").all()
    assert not len(problems)


def test_a_finer_activity_falls_back_on_its_group_and_an_unknown_one_is_listed():
    flows, _ = estimate(firms(naf=["10.51"]))
    assert flows["note"].str.contains("NAF 10.5 ").all()
    nothing, problems = estimate(firms(naf=["99.00Z"]))
    assert not len(nothing)
    assert len(problems) == 1


def test_the_folder_passes_check(tmp_path):
    (tmp_path / "firms.csv").write_text(
        "name;naf;employees;longitude;latitude\nLaiterie;1051A;40;2,4;51\nMusée;9102Z;3;2,5;51\n",
        encoding="utf-8",
    )
    made = estimate_folder(tmp_path / "firms.csv", tmp_path / "out")
    assert len(made.problems) == 1
    found = survey(tmp_path / "out")
    assert not len(found.problems)
    assert set(found.tables["offers"]["status"]) == {"estimated"}


def test_nothing_known_writes_nothing(tmp_path):
    (tmp_path / "firms.csv").write_text("name,longitude,latitude\nA,2.4,51\n", encoding="utf-8")
    with pytest.raises(DataError):
        estimate_folder(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
