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
from symbiosis.geography import landmass

Ints = NDArray[np.int64]
STAGES = ("no_pathway", "too_far", "legal", "quality", "")
"""How far an offer got; ``too_far`` here is across a sea, and the last one is admission."""

ADMITTED = len(STAGES) - 1

CONDITIONS = (
    "max_moisture_pct", "min_purity_pct", "min_temperature_c", "excluded_contaminants", "hierarchy",
)  # fmt: skip
PROOF_BEFORE_USE = frozenset({"reuse", "feed"})
"""Ranks of the hierarchy that put a residue in a household or a trough: what is not stated about
its purity is not taken for granted there."""
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
    demands = {law: _Demands(needs, law) for law in (False, True)}
    residue = _Residues(offers)
    ladder = _Ladder(len(offers))
    gates: list[Gate] = []
    offers_land, needs_land = (landmass(n["longitude"], n["latitude"]) for n in (offers, needs))
    offers_of = offers.groupby(["material", "case"]).indices
    needs_of = needs.groupby(["target", "case"]).indices
    for (pathway, target, case), group in routes.groupby(["pathway", "target", "case"], sort=True):
        residues = group["residue"].unique()
        senders = np.sort(np.concatenate([offers_of[(residue, case)] for residue in residues]))
        takers = np.sort(needs_of[(target, case)])
        rule = {str(name): value for name, value in group.iloc[0].items()}
        for asked, part in demands[not hazardous.isdisjoint(residues)].split(takers):
            reached, why = _reached(residue, senders, _Gatekeeper(rule, asked, hazardous))
            for takers_there in _by_land(part, needs_land):
                there = offers_land[senders] == needs_land[takers_there[0]]
                ladder.climb(senders[there], reached[there], why[there])
                ladder.strand(senders[~there])
                through = senders[there & (reached == ADMITTED)]
                if through.size:
                    wanted = str(target).partition("@")[0]
                    gates.append(Gate(str(pathway), wanted, through, takers_there))
    ladder.explain_missing(offers, catalogue)
    return Admission(tuple(gates), ladder.setbacks())


def _by_land(takers: Ints, land: Ints) -> list[Ints]:
    """Split some needs by the landmass they stand on."""
    return [takers[land[takers] == number] for number in np.unique(land[takers])]


class _Ladder:
    """How far each offer has got so far, and what stopped it there."""

    def __init__(self, count: int) -> None:
        self.stage = np.zeros(count, dtype=np.int64)
        self.detail = np.full(count, "", dtype=object)

    def climb(self, offers: Ints, reached: Ints, why: NDArray[np.object_]) -> None:
        better = reached > self.stage[offers]
        self.stage[offers[better]] = reached[better]
        self.detail[offers[better]] = why[better]

    def strand(self, offers: Ints) -> None:
        """Note offers whose takers are across a sea, unless they got further elsewhere."""
        self.climb(
            offers,
            np.full(offers.size, STAGES.index("too_far"), dtype=np.int64),
            np.full(offers.size, "sea", dtype=object),
        )

    def explain_missing(self, offers: pd.DataFrame, catalogue: Catalogue) -> None:
        """Tell a residue that no pathway knows from one whose inputs nobody asks for."""
        stuck = np.flatnonzero(self.stage == 0)
        materials = offers["material"].iloc[stuck]
        known = catalogue.pathways_of(materials.drop_duplicates())
        inputs = known.groupby("residue")["input"].agg(lambda column: "|".join(sorted(set(column))))
        self.detail[stuck] = [inputs.get(material, "") for material in materials]

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
    targets = wanted["target"].drop_duplicates()
    sites = targets[targets.str.contains("@R", regex=False)].str.split("@", expand=True)
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


class _Demands:
    """Needs numbered by what they ask of a residue, so that equals can share a gate."""

    def __init__(self, needs: pd.DataFrame, with_law: bool) -> None:
        asked = list(_ASKED if with_law else _ASKED[:-1])
        self.number = needs.groupby(asked, dropna=False, sort=True).ngroup().to_numpy()
        _, first = np.unique(self.number, return_index=True)
        self.asked: list[dict[str, object]] = [
            {str(name): value for name, value in row.items()}
            for row in needs.iloc[first][asked].to_dict("records")
        ]

    def split(self, takers: Ints) -> list[tuple[dict[str, object], Ints]]:
        """Return some needs in groups that ask the same, each with what it asks."""
        number = self.number[takers]
        order = np.argsort(number, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(number[order])) + 1)
        return [(self.asked[number[group[0]]], takers[group]) for group in groups]


class _Residues:
    """What the offers are like, taken out of their table once."""

    def __init__(self, offers: pd.DataFrame) -> None:
        self.material = offers["material"].to_numpy(dtype=object)
        self.quality = {column: offers[column].to_numpy(dtype=float) for column, _, _ in _QUALITIES}
        self.contaminants = [frozenset(_words(text)) for text in offers["contaminants"]]


@dataclass(frozen=True)
class _Gatekeeper:
    """The pathway's rule, what the needs ask, and which codes need an authorisation."""

    rule: dict[str, object]
    asked: dict[str, object]
    hazardous: frozenset[str]


def _reached(
    residues: _Residues, offers: Ints, gate: _Gatekeeper
) -> tuple[Ints, NDArray[np.object_]]:
    """Return how far each offer gets at one gate, and what stops it there.

    A quality that an offer does not state is let through, as an unknown to be measured and not a
    failure, except purity where people or animals are at the other end.
    """
    reached = np.full(offers.size, ADMITTED, dtype=np.int64)
    why = np.full(offers.size, "", dtype=object)
    for test in _limits(gate):
        have = residues.quality[test.column][offers]
        worse = have > test.limit if test.most else have < test.limit
        sign = ">" if test.most else "<"
        if test.column == "purity_pct" and gate.rule["hierarchy"] in PROOF_BEFORE_USE:
            worse |= np.isnan(have)
        reached[worse] = STAGES.index("quality")
        why[worse] = [
            f"{test.column} {'?' if np.isnan(value) else format(value, 'g')} {sign} {test.limit:g}"
            for value in have[worse]
        ]
    excluded = _words(gate.rule["excluded_contaminants"]) | _words(gate.asked["contaminants"])
    if excluded:
        for row, offer in enumerate(offers):
            if found := residues.contaminants[offer] & excluded:
                reached[row] = STAGES.index("quality")
                why[row] = "contaminants " + "|".join(sorted(found))
    if "authorised" in gate.asked:
        allowed = _words(gate.asked["authorised"])
        material = residues.material[offers]
        barred = np.array([m in gate.hazardous and m not in allowed for m in material], dtype=bool)
        reached[barred] = STAGES.index("legal")
        why[barred] = material[barred]
    return reached, why


@dataclass(frozen=True)
class _Limit:
    """The most or the least of one quality that a gate accepts."""

    column: str
    limit: float
    most: bool


def _limits(gate: _Gatekeeper) -> list[_Limit]:
    """Return the stricter of the pathway's and the need's limits, where either states one."""
    limits = []
    for column, condition, most in _QUALITIES:
        stated = np.array([gate.rule[condition], gate.asked[column]], dtype=float)
        stated = stated[~np.isnan(stated)]
        if stated.size:
            limits.append(_Limit(column, float(stated.min() if most else stated.max()), most))
    return limits


def _words(text: object) -> set[str]:
    """Return the words of a ``|``-separated cell, lower case."""
    if not isinstance(text, str):
        return set()
    return {word.strip().lower() for word in text.split("|")} - {""}
