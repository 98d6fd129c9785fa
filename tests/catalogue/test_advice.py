"""What is told to someone who has something, in words and by the commands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.catalogue import load
from symbiosis.catalogue.advice import (
    advise,
    division_of,
    inputs_of_firm,
    residues_of_firm,
    takers,
)
from symbiosis.catalogue.rules import HIERARCHY
from symbiosis.errors import DataError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def catalogue():
    return load()


def test_slag_is_known_and_so_is_what_it_becomes(catalogue):
    advice = advise("laitier de haut fourneau", catalogue, lang="fr")
    assert advice.identified.material == advice.codes[0].target == "10 02 02"
    assert "cement_clinker" in set(advice.pathways["input"])
    clinker = advice.pathways.set_index("input").loc["cement_clinker"]
    assert clinker["operation_code"] == "R5"
    assert 0.8 <= clinker["yield_central"] <= 1
    assert clinker["takers"].startswith("23 Fabrication d'autres produits minéraux")


def test_pathways_stand_in_the_order_of_the_hierarchy(catalogue):
    told = advise("02 06 01", catalogue).pathways
    ranks = told["hierarchy"].map(HIERARCHY.index).tolist()
    assert ranks == sorted(ranks)
    assert told["input"].iloc[0] == "food_donation"


def test_an_input_tells_which_residues_become_it(catalogue):
    advice = advise("cullet", catalogue)
    assert advice.codes == ()
    assert {"15 01 07", "19 12 05"} <= set(advice.origins["residue"])


def test_what_resembles_nothing_is_a_problem(catalogue):
    with pytest.raises(DataError, match="resembles"):
        advise("$$$", catalogue)


@pytest.mark.parametrize("naf", ["24.10Z", "2410z", "24.1", "24", " 24.10 "])
def test_an_activity_in_its_usual_spellings(catalogue, naf):
    assert division_of(naf, catalogue) == "24"


@pytest.mark.parametrize("naf", ["98.76Z", "steel", "", "C"])
def test_an_activity_that_nobody_has(catalogue, naf):
    with pytest.raises(DataError, match="activity"):
        division_of(naf, catalogue)


def test_what_a_firm_usually_has_and_could_take(catalogue):
    residues = residues_of_firm("24.10Z", catalogue, "fr")
    assert residues["sites"].is_monotonic_decreasing
    assert residues["sites"].min() >= 3
    assert "cement_clinker" in set(inputs_of_firm("23.51Z", catalogue)["input"])


def test_takers_are_needs_of_an_input_or_sites_that_take_the_code(catalogue):
    needs = pd.DataFrame(
        {
            "firm_id": ["cement", "platform", "bakery"],
            "material": ["cement_clinker", "10 02 02", "cereals"],
            "operation": ["", "R5", ""],
        }
    )
    found = takers(needs, advise("10 02 02", catalogue), catalogue).set_index("firm_id")["pathway"]
    assert found.to_dict() == {"cement": "bf_slag_to_clinker_100202", "platform": "site:R5"}


@pytest.fixture(scope="module")
def run():
    def run(*words, lang="en_GB.UTF-8", columns=None):
        environment = {**os.environ, "LC_ALL": lang, "PYTHONWARNINGS": "ignore"}
        environment.pop("COLUMNS", None)
        if columns:
            environment["COLUMNS"] = str(columns)
        return subprocess.run(
            [sys.executable, "-m", "symbiosis", *map(str, words)], cwd=ROOT, env=environment,
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip

    return run


@pytest.mark.parametrize(
    "columns", [30, *(pytest.param(n, marks=pytest.mark.slow) for n in (None, 10, 200))]
)
def test_codes_are_written_whole_at_any_width(run, columns):
    done = run("suggest", "laitier de haut fourneau", columns=columns, lang="fr_FR.UTF-8")
    assert done.returncode == 0, done.stderr
    codes = re.findall(r"^  (\d\d \d\d \d\d)", done.stdout, re.MULTILINE)
    assert codes[0] == "10 02 02"
    assert len(set(codes)) >= 5
    assert "Nommé exactement" in done.stdout


def test_the_nearest_takers_of_a_dataset(run):
    done = run("suggest", "10 02 02", "--in", "datasets/littoral")
    assert done.returncode == 0, done.stderr
    told = done.stdout.partition("Takers in littoral")[2]
    far = [float(km) for km in re.findall(r"^ +([\d.]+) km", told, re.MULTILINE)]
    assert far == sorted(far)
    assert len(far) == 10


@pytest.mark.slow
def test_where_from(run):
    place = run("suggest", "10 02 02", "--in", "datasets/littoral", "--near", "2.377,51.038")
    assert place.returncode == 0, place.stderr
    wrong = run("suggest", "10 02 02", "--in", "datasets/littoral", "--near", "the moon")
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
    assert "--near 2.377,51.038" in wrong.stderr


def test_for_a_firm(run):
    done = run("suggest", "24.10Z", "--for-firm")
    assert done.returncode == 0, done.stderr
    assert "24 Manufacture of basic metals" in done.stdout
    assert run("suggest", "nonsense", "--for-firm").returncode == 2


@pytest.mark.slow
def test_the_catalogue_measures_itself(run):
    done = run("catalogue", "--recall")
    assert done.returncode == 0, done.stderr
    assert re.search(r"held_out +141 +0\.\d{3}", done.stdout)
    assert run("catalogue", "--coverage", ROOT / "tests").returncode == 2
    assert "842" in run("catalogue").stdout


@pytest.mark.slow
def test_a_folder_of_your_own_is_checked_and_counted_in(run, tmp_path):
    rows = bundled.table("materials").iloc[[0]].assign(id="a_new_thing")
    rows.to_csv(tmp_path / "materials.csv", index=False)
    before = re.search(r"materials +(\d+)", run("catalogue").stdout)
    after = re.search(r"materials +(\d+)", run("catalogue", tmp_path).stdout)
    assert int(after[1]) == int(before[1]) + 1
    assert "a_new_thing" in run("suggest", "a_new_thing", "--catalogue", tmp_path).stdout
    (tmp_path / "families.csv").write_text("id\n", encoding="utf-8")
    wrong = run("catalogue", tmp_path)
    assert wrong.returncode == 2
    assert "label_fr" in wrong.stderr
