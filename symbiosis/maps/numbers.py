"""Figures as French and English readers write them: ``83 599 t/an``, ``4,6 M€``, ``33 ETP``.

Narrow no-break spaces (U+202F) part thousands and units in French; English uses commas, and a
no-break space before the unit. A figure that is not known is a dash, never a zero.
"""

from __future__ import annotations

import math
from types import MappingProxyType

from babel.numbers import format_decimal

NARROW = "\u202f"
MISSING = "–"
_PATTERNS = MappingProxyType({0: "#,##0", 1: "#,##0.0", 2: "#,##0.00"})
_YEARLY = MappingProxyType(
    {
        "fr": {"t": "t/an", "MWh": "MWh/an", "m3": "m³/an", "tCO2e": "t CO₂e/an", "FTE": "ETP"},
        "en": {"t": "t/yr", "MWh": "MWh/yr", "m3": "m³/yr", "tCO2e": "t CO₂e/yr", "FTE": "FTE"},
    }
)


def number(value: float | None, lang: str, decimals: int = 0) -> str:
    """Return a number with the separators of the language.

    Parameters
    ----------
    value
        Any number; None, NaN and infinities give a dash.
    lang
        ``fr`` or ``en``.
    decimals
        Digits after the separator, 0 to 2.

    Examples
    --------
    >>> number(83599.4, "fr").replace(NARROW, "_"), number(-1234.5, "en", 1)
    ('83_599', '−1,234.5')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(float(value), decimals) + 0.0
    text = str(format_decimal(rounded, format=_PATTERNS[decimals], locale=_locale(lang)))
    return text.replace("-", "−").replace("\u00a0", NARROW)


def _locale(lang: str) -> str:
    return "fr_FR" if lang == "fr" else "en_GB"


def gap(lang: str) -> str:
    """Return the space between a number and its unit."""
    return NARROW if lang == "fr" else "\u00a0"


def decimals_for(value: float | None) -> int:
    """Return how many decimals keep about three figures: none from 100, one from 10, else two.

    Examples
    --------
    >>> decimals_for(250), decimals_for(-12.5), decimals_for(0.25), decimals_for(0)
    (0, 1, 2, 0)
    """
    if value is None or not math.isfinite(value) or value == 0 or abs(value) >= 100:
        return 0
    return 1 if abs(value) >= 10 else 2


def amount(value: float | None, unit: str, lang: str, decimals: int | None = None) -> str:
    r"""Return a yearly quantity with its unit: ``t``, ``MWh``, ``m3``, ``tCO2e`` or ``FTE``.

    Examples
    --------
    >>> amount(83599, "t", "fr").replace(NARROW, "_")
    '83_599_t/an'
    >>> amount(12.34, "FTE", "en")
    '12.3\xa0FTE'
    """
    places = decimals_for(value) if decimals is None else decimals
    shown = number(value, lang, places)
    named = _YEARLY["fr" if lang == "fr" else "en"].get(unit, unit)
    return shown if shown == MISSING else f"{shown}{gap(lang)}{named}"


def rounded(value: float | None, lang: str) -> str:
    """Return an estimate with three significant figures, in millions from a million on.

    Examples
    --------
    >>> rounded(763851, "fr").replace(NARROW, "_"), rounded(1_249_803, "fr").replace(NARROW, "_")
    ('764_000', '1,25_M')
    >>> rounded(999_700, "en"), rounded(-43.27, "en"), rounded(0, "en")
    ('1M', '−43.3', '0')
    """
    if value is None or not math.isfinite(value) or value == 0:
        return number(value, lang)
    kept = float(f"{value:.3g}")
    if abs(kept) < 1e6:
        return number(kept, lang, decimals_for(kept))
    text = f"{kept / 1e6:.12g}"
    places = len(text.partition(".")[2])
    return f"{number(kept / 1e6, lang, places)}{NARROW if lang == 'fr' else ''}M"


def split_amount(value: float | None, unit: str, lang: str) -> tuple[str, str]:
    """Return an estimate, rounded, and its unit apart, to be set in two sizes.

    Examples
    --------
    >>> split_amount(35112, "tCO2e", "en")
    ('35,100', 't CO₂e/yr')
    """
    named = _YEARLY["fr" if lang == "fr" else "en"].get(unit, unit)
    return rounded(value, lang), named


def euros(value: float | None, lang: str) -> str:
    """Return money with three figures or so: ``4,6 M€``, ``€4.6M``, ``950 €``.

    Examples
    --------
    >>> euros(4_620_000, "fr").replace(NARROW, "_"), euros(4_620_000, "en")
    ('4,6_M€', '€4.6M')
    >>> euros(-52_300, "fr").replace(NARROW, "_"), euros(-52_300, "en")
    ('−52_k€', '−€52k')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    size = abs(value)
    scale, letter = (1e6, "M") if size >= 999_500 else (1e3, "k") if size >= 9_950 else (1.0, "")
    decimals = 1 if letter == "M" and size < 99.95e6 else 0
    shown = number(size / scale, lang, decimals)
    sign = "−" if value < 0 and any(c in "123456789" for c in shown) else ""
    if lang == "fr":
        return f"{sign}{shown}{NARROW}{letter}€"
    return f"{sign}€{shown}{letter}"


def per_unit(value: float | None, unit: str, lang: str) -> str:
    r"""Return money for one unit of a flow.

    Examples
    --------
    >>> per_unit(12.4, "m3", "en"), per_unit(12.4, "t", "fr").replace(NARROW, "_")
    ('€12.4/m³', '12,4_€/t')
    """
    shown = number(value, lang, 1 if value is not None and abs(value) < 100 else 0)
    named = {"m3": "m³"}.get(unit, unit)
    if shown == MISSING:
        return shown
    return f"{shown}{NARROW}€/{named}" if lang == "fr" else f"€{shown}/{named}"


def plain(value: float | None, lang: str) -> str:
    """Return a number of any size with four significant figures and the language's mark.

    Examples
    --------
    >>> plain(0.11040, "fr"), plain(3473.119, "en"), plain(12.0, "fr")
    ('0,1104', '3,473', '12')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if abs(value) >= 1000:
        return number(value, lang)
    return f"{value:.4g}".replace("-", "−").replace(".", "," if lang == "fr" else ".")


def exact(value: float, lang: str) -> str:
    """Return a number with all its decimals, up to ten: what a field shows and takes back.

    Examples
    --------
    >>> exact(0.1104, "fr"), exact(1200.5, "en"), exact(1200.0, "fr").replace(NARROW, "_")
    ('0,1104', '1,200.5', '1_200')
    """
    text = str(format_decimal(value, format="#,##0.##########", locale=_locale(lang)))
    return text.replace("\u00a0", NARROW)


def power(value: float, lang: str) -> str:
    """Return a number that may be very small, as a power of ten.

    Examples
    --------
    >>> power(1.2e-16, "fr"), power(0.0, "en"), power(0.25, "fr")
    ('1×10⁻¹⁶', '0', '0,25')
    """
    if value == 0 or abs(value) >= 1e-3:
        return plain(value, lang)
    digit, _, exponent = f"{value:.0e}".partition("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digit}×10{raised}".replace("-", "−")


def kilometres(value: float | None, lang: str) -> str:
    r"""Return a road distance.

    Examples
    --------
    >>> kilometres(8.44, "fr").replace(NARROW, "_"), kilometres(33.3, "en")
    ('8,4_km', '33\xa0km')
    """
    shown = number(value, lang, 1 if value is not None and abs(value) < 10 else 0)
    return shown if shown == MISSING else f"{shown}{gap(lang)}km"


def percent(share: float | None, lang: str, decimals: int = 0) -> str:
    """Return a share of one as a percentage.

    Examples
    --------
    >>> percent(0.23, "fr").replace(NARROW, "_"), percent(0.23, "en")
    ('23_%', '23%')
    """
    shown = number(None if share is None else share * 100, lang, decimals)
    return shown if shown == MISSING else f"{shown}{NARROW if lang == 'fr' else ''}%"


def unit(text: str, lang: str) -> str:
    """Return a unit of the tables as a reader writes it; nothing for a plain ratio.

    Examples
    --------
    >>> unit("EUR/t.km", "fr"), unit("kgCO2e/t", "en"), unit("EUR/FTE", "fr"), unit("-", "fr")
    ('€/t.km', 'kg\u202fCO₂e/t', '€/ETP', '')
    """
    said = "" if text == "-" else text.replace("EUR", "€").replace("CO2e", f"{NARROW}CO₂e")
    return said.replace("FTE", "ETP") if lang == "fr" else said
