"""Which offers may go to which needs: pathway, case, law and quality, before any value.

Admission is decided for groups, never for pairs: needs that ask the same of a residue share one
gate, and a gate lets a set of offers through.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.catalogue import Catalogue

Ints = NDArray[np.int64]
STAGES = ("no_pathway", "legal", "quality", "")
"""How far an offer got; the last one is admission."""

ADMITTED = len(STAGES) - 1

CONDITIONS = ("max_moisture_pct", "min_purity_pct", "min_temperature_c", "excluded_contaminants")
_QUALITIES = (
    ("moisture_pct", "max_moisture_pct", True),
    ("purity_pct", "min_purity_pct", False),
    ("temperature_c", "min_temperature_c", False),
)
_ASKED = ("moisture_pct", "purity_pct", "temperature_c", "contaminants", "authorised")


@dataclass(frozen=True)
class Gate:
    """Needs that one pathway serves under the same conditions, and the offers let through.

    Parameters
    ----------
    pathway, input
        Identifiers in the catalogue.
    offers, needs
        Row positions, ascending, neither empty.
    """

    pathway: str
    input: str
    offers: Ints
    needs: Ints


@dataclass(frozen=True)
class Admission:
    """The gates, and for each offer the furthest stage it reached.

    Parameters
    ----------
    gates
        Every group of admissible links.
    setbacks
        Columns ``offer``, ``reason`` (one of `STAGES`) and ``detail``.
    """

    gates: tuple[Gate, ...]
    setbacks: pd.DataFrame


def admit(offers: pd.DataFrame, needs: pd.DataFrame, catalogue: Catalogue) -> Admission:
    """Return every group of admissible links.

    Parameters
    ----------
    offers, needs
        Nodes of the graph, see `nodes.taking_part`.
    catalogue
        Materials and pathways.
    """
    needs = needs.assign(target=_targets(needs, catalogue))
    routes = _routes(offers, needs, catalogue)
    hazardous = frozenset(catalogue.low.index[catalogue.low["hazardous"]])
    ladder = _Ladder(len(offers))
    gates: list[Gate] = []
    offers_of = offers.groupby(["material", "case"]).indices
    needs_of = needs.groupby(["target", "case"]).indices
    for (pathway, target, case), group in routes.groupby(["pathway", "target", "case"], sort=True):
        residues = group["residue"].unique()
        senders = np.sort(np.concatenate([offers_of[(residue, case)] for residue in residues]))
        takers = np.sort(needs_of[(target, case)])
        for asked, part in _by_demands(needs, takers, not hazardous.isdisjoint(residues)):
            reached, why = _reached(offers.iloc[senders], group.iloc[0], asked, hazardous)
            ladder.climb(senders, reached, why)
            through = senders[reached == ADMITTED]
            if through.size:
                gates.append(Gate(str(pathway), str(target).partition("@")[0], through, part))
    ladder.explain_missing(offers, catalogue)
    return Admission(tuple(gates), ladder.setbacks())


class _Ladder:
    """How far each offer has got so far, and what stopped it there."""

    def __init__(self, count: int) -> None:
        self.stage = np.zeros(count, dtype=np.int64)
        self.detail = np.full(count, "", dtype=object)

    def climb(self, offers: Ints, reached: Ints, why: NDArray[np.object_]) -> None:
        better = reached > self.stage[offers]
        self.stage[offers[better]] = reached[better]
        self.detail[offers[better]] = why[better]

    def explain_missing(self, offers: pd.DataFrame, catalogue: Catalogue) -> None:
        """Tell a residue that no pathway knows from one whose inputs nobody asks for."""
        stuck = np.flatnonzero(self.stage == 0)
        materials = offers["material"].iloc[stuck]
        known = catalogue.pathways_of(materials.drop_duplicates())
        inputs = known.groupby("residue")["input"].agg(lambda column: "|".join(sorted(set(column))))
        self.detail[stuck] = materials.map(inputs).fillna("").to_numpy()

    def setbacks(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "offer": np.arange(len(self.stage)),
                "reason": np.array(STAGES, dtype=object)[self.stage],
                "detail": np.where(self.stage == ADMITTED, "", self.detail),
            }
        )


def _targets(needs: pd.DataFrame, catalogue: Catalogue) -> NDArray[np.object_]:
    """Return what a pathway must lead to: an input, or ``code@operation`` of a treating site."""
    material = needs["material"].to_numpy(dtype=object)
    site = needs["material"].isin(catalogue.low.index).to_numpy()
    operation = needs["operation"].replace("", "R").to_numpy(dtype=object)
    return np.where(site, material + "@" + operation, material)


def _routes(offers: pd.DataFrame, needs: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the pathways that join something offered to something needed, within each case.

    Columns: residue, pathway, target, case, and the pathway's quality conditions.
    """
    offered = offers[["material", "case"]].drop_duplicates()
    wanted = needs[["target", "case"]].drop_duplicates()
    known = catalogue.pathways_of(offered["material"].drop_duplicates())
    known = known.rename(columns={"input": "target"})[["residue", "pathway", "target", *CONDITIONS]]
    sites = wanted["target"].drop_duplicates()
    sites = sites[sites.str.contains("@R", regex=False)].str.split("@", expand=True)
    if len(sites):
        direct = pd.DataFrame(
            {
                "residue": sites[0],
                "pathway": "site:" + sites[1],
                "target": sites[0] + "@" + sites[1],
            }
        )
        known = pd.concat([known, direct], ignore_index=True)
    joined = offered.merge(known, left_on="material", right_on="residue")
    return joined.merge(wanted, on=["target", "case"]).drop(columns="material")


def _by_demands(
    needs: pd.DataFrame, takers: Ints, with_law: bool
) -> list[tuple[dict[str, object], Ints]]:
    """Split needs into groups that ask the same of a residue."""
    asked = list(_ASKED if with_law else _ASKED[:-1])
    part = needs.iloc[takers][asked]
    number = part.groupby(asked, dropna=False, sort=True).ngroup().to_numpy()
    order = np.argsort(number, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
    return [(part.iloc[group[0]].to_dict(), takers[group]) for group in groups]


def _reached(
    offers: pd.DataFrame, rule: pd.Series, asked: dict[str, object], hazardous: frozenset[str]
) -> tuple[Ints, NDArray[np.object_]]:
    """Return how far each offer gets at one gate, and what stops it there.

    A quality that an offer does not state is let through: it is an unknown to be measured, not a
    failure (the shipment then says so).
    """
    reached = np.full(len(offers), ADMITTED, dtype=np.int64)
    why = np.full(len(offers), "", dtype=object)
    for test in _limits(rule, asked):
        have = offers[test.column].to_numpy(dtype=float)
        worse = have > test.limit if test.most else have < test.limit
        sign = ">" if test.most else "<"
        reached[worse] = STAGES.index("quality")
        why[worse] = [f"{test.column} {value:g} {sign} {test.limit:g}" for value in have[worse]]
    excluded = _words(rule["excluded_contaminants"]) | _words(asked["contaminants"])
    if excluded:
        found = [sorted(_words(text) & excluded) for text in offers["contaminants"]]
        dirty = np.array([bool(words) for words in found], dtype=bool)
        reached[dirty] = STAGES.index("quality")
        why[dirty] = ["contaminants " + "|".join(words) for words in found if words]
    if "authorised" in asked:
        allowed = _words(asked["authorised"])
        barred = offers["material"].isin(hazardous - allowed).to_numpy()
        reached[barred] = STAGES.index("legal")
        why[barred] = offers["material"].to_numpy(dtype=object)[barred]
    return reached, why


@dataclass(frozen=True)
class _Limit:
    """The most or the least of one quality that a gate accepts."""

    column: str
    limit: float
    most: bool


def _limits(rule: pd.Series, asked: dict[str, object]) -> list[_Limit]:
    """Return the stricter of the pathway's and the need's limits, where either states one."""
    limits = []
    for column, condition, most in _QUALITIES:
        stated = np.array([rule[condition], asked[column]], dtype=float)
        stated = stated[~np.isnan(stated)]
        if stated.size:
            limits.append(_Limit(column, float(stated.min() if most else stated.max()), most))
    return limits


def _words(text: object) -> set[str]:
    """Return the words of a ``|``-separated cell, lower case."""
    if not isinstance(text, str):
        return set()
    return {word.strip().lower() for word in text.split("|")} - {""}
