"""A territory of any size by seed, as an office would declare it: the same on every machine.

Fictional: names say so. Towns, one for 200 firms, at random between 44.5° and 49.5° north and 0.5°
west and 6° east, all of it land; firms 0.06° (one standard deviation, some 5 km) around a random
town. An activity is drawn as the register's sites are spread over the divisions (two firms in
three), or as the catalogue's pathways name those who could take (one in three). A firm offers two
flows and needs two: residues of its division as the register counts them (one in ten: a heat, a
water or a gas), and inputs that pathways lead to in its division. Quantities are log-normal with
parameters 5 and 1.5, to one decimal; one in three residues goes to landfill today.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue

WEST, SOUTH, EAST, NORTH = -0.5, 44.5, 6.0, 49.5
SPREAD_DEG = 0.06
FIRMS_A_TOWN = 200
TAKERS = 1 / 3
ENERGY = 0.1
ROUTES = ("D1", "R5", "R13")
Random = np.random.Generator


class Declared(NamedTuple):
    """The two tables of a declaration, as `symbiosis.read` finds them in a folder."""

    firms: pd.DataFrame
    flows: pd.DataFrame


def territory(catalogue: Catalogue, count: int, seed: int = 0) -> Declared:
    """Return a territory of some firms and four times as many flows.

    Parameters
    ----------
    catalogue
        Activities, pathways and units.
    count
        Firms.
    seed
        Seed.

    Examples
    --------
    >>> from symbiosis.catalogue import load
    >>> made = territory(load(), 50)
    >>> len(made.firms), len(made.flows)
    (50, 200)
    """
    random = np.random.default_rng(seed)
    division = _divisions(random, catalogue, count)
    firms = _firms(random, catalogue, division)
    residues = np.stack([_residues(random, catalogue, division) for _ in range(2)], axis=1)
    inputs = np.stack([_inputs(random, catalogue, division) for _ in range(2)], axis=1)
    flows = pd.DataFrame({
        "firm_id": np.repeat(firms["firm_id"].to_numpy(), 4),
        "direction": np.tile(["offer", "offer", "need", "need"], count),
        "material": np.concatenate((residues, inputs), axis=1).ravel(),
        "quantity": np.round(np.exp(random.normal(5, 1.5, 4 * count)), 1),
        "route": random.choice(ROUTES, 4 * count),
        "year": 2025,
    })  # fmt: skip
    same = flows.duplicated(["firm_id", "direction", "material", "quantity"])
    flows.loc[same, "quantity"] += 0.1  # a line said twice would be refused
    flows["unit"] = flows["material"].map({m: catalogue.unit_of(m) for m in set(flows["material"])})
    flows["route"] = flows["route"].where(flows["direction"] == "offer", "")
    flows.insert(0, "flow_id", [f"X{number:06d}" for number in range(len(flows))])
    return Declared(firms, flows)


def _divisions(random: Random, catalogue: Catalogue, count: int) -> np.ndarray:
    """Return a two-digit activity for each firm."""
    giving = catalogue.activities.groupby("division")["sites"].sum()
    taking = _takers(catalogue)["division"].value_counts().sort_index()
    drawn = [random.choice(s.index, count, p=s / s.sum()) for s in (giving, taking)]
    return np.where(random.random(count) < TAKERS, drawn[1], drawn[0])


def _takers(catalogue: Catalogue) -> pd.DataFrame:
    """Return one row a pathway and division that could take: ``division, input``."""
    told = catalogue.pathways[["input", "consumer_nace"]]
    split = told.assign(division=told["consumer_nace"].str.split("|")).explode("division")
    return split.loc[split["division"] != "", ["division", "input"]]


def _firms(random: Random, catalogue: Catalogue, division: np.ndarray) -> pd.DataFrame:
    count = len(division)
    towns = max(5, count // FIRMS_A_TOWN)
    centres = random.uniform((WEST, SOUTH), (EAST, NORTH), (towns, 2))
    town = random.integers(0, towns, count)
    place = (centres[town] + random.normal(0, SPREAD_DEG, (count, 2))).round(5)
    classes = pd.Series([code for code in catalogue.naf.index if len(code) == 6])
    of_division = classes.groupby(classes.str[:2]).first()
    return pd.DataFrame({
        "firm_id": [f"F{number:06d}" for number in range(count)],
        "name": [f"Établissement fictif {number}" for number in range(count)],
        "naf": pd.Series(division).map(of_division).fillna(""),
        "commune": [f"Ville {number}" for number in town],
        "longitude": place[:, 0],
        "latitude": place[:, 1],
    })  # fmt: skip


def _residues(random: Random, catalogue: Catalogue, division: np.ndarray) -> np.ndarray:
    """Return what each firm gives: a residue usual in its division, or one without a LoW code."""
    usual = catalogue.activities
    others = catalogue.pathways.loc[~catalogue.pathways["residue"].isin(catalogue.low.index)]
    plain = _drawn(random, division, usual["division"], usual["residue"], usual["sites"])
    rare = random.choice(np.sort(others["residue"].unique()), len(division))
    return np.where(random.random(len(division)) < ENERGY, rare, plain)


def _inputs(random: Random, catalogue: Catalogue, division: np.ndarray) -> np.ndarray:
    """Return what each firm needs: an input that pathways lead to in its division."""
    takers = _takers(catalogue)
    return _drawn(random, division, takers["division"], takers["input"], pd.Series(1, takers.index))


def _drawn(
    random: Random, division: np.ndarray, where: pd.Series, what: pd.Series, weight: pd.Series
) -> np.ndarray:
    """Draw one of what occurs in each firm's division, or anywhere if nothing does."""
    table = pd.DataFrame({"where": where, "what": what, "weight": weight.astype(float)})
    groups = dict(iter(table.groupby("where")))
    found = np.empty(len(division), dtype=object)
    for code in np.unique(division):
        here, rows = groups.get(code, table), np.flatnonzero(division == code)
        total = here.groupby("what")["weight"].sum()
        found[rows] = random.choice(total.index.to_numpy(object), len(rows), p=total / total.sum())
    return found
