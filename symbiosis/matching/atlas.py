"""A part of the graph as the geometric search sees it: ranked flows on the globe, lane by lane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symbiosis.graph import Lane
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.lanes import Field, Firms, Lanes
from symbiosis.matching.links import Links
from symbiosis.matching.named import listed
from symbiosis.matching.problem import Problem
from symbiosis.matching.space import arrange, box, globe


@dataclass(frozen=True)
class Atlas:
    """The lanes of a part with its flows in geographical order.

    Parameters
    ----------
    lanes
        What the search reads; its flows are numbered by rank.
    offers, needs
        Which flow of the part stands at each rank.
    scale
        What values were divided by in each lane.
    gain
        The yield of each lane.
    """

    lanes: Lanes
    offers: Ints
    needs: Ints
    scale: Floats
    gain: Floats

    def links(self, keys: Ints) -> Links:
        """Return links by their keys, in the part's own numbers and worth."""
        offer, need = self.lanes.ends(keys)
        lane = keys % len(self.gain)
        worth = self.lanes.worth(keys) * self.scale[lane]
        return Links(self.offers[offer], self.needs[need], lane, worth, self.gain[lane])

    def keys(self, offer: Ints, need: Ints, lane: Ints) -> Ints:
        """Return the keys of links given in the part's own numbers."""
        rank_offer, rank_need = _ranks(self.offers), _ranks(self.needs)
        return (rank_offer[offer] * len(self.needs) + rank_need[need]) * len(self.gain) + lane


def draw(problem: Problem, offer_scale: Floats, *, unit: bool) -> Atlas:
    """Return the atlas of a part.

    Parameters
    ----------
    problem
        The part.
    offer_scale
        What one unit of each offer counts as, shape n (see `yields`).
    unit
        Whether the scales make every yield 1.
    """
    here, there = globe(problem.offer_place), globe(problem.need_place)
    offers, needs = arrange(here), arrange(there)
    ranks = _ranks(offers), _ranks(needs)
    sides = here[offers], there[needs]
    scale = np.array([offer_scale[lane.offers[0]] for lane in problem.lanes])
    fields = tuple(
        _field(lane, sides, ranks, (problem.detour, float(by), 1.0 if unit else lane.gain))
        for lane, by in zip(problem.lanes, scale, strict=True)
    )
    firms = _firms(problem, offers, needs)
    named = listed(problem, ranks, scale, unit=unit)
    lanes = Lanes(sides[0], sides[1], fields, firms, True, named)
    return Atlas(lanes, offers, needs, scale, np.array([lane.gain for lane in problem.lanes]))


def _ranks(order: Ints) -> Ints:
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return ranks


def _field(
    lane: Lane,
    sides: tuple[Floats, Floats],
    ranks: tuple[Ints, Ints],
    numbers: tuple[float, float, float],
) -> Field:
    detour, by, gain = numbers
    offers, needs = ranks[0][lane.offers], ranks[1][lane.needs]
    order = np.argsort(offers), np.argsort(needs)
    offers, needs = offers[order[0]], needs[order[1]]
    return Field(
        offers,
        needs,
        lane.offer_value[order[0]] / by,
        lane.need_value[order[1]] / by,
        lane.rate_per_km * detour / by,
        lane.max_distance_km / detour,
        box(sides[0][offers]),
        box(sides[1][needs]),
        gain,
    )


def _firms(problem: Problem, offers: Ints, needs: Ints) -> Firms:
    """Return who may not meet whom in the search: oneself, pairs barred, pairs listed beside it."""
    given, taken = problem.offer_firm[offers], problem.need_firm[needs]
    known = np.unique(np.concatenate((given, taken)))
    beside = np.divmod(problem.roads.key, max(1, problem.roads.firms))
    sender, receiver = (np.concatenate(ends) for ends in zip(problem.barred.T, beside, strict=True))
    place = np.full(max(int(side.max(initial=0)) for side in (known, sender, receiver)) + 1, -1)
    place[known] = np.arange(len(known))
    first, second = place[sender], place[receiver]
    inside = (first >= 0) & (second >= 0)
    own = np.arange(len(known)) * (len(known) + 1)
    keys = _distinct(np.concatenate((own, first[inside] * len(known) + second[inside])))
    first, second = np.divmod(keys, len(known))
    back = np.argsort(second, kind="stable")
    every = np.arange(len(known) + 1)
    return Firms(
        np.searchsorted(known, given),
        np.searchsorted(known, taken),
        np.searchsorted(first, every),
        second,
        np.searchsorted(second[back], every),
        first[back],
    )


def _distinct(keys: Ints) -> Ints:
    """Return keys sorted and once each; a sort, because they come in long runs."""
    keys = np.sort(keys, kind="stable")
    distinct: Ints = keys[np.append(True, keys[1:] != keys[:-1])]
    return distinct
