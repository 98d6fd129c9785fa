import math

import pytest
from pydantic import ValidationError

from symbiosis import bundled
from symbiosis.scenario import Scenario


def test_the_table_and_the_model_name_the_same_parameters():
    assert list(bundled.table("scenario")["name"]) == list(Scenario.model_fields)


def test_every_parameter_has_a_unit_a_source_and_words_in_both_languages():
    table = bundled.table("scenario")
    for column in ("unit", "source", "description_en", "description_fr"):
        assert (table[column] != "").all()


def test_defaults_of_the_table_are_the_defaults_of_the_model():
    scenario = Scenario().model_dump()
    for name, default in zip(*bundled.table("scenario")[["name", "default"]].T.values, strict=True):
        value = scenario[name]
        if default == "":
            assert value in (None, "", ())
        elif isinstance(value, bool | str):
            assert str(value).lower() == default
        else:
            assert value == float(default)


def test_a_given_weight_replaces_that_of_the_preset():
    weights = Scenario(preset="carbon", weight_eur=0.5).weights
    assert (weights.eur, weights.tco2e, weights.fte) == (0.5, 1, 0)


@pytest.mark.parametrize(
    ("kind", "limit"),
    [("material", math.inf), ("heat", 10), ("steam", 5), ("co2", 100), ("energy", 30)],
)
def test_distance_limits_by_kind(kind, limit):
    assert Scenario().max_distance_of(kind) == limit


@pytest.mark.parametrize(
    "wrong",
    [
        {"freight_eur_per_tkm": -1},
        {"detour_factor": 0.9},
        {"preset": "best"},
        {"unknown": 1},
        {"detour_factor": True},
        {"year": True},
        {"minimum_lot_t": False},
        {"carbon_value_eur_per_tco2e": float("nan")},
    ],
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        Scenario(**wrong)


def test_a_scenario_cannot_be_changed():
    with pytest.raises(ValidationError):
        Scenario().seed = 3
