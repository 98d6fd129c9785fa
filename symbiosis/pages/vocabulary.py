"""The words that several pages share: figures, terms, ranks, reasons, stages."""

from __future__ import annotations

from types import MappingProxyType

import streamlit as st

from symbiosis.maps import Look, numbers
from symbiosis.maps.figures import UNITS, Figure
from symbiosis.maps.palette import Theme
from symbiosis.pages import parts
from symbiosis.pages.words import _, language


def theme() -> Theme:
    """Return the reader's theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


ONLINE = MappingProxyType(
    {
        "light": "https://tiles.openfreemap.org/styles/positron",
        "dark": "https://tiles.openfreemap.org/styles/dark",
    }
)
"""Basemaps of OpenFreeMap, asked for only when the reader turns them on."""


def look(size: tuple[int, int] = (700, 470)) -> Look:
    """Return theme, language and basemap of this visit, for a map of about this size in pixels."""
    agent = str(st.context.headers.get("User-Agent", ""))
    here = theme()
    style = ONLINE[here] if st.session_state.get("online") else f"app/static/style_{here}.json"
    return Look(here, language(), _, style, (300, size[1]) if "Mobile" in agent else size)


def figures() -> dict[str, tuple[str, str]]:
    """Return the name of each total and the sentence that explains it."""
    return {
        "waste_diverted_t": (
            _("Waste diverted"),
            _("Residues that become someone's input instead of going to landfill or incineration."),
        ),
        "emissions_avoided_tco2e": (
            _("Emissions avoided"),
            _("Production and disposal avoided, less processing and transport."),
        ),
        "jobs_fte": (
            _("Jobs"),
            _("Work of collecting, sorting and processing, net of the jobs of disposal."),
        ),
        "net_gain_eur": (
            _("Net gain"),
            _("Disposal and purchases avoided, less treatment and freight, before sharing."),
        ),
        "heat_recovered_mwh": (
            _("Heat recovered"),
            _("Heat and steam that replace another source."),
        ),
        "water_saved_m3": (_("Water saved"), _("Water reused instead of drawn.")),
        "co2_reused_t": (_("CO₂ reused"), _("Captured CO₂ delivered; not a tonne of waste.")),
    }


def card(figure: Figure) -> parts.Card:
    """Return a figure as a card, its interval under it."""
    lang = language()
    what, helps = figures()[figure.key]
    if figure.unit == "EUR":
        value, unit = numbers.euros(figure.central, lang), _("a year")
        low, high = numbers.euros(figure.low, lang), numbers.euros(figure.high, lang)
    else:
        value, unit = numbers.split_amount(figure.central, figure.unit, lang)
        low, high = (numbers.rounded(v, lang) for v in (figure.low, figure.high))
    if figure.key == "jobs_fte":
        unit = _("net FTE")
    interval = "" if low == high else _("between {low} and {high}").format(low=low, high=high)
    return parts.Card(what, value, unit, interval, helps)


def beside(one: Figure, two: Figure, change: float) -> parts.Card:
    """Return the second of two figures as a card, with how far it is from the first."""
    plain = card(two)
    if not moves(one, two):
        return parts.Card(plain.what, plain.value, plain.unit, _("unchanged"), plain.help)
    sign = "+" if change > 0 else ""
    words = _("{change} (was {before})").format(
        change=f"{sign}{bare(one, change)}", before=bare(one, one.central)
    )
    return parts.Card(plain.what, plain.value, plain.unit, words, plain.help)


def moves(one: Figure, two: Figure) -> bool:
    """Return whether two figures are written differently."""
    return said(one.key, one.central) != said(two.key, two.central)


def bare(figure: Figure, value: float) -> str:
    """Return a value without its unit, where the unit stands beside it already."""
    lang = language()
    return numbers.euros(value, lang) if figure.unit == "EUR" else numbers.rounded(value, lang)


def said(key: str, value: float) -> str:
    """Return an estimate in words, rounded, with its unit."""
    unit = dict(UNITS)[key]
    lang = language()
    if unit == "EUR":
        return numbers.euros(value, lang)
    return numbers.gap(lang).join(numbers.split_amount(value, unit, lang))


def terms() -> dict[str, str]:
    """Return the terms of the emissions, and those of other figures that may be missing."""
    return {
        "substitution": _("Production avoided"),
        "avoided_disposal": _("Disposal avoided"),
        "processing": _("Processing"),
        "transport": _("Transport"),
        "": _("Whole figure"),
        "jobs_operation": _("Jobs of processing"),
        "jobs_displaced": _("Jobs of disposal lost"),
        "jobs_transport": _("Jobs of transport"),
    }


def ranks() -> dict[str, str]:
    """Return what the ranks of the waste hierarchy are called."""
    return {
        "reuse": _("Reuse"), "feed": _("Animal feed"), "recycling": _("Recycling"),
        "recovery": _("Other recovery"), "energy": _("Energy"), "disposal": _("Disposal"),
    }  # fmt: skip


def confidences() -> dict[str, str]:
    """Return what the degrees of confidence are called."""
    return {
        "measured": _("Measured"), "declared": _("Declared"), "estimated": _("Estimated"),
    }  # fmt: skip


def reasons() -> dict[str, str]:
    """Return what each reason for staying unmatched means, in words."""
    return {
        "no_pathway": _("No known use of this residue for anyone here"),
        "too_far": _("It would pay nearby, but the takers are too far"),
        "taker_full": _("Those who could take it have all they need"),
        "blending_limit": _("The recipe of those who could take it holds no more of it"),
        "not_worth_it": _("It would cost more than it saves, even next door"),
        "quality": _("Its quality does not meet what takers ask"),
        "legal": _("The taker's authorisation does not cover it"),
    }


def legal() -> dict[str, str]:
    """Return what each legal status means."""
    return {
        "waste": _("Waste: collection and treatment under authorisation"),
        "by_product": _("By-product: its four conditions are to be shown"),
        "end_of_waste": _("End of waste: leaves the status by an order"),
        "hazardous": _("Hazardous waste: tracked by consignment note"),
        "none": _("Not a waste"),
    }


def stages() -> dict[str, str]:
    """Return the stages of a synergy."""
    return {
        "idea": _("Idea"), "contact": _("Contact"), "study": _("Under study"),
        "running": _("Running"), "dropped": _("Dropped"),
    }  # fmt: skip


def followed() -> dict[str, str]:
    """Return what an officer writes about a synergy is called."""
    return {
        "stage": _("Stage"), "owner": _("Followed by"), "date": _("Date"),
        "next_step": _("Next step"), "note": _("Note"), "reason": _("Reason if dropped"),
        "likelihood": _("Likelihood"),
    }  # fmt: skip


def next_steps() -> dict[str, str]:
    """Return what to do first about an exchange, by its legal status."""
    return {
        "waste": _(
            "Call both: is the quantity steady, is there a recent analysis? Then find the carrier "
            "and check the taker's permit."
        ),
        "by_product": _(
            "Call both: is the quantity steady, is there a recent analysis? Then write down how "
            "the four conditions of a by-product are met."
        ),
        "end_of_waste": _(
            "Call both: is the quantity steady, is there a recent analysis? Then check the "
            "criteria of the order on the end of waste."
        ),
        "hazardous": _(
            "Check the permits of carrier and taker first, then call both: quantity, analysis, "
            "packing."
        ),
        "none": _(
            "Call both: temperature or quality, hours of the day and months of the year, and "
            "where the link could pass."
        ),
    }


def choices() -> dict[str, str]:
    """Return what the parameters of a scenario that are words mean."""
    return {
        "value": _("Worth for the territory"), "waste": _("Least waste"),
        "carbon": _("Least CO₂e"), "jobs": _("Most jobs"),
        "low": _("Low"), "central": _("Central"), "high": _("High"),
        "half": _("half to each side"), "donor": _("all to the giver"),
        "taker": _("all to the taker"), "range": _("by operation"),
        "ademe-2013": _("50 against 1 (ADEME 2013)"),
        "articulated_40t": _("40 t articulated lorry"),
    }  # fmt: skip


def assumed() -> dict[str, str]:
    """Return what a firm may have left out."""
    return {
        "route": _("today's route"), "disposal_cost": _("cost of disposal"),
        "price": _("purchase price"),
    }  # fmt: skip
