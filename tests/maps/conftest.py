"""A harbour of four firms: slag goes to cement, heat to the network, one firm finds nobody."""

import pandas as pd
import pytest

import symbiosis as sy
from symbiosis.catalogue import load
from symbiosis.maps import lay_out

FIRMS = pd.DataFrame(
    [
        ("steel", "Aciérie du Port", "24.10Z", "Dunkerque", 2.28, 51.03),
        ("cement", "Ciments du Banc", "23.51Z", "Lumbres", 2.0, 50.75),
        ("network", "Chaleur de Ville", "35.30Z", "Dunkerque", 2.33, 51.04),
        ("lonely", "Îlot <b>seul</b>", "", "Boulogne-sur-Mer", 1.6, 50.72),
    ],
    columns=["firm_id", "name", "naf", "commune", "longitude", "latitude"],
)
FLOWS = pd.DataFrame(
    [
        ("slag", "steel", "offer", "10 02 02", 100_000, "t", "D1", "measured"),
        ("warm", "steel", "offer", "heat_100_200c", 50_000, "MWh", "", "declared"),
        ("binder", "cement", "need", "blast_furnace_slag_granulated", 60_000, "t", "", "declared"),
        ("mains", "network", "need", "heat_100_200c", 30_000, "MWh", "", "declared"),
        ("odd", "lonely", "offer", "18 01 03", 5, "t", "", "declared"),
    ],
    columns=[
        "flow_id", "firm_id", "direction", "material", "quantity", "unit", "route", "status",
    ],
)  # fmt: skip


@pytest.fixture(scope="session")
def catalogue():
    return load()


@pytest.fixture(scope="session")
def harbour():
    return sy.run(sy.Flows.from_tables(FIRMS, FLOWS))


@pytest.fixture(scope="session")
def atlas(harbour, catalogue):
    return lay_out(harbour, catalogue)
