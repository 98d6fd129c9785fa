"""Units: what a French or English spelling is worth a year, and what is refused."""

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.errors import UnitError
from symbiosis.units import Unit, factors, parse, per_year


@pytest.mark.parametrize(
    ("text", "base", "factor"),
    [
        ("t", "t", 1), ("T", "t", 1), ("tonnes par an", "t", 1), ("t/an", "t", 1), ("t/a", "t", 1),
        ("t an-1", "t", 1), ("Mg", "t", 1), ("kg/jour", "t", 0.365), ("kt/mois", "t", 12_000),
        ("Mt", "t", 1e6), ("q", "t", 0.1), ("t/semaine", "t", 365 / 7), ("t/trimestre", "t", 4),
        ("m³", "m3", 1), ("l/week", "m3", 0.365 / 7), ("hl", "m3", 0.1), ("Mm3", "m3", 1e6),
        ("Nm³/an", "Nm3", 1), ("kWh", "MWh", 1e-3), ("GJ", "MWh", 1 / 3.6), ("tep", "MWh", 11.63),
        ("ktoe/yr", "MWh", 11_630), ("GWh/an", "MWh", 1000), ("MWh PCI/mois", "MWh", 12),
    ],
)  # fmt: skip
def test_spellings(text, base, factor):
    unit = parse(text)
    assert unit.base == base
    assert unit.factor == pytest.approx(factor, rel=1e-12)
    assert not unit.hourly


@pytest.mark.parametrize("text", ["ton", "MT", "mt", "mg", "km3", "", "/", "t/t/t", "€/t", "foo"])
def test_what_is_no_unit_is_refused_with_a_cure(text):
    with pytest.raises(UnitError) as caught:
        parse(text)
    assert str(next(iter(caught.value.problems)).cure)


def test_a_knot_is_a_kilotonne():
    assert parse("kt").factor == 1000


def test_power_and_hourly_rates_need_hours():
    assert per_year(parse("MW"), "MWh", hours_per_year=4000) == 4000
    assert per_year(parse("t/h"), "t", hours_per_year=100) == 100
    for text, to in (("kW", "MWh"), ("t/h", "t")):
        with pytest.raises(UnitError, match="guess"):
            per_year(parse(text), to)


def test_a_volume_needs_a_density():
    assert per_year(parse("m3"), "t", density_t_per_m3=1.5) == 1.5
    assert per_year(parse("t"), "m3", density_t_per_m3=0.8) == pytest.approx(1.25)
    with pytest.raises(UnitError):
        per_year(parse("m3"), "t")


def test_a_normal_volume_is_not_given_the_density_of_a_liquid():
    assert per_year(parse("Nm3"), "t", density_t_per_m3=0.00198) == pytest.approx(0.00198)
    with pytest.raises(UnitError):
        per_year(parse("Nm3"), "t", density_t_per_m3=1.1)


def test_a_fuel_needs_its_heating_value():
    assert per_year(parse("t"), "MWh", lhv_mwh_per_t=4.5) == 4.5
    assert per_year(parse("MWh"), "t", lhv_mwh_per_t=4) == 0.25
    assert per_year(parse("m3"), "MWh", density_t_per_m3=0.2, lhv_mwh_per_t=4) == pytest.approx(0.8)
    for unit, to in (("t", "MWh"), ("MWh", "t"), ("MWh", "m3"), ("Nm3", "m3")):
        with pytest.raises(UnitError):
            per_year(parse(unit), to, density_t_per_m3=0.001)


def test_rows_of_one_unit_are_converted_one_by_one():
    density = np.array([0.5, np.nan, 2.0])
    nothing = np.full(3, np.nan)
    factor, lacks = factors(parse("m3/mois"), "t", density, nothing, nothing)
    assert lacks.tolist() == ["", "density", ""]
    assert factor[[0, 2]].tolist() == [6.0, 24.0]
    assert math.isnan(factor[1])


@given(st.text(max_size=50))
def test_any_text_is_a_unit_or_a_unit_error(text):
    with contextlib.suppress(UnitError):
        assert isinstance(parse(text), Unit)
