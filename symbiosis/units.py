"""Declared units: what ``t/an``, ``Nm³/jour``, ``ktep`` or ``kW`` mean, and when they mean nothing.

A unit is an amount (mass, volume, energy or power) with an optional period. The canonical units of
the engine are ``t``, ``MWh`` and ``m3`` a year. Converting between kinds needs a physical figure: a
volume needs a density, a mass of fuel needs a heating value, a power or an hourly rate needs hours
of operation, tonnes of dry matter need the moisture, MWh on the higher heating value need the ratio
of the fuel's two heating values; without it the conversion is refused, never guessed.
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
from symbiosis.unit_words import AMOUNTS, BASES, DEFINITIONS, EXACT, PERIODS, PLURAL

Floats = NDArray[np.float64]

CANONICAL = ("t", "MWh", "m3")
HOURS_IN_A_YEAR = 8760.0
GAS_DENSITY_LIMIT_T_PER_M3 = 0.02
"""Above this a figure cannot be the density of a gas in normal conditions (the densest is 0.01)."""

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
    basis
        ``dry`` for tonnes of dry matter, ``gross`` for energy on the higher heating value, else
        ``""``.
    """

    text: str
    base: str
    factor: float
    hourly: bool = False
    period: str = ""
    basis: str = ""


@cache
def _registry() -> Any:
    """Return the pint registry of our own definitions; built once, at first use."""
    registry = UnitRegistry(None)
    for line in DEFINITIONS:
        registry.define(line)
    return registry


@cache
def _aliases() -> tuple[dict[str, str], dict[str, str]]:
    amounts = {alias: unit for unit, names in AMOUNTS.items() for alias in names.split("|")}
    periods = {alias: unit for unit, names in PERIODS.items() for alias in names.split("|")}
    return amounts, periods


def _fold(text: str) -> str:
    return " ".join(text.lower().translate(_ACCENTS).split())


def _amount(text: str) -> str:
    """Return pint's name of an amount, or ``""``; the case of ``Mt`` and ``Mg`` counts."""
    exact = " ".join(text.replace("³", "3").split())
    if exact in EXACT:
        return EXACT[exact]
    folded = _fold(text).rstrip(".")
    if folded in ("mt", "mm3", "mnm3", "mg") or len(folded) > 40:
        return ""  # milli, mega or "metric ton": the case alone decides, and it was not clear
    return _aliases()[0].get(folded, "")


def period_of(text: str) -> str:
    """Return pint's name of a period (``year`` … ``hour``) from a word for it, ``""`` if none.

    Examples
    --------
    >>> period_of("Mois"), period_of("semaine"), period_of("t")
    ('month', 'week', '')
    """
    return _aliases()[1].get(_fold(text), "")


def _without_basis(text: str) -> tuple[str, str]:
    """Return a unit without the word that says on what it is counted, and that."""
    folded = _fold(PLURAL.sub("", text))
    for basis, words in BASES:
        plain = words.sub("", folded, count=1)
        if plain != folded and plain.strip():
            return plain.strip(), basis
    return text, ""


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
    Unit(text='Nm³/h', base='Nm3', factor=1.0, hourly=True, period='hour', basis='')
    """
    amount, period = _split(text)
    basis = ""
    if not amount or period == "":
        plain, basis = _without_basis(PLURAL.sub("", text))
        amount, period = _split(plain)
    if not amount or period == "":
        raise UnitError([_unknown(text)])
    registry = _registry()
    quantity = registry.Quantity(1.0, amount)
    if quantity.check("[power]"):
        if period is not None:
            raise UnitError([_unknown(text)])
        return Unit(text, "MWh", float(quantity.to("MW").magnitude), hourly=True)
    if basis and quantity.check("[energy]") != (basis in ("gross", "net")):
        raise UnitError([_unknown(text)])
    basis = basis if basis in ("dry", "gross") else ""
    base = next(unit for dimension, unit in _DIMENSIONS.items() if quantity.check(dimension))
    factor = float(quantity.to(base).magnitude)
    if period == "hour":
        return Unit(text, base, factor, hourly=True, period=period, basis=basis)
    if period:
        factor /= float(registry.Quantity(1.0, period).to("year").magnitude)
    return Unit(text, base, float(f"{factor:.13g}"), period=period or "", basis=basis)


def parse_or_none(text: str) -> Unit | None:
    """Return a unit as `parse` does, None where a text is none.

    Examples
    --------
    >>> parse_or_none("kg").base, parse_or_none("dozen bags")
    ('t', None)
    """
    try:
        return parse(text.strip())
    except UnitError:
        return None


def _unknown(text: str) -> Problem:
    if re.fullmatch(r"(?:tons?|mt|mg|gallons?|gal)(?: ?(?:/| per | par ).*)?", _fold(text)):
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
    unit: Unit,
    to: str,
    density_t_per_m3: Floats,
    lhv_mwh_per_t: Floats,
    hours_per_year: Floats,
    *,
    dry_share: Floats | None = None,
    lhv_over_hhv: Floats | None = None,
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
    dry_share, lhv_over_hhv
        Tonnes of dry matter in a tonne, lower over higher heating value, shape n; NaN when unknown.

    Returns
    -------
    ndarray
        Canonical units a year in one declared unit, shape n; NaN where the conversion is refused.
    ndarray
        What it lacks, shape n: ``""`` (nothing), ``hours``, ``density``, ``gas`` (the density given
        is no gas's), ``lhv``, ``dry``, ``gross`` or ``kind`` (there is no such conversion).
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
    ratio = {"dry": dry_share, "gross": lhv_over_hhv}.get(unit.basis)
    if unit.basis:
        ratio = np.full(len(factor), np.nan) if ratio is None else ratio
        factor = factor / ratio if unit.basis == "dry" else factor * ratio
        lacks[(lacks == "") & ~(ratio > 0)] = unit.basis
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
        "dry": say(
            "give the quantity in tonnes as they are (raw), or the moisture of the offer in %"
        ),
        "gross": say("give the quantity on the lower heating value, in MWh PCI (LHV)"),
        "kind": say("give the quantity in {to}", to=to),
    }
    return say("{unit} cannot be turned into {to} without a guess", unit=text, to=to), cures[lacks]
