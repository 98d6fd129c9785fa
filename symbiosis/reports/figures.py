"""Numbers and units as an officer reads them, in French and in English typography."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from babel.numbers import format_decimal

from symbiosis.errors import N_
from symbiosis.language import translations, translator

NARROW_SPACE = "\u202f"
NO_BREAK = "\u00a0"
DASH = "–"

# Column or total → its name and its unit, as printed; the units of a year say so.
TOTAL_NAMES = {
    "waste_diverted_t": N_("Waste diverted"),
    "emissions_avoided_tco2e": N_("Emissions avoided"),
    "jobs_fte": N_("Jobs"),
    "net_gain_eur": N_("Net gain"),
    "jobs_fte_per_1000_t": N_("Jobs per 1,000 t"),
    "heat_recovered_mwh": N_("Heat recovered"),
    "water_saved_m3": N_("Water saved"),
    "co2_reused_t": N_("CO₂ reused"),
}
TOTAL_UNITS = {
    "waste_diverted_t": N_("t/yr"),
    "emissions_avoided_tco2e": N_("tCO₂e/yr"),
    "jobs_fte": N_("FTE"),
    "net_gain_eur": N_("€/yr"),
    "jobs_fte_per_1000_t": N_("FTE per 1,000 t"),
    "heat_recovered_mwh": N_("MWh/yr"),
    "water_saved_m3": N_("m³/yr"),
    "co2_reused_t": N_("t/yr"),
}
REASON_NAMES = {
    "no_pathway": N_("No known use"),
    "too_far": N_("Too far"),
    "taker_full": N_("Takers are full"),
    "blending_limit": N_("Limit of recycled content reached"),
    "not_worth_it": N_("Not worth it"),
    "quality": N_("Quality"),
    "legal": N_("Legal status"),
}
REASON_MEANINGS = {
    "no_pathway": N_("No pathway of the catalogue leads from it to a need that was declared."),
    "too_far": N_("It would pay next door, but freight or the longest distance forbids it."),
    "taker_full": N_("Every firm that could take it already takes all that it needs."),
    "blending_limit": N_(
        "Those who could take it still buy new, but their recipe holds no more of this residue."
    ),
    "not_worth_it": N_("It would not pay even at no distance."),
    "quality": N_("Moisture, purity, temperature or contaminants forbid the uses known."),
    "legal": N_("The receiving firm is not authorised to take it."),
}
TERM_NAMES = {
    "substitution": N_("Primary production avoided"),
    "avoided_disposal": N_("Disposal avoided"),
    "processing": N_("Processing"),
    "transport": N_("Transport"),
}
# The terms of the other figures, named where one of them is not counted.
OTHER_TERMS = {
    "diverted": N_("Waste diverted"),
    "jobs_operation": N_("Jobs of the operation"),
    "jobs_displaced": N_("Jobs displaced"),
    "jobs_primary": N_("Jobs in primary production"),
    "jobs_transport": N_("Jobs in transport"),
    "gate_fee": N_("Gate fee avoided"),
    "landfill_tax": N_("Landfill tax avoided"),
    "purchase": N_("Purchase avoided"),
    "treatment": N_("Treatment"),
    "freight": N_("Freight"),
    "freight_fixed": N_("Freight"),
}
# The short words of the tables: how sure a flow is, who may see it, what the law says.
WORDS = {
    "offer": N_("offer"),
    "need": N_("need"),
    "measured": N_("measured"),
    "declared": N_("declared"),
    "estimated": N_("estimated"),
    "public": N_("public"),
    "members": N_("members"),
    "private": N_("private"),
    "waste": N_("waste"),
    "by_product": N_("by-product"),
    "end_of_waste": N_("end of waste"),
    "hazardous": N_("hazardous waste"),
    "none": N_("no waste"),
    "price": N_("the purchase price of the input"),
    "disposal_cost": N_("the cost of today's disposal"),
    "route": N_("today's route"),
    "route_distance": N_("today's haul"),
}


@dataclass(frozen=True)
class Speaker:
    """How one language writes numbers and words.

    Parameters
    ----------
    lang
        ``fr`` or ``en``.

    Examples
    --------
    >>> Speaker("fr").number(83599.4)
    '83\u202f599'
    >>> Speaker("en").number(83599.4)
    '83,599'
    """

    lang: str

    @property
    def tr(self) -> Callable[[str], str]:
        """The gettext function."""
        return translator(self.lang)

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the singular or the plural of a sentence, its ``{count}`` filled in.

        Examples
        --------
        >>> Speaker("fr").plural("{count} firm", "{count} firms", 0)
        '0 entreprise'
        """
        said = translations(self.lang).ngettext(one, many, count)
        return said.replace("{count}", self.number(count))

    def rounded(self, value: float) -> str:
        """Return an estimate with three significant figures.

        Examples
        --------
        >>> Speaker("en").rounded(681_336.0), Speaker("en").rounded(0.1649)
        ('681,000', '0.16')
        """
        # Below 100, number() itself keeps as many figures: rounding twice makes 0.17 of 0.1649.
        return self.number(float(f"{value:.3g}") if 100 <= abs(value) < math.inf else value)

    def number(self, value: float, digits: int | None = None) -> str:
        """Return a number; by default as many decimals as three significant figures need.

        Parameters
        ----------
        value
            NaN and infinities become a dash.
        digits
            Decimals; None for none above 100 and up to two below.
        """
        if value is None or not math.isfinite(value):
            return DASH
        places = _decimals(value) if digits is None else digits
        shown = round(value, places) + 0
        pattern = "#,##0" + ("." + "#" * places if places and digits is None else "")
        pattern += "." + "0" * places if places and digits is not None else ""
        return str(format_decimal(shown, format=pattern, locale=self.lang)).replace("-", "−")

    def money(self, value: float) -> str:
        """Return an amount a year in EUR: in millions above one, in thousands above ten of them."""
        if value is None or not math.isfinite(value):
            return DASH
        for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= (1e4 if letter == "k" else size):
                return self._amount(value / size, letter)
        return self._amount(value, "")

    def _amount(self, value: float, letter: str) -> str:
        digits = 1 if letter in {"M", "B"} and abs(value) < 100 else 0
        text = self.number(value, digits)
        if self.lang == "fr":
            letter = {"B": "Md"}.get(letter, letter)
            return f"{text}{NO_BREAK}{letter}€"
        sign, text = ("−", text[1:]) if text.startswith("−") else ("", text)
        return f"{sign}€{text}{letter}"

    def word(self, name: str) -> str:
        """Return one of `WORDS`, or several separated by ``|``, in the language."""
        parts = [part for part in str(name).split("|") if part]
        return ", ".join(self.tr(WORDS.get(part, part)) for part in parts)

    def distance(self, km: float) -> str:
        """Return road kilometres: whole from ten on, else with one decimal."""
        return self.number(km, 0 if abs(km) >= 10 else 1)

    def quantity(self, value: float, unit: str) -> str:
        """Return a yearly quantity with its unit."""
        return f"{self.number(value)}{NO_BREAK}{self.unit(unit)}"

    def unit(self, unit: str) -> str:
        """Return a canonical unit (``t``, ``MWh``, ``m3``) as printed, a year."""
        return self.tr({"t": "t/yr", "MWh": "MWh/yr", "m3": "m³/yr"}.get(unit, unit))

    def total(self, name: str, value: float) -> str:
        """Return one figure of the totals with its unit."""
        figure, unit = self.parts(name, value)
        return f"{figure}{'' if unit.startswith('/') else NO_BREAK}{unit}"

    def parts(self, name: str, value: float, *, rounded: bool = False) -> tuple[str, str]:
        """Return one figure of the totals and its unit apart."""
        if TOTAL_UNITS[name] == "€/yr":
            return self.money(value), "/an" if self.lang == "fr" else "a year"
        return self._write(name, rounded)(value), self.tr(TOTAL_UNITS[name])

    def _write(self, name: str, rounded: bool) -> Callable[[float], str]:
        if TOTAL_UNITS[name] == "€/yr":
            return self.money
        return self.rounded if rounded else self.number

    def interval(self, name: str, low: float, high: float, *, rounded: bool = False) -> str:
        """Return the interval of a total, empty where the two ends print the same."""
        write = self._write(name, rounded)
        ends = write(low), write(high)
        return "" if ends[0] == ends[1] else self.tr("{low} to {high}").format(
            low=ends[0], high=ends[1]
        )  # fmt: skip

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share of one as a percentage."""
        space = NARROW_SPACE if self.lang == "fr" else ""
        return f"{self.number(share * 100, digits)}{space}%"


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 100 or size == 0:
        return 0
    if size >= 1:
        return 1 if size >= 10 else 2
    return min(5, 1 - math.floor(math.log10(size)))
