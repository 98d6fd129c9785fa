"""Thousands of tiny problems of every form against HiGHS.

HiGHS solves all problems of a form as one, block beside block, which gives the optimum of each.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from symbiosis.geography import great_circle_km
from symbiosis.graph import Lane
from symbiosis.matching import Places, blending, parts, problem, transport
from symbiosis.matching.parts import Task
from symbiosis.matching.problem import Problem

EACH = 300
"""Problems of each form."""


def optima(blocks):
    """Return the optimum of each ``(value, matrix, limits)``, all solved as one."""
    matrix = sparse.block_diag([sparse.csr_array(block[1]) for block in blocks], format="csr")
    found = linprog(
        -np.concatenate([block[0] for block in blocks]),
        A_ub=matrix, b_ub=np.concatenate([block[2] for block in blocks]),
    )  # fmt: skip
    ends = np.cumsum([len(block[0]) for block in blocks])[:-1]
    shipped = np.split(found.x, ends)
    return [float(block[0] @ x) for block, x in zip(blocks, shipped, strict=True)]


def stated(offer, need, worth, limits, gain=1.0):
    """Return a block: 1 in the row of each offer, the gain in that of each need."""
    n, m = len(limits[0]), len(limits[1])
    matrix = np.zeros((n + m, len(offer)))
    matrix[offer, np.arange(len(offer))] = 1.0
    matrix[n + need, np.arange(len(need))] = gain
    return np.asarray(worth, dtype=float), matrix, np.concatenate(limits)


def quantities(random):
    """Return quantities with zeros and ties."""
    n, m = random.integers(1, 7, 2)
    unit = random.choice([1.0, 0.1, 0.37, 1e4])
    return random.integers(0, 6, n) * unit, random.integers(0, 6, m) * unit


def tiny(form, random):
    """Return the arguments of `transport` for one tiny problem, and its block."""
    supply, demand = quantities(random)
    shape = len(supply), len(demand)
    inside = np.ones(shape, dtype=bool)
    if form in {"dense", "sparse"}:
        value = random.normal(2, 5, shape).round(random.integers(0, 3))
        inside = random.random(shape) < 0.6 if form == "sparse" else inside
        row, column = np.nonzero(inside)
        asked = sparse.csr_array((value[inside], (row, column)), shape=shape)
        asked = asked if form == "sparse" else value
    else:
        here, there = (random.uniform(0, 3, (k, 2)).round(random.integers(0, 3)) for k in shape)
        own, theirs = random.uniform(0, 3, shape[0]), random.uniform(-1, 3, shape[1])
        globe, rate = form.startswith("haversine"), 0.01 if form.startswith("haversine") else 1.0
        distance = np.hypot(*(here[:, None] - there).transpose(2, 0, 1))
        if globe:
            distance = great_circle_km(here[:, :1], here[:, 1:], there[:, 0], there[:, 1])
        # No distance is a limit: on the boundary a rounding would decide.
        limit = (150.5 if globe else 1.4123) if form.endswith("near") else None
        inside = distance <= limit if limit else inside
        value = own[:, None] + theirs - rate * distance
        metric = "haversine" if globe else "euclidean"
        asked = Places(here, there, own, theirs, rate, metric, limit)
    offer, need = np.nonzero(inside)
    return (supply, demand, asked), stated(offer, need, value[inside], (supply, demand))


@pytest.mark.parametrize(
    "form", ["dense", "sparse", "euclidean", "euclidean near", "haversine", "haversine near"]
)
def test_every_form_of_transport_equals_highs(form):
    random = np.random.default_rng(list(form.encode()))
    cases = [tiny(form, random) for _ in range(EACH)]
    for (asked, block), best in zip(cases, optima([block for _, block in cases]), strict=True):
        plan = transport(*asked)
        assert plan.value == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert plan.certificate.optimal
        assert len(plan.offer) <= max(0, len(block[2]) - 1)


def part(form, random):
    """Return one tiny part with several lanes, and its block, stated from its arrays alone."""
    supply, demand = quantities(random)
    n, m = len(supply), len(demand)
    here, there = random.uniform(0, 0.3, (n, 2)), random.uniform(0, 0.3, (m, 2))
    firm = random.integers(0, 6, n), random.integers(0, 6, m)
    share = dict(zip("ab", random.choice([0.1, 0.25, 0.5, 0.9], 2), strict=True))
    lanes = []
    for k in range(random.integers(1, 5)):
        name = str(random.choice(["a", "b", ""])) if "blending" in form else ""
        lanes.append(Lane(
            f"p{k}", _some(random, n), _some(random, m), np.empty(0), np.empty(0),
            float(random.choice([0.1, 1.0])),
            float(random.choice([0.5, 1.0, 2.0])) if "yields" in form else 1.0,
            float(random.choice([12.3, np.inf])), name, float(share[name]) if name else 1.0,
        ))  # fmt: skip
        lane = lanes[-1]
        object.__setattr__(lane, "offer_value", random.normal(9, 8, len(lane.offers)).round(1))
        object.__setattr__(lane, "need_value", random.normal(3, 5, len(lane.needs)).round(1))
    made = Problem(
        supply, demand, here, there, *firm, tuple(lanes), np.empty((0, 2), dtype=np.int64), 1.2,
        np.zeros(n), np.zeros(m), blending.limits(tuple(lanes), demand),
    )  # fmt: skip
    return made, _dense(made)


def _some(random, count):
    chosen = np.flatnonzero(random.random(count) < 0.7)
    return chosen if len(chosen) else np.arange(count)


def _dense(made):
    circle = great_circle_km(
        made.offer_place[:, :1], made.offer_place[:, 1:], made.need_place[:, 0],
        made.need_place[:, 1],
    )  # fmt: skip
    rows, classes = [], {}
    for lane in made.lanes:
        km = made.detour * circle[np.ix_(lane.offers, lane.needs)]
        met = made.offer_firm[lane.offers][:, None] != made.need_firm[lane.needs]
        i, j = np.nonzero(met & (km <= lane.max_distance_km))
        worth = lane.offer_value[i] + lane.need_value[j] - lane.rate_per_km * km[i, j]
        start = sum(len(row[0]) for row in rows)
        rows.append((lane.offers[i], lane.needs[j], worth, np.full(len(i), lane.gain)))
        for c, need in enumerate(lane.needs[j], start=start):
            if lane.blend_class:
                most = lane.blend_limit * made.demand[need]
                classes.setdefault((lane.blend_class, need), [most, []])[1].append(c)
    offer, need, worth, gain = (np.concatenate(column) for column in zip(*rows, strict=True))
    value, matrix, limits = stated(offer, need, worth, (made.supply, made.demand), gain)
    extra = np.zeros((len(classes), len(worth)))
    for row, (_, columns) in zip(extra, classes.values(), strict=True):
        row[columns] = gain[columns]
    most = np.array([most for most, _ in classes.values()])
    return value, np.vstack((matrix, extra)), np.concatenate((limits, most))


@pytest.mark.parametrize("form", ["lanes", "yields", "blending", "blending yields"])
def test_every_form_of_part_equals_highs_and_its_prices_prove_it(form):
    random = np.random.default_rng(list(form.encode()))
    cases = [part(form, random) for _ in range(EACH)]
    for (made, _), best in zip(cases, optima([block for _, block in cases]), strict=True):
        laid, origin = blending.split(problem.trimmed(made))
        worth = bound = 0.0
        shipped = np.zeros(len(made.supply) + len(made.demand))
        for piece in problem.cut(laid):
            found, own = parts.solve(Task(piece.problem, 0.0, None)), piece.problem
            worth += found.links.value @ found.amount
            bound += own.supply @ found.offer_price + own.demand @ found.need_price
            bound += own.blends.limit @ found.blend_price
            need = origin[piece.needs[found.links.need]]
            np.add.at(shipped, piece.offers[found.links.offer], found.amount)
            np.add.at(shipped, len(made.supply) + need, found.links.gain * found.amount)
        assert worth == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert bound == pytest.approx(best, rel=1e-6, abs=1e-5)
        most = np.concatenate((made.supply, made.demand))
        assert (shipped <= most * (1 + 1e-9)).all()
