"""What is not counted: figures that no factor covers, with the quantities concerned."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from symbiosis.errors import N_, say
from symbiosis.impacts.ledger import FIGURE_OF, Ledger

TEMPLATE = N_("no factor {factor} in the tables")
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
    summed["why"] = [str(say(TEMPLATE, factor=factor)) for factor in summed["factor"]]
    return pd.DataFrame(summed)[COLUMNS]


def translated_gap(why: str, translate: Callable[[str], str]) -> str:
    """Return a cell of the column ``why`` in the language of ``translate``.

    Examples
    --------
    >>> translated_gap("no factor jobs:heat in the tables", {TEMPLATE: "{factor} manque"}.get)
    'jobs:heat manque'
    """
    before, after = TEMPLATE.split("{factor}")
    if not (why.startswith(before) and why.endswith(after)):
        return why
    factor = why.removeprefix(before).removesuffix(after)
    return say(TEMPLATE, factor=factor).render(translate)
