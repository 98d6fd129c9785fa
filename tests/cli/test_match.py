"""``symbiosis match`` and ``symbiosis demo`` as their user meets them."""

import json

import pandas as pd
import pytest

from tests.cli.conftest import ROOT

LITTORAL = ROOT / "datasets" / "littoral"


def test_the_demo_prints_totals_and_ten_synergies(run):
    done = run("demo", "--no-app", lang="fr_FR.UTF-8")
    assert done.returncode == 0, done.stderr
    assert "Déchets détournés" in done.stdout
    assert "Preuve" in done.stdout
    table = done.stdout.split("Les meilleures synergies")[1].strip().splitlines()
    assert len(table) == 12  # a heading, a rule, ten synergies


@pytest.mark.slow
def test_running_again_from_its_own_scenario_gives_the_same_bytes(run, results, tmp_path):
    again = tmp_path / "again"
    done = run("match", LITTORAL, "--out", again, "--scenario", results / "scenario.json")
    assert done.returncode == 0, done.stderr
    names = [p.name for p in results.iterdir() if p.suffix in {".csv", ".json"}]
    assert len(names) >= 5
    for name in names:
        assert (again / name).read_bytes() == (results / name).read_bytes(), name


@pytest.mark.slow
def test_other_inputs_than_those_of_the_scenario_are_said(run, results, tmp_path):
    record = json.loads((results / "scenario.json").read_text("utf-8"))
    record["inputs"]["sha256"] = "0" * 64
    (tmp_path / "s.json").write_text(json.dumps(record), encoding="utf-8")
    done = run("match", LITTORAL, "--out", tmp_path / "o", "--scenario", tmp_path / "s.json")
    assert done.returncode == 0
    assert "not those that this scenario.json was made from" in done.stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("binary.csv", bytes(range(256)) * 8),
        ("words.csv", b"a;b\n1;2\n"),
        ("missing.csv", None),
    ],
)
def test_a_bad_file_is_a_table_of_problems_and_writes_nothing(run, tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("match", tmp_path / name, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "cure" in done.stderr
    assert name in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_every_bad_row_is_said_and_skip_bad_goes_on_without_them(run, tmp_path):
    rows = (LITTORAL / "flows.csv").read_text("utf-8").splitlines()
    head = rows[0].split(",")
    quantity, material = head.index("quantity"), head.index("material")
    for line, column, value in ((1, quantity, "-5"), (2, material, "unobtainium")):
        cells = rows[line].split(",")
        cells[column] = value
        rows[line] = ",".join(cells)
    (tmp_path / "flows.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "firms.csv").write_bytes((LITTORAL / "firms.csv").read_bytes())
    done = run("match", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "unobtainium" in done.stderr
    assert "-5" in done.stderr
    done = run("match", tmp_path, "--out", tmp_path / "out", "--skip-bad")
    assert done.returncode == 0, done.stderr
    skipped = (tmp_path / "out" / "skipped.csv").read_text("utf-8")
    assert "unobtainium" in skipped


def test_a_folder_in_use_is_refused_before_any_work(run, tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    done = run("match", LITTORAL, "--out", tmp_path)
    assert done.returncode == 2
    assert "Matching" not in done.stderr


def test_the_app_says_which_data_are_missing(run, tmp_path):
    done = run("app", tmp_path / "none")
    assert done.returncode == 2
    assert "no such file or folder" in done.stderr


@pytest.mark.slow
def test_measured_roads_are_followed_and_said(run, results, tmp_path):
    """90 km in place of the 53 that the detour factor gives, and every other pair as before."""
    pair = "sider-avocette,ciment-ophrys,90"
    (tmp_path / "r.csv").write_text(f"from_firm,to_firm,distance_km\n{pair}\n", encoding="utf-8")
    done = run("match", LITTORAL, "--roads", tmp_path / "r.csv", "--out", tmp_path / "o")
    assert done.returncode == 0, done.stderr
    assert "1 pairs of firms lie as far apart" in done.stdout
    table = pd.read_csv(tmp_path / "o" / "shipments.csv")
    both = (table["offer_firm_id"] == "sider-avocette") & (table["need_firm_id"] == "ciment-ophrys")
    assert set(table.loc[both, "distance_km"]) == {90.0}
    records = [json.loads((each / "scenario.json").read_text("utf-8"))["inputs"]
               for each in (results, tmp_path / "o")]  # fmt: skip
    along, hashed = records[1].pop("measured_exchanges"), records[1].pop("roads")
    assert records[0] == records[1]
    assert len(hashed) == 64
    assert along >= both.sum() > 0


def test_a_wrong_table_of_roads_is_a_table_of_problems(run, tmp_path):
    (tmp_path / "r.csv").write_text("from_firm,to_firm,distance_km\nx,y,-1\n", encoding="utf-8")
    done = run("match", LITTORAL, "--roads", tmp_path / "r.csv", "--out", tmp_path / "o")
    assert done.returncode == 2
    assert "this distance is negative" in done.stderr
    assert not (tmp_path / "o").exists()
