"""Exchanges as a list: words for the reader, numbers under them for sorting and for exports."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from symbiosis.maps import numbers
from symbiosis.maps.lists import hundredths, share
from symbiosis.pages import parts, vocabulary
from symbiosis.pages.words import _, language, n_

__all__ = ["columns", "cut", "exported", "hundredths", "share", "written"]


def columns() -> list[str]:
    """Return the headings of what the study says of an exchange; nobody writes in them."""
    return [
        _("Material"), _("Gives"), _("Takes"), _("Quantity"), _("Emissions avoided"), _("Net gain"),
    ]  # fmt: skip


def written(table: pd.DataFrame, more: pd.DataFrame | None = None) -> Styler:
    """Return a list whose figures read as sentences do, and sort as the numbers that they are.

    Parameters
    ----------
    table
        Rows of the atlas or of the worklist.
    more
        Further columns, with the same rows.
    """
    plain = _plain(table).reset_index(drop=True)
    whole = plain if more is None else pd.concat([plain, more.reset_index(drop=True)], axis=1)
    lang, emissions = language(), "emissions_avoided_tco2e"
    shown = whole.style.format(partial(vocabulary.said, emissions), subset=[_("Emissions avoided")])
    shown = shown.format(partial(_money, lang=lang), subset=[_("Net gain")])
    for unit, rows in table.reset_index(drop=True).groupby("unit").groups.items():
        shown = shown.format(_amount(str(unit), lang), subset=(rows, [_("Quantity")]))
    return shown


def _money(value: float, *, lang: str) -> str:
    return numbers.euros(value, lang)


def _amount(unit: str, lang: str) -> Callable[[Any], str]:
    return lambda value: numbers.amount(value, unit, lang)


def exported(table: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Return a list for a spreadsheet: numbers as numbers, each with its unit.

    Parameters
    ----------
    table, more
        As for `written`.
    """
    plain = _plain(table)
    heads = (_("Emissions avoided"), _("Net gain"), _("Likelihood"))
    whole = pd.concat([plain, more], axis=1)
    whole.insert(4, _("Unit"), table["unit"])
    units = zip(heads, ("t CO₂e", "€", "%"), strict=True)
    return whole.rename(columns={head: f"{head} ({unit})" for head, unit in units})


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    label = table["label_fr" if language() == "fr" else "label_en"]
    emissions = "emissions_avoided_tco2e"
    emissions = emissions if emissions in table else f"{emissions}_central"
    figures = (table[name] for name in ("quantity", emissions, "net_gain_eur"))
    words = (label.str[:1].str.upper() + label.str[1:], table["offer_firm"], table["need_firm"])
    return pd.DataFrame(dict(zip(columns(), (*words, *figures), strict=True)), index=table.index)


def cut(count: int, most: int) -> None:
    """Say it where a list is too long to be shown whole."""
    if count > most:
        words = n_(
            "The best {most} of {count} line are shown: filter to see others.",
            "The best {most} of {count} lines are shown: filter to see others.",
            count,
        )
        shown = {
            "most": numbers.number(most, language()),
            "count": numbers.number(count, language()),
        }
        parts.note(words.format(**shown))
