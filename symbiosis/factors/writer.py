"""What every term is written with: a pool of factors, the entries, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from symbiosis.errors import Problem, ScenarioError, say
from symbiosis.factors.context import Pair
from symbiosis.factors.own import freight, ranged, used
from symbiosis.factors.pool import ONE, Factor, Pool
from symbiosis.factors.table import FactorTable
from symbiosis.scenario import Scenario

TERMS = (
    "gain", "substitution", "avoided_disposal", "processing", "transport", "gate_fee",
    "landfill_tax", "price", "purchase", "treatment", "freight_fixed", "freight",
    "jobs_operation", "jobs_displaced", "jobs_primary", "jobs_transport", "diverted",
    "water", "primary_energy", "virgin", "lorry", "biogenic",
)  # fmt: skip
PER_KM = frozenset({"transport", "freight", "jobs_transport", "lorry"})
"""Terms counted per unit of residue and kilometre; the others per unit of residue."""


@dataclass
class Writer:
    """Writes the entries of one pair after another into one pool."""

    table: FactorTable
    scenario: Scenario
    pool: Pool = field(default_factory=Pool)
    rows: list[tuple[int, int, float, int, int]] = field(default_factory=list)
    gaps: list[tuple[int, str, str]] = field(default_factory=list)
    number: int = 0
    freight: int = ONE

    def __post_init__(self) -> None:
        self.freight = self.pool.add(freight(self.scenario))
        if self.table.find("transport_emissions", self.scenario.vehicle) is None:
            known = [s for s in self.table.subjects("transport_emissions") if ":" not in s]
            raise ScenarioError(
                [
                    Problem(
                        say("no emission factor for the vehicle {v}", v=self.scenario.vehicle),
                        say("use one of {names}", names=", ".join(known)),
                        column="vehicle",
                        value=self.scenario.vehicle,
                    )
                ]
            )

    def _add(self, term: str, coefficient: float, first: int = ONE, second: int = ONE) -> None:
        self.rows.append((self.number, TERMS.index(term), coefficient, first, second))

    def _look(self, term: str, topic: str, subjects: Iterable[str], gap: str = "") -> int | None:
        """Return the position of the first subject's factor; note the gap if there is none."""
        wanted = [subject for subject in subjects if subject]
        found = self.table.find(topic, *wanted)
        if found is None:
            self.gaps.append((self.number, term, f"{topic}:{gap or wanted[0]}"))
            return None
        return self.pool.add(found)

    def _reject(self, pair: Pair) -> int | None:
        found = self.table.find("reject_rate", *pair.reject_subjects())
        return None if found is None or found.central == found.high == 0 else self.pool.add(found)

    def _own(self, what: str, range_: tuple[float, float, float], pair: Pair) -> int:
        """Return the position of a number that stands in the pathway's own row."""
        if pair.site or not np.isfinite(range_[1]):
            if not pair.site:
                self.gaps.append((self.number, what, f"{what}:{pair.pathway}"))
            return ONE if what == "yield" else self.pool.add(Factor("0", 0.0, 0.0, 0.0))
        name = f"pathway:{pair.pathway}:{what}"
        unit = "-" if what == "yield" else "EUR"
        return self.pool.add(ranged(name, range_, pair.source, pair.year, unit))

    def _price(self, pair: Pair) -> int | None:
        if not np.isfinite(pair.price[1]):
            self.gaps.append((self.number, "purchase", f"price:{pair.input}"))
            return None
        name = f"material:{pair.input}:price"
        return self.pool.add(ranged(name, pair.price, pair.price_source, pair.price_year, "EUR"))

    def _taken(self, term: str, coefficient: float, found: int, pair: Pair) -> None:
        """Write what counts for the part of the residue that is used: not for rejects or rests."""
        part = self._used(pair)
        if part is not None:
            self._add(term, coefficient, found, part)
            return
        self._add(term, coefficient, found)
        reject = self._reject(pair)
        if reject is not None:
            self._add(term, -coefficient, found, reject)

    def _used(self, pair: Pair) -> int | None:
        """Return the part used of a residue whose rest is left over, None where all is used."""
        stated = self.table.find("used_fraction", pair.pathway)
        if stated is not None:
            return self.pool.add(stated)
        if not pair.partial:
            return None
        reject = self.table.find("reject_rate", *pair.reject_subjects())
        return self.pool.add(used(pair, reject))

    def _say_tax(self, tax: Factor, pair: Pair) -> None:
        """Note that the tax of another year is used, for want of that of the study's."""
        if tax.high and tax.year[:4] != str(self.scenario.year):
            name = f"landfill_tax:{pair.route}@{tax.year}>{self.scenario.year}"
            self.gaps.append((self.number, "landfill_tax", name))


def sure(position: int | None) -> int:
    """Return a position that has been checked to exist."""
    if position is None:
        raise KeyError("a factor that the package carries has gone")
    return position
