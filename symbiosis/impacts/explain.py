"""The arithmetic of one exchange in words and numbers, line by line, down to the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.errors import DataError, Problem, say
from symbiosis.factors import PER_KM
from symbiosis.factors.pool import ONE
from symbiosis.impacts.ledger import FIGURE_OF, LEDGER_TERMS, Ledger

LINE_COLUMNS = (
    "shipment_id", "figure", "term", "quantity", "unit", "km", "coefficient", "factor_1",
    "factor_2", "value",
)  # fmt: skip
UNITS = {
    "waste_diverted_t": "t/yr",
    "emissions_avoided_tco2e": "tCO2e/yr",
    "jobs_fte": "FTE",
    "net_gain_eur": "EUR/yr",
}
_SCALES = {1e-3: " / 1,000", 1e-6: " / 1,000,000"}


def lines_of(ledger: Ledger) -> pd.DataFrame:
    """Return every entry of every shipment as a table; columns `LINE_COLUMNS`.

    ``value = quantity * km * coefficient * factor_1 * factor_2`` where ``km`` is left out when it
    is empty and a factor when it is ``""``; the values of a figure add up to its central figure.
    """
    table = ledger.shipments
    names = np.array([factor.name for factor in ledger.pool.factors], dtype=object)
    names[ONE] = ""
    terms = np.array(LEDGER_TERMS, dtype=object)[ledger.term]
    quantity = table["quantity"].to_numpy(dtype=float)[ledger.shipment]
    distance = np.isin(terms, list(PER_KM))
    km = np.where(distance, table["net_km"].to_numpy(dtype=float)[ledger.shipment], np.nan)
    whole = ledger.coefficient / np.where(quantity == 0, np.nan, quantity)
    figures = pd.Series(terms).map(FIGURE_OF).fillna("other").to_numpy()
    lines = pd.DataFrame(
        {
            "shipment_id": table["shipment_id"].to_numpy(dtype=object)[ledger.shipment],
            "figure": figures,
            "term": terms,
            "quantity": quantity,
            "unit": table["unit"].to_numpy(dtype=object)[ledger.shipment],
            "km": km,
            "coefficient": np.where(distance, ledger.per_km / quantity, whole),
            "factor_1": names[ledger.first],
            "factor_2": names[ledger.second],
            "value": ledger.coefficient
            * ledger.pool.values()[0][ledger.first]
            * ledger.pool.values()[0][ledger.second],
        }
    )
    order = np.lexsort((np.arange(len(lines)), ledger.term, ledger.shipment))
    return lines.iloc[order].reset_index(drop=True)


@dataclass(frozen=True)
class Explanation:
    """One exchange, unfolded.

    Parameters
    ----------
    shipment
        Its row of `Impact.by_shipment`.
    lines
        Its entries; columns `LINE_COLUMNS`.
    factors
        The factors they use, one row each: ``name``, ``central``, ``low``, ``high``, ``unit``,
        ``source``, ``year``, ``note``.
    not_counted
        What is left out for this material and pathway, see `Impact.not_counted`.
    """

    shipment: pd.Series
    lines: pd.DataFrame
    factors: pd.DataFrame
    not_counted: pd.DataFrame

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the whole explanation as text, in the language of ``translate``."""
        return "\n".join(_sections(self, translate))

    def __str__(self) -> str:
        return self.render()


def explain(
    shipment_id: str,
    by_shipment: pd.DataFrame,
    lines: pd.DataFrame,
    factors: pd.DataFrame,
    not_counted: pd.DataFrame,
) -> Explanation:
    """Return the explanation of one shipment.

    Parameters
    ----------
    shipment_id
        Its identifier.
    by_shipment, not_counted
        As in `Impact`.
    lines
        As `lines_of` gives them.
    factors
        As `Pool.table` gives them.

    Raises
    ------
    DataError
        If no shipment bears that identifier.
    """
    mine = by_shipment[by_shipment["shipment_id"].astype(str) == shipment_id]
    if mine.empty:
        known = ", ".join(by_shipment["shipment_id"].astype(str).head(5))
        problem = say("no exchange is called {name}", name=shipment_id)
        raise DataError([Problem(problem, say("give one of them, such as {known}", known=known))])
    own = lines[lines["shipment_id"].astype(str) == shipment_id]
    used = factors[factors["name"].isin({*own["factor_1"], *own["factor_2"]} - {""})]
    row = mine.iloc[0]
    gaps = not_counted
    if len(gaps):
        gaps = gaps[(gaps["material"] == row["material"]) & (gaps["pathway"] == row["pathway"])]
    return Explanation(row, own.reset_index(drop=True), used.reset_index(drop=True), gaps)


def _sections(explanation: Explanation, translate: Callable[[str], str]) -> Iterator[str]:
    row, lines = explanation.shipment, explanation.lines
    central = explanation.factors.set_index("name")
    yield say(
        "{shipment_id}: {offer_firm} to {need_firm}: {quantity:,.0f} {unit} of {material} a year "
        "by {pathway}, over {distance_km:,.1f} road km",
        **{str(key): value for key, value in row.items()},
    ).render(translate)  # fmt: skip
    for figure, unit in UNITS.items():
        own = lines[lines["figure"] == figure]
        if own.empty:
            continue
        yield ""
        yield _headline(row, figure, unit, own, translate)
        for term, entries in own.groupby("term", sort=False):
            yield f"  {translate(str(term))}: {_plain(entries['value'].sum(), '+')} {unit}"
            for entry in entries.to_dict("records"):
                yield f"    {arithmetic(entry, central)}"
    yield from _closing(explanation, translate)


def _headline(
    row: pd.Series, figure: str, unit: str, own: pd.DataFrame, translate: Callable[[str], str]
) -> str:
    total = f"{translate(figure)} = {_plain(own['value'].sum())} {unit}"
    ends = [f"{figure}_low", f"{figure}_high"]
    if all(end in row.index for end in ends):
        low, high = (_plain(_float(row[end])) for end in ends)
        total += " " + say("({low} to {high})", low=low, high=high).render(translate)
    return total


def arithmetic(entry: dict[object, object], factors: pd.DataFrame) -> str:
    """Return one entry as a product that can be checked by hand.

    Parameters
    ----------
    entry
        One row of `lines_of`.
    factors
        Factors by name.
    """
    parts = [f"{_plain(_float(entry['quantity']))} {entry['unit']}"]
    if np.isfinite(_float(entry["km"])):
        parts.append(f"{_plain(_float(entry['km']))} km")
    coefficient = _float(entry["coefficient"])
    size, tail = abs(coefficient), ""
    for scale, words in _SCALES.items():
        if np.isclose(size, scale, rtol=1e-9, atol=0):
            size, tail = 1.0, words
    if not np.isclose(size, 1.0, rtol=1e-9, atol=0):
        parts.append(_plain(size))
    for name in (str(entry["factor_1"]), str(entry["factor_2"])):
        if name and name != "nan":
            factor = factors.loc[name]
            unit = "" if factor["unit"] == "-" else f" {factor['unit']}"
            parts.append(f"{_plain(_float(factor['central']))}{unit} [{name}]")
    sign = "-" if coefficient < 0 else ""
    return f"{sign}{' x '.join(parts)}{tail} = {_plain(_float(entry['value']), '+')}"


def _closing(explanation: Explanation, translate: Callable[[str], str]) -> Iterator[str]:
    row = explanation.shipment
    if "breakeven_km" in row.index and np.isfinite(_float(row["breakeven_km"])):
        yield ""
        yield say("breaks even at {km:,.1f} road km", km=_float(row["breakeven_km"])).render(
            translate
        )
    assumed = str(row.get("assumed", "") or "")
    if assumed and assumed != "nan":
        yield say("assumed, for the firms did not say: {names}", names=assumed).render(translate)
    for gap in explanation.not_counted.to_dict("records"):
        yield say("not counted: {figure} ({why})", figure=gap["figure"], why=gap["why"]).render(
            translate
        )
    yield ""
    yield say("Sources").render(translate)
    for factor in explanation.factors.to_dict("records"):
        note = f" ({factor['note']})" if factor["note"] and factor["note"] == factor["note"] else ""
        ends = "; ".join(_plain(_float(factor[end])) for end in ("low", "high"))
        yield (
            f"  {factor['name']} = {_plain(_float(factor['central']))} [{ends}] {factor['unit']}: "
            f"{factor['source']}, {factor['year']}{note}"
        )


def _plain(value: float, sign: str = "") -> str:
    """Return a number without an exponent, to six figures."""
    digits = max(0, 5 - int(np.floor(np.log10(abs(value))))) if value else 0
    text = f"{value:{sign},.{min(digits, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _float(value: object) -> float:
    return float(str(value))
