"""What is not counted: figures that no factor covers, with the quantities concerned."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from symbiosis.errors import N_, Message, say
from symbiosis.impacts.ledger import FIGURE_OF, Ledger

TEMPLATE = N_("no factor {factor} in the tables")
OTHER_YEAR = N_("{factor}: the tax of {found} is used for {year}")
_DATED = re.compile(r"(?P<factor>.+): the tax of (?P<found>\S+) is used for (?P<year>\S+)$")
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
    summed["why"] = [str(_why(factor)) for factor in summed["factor"]]
    return pd.DataFrame(summed)[COLUMNS]


def _why(gap: str) -> Message:
    """Return why something is not counted: no factor, or that of another year."""
    factor, _, years = gap.partition("@")
    if not years:
        return say(TEMPLATE, factor=factor)
    found, _, year = years.partition(">")
    return say(OTHER_YEAR, factor=factor, found=found, year=year)


def translated_gap(why: str, translate: Callable[[str], str]) -> str:
    """Return a cell of the column ``why`` in the language of ``translate``.

    Examples
    --------
    >>> translated_gap("no factor jobs:heat in the tables", {TEMPLATE: "{factor} manque"}.get)
    'jobs:heat manque'
    """
    dated = _DATED.match(why)
    if dated:
        return say(OTHER_YEAR, **dated.groupdict()).render(translate)
    before, after = TEMPLATE.split("{factor}")
    if not (why.startswith(before) and why.endswith(after)):
        return why
    factor = why.removeprefix(before).removesuffix(after)
    return say(TEMPLATE, factor=factor).render(translate)
