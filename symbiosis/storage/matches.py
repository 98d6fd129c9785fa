"""Exchanges as one principal may see them: a private partner is "a taker within N km".

One exchange has two ends. Whoever reaches one end sees the row; the other end is shown when its
flow is visible to them, or when both firms agreed to meet. Otherwise only the existence of a
partner and a rounded distance are left of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.errors import Message, say
from symbiosis.storage.access import Action, Kind, scope, visible
from symbiosis.storage.disclosure import blank, money
from symbiosis.storage.principals import Principal

# Steps of the only distance that is shown of a hidden partner, km.
STEPS_KM = (5, 10, 25, 50, 100, 200, 500, 1_000, 20_000)
ENDS = ("offer", "need")
# The documented tables whose columns an exchange may bear.
TABLES = ("shipments", "worklist", "meetings")
# What is derived from prices and costs, wherever it stands, among what rows are ranked by.
MONEY = ("value_eur", "net_gain_eur")
# Both names of a link are digests of its two flows: whoever guessed one could check the guess, so
# that nothing but these is left of an exchange one end of which is hidden, beside its open end.
_LEFT = frozenset(
    {
        "kind", "stage", "state", "likelihood", "hidden", "within_km", "offer_agreed",
        "need_agreed", "study_id", "version", "changed_at", "changed_by", "date", "note", "owner",
        "next_step", "reason",
    }
)  # fmt: skip
# What officers write for themselves.
_NOTES = ("note", "owner", "next_step", "reason")
# What rows are ordered by, once what is hidden is empty.
_RANKS = (*MONEY, "quantity")
_NAMES = ("offer_firm", "need_firm", "offer_flow", "need_flow", "pathway", "hidden", "within_km")
_END_TEXTS = ("firm", "firm_id", "flow", "contact", "territory", "visibility")


def _end(table: pd.DataFrame, end: str) -> pd.DataFrame:
    names = ("firm_id", "territory", "visibility")
    return table[[f"{end}_{name}" for name in names]].set_axis(names, axis=1)


def within(distance_km: pd.Series) -> pd.Series:
    """Return the least step of `STEPS_KM` that is not under each distance, in km."""
    steps = np.asarray(STEPS_KM, dtype=float)
    places = np.searchsorted(steps, distance_km.to_numpy(float)).clip(max=len(steps) - 1)
    return pd.Series(steps[places], index=distance_km.index)


def hint(end: str, within_km: float) -> Message:
    """Return what is said of a hidden partner.

    Examples
    --------
    >>> str(hint("need", 25.0))
    'A taker exists within 25 km.'
    """
    if end == "need":
        return say("A taker exists within {km} km.", km=f"{within_km:g}")
    return say("A source exists within {km} km.", km=f"{within_km:g}")


def seen(who: Principal, table: pd.DataFrame, agreed: pd.Series) -> pd.DataFrame:
    """Return the exchanges that a principal may see, with what must be hidden left empty.

    Parameters
    ----------
    who
        Who asks.
    table
        One row an exchange, with ``offer_`` and ``need_`` followed by ``firm_id``, ``territory``
        and ``visibility``, and any of the columns of shipments and synergies.
    agreed
        Whether both firms agreed to meet; same index.

    Returns
    -------
    pandas.DataFrame
        The rows that the principal reaches at one end or both, with ``hidden`` (``offer``,
        ``need`` or ``""``) and ``within_km`` (NaN unless hidden) added, in an order of what is
        shown: a study stands by value, and that order would tell of prices.
    """
    reached = scope(who, Kind.SYNERGY)
    mine = {end: reached.mask(*_pair(table, end)) for end in ENDS}
    kept = mine["offer"] | mine["need"]
    table = table[kept].copy()
    mine = {end: mask[kept] for end, mask in mine.items()}
    # An agreement opens things to the two and their officers, not to all who follow a territory.
    parties = scope(who, Kind.AGREEMENT)
    met = agreed[kept] & (
        parties.mask(*_pair(table, "offer")) | parties.mask(*_pair(table, "need"))
    )
    open_ = {end: visible(who, _end(table, end)) | met | mine[end] for end in ENDS}
    table["within_km"] = np.nan
    table["hidden"] = ""
    far = within(table["distance_km"])
    for end in ENDS:
        shut = ~open_[end]
        table.loc[shut, "hidden"] = end
        table.loc[shut, "within_km"] = far[shut]
        _blank(table, shut, end)
    _money(who, table)
    _contacts(who, table, met)
    _notes(who, table)
    return ranked(table)


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Return rows the best first by the figures that are shown in them, and then by name."""
    by = [name for name in (*_RANKS, *_NAMES) if name in table]
    rising = [name in _NAMES for name in by]
    order = pd.DataFrame(table)[by].sort_values(by, ascending=rising, kind="stable").index
    return table.loc[order]


def _pair(table: pd.DataFrame, end: str) -> tuple[pd.Series, pd.Series]:
    return table[f"{end}_firm_id"], table[f"{end}_territory"]


def _blank(table: pd.DataFrame, shut: pd.Series, end: str) -> None:
    """Empty all but what may be left of an exchange whose one end is hidden."""
    other, material = ("need", "input") if end == "offer" else ("offer", "material")
    left = {*_LEFT, *(f"{other}_{name}" for name in _END_TEXTS), material}
    blank(table, shut, [str(name) for name in table if name not in left])


def _money(who: Principal, table: pd.DataFrame) -> None:
    """Empty what tells of prices, unless both ends' prices may be read."""
    priced = scope(who, Kind.PRICE)
    shut = ~(priced.mask(*_pair(table, "offer")) & priced.mask(*_pair(table, "need")))
    blank(table, shut, money(table, *TABLES))


def _contacts(who: Principal, table: pd.DataFrame, met: pd.Series) -> None:
    reached = scope(who, Kind.CONTACT)
    for end in ENDS:
        if f"{end}_contact" in table:
            shut = ~(reached.mask(*_pair(table, end)) | met)
            table.loc[shut, f"{end}_contact"] = ""


def _notes(who: Principal, table: pd.DataFrame) -> None:
    officer = scope(who, Kind.SYNERGY, Action.WRITE)
    shut = ~(officer.mask(*_pair(table, "offer")) | officer.mask(*_pair(table, "need")))
    for name in table.columns.intersection(list(_NOTES)):
        table.loc[shut, name] = ""
