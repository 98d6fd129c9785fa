"""Declared units: what ``t/an``, ``Nm³/jour``, ``ktep`` or ``kW`` mean, and when they mean nothing.

A unit is an amount (mass, volume, energy or power) with an optional period. The canonical units of
the engine are ``t``, ``MWh`` and ``m3`` a year. Converting between kinds needs a physical figure: a
volume needs a density, a mass of fuel needs a heating value, a power or an hourly rate needs hours
of operation; without it the conversion is refused, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pint import UnitRegistry

from symbiosis.errors import Message, Problem, UnitError, say

Floats = NDArray[np.float64]

CANONICAL = ("t", "MWh", "m3")
HOURS_IN_A_YEAR = 8760.0
GAS_DENSITY_LIMIT_T_PER_M3 = 0.02
"""Above this a figure cannot be the density of a gas in normal conditions (the densest is 0.01)."""

_DEFINITIONS = (
    "tonne = [mass] = t",
    "kg = 0.001 tonne",
    "g = 1e-6 tonne",
    "quintal = 0.1 tonne",
    "kilotonne = 1000 tonne",
    "megatonne = 1e6 tonne",
    "m3 = [volume]",
    "litre = 0.001 m3",
    "hectolitre = 0.1 m3",
    "thousand_m3 = 1000 m3",
    "million_m3 = 1e6 m3",
    "Nm3 = [normal_volume]",
    "thousand_Nm3 = 1000 Nm3",
    "million_Nm3 = 1e6 Nm3",
    "MWh = [energy]",
    "kWh = 0.001 MWh",
    "Wh = 1e-6 MWh",
    "GWh = 1000 MWh",
    "TWh = 1e6 MWh",
    "GJ = 1/3.6 MWh",
    "MJ = 0.001 GJ",
    "TJ = 1000 GJ",
    "PJ = 1e6 GJ",
    "toe = 11.63 MWh",
    "ktoe = 1000 toe",
    "Mtoe = 1e6 toe",
    "MW = [power]",
    "kW = 0.001 MW",
    "GW = 1000 MW",
    "year = [time]",
    "quarter = 0.25 year",
    "month = 1/12 year",
    "day = 1/365 year",
    "week = 7 day",
)
"""Own definitions: pint's defaults read ``kt`` as knot and know no Nm3; a year has 365 days here.
The tonne of oil equivalent is 41.868 GJ = 11.63 MWh (IEA/Eurostat convention)."""

_AMOUNTS = {
    "tonne": "t|tonne|tonnes|mg (megagram)|tonne metrique|tonnes metriques|metric ton|metric tons"
    "|metric tonne|metric tonnes|tonnes brutes|tonnes de matiere brute|tmb",
    "kg": "kg|kgs|kilo|kilos|kilogramme|kilogrammes|kilogram|kilograms",
    "g": "g|gramme|grammes|gram|grams",
    "quintal": "q|quintal|quintaux|quintals",
    "kilotonne": "kt|kilotonne|kilotonnes|ktonnes|milliers de tonnes|1000 t|thousand tonnes",
    "megatonne": "megatonne|megatonnes|millions de tonnes|million tonnes|million de tonnes",
    "m3": "m3|m^3|metre cube|metres cubes|cubic metre|cubic metres|cubic meter|cubic meters"
    "|m cube|m cubes",
    "litre": "l|litre|litres|liter|liters|dm3",
    "hectolitre": "hl|hectolitre|hectolitres|hectoliter|hectoliters",
    "thousand_m3": "km3 (1000 m3)|1000 m3|milliers de m3|thousand m3",
    "million_m3": "million m3|millions de m3|million de m3",
    "Nm3": "nm3|normo m3|normometre cube|normo metre cube|normal m3|sm3|m3(n)|m3n|mn3",
    "thousand_Nm3": "knm3|1000 nm3|milliers de nm3",
    "million_Nm3": "mnm3|million nm3|millions de nm3",
    "MWh": "mwh|mwhth|mwhe|mwh th|mwh pci|megawattheure|megawattheures|megawatt heure"
    "|megawatt heures|megawatt-heure|megawatt-heures|megawatt hour|megawatt hours",
    "kWh": "kwh|kwhth|kwhe|kwh pci|kilowattheure|kilowattheures|kilowatt heure|kilowatt-heure"
    "|kilowatt-heures|kilowatt hour|kilowatt hours",
    "Wh": "wh",
    "GWh": "gwh|gwhth|gwh pci|gigawattheure|gigawattheures|gigawatt hour|gigawatt hours",
    "TWh": "twh",
    "GJ": "gj|gigajoule|gigajoules",
    "MJ": "mj|megajoule|megajoules",
    "TJ": "tj|terajoule|terajoules",
    "PJ": "pj|petajoule|petajoules",
    "toe": "toe|tep|tonne equivalent petrole|tonnes equivalent petrole|tonne of oil equivalent"
    "|tonnes of oil equivalent",
    "ktoe": "ktoe|ktep",
    "Mtoe": "mtoe|mtep",
    "MW": "mw|mwth|megawatt|megawatts",
    "kW": "kw|kwth|kilowatt|kilowatts",
    "GW": "gw",
}
_EXACT = {"Mg": "tonne", "Mt": "megatonne", "Mm3": "million_m3", "km3": "", "MNm3": "million_Nm3"}
_PERIODS = {
    "year": "an|ans|annee|annees|a|year|years|yr|y|p.a.|pa|annum|annuel|annuelle|annual|yearly"
    "|annuellement|an-1|a-1|1an",
    "quarter": "trimestre|quarter|trim",
    "month": "mois|month|months|mo|mensuel|mensuelle|monthly|mois-1",
    "week": "semaine|semaines|sem|week|weeks|wk|hebdomadaire|hebdo|weekly",
    "day": "jour|jours|j|day|days|d|quotidien|quotidienne|journalier|daily|j-1|d-1",
    "hour": "heure|heures|h|hour|hours|hr|hrs|horaire|hourly|h-1",
}
_DIMENSIONS = {"[mass]": "t", "[volume]": "m3", "[normal_volume]": "Nm3", "[energy]": "MWh"}
_ACCENTS = str.maketrans("àâäéèêëîïôöùûüç³", "aaaeeeeiioouuuc3")
_SPLIT = re.compile(r"\s*(?:/|\bpar\b|\bper\b|\bchaque\b)\s*")
_TRAILING = re.compile(r"^(.*\S)[ .·]+(\S+)$")


@dataclass(frozen=True)
class Unit:
    """A unit that has been understood.

    Parameters
    ----------
    text
        As the user wrote it.
    base
        ``t``, ``m3``, ``Nm3`` or ``MWh``.
    factor
        Base units a year for a quantity of one; base units an hour when ``hourly``.
    hourly
        Whether hours of operation are needed (a power, or a rate per hour).
    period
        The period written: ``year``, ``quarter``, ``month``, ``week``, ``day``, ``hour``; ``""``
        when none is (a bare ``t`` means a year).
    """

    text: str
    base: str
    factor: float
    hourly: bool = False
    period: str = ""


@cache
def _registry() -> Any:
    """Return the pint registry of our own definitions; built once, at first use."""
    registry = UnitRegistry(None)
    for line in _DEFINITIONS:
        registry.define(line)
    return registry


@cache
def _aliases() -> tuple[dict[str, str], dict[str, str]]:
    amounts = {alias: unit for unit, names in _AMOUNTS.items() for alias in names.split("|")}
    periods = {alias: unit for unit, names in _PERIODS.items() for alias in names.split("|")}
    return amounts, periods


def _fold(text: str) -> str:
    return " ".join(text.lower().translate(_ACCENTS).split())


def _amount(text: str) -> str:
    """Return pint's name of an amount, or ``""``; the case of ``Mt`` and ``Mg`` counts."""
    exact = " ".join(text.replace("³", "3").split())
    if exact in _EXACT:
        return _EXACT[exact]
    folded = _fold(text).rstrip(".")
    if folded in ("mt", "mm3", "mnm3", "mg") or len(folded) > 40:
        return ""  # milli, mega or "metric ton": the case alone decides, and it was not clear
    return _aliases()[0].get(folded, "")


def _split(text: str) -> tuple[str, str | None]:
    """Return the amount and the period of a unit's text, each as pint's name or ``""``."""
    parts = _SPLIT.split(text.strip())
    periods = _aliases()[1]
    if len(parts) == 2:
        return _amount(parts[0]), periods.get(_fold(parts[1]), "")
    if len(parts) == 1:
        whole = _amount(text)
        trailing = _TRAILING.match(text.strip())
        if not whole and trailing and _fold(trailing[2]) in periods:
            return _amount(trailing[1]), periods[_fold(trailing[2])]
        return whole, None
    return "", ""


@lru_cache(maxsize=4096)
def parse(text: str) -> Unit:
    """Understand a unit.

    Parameters
    ----------
    text
        English or French: ``t``, ``t/an``, ``kg/jour``, ``Nm³/h``, ``MWh par mois``, ``ktep``.

    Returns
    -------
    Unit

    Raises
    ------
    UnitError
        If it is not a unit, or one that two countries read differently (``ton``, ``MT``).

    Examples
    --------
    >>> parse("kt/mois").factor
    12000.0
    >>> parse("Nm³/h")
    Unit(text='Nm³/h', base='Nm3', factor=1.0, hourly=True, period='hour')
    """
    amount, period = _split(text)
    if not amount or period == "":
        raise UnitError([_unknown(text)])
    registry = _registry()
    quantity = registry.Quantity(1.0, amount)
    if quantity.check("[power]"):
        if period is not None:
            raise UnitError([_unknown(text)])
        return Unit(text, "MWh", float(quantity.to("MW").magnitude), hourly=True)
    base = next(unit for dimension, unit in _DIMENSIONS.items() if quantity.check(dimension))
    factor = float(quantity.to(base).magnitude)
    if period == "hour":
        return Unit(text, base, factor, hourly=True, period=period)
    if period:
        factor /= float(registry.Quantity(1.0, period).to("year").magnitude)
    return Unit(text, base, float(f"{factor:.13g}"), period=period or "")


def _unknown(text: str) -> Problem:
    if _fold(text) in ("ton", "tons", "mt", "mg"):
        return Problem(
            say("“{unit}” is read differently from one country to the next", unit=text[:40]),
            say("write t (1,000 kg), kt or kg"),
            value=text[:80],
        )
    return Problem(
        say("“{unit}” is not a unit that is known here", unit=text[:40]),
        say("write t, kg, kt, m3, Nm3, l, MWh, kWh, GJ or tep, with /an, /mois, /jour if need be"),
        value=text[:80],
    )


def factors(
    unit: Unit, to: str, density_t_per_m3: Floats, lhv_mwh_per_t: Floats, hours_per_year: Floats
) -> tuple[Floats, NDArray[np.str_]]:
    """Return what one declared unit is worth a year, for many rows of one unit.

    Parameters
    ----------
    unit
        From `parse`.
    to
        Canonical unit of the materials: ``t``, ``MWh`` or ``m3``.
    density_t_per_m3, lhv_mwh_per_t, hours_per_year
        Figures of each material or row, shape n; NaN when unknown.

    Returns
    -------
    ndarray
        Canonical units a year in one declared unit, shape n; NaN where the conversion is refused.
    ndarray
        What it lacks, shape n: ``""`` (nothing), ``hours``, ``density``, ``gas`` (the density given
        is no gas's), ``lhv`` or ``kind`` (there is no such conversion).
    """
    factor = np.full(len(hours_per_year), unit.factor)
    lacks = np.full(len(hours_per_year), "", dtype="<U8")
    if unit.base != to:
        volume = unit.base in ("m3", "Nm3")
        energy = "MWh" in (unit.base, to)
        if (unit.base == "MWh" and to == "m3") or (unit.base == "Nm3" and to == "m3"):
            lacks[:] = "kind"
        if energy:
            lacks[~(lhv_mwh_per_t > 0)] = "kind" if unit.base == "MWh" else "lhv"
            factor = factor / lhv_mwh_per_t if unit.base == "MWh" else factor * lhv_mwh_per_t
        if volume or to == "m3":
            factor = factor * density_t_per_m3 if volume else factor / density_t_per_m3
            lacks[(lacks == "") & ~(density_t_per_m3 > 0)] = "density"
        if unit.base == "Nm3":
            lacks[(lacks == "") & (density_t_per_m3 > GAS_DENSITY_LIMIT_T_PER_M3)] = "gas"
    if unit.hourly:
        factor = factor * hours_per_year
        lacks[(lacks == "") & ~(hours_per_year >= 0)] = "hours"
    return np.where(lacks == "", factor, np.nan), lacks


def per_year(
    unit: Unit,
    to: str,
    *,
    density_t_per_m3: float = float("nan"),
    lhv_mwh_per_t: float = float("nan"),
    hours_per_year: float = float("nan"),
) -> float:
    """Return the canonical units a year in one declared unit; `factors` for one row.

    Raises
    ------
    UnitError
        If a figure is missing.

    Examples
    --------
    >>> per_year(parse("m3/mois"), "t", density_t_per_m3=0.5)
    6.0
    >>> per_year(parse("MW"), "MWh", hours_per_year=4000)
    4000.0
    """
    figures = (np.array([x]) for x in (density_t_per_m3, lhv_mwh_per_t, hours_per_year))
    factor, lacks = factors(unit, to, *figures)
    if lacks[0]:
        raise UnitError([Problem(*lack_in_words(unit.text, to, lacks[0]), value=unit.text[:80])])
    return float(factor[0])


def lack_in_words(text: str, to: str, lacks: str) -> tuple[Message, Message]:
    """Return problem and cure for a conversion that `factors` refused."""
    cures = {
        "hours": say("give the hours of operation a year, or a yearly quantity"),
        "density": say("give the density in t/m3, or the quantity in t"),
        "gas": say("give the density of the gas in t/Nm3, or the quantity in t"),
        "lhv": say("give the quantity in MWh"),
        "kind": say("give the quantity in {to}", to=to),
    }
    return say("{unit} cannot be turned into {to} without a guess", unit=text, to=to), cures[lacks]
