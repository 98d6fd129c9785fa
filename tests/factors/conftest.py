"""A catalogue of three pathways and a dozen factors, small enough to work out on paper."""

from dataclasses import replace

import pandas as pd
import pytest
from pandas.api.types import is_numeric_dtype

from symbiosis.catalogue import load
from symbiosis.factors.table import FACTOR_COLUMNS

CONCRETE, SLUDGE, OIL = "17 01 01", "19 08 05", "13 02 05"


def factor(topic, subject, value, low=None, high=None, unit="kgCO2e/t", **other):
    """Return one row of a factor table."""
    row = dict.fromkeys(FACTOR_COLUMNS, "")
    row |= {"factor_id": f"{topic}:{subject}", "topic": topic, "subject": subject}
    row |= {"value": str(value), "unit": unit, "geography": "FR", "year": "2020"}
    row |= {"low": "" if low is None else str(low), "high": "" if high is None else str(high)}
    return row | {"source": "paper", "licence": "none"} | other


def pathway(residue, input_, operation="mechanical", **other):
    """Return one row of pathways: yield 0.5, EUR 2 a tonne, 10 kWh."""
    row = {
        "residue": residue, "input": input_, "operation": operation, "operation_code": "R5",
        "yield_low": 0.4, "yield_central": 0.5, "yield_high": 0.5, "treatment_low_eur": 1.0,
        "treatment_central_eur": 2.0, "treatment_high_eur": 4.0, "energy_kwh": 10.0,
        "water_m3": 0.0, "hierarchy": "recycling", "maturity": "industrial", "note": "",
        "legal_status": "waste", "source": "paper", "year": 2020.0,
    }  # fmt: skip
    return row | other


FACTORS = [
    factor("primary_emissions", "aggregate_0_31", 8, 6, 10),
    factor("secondary_emissions", "aggregate_0_31", 2, 1, 3, contains="processing"),
    factor("primary_emissions", "compost", 100),
    factor("electricity", "FR", 0.05, unit="kgCO2e/kWh"),
    factor("heat_energy", "gas", 0.2, unit="kgCO2e/kWh"),
    factor("disposal_emissions", "D1:concrete", 1, 0.5, 2),
    factor("disposal_emissions", "D1", 50),
    factor("route_credit", "R5:concrete", 3),
    factor("combustion_emissions", "mineral_oil", 2900),
    factor("transport_emissions", "articulated_40t", 0.1, 0.05, 0.2, unit="kgCO2e/t.km"),
    factor("transport_emissions", "pipe:heat", 0.01, unit="kgCO2e/MWh.km"),
    factor("transport_load", "articulated_40t", 10, unit="t/trip"),
    factor("gate_fee", "D1", 50, unit="EUR/t"),
    factor("gate_fee", "D1:hazardous", 200, unit="EUR/t"),
    factor("gate_fee", "R5", 8, unit="EUR/t"),
    factor("landfill_tax", "D1", 65, unit="EUR/t"),
    factor("jobs", "mechanical_bulk", 0.04, 0.03, 0.05, unit="FTE/1000 t"),
    factor("jobs", "composting", 0.4, unit="FTE/1000 t"),
    factor("jobs", "D1", 1, unit="FTE/1000 t"),
    factor("jobs", "R5", 2, unit="FTE/1000 t"),
    factor("jobs_transport", "road", 1, unit="FTE/Mt.km"),
    factor("jobs_ademe2013", "recovery", 50, unit="FTE/1000 t"),
    factor("jobs_ademe2013", "landfill", 1, unit="FTE/1000 t"),
    factor("reject_rate", "composting", 0.2, unit="t/t"),
    factor("primary_emissions", "heat_60_100c", 240, unit="kgCO2e/MWh"),
    factor("primary_energy", "heat", 1, unit="MWh/MWh"),
    factor("realisation_rate", "maturity:industrial", 0.23, unit="-"),
    factor("realisation_rate", "stage:running", 1, unit="-"),
    factor("realisation_rate", "stage:dropped", 0, unit="-"),
]
PATHWAYS = {
    "crush": pathway(CONCRETE, "aggregate_0_31"),
    "compost": pathway(SLUDGE, "compost", "composting"),
    "burn": pathway(OIL, "heavy_fuel_oil", "mechanical", hierarchy="energy", energy_kwh=0.0),
    "warm": pathway("heat_100_200c", "heat_60_100c", "heat_exchange", hierarchy="energy"),
}


@pytest.fixture(scope="session")
def paper():
    """The bundled catalogue with the pathways and factors of this file alone."""
    known = load()
    rows = pd.DataFrame.from_dict(PATHWAYS, orient="index")
    for name in known.pathways.columns.difference(rows.columns):
        rows[name] = float("nan") if is_numeric_dtype(known.pathways[name]) else ""
    return replace(known, pathways=rows.rename_axis("id"), factors=pd.DataFrame(FACTORS))
