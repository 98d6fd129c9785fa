"""Tonnes of a register that fall on codes with a pathway: by hand, then on the real register."""

import os
from pathlib import Path

import pytest

from symbiosis.catalogue import load
from symbiosis.catalogue.coverage import coverage, declared, missing
from symbiosis.errors import DataError
from tests import needs

REGISTER = "irep_2011_outside_hauts_de_france"
TREATED = """code_dechet;code_operation_eliminatio_valorisation;quantite_traitee
10 02 02;R5 ;80
10 02 02;D5;900
17 06 05*;R5;20
10 99 99;R5;700
3;R3;500
15 01 01;R1;oops
"""
PRODUCED = """code_dechet;code_operation_eliminatio_valorisation;quantite
15 01 01;R3;30
15 01 01;R1;10
"""


@pytest.fixture
def register(tmp_path):
    (tmp_path / "Trait_dechets_non_dangereux.csv").write_text(TREATED, encoding="utf-8")
    (tmp_path / "Prod_dechets_non_dangereux.csv").write_text(PRODUCED, encoding="utf-8")
    return tmp_path


def test_shares_by_hand(register):
    """80 t of slag have a pathway, 20 t of asbestos cement none; board: R3 yes, R1 no."""
    shares = coverage(declared(register), load()).set_index("file")
    treated = shares.loc["Trait_dechets_non_dangereux.csv"]
    assert treated["tonnes"] == 100
    assert treated["covered"] == pytest.approx(0.8)
    assert treated["covered_by_operation"] == pytest.approx(0.8)
    produced = shares.loc["Prod_dechets_non_dangereux.csv"]
    assert produced["covered"] == 1
    assert produced["covered_by_operation"] == pytest.approx(0.75)


def test_what_is_missing(register):
    lost = missing(declared(register), load())
    assert lost.to_dict("records") == [{"code": "17 06 05", "tonnes": 20}]


def test_a_folder_that_is_no_register(tmp_path):
    with pytest.raises(DataError, match="missing"):
        declared(tmp_path)
    for name in ("Trait_dechets_non_dangereux.csv", "Prod_dechets_non_dangereux.csv"):
        (tmp_path / name).write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(DataError) as seen:
        declared(tmp_path)
    assert len(seen.value.problems) == 3


@needs.register
def test_nine_tenths_of_what_the_register_recovers_has_a_pathway():
    rows = declared(Path(os.environ["SYMBIOSIS_REAL_DATA"]) / REGISTER)
    assert (coverage(rows, load())["covered"] >= 0.9).all()
