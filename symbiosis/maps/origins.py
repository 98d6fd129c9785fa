"""Where one figure comes from: its terms, and the sources of the factors that weigh most."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from symbiosis.impacts.explain import TERM_NAMES

if TYPE_CHECKING:
    from symbiosis.study import Study

MOST_SOURCES = 3
# Enough for two figures of an end of the interval, and quick enough for a click.
DRAWS, COVERAGE = 2000, 0.9


@dataclass(frozen=True)
class Origin:
    """What a figure is made of.

    Parameters
    ----------
    terms
        Name of a term (an English message) and its signed value; they add up to the figure.
    sources
        Where the factors come from that carry most of it: source, year, and the share of the
        figure, without signs, in which it has a part (0 to 1).
    lines
        How many lines were added up.
    """

    terms: tuple[tuple[str, float], ...]
    sources: tuple[tuple[str, int, float], ...]
    lines: int


def origin(study: Study, figure: str, shipments: Collection[str] | None = None) -> Origin:
    """Return what a figure is made of.

    Parameters
    ----------
    study
        What was assessed.
    figure
        One of ``waste_diverted_t``, ``emissions_avoided_tco2e``, ``jobs_fte``, ``net_gain_eur``;
        any other has no terms.
    shipments
        Identifiers of the exchanges that are counted; all if None.
    """
    lines = study.impact.lines
    lines = lines[lines["figure"] == figure]
    if shipments is not None:
        lines = lines[lines["shipment_id"].isin(list(shipments))]
    if not len(lines):
        return Origin((), (), 0)
    sums = lines.groupby("term")["value"].sum()
    terms = tuple((TERM_NAMES[t], float(sums[t])) for t in TERM_NAMES if t in sums.index)
    return Origin(terms, _sources(study, lines), len(lines))


def _sources(study: Study, lines: pd.DataFrame) -> tuple[tuple[str, int, float], ...]:
    """Return the sources that weigh most; a line with two factors counts once for each source."""
    whole = float(lines["value"].abs().sum())
    known = study.impact.factors.drop_duplicates("name").set_index("name")
    long = lines.assign(line=range(len(lines)))
    named = pd.concat(
        [long[["line", "value", side]].set_axis(["line", "value", "factor"], axis=1)
         for side in ("factor_1", "factor_2")]
    )  # fmt: skip
    named = named[named["factor"].isin(known.index)]
    named = named.assign(
        source=named["factor"].map(known["source"]).astype(str),
        year=pd.to_numeric(named["factor"].map(known["year"]), errors="coerce"),
        weight=named["value"].abs(),
    ).drop_duplicates(["line", "source"])
    heavy = named.groupby("source").agg(year=("year", "max"), weight=("weight", "sum"))
    heavy = heavy[heavy["weight"] > 0].sort_values("weight", ascending=False).head(MOST_SOURCES)
    return tuple(
        (str(name), int(row["year"]) if row["year"] > 0 else 0, float(row["weight"]) / whole)
        for name, row in heavy.iterrows()
    )


def likely(
    study: Study, figure: str, shipments: Collection[str] | None = None
) -> tuple[float, float] | None:
    """Return the ends between which a figure lies nine times out of ten, None where nothing moves.

    Each factor is drawn within its range, once for all the exchanges that rest on it
    (`Impact.uncertainty`).

    Parameters
    ----------
    study, figure, shipments
        As in `origin`.
    """
    table = study.impact.uncertainty(draws=DRAWS, coverage=COVERAGE, shipments=shipments)
    ends = table.loc[table["figure"] == figure, ["low", "high"]].to_numpy(dtype=float)
    if not len(ends) or ends[0, 0] == ends[0, 1]:
        return None
    return float(ends[0, 0]), float(ends[0, 1])
