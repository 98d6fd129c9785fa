import json
from dataclasses import replace

import numpy as np
import pytest

from symbiosis.errors import ScenarioError
from symbiosis.geography import Roads
from symbiosis.reports import read_scenario
from symbiosis.reports.figures import Speaker
from symbiosis.reports.record import distances, hash_flows
from symbiosis.reports.results import Results
from symbiosis.reports.wording import distances as told
from symbiosis.scenario import Scenario
from tests.reports import world


def put(tmp_path, content):
    path = tmp_path / "scenario.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_bare_file_of_parameters_keeps_the_other_defaults(tmp_path):
    assert read_scenario(put(tmp_path, {"max_distance_km": 30})) == Scenario(max_distance_km=30)


def test_the_scenario_of_results_comes_back_whole(tmp_path, folder):
    chosen = Scenario(preset="jobs", forbidden=(("a", "b"),), year=2030)
    assert read_scenario(put(tmp_path, {"parameters": chosen.model_dump(mode="json")})) == chosen
    assert read_scenario(folder / "scenario.json") == Scenario()


@pytest.mark.parametrize("content", ["", "{", "[1]", "null", "[" * 100000])
def test_what_is_no_scenario_is_a_problem_with_a_cure(tmp_path, content):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(put(tmp_path, content))
    assert str(next(iter(caught.value.problems)).cure)


def test_a_repeated_key_is_a_problem(tmp_path):
    """CAnBioNet/TkNA#86, hjson/hjson#92."""
    for content in ('{"year": 2030, "year": 2031}', '{"parameters": {"year": 2030, "year": 1}}'):
        with pytest.raises(ScenarioError, match="twice"):
            read_scenario(put(tmp_path, content))


def test_every_faulty_parameter_is_said_at_once(tmp_path):
    path = put(tmp_path, {"jobss": "range", "year": 1900, "detour_factor": "long"})
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path)
    table = caught.value.problems.table()
    assert set(table["column"]) == {"jobss", "year", "detour_factor"}
    assert table.set_index("column").at["jobss", "cure"] == "did you mean jobs?"


def test_a_missing_file_and_a_folder_are_problems(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(ScenarioError):
            read_scenario(path)


def test_the_hash_follows_what_was_read():
    one, other = world.flows(), world.flows()
    assert hash_flows(one) == hash_flows(other)
    other.offers.loc[0, "quantity"] += 1
    assert hash_flows(one) != hash_flows(other)


def test_the_record_has_no_date_and_no_path(folder):
    record = json.loads((folder / "scenario.json").read_text("utf-8"))
    assert set(record) == {"format", "versions", "overrides", "inputs", "parameters"}
    assert str(folder) not in (folder / "scenario.json").read_text("utf-8")


def test_the_distances_in_use_are_counted_and_told():
    study = world.study()
    count, factor = len(study.match.shipments), study.scenario.detour_factor
    assert distances(study) == {"measured": 0, "computed": count, "detour_factor": factor}
    assert f"great circles times {factor}" in told(Results.of(study), Speaker("en"))
    row = study.match.shipments.iloc[0]
    firms = study.flows.firms["firm_id"].tolist()
    key = firms.index(row["offer_firm_id"]) * len(firms) + firms.index(row["need_firm_id"])
    roads = Roads(len(firms), np.array([key]), np.array([12.0]))
    measured = replace(study, graph=replace(study.graph, roads=roads))
    along = distances(measured)["measured"]
    assert 1 <= along <= count
    said = told(Results.of(measured), Speaker("fr"))
    assert f"Sur {count} échanges, {along} suivent" in said
