"""What is not counted: figures that no factor covers, with the quantities concerned."""

from __future__ import annotations

import pandas as pd

from symbiosis.errors import say
from symbiosis.impacts.ledger import FIGURE_OF, Ledger

COLUMNS = ["figure", "material", "pathway", "quantity", "unit", "why"]


def not_counted(ledger: Ledger) -> pd.DataFrame:
    """Return the figures that no factor covers; columns `COLUMNS`.

    ``quantity`` is what the shipments concerned carry a year, in ``unit``. The figure leaves the
    term out; it is never taken for zero without being said here.
    """
    if ledger.missing.empty:
        return pd.DataFrame(columns=COLUMNS)
    table = ledger.shipments[["material", "pathway", "quantity", "unit"]]
    gaps = ledger.missing.join(table, on="shipment")
    gaps["figure"] = [f"{FIGURE_OF.get(term, term)}.{term}" for term in gaps["term"]]
    keys = ["figure", "material", "pathway", "unit", "factor"]
    summed = gaps.groupby(keys, sort=True, as_index=False)["quantity"].sum()
    summed["why"] = [
        str(say("no factor {factor} in the tables", factor=factor)) for factor in summed["factor"]
    ]
    return pd.DataFrame(summed)[COLUMNS]
