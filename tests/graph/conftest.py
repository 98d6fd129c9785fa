"""A territory of four firms and one material, small enough to value on paper."""

from dataclasses import replace

import pytest

from symbiosis.catalogue import load
from symbiosis.scenario import Scenario
from tests.worlds import firm, need, north, offer, world

SLAG = "10 02 02"
DUST = "10 02 07"  # hazardous


@pytest.fixture(scope="session")
def catalogue():
    """One pathway, slag to ground slag: yield 0.5, EUR 2 a tonne, at most 10 % of moisture."""
    known = load()
    row = known.pathways[known.pathways["residue"] == SLAG].iloc[[0]].copy()
    row.index = ["grind"]
    row = row.assign(
        input="blast_furnace_slag_ground",
        yield_low=0.5,
        yield_central=0.5,
        yield_high=0.5,
        treatment_low_eur=2.0,
        treatment_central_eur=2.0,
        treatment_high_eur=2.0,
        max_moisture_pct=10.0,
        min_purity_pct=float("nan"),
        min_temperature_c=float("nan"),
        excluded_contaminants="chlorides",
    )
    return replace(known, pathways=row.rename_axis("id"))


@pytest.fixture
def plain():
    """Money only, no fixed freight, no detour: 0.1 EUR a tonne and km."""
    return Scenario(
        carbon_value_eur_per_tco2e=0,
        freight_eur_per_tkm=0.1,
        freight_fixed_eur_per_t=0,
        detour_factor=1,
    )


@pytest.fixture
def steelworks():
    """A steelworks pays 10 EUR a tonne to lose its slag; a cement works 30 km north pays 40."""
    return world(
        [firm("Steelworks"), firm("Cement", north(30))],
        [offer("Steelworks", SLAG, 100, route_cost_eur_per_unit=10, moisture_pct=8)],
        [need("Cement", "blast_furnace_slag_ground", 60, price_eur_per_unit=40)],
    )
