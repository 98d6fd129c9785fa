"""The arithmetic of one exchange in words and numbers, line by line, down to the sources."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.errors import N_, DataError, Problem, say
from symbiosis.factors import PER_KM
from symbiosis.factors.pool import ONE
from symbiosis.impacts.gaps import translated_gap
from symbiosis.impacts.ledger import FIGURE_OF, LEDGER_TERMS, Ledger
from symbiosis.impacts.wording import localise

ASSUMED_NAMES = {
    "route": N_("today's route"),
    "disposal_cost": N_("cost of today's route"),
    "price": N_("price paid today"),
}
LINE_COLUMNS = (
    "shipment_id", "figure", "term", "quantity", "unit", "km", "coefficient", "factor_1",
    "factor_2", "value",
)  # fmt: skip
UNITS = {
    "waste_diverted_t": (N_("waste diverted"), N_("t/yr")),
    "emissions_avoided_tco2e": (N_("emissions avoided"), N_("tCO2e/yr")),
    "jobs_fte": (N_("jobs"), N_("FTE")),
    "net_gain_eur": (N_("net gain"), N_("EUR/yr")),
}
TERM_NAMES = {
    "diverted": N_("taken instead of thrown away"),
    "substitution": N_("substitution"),
    "avoided_disposal": N_("avoided disposal"),
    "processing": N_("processing"),
    "transport": N_("transport"),
    "jobs_operation": N_("jobs of the operation"),
    "jobs_displaced": N_("jobs displaced at today's route"),
    "jobs_primary": N_("jobs displaced in primary production"),
    "jobs_transport": N_("jobs of the transport"),
    "gate_fee": N_("gate fee avoided"),
    "landfill_tax": N_("landfill tax avoided"),
    "declared_disposal": N_("cost of today's route, as declared"),
    "purchase": N_("purchase avoided"),
    "declared_purchase": N_("purchase avoided, at the price declared"),
    "treatment": N_("treatment"),
    "freight_fixed": N_("freight, fixed"),
    "freight": N_("freight"),
}
FAR_KM = 2000.0
"""Road distance beyond which no lorry of this trade goes."""
_NUMBER = re.compile(r"^[-+]?[\d,]+(\.\d+)?$")
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
    factors = explanation.factors.set_index("name")
    place = {str(key): value for key, value in row.items()}
    place |= {name: _plain(_float(row[name])) for name in ("quantity", "distance_km")}
    yield _say(
        "{shipment_id}: {offer_firm} to {need_firm}: {quantity} {unit} of {material} a year by "
        "{pathway}, over {distance_km} road km",
        translate,
        **place,
    )
    for figure, (name, unit) in UNITS.items():
        own = lines[lines["figure"] == figure]
        if own.empty:
            continue
        yield ""
        yield _headline(row, figure, (translate(name), translate(unit)), own, translate)
        for term, entries in own.groupby("term", sort=False):
            words = translate(TERM_NAMES.get(str(term), str(term)))
            total = localise(_plain(entries["value"].sum(), "+"), translate)
            yield f"  {words}: {total} {translate(unit)}"
            for entry in entries.to_dict("records"):
                yield f"    {arithmetic(entry, factors, translate)}"
    yield from _closing(explanation, translate)


def _headline(
    row: pd.Series,
    figure: str,
    words: tuple[str, str],
    own: pd.DataFrame,
    translate: Callable[[str], str],
) -> str:
    name, unit = words
    total = f"{name} = {localise(_plain(own['value'].sum()), translate)} {unit}"
    ends = [f"{figure}_low", f"{figure}_high"]
    if all(end in row.index for end in ends):
        low, high = (_plain(_float(row[end])) for end in ends)
        total += " " + _say("({low} to {high})", translate, low=low, high=high)
    return total


def arithmetic(
    entry: dict[object, object], factors: pd.DataFrame, translate: Callable[[str], str] = str
) -> str:
    """Return one entry as a product that can be checked by hand.

    Parameters
    ----------
    entry
        One row of `lines_of`.
    factors
        Factors by name.
    translate
        Says how numbers are written.
    """
    parts = [f"{_number(entry['quantity'], translate)} {entry['unit']}"]
    if np.isfinite(_float(entry["km"])):
        parts.append(f"{_number(entry['km'], translate)} km")
    coefficient = _float(entry["coefficient"])
    size, tail = abs(coefficient), ""
    for scale, words in _SCALES.items():
        if np.isclose(size, scale, rtol=1e-9, atol=0):
            size, tail = 1.0, words
    if not np.isclose(size, 1.0, rtol=1e-9, atol=0):
        parts.append(_number(size, translate))
    for name in (str(entry["factor_1"]), str(entry["factor_2"])):
        if name and name != "nan":
            factor = factors.loc[name]
            unit = "" if factor["unit"] == "-" else f" {factor['unit']}"
            parts.append(f"{_number(factor['central'], translate)}{unit} [{name}]")
    sign = "-" if coefficient < 0 else ""
    value = localise(_plain(_float(entry["value"]), "+"), translate)
    return f"{sign}{' x '.join(parts)}{localise(tail, translate)} = {value}"


def _closing(explanation: Explanation, translate: Callable[[str], str]) -> Iterator[str]:
    row = explanation.shipment
    if "breakeven_km" in row.index and np.isfinite(_float(row["breakeven_km"])):
        yield ""
        yield _breakeven(_float(row["breakeven_km"]), translate)
    assumed = str(row.get("assumed", "") or "")
    if assumed and assumed != "nan":
        names = ", ".join(translate(ASSUMED_NAMES.get(name, name)) for name in assumed.split("|"))
        yield _say("assumed, for the firms did not say: {names}", translate, names=names)
    for gap in explanation.not_counted.to_dict("records"):
        why = translated_gap(str(gap["why"]), translate)
        figure = _named(str(gap["figure"]), translate)
        yield _say("not counted: {figure} ({why})", translate, figure=figure, why=why)
    yield ""
    yield translate("Sources")
    shown = explanation.lines[explanation.lines["figure"].isin(list(UNITS))]
    used = {*shown["factor_1"], *shown["factor_2"]}
    for factor in explanation.factors[explanation.factors["name"].isin(used)].to_dict("records"):
        year = f", {factor['year']}" if str(factor["year"]) not in ("", "nan") else ""
        note = f" ({factor['note']})" if str(factor["note"]) not in ("", "nan") else ""
        ends = "; ".join(_number(factor[end], translate) for end in ("low", "high"))
        yield (
            f"  {factor['name']} = {_number(factor['central'], translate)} [{ends}] "
            f"{factor['unit']}: {factor['source']}{year}{note}"
        )


def _breakeven(km: float, translate: Callable[[str], str]) -> str:
    """Say where an exchange breaks even, to three figures: the factors are not surer than that."""
    if km > FAR_KM:
        return translate(N_("saves emissions at any road distance"))
    if km <= 0:
        return translate(N_("saves no emissions at any road distance"))
    return _say("breaks even at {km} road km", translate, km=_plain(_significant(km, 3)))


def _significant(value: float, figures: int) -> float:
    return float(f"{value:.{figures - 1}e}")


def _named(figure: str, translate: Callable[[str], str]) -> str:
    """Return the words for a figure and its term, written ``figure.term``."""
    name, _, term = figure.partition(".")
    words = translate(UNITS[name][0]) if name in UNITS else name
    return f"{words}, {translate(TERM_NAMES.get(term, term))}" if term else words


def _say(template: str, translate: Callable[[str], str], **values: object) -> str:
    """Return a sentence whose numbers are written as its reader does."""
    localised = {
        name: localise(value, translate)
        if isinstance(value, str) and _NUMBER.match(value)
        else value
        for name, value in values.items()
    }
    return say(template, **localised).render(translate)


def _number(value: object, translate: Callable[[str], str]) -> str:
    return localise(_plain(_float(value)), translate)


def _plain(value: float, sign: str = "") -> str:
    """Return a number without an exponent, to five figures, thousands whole."""
    digits = max(0, 4 - int(np.floor(np.log10(abs(value))))) if value else 0
    text = f"{value:{sign},.{min(digits, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _float(value: object) -> float:
    return float(str(value))
