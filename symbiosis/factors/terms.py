"""Every term of one unit of residue on a link, as products of factors.

For a pathway with yield *y* from a residue to an input::

    substitution      =  y (primary of the input - secondary burden) - credit of today's recovery
    avoided disposal  =  (1 - reject rate) * disposal of the residue by today's route
    processing        = -energy of the pathway * electricity (or gas, for heat), unless the
                         secondary burden holds it, and -the fossil carbon of what is burnt
    transport         = -vehicle, per km
    money             =  gate fee + landfill tax + y * price - treatment - freight
    jobs              =  operation - displaced disposal or recovery - displaced primary production

A residue whose route today is an R operation avoids no disposal and diverts nothing, and only the
difference between the new use and today's recovery counts; where the operation and the group of
materials stay the same, that is the transport alone. Where what is displaced holds the combustion
of a fuel, the residue's own fossil carbon is set against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.factors.context import Pair, Range, pairs_of
from symbiosis.factors.own import inverse, ranged
from symbiosis.factors.pool import ONE, Floats, Ints, Pool
from symbiosis.factors.table import FactorTable
from symbiosis.factors.writer import PER_KM, TERMS, Writer, sure
from symbiosis.scenario import Scenario

__all__ = ["PER_KM", "TERMS", "Terms", "terms_of"]


@dataclass(frozen=True)
class Terms:
    """Entries of every pair, in the order they were written.

    Parameters
    ----------
    pairs
        Number of pairs.
    pool
        The factors.
    pair, term, coefficient, first, second
        One entry each, shape (n,); ``term`` is a position in `TERMS`.
    missing
        What no factor covers: columns ``pair``, ``term``, ``factor``.
    """

    pairs: int
    pool: Pool
    pair: Ints
    term: Ints
    coefficient: Floats
    first: Ints
    second: Ints
    missing: pd.DataFrame


def terms_of(pairs: pd.DataFrame, scenario: Scenario, catalogue: Catalogue) -> Terms:
    """Return the terms of each kind of link.

    Parameters
    ----------
    pairs
        Columns ``pathway``, ``material``, ``input``, ``route``.
    scenario
        Vehicle, freight, year, jobs option.
    catalogue
        Materials, pathways and factors.

    Raises
    ------
    ScenarioError
        If no factor is known for the scenario's vehicle.
    DataError
        If the table of factors is wrong.
    """
    writer = _Writer(FactorTable.of(catalogue.factors, scenario.year), scenario)
    for number, pair in enumerate(pairs_of(pairs, catalogue)):
        writer.write(number, pair)
    return writer.terms(len(pairs))


class _Writer(Writer):
    """Writes the terms of one pair after another."""

    def write(self, number: int, pair: Pair) -> None:
        """Write every term of one pair."""
        self.number = number
        gain = self._own("yield", pair.yields, pair)
        self._add("gain", 1.0, gain)
        if pair.kind == "service":
            return
        self._emissions(pair, gain)
        self._carriage(pair)
        self._money(pair, gain)
        self._resources(pair, gain)
        if pair.kind == "material":
            self._jobs(pair, gain)
            self._waste(pair)
        else:
            self.gaps.append((number, "jobs_operation", f"jobs:{pair.kind}"))

    def terms(self, pairs: int) -> Terms:
        """Return what was written."""
        table = np.array(self.rows, dtype=float).reshape(-1, 5)
        whole = table[:, [0, 1, 3, 4]].astype(np.int64)
        missing = pd.DataFrame(self.gaps, columns=["pair", "term", "factor"])
        return Terms(
            pairs, self.pool, whole[:, 0], whole[:, 1], table[:, 2], whole[:, 2], whole[:, 3],
            missing,
        )  # fmt: skip

    # -- the terms ---------------------------------------------------------------------------

    def _emissions(self, pair: Pair, gain: int) -> None:
        if not pair.unchanged:
            self._use(pair, gain)
        if pair.disposed:
            found = self._disposal(pair)
            if found is not None:
                self._taken("avoided_disposal", 1e-3, found, pair)

    def _disposal(self, pair: Pair) -> int | None:
        """Return what today's disposal emits: in a furnace, the fossil carbon of the residue.

        It is the very factor that burning the residue as a fuel is charged with, so that the two
        cannot differ.
        """
        subjects = pair.route_subjects()
        if pair.incinerated:
            found = self.table.find("disposal_emissions", *subjects[:-1])
            found = found or self.table.find("combustion_emissions", pair.material, pair.family)
            if found is not None:
                return self.pool.add(found)
        return self._look("avoided_disposal", "disposal_emissions", subjects)

    def _use(self, pair: Pair, gain: int) -> None:
        """Write substitution and processing, less what today's recovery already earns.

        Where nobody knows what today's recovery earns, or what the new use would, the difference is
        not known either: nothing is counted, and the gap is noted.
        """
        credit = None
        if pair.recovered:
            names = [f"{pair.route}:{pair.family}:today", f"{pair.route}:{pair.family}"]
            credit = self._look("substitution", "route_credit", names, names[-1])
            if credit is None:
                return
        contained = self._new_use(pair, gain)
        if contained is None and credit is not None:
            return
        if credit is not None:
            self._credit(-1e-3, credit, pair, pair.today_yield, pair.route)
        if "processing" not in (contained or ()):
            self._processing(pair)

    def _credit(
        self, coefficient: float, credit: int, pair: Pair, yields: Range, operation: str
    ) -> None:
        """Write what a recovery earns: per tonne taken, or per tonne of what it makes."""
        gain = ONE
        made = "per_product" in self.table.contains(self.pool.factors[credit])
        if made and np.isfinite(yields[1]):
            name = f"pathways:{operation}:{pair.material}:yield"
            gain = self.pool.add(ranged(name, yields, "the pathways of this code", ""))
        self._add("substitution", coefficient, gain, credit)

    def _new_use(self, pair: Pair, gain: int) -> frozenset[str] | None:
        """Write what the new use displaces; return what it contains, or None if not known."""
        if pair.site:
            subject = f"{pair.operation_code}:{pair.family}"
            found = self._look("substitution", "route_credit", [subject])
            if found is None:
                return None
            self._credit(1e-3, found, pair, pair.site_yield, pair.operation_code)
            return frozenset({"processing"})
        subjects = [pair.pathway, pair.input, pair.input_family]
        primary = self._look("substitution", "primary_emissions", subjects, pair.input)
        if primary is None:
            if pair.burnt:
                self._own_carbon(pair)
            return None
        displaced = "combustion" in self.table.contains(self.pool.factors[primary])
        if not self._burning(pair, displaced):
            return None
        self._add("substitution", 1e-3, gain, primary)
        if pair.operation in NO_SECONDARY:
            subjects = subjects[:1]
        secondary = self.table.find("secondary_emissions", *subjects)
        if secondary is None:
            return frozenset()
        self._add("substitution", -1e-3, gain, self.pool.add(secondary))
        return self.table.contains(secondary)

    def _burning(self, pair: Pair, displaced: bool) -> bool:
        """Write the residue's own fossil carbon; return False where it is needed and not known.

        A credit that holds the carbon of the fuel displaced means nothing without that of the
        residue, wherever in the hierarchy the pathway stands.
        """
        if pair.kind != "material" or not (pair.burnt or displaced):
            return True
        return self._own_carbon(pair) or not displaced

    def _own_carbon(self, pair: Pair) -> bool:
        names = [pair.pathway, pair.material, pair.family]
        used = self._used(pair)
        if used is not None:
            names.insert(1, pair.input_family)
        carbon = self._look("processing", "combustion_emissions", names, pair.family)
        if carbon is None:
            return False
        self._add("processing", -1e-3, carbon, ONE if used is None else used)
        return True

    def _processing(self, pair: Pair) -> None:
        if np.isfinite(pair.energy_kwh):
            topic, name = ("heat_energy", "gas") if pair.hot else ("electricity", "FR")
            power = self._look("processing", topic, [name])
            if power is not None and pair.energy_kwh:
                self._add("processing", -1e-3 * pair.energy_kwh, power)
            return
        found = self._look("processing", "processing_emissions", [pair.pathway, pair.operation])
        if found is not None:
            self._add("processing", -1e-3, found)

    def _carriage(self, pair: Pair) -> None:
        """Write what distance costs: by road for materials, by pipe for the rest."""
        if pair.kind == "material":
            vehicle = self._look("transport", "transport_emissions", [self.scenario.vehicle])
            self._add("transport", -1e-3, sure(vehicle))
            self._add("freight", -1.0, self.freight)
            self._add("freight_fixed", -self.scenario.freight_fixed_eur_per_t)
            return
        pipe = ["pipe:" + (pair.kind if pair.kind != "energy" else "heat")]
        emitted = self._look("transport", "transport_emissions", pipe)
        if emitted is not None:
            self._add("transport", -1e-3, emitted)
        cost = self._look("freight", "transport_cost", pipe)
        if cost is not None:
            self._add("freight", -1.0, cost)

    def _money(self, pair: Pair, gain: int) -> None:
        if pair.kind == "material":
            fee = self._look("gate_fee", "gate_fee", pair.route_subjects())
            if fee is not None:
                self._add("gate_fee", 1.0, fee)
            tax = self.table.find("landfill_tax", *pair.route_subjects(tax=True))
            if tax is not None:
                self._add("landfill_tax", 1.0, self.pool.add(tax))
                self._say_tax(tax, pair)
        if pair.site:
            subjects = [f"{pair.operation_code}:{pair.family}", pair.operation_code]
            fee = self._look("treatment", "gate_fee", subjects)
            if fee is not None:
                self._add("treatment", -1.0, fee)
            return
        treatment = self._own("treatment", pair.treatment, pair)
        self._add("treatment", -1.0, treatment)
        price = self._price(pair)
        if price is not None:
            self._add("price", 1.0, price)
            self._add("purchase", 1.0, gain, price)

    def _jobs(self, pair: Pair, gain: int) -> None:
        if self.scenario.jobs == "ademe-2013" and not pair.bulk:
            self._jobs_2013(pair)
            return
        if not pair.unchanged:
            self._jobs_by_operation(pair, gain)
        self._drivers()

    def _jobs_by_operation(self, pair: Pair, gain: int) -> None:
        made = self._look("jobs_operation", "jobs", pair.job_subjects())
        if made is not None:
            self._add("jobs_operation", 1e-3, made)
        lost = self._look("jobs_displaced", "jobs", pair.displaced_job_subjects())
        if lost is not None:
            self._add("jobs_displaced", -1e-3, lost)
        quarry = self.table.find("jobs_primary", pair.input, pair.input_family)
        if quarry is not None and pair.disposed and not pair.site:
            self._add("jobs_primary", -1e-3, gain, self.pool.add(quarry))

    def _jobs_2013(self, pair: Pair) -> None:
        recovery = self._look("jobs_operation", "jobs_ademe2013", ["recovery"])
        landfill = self._look("jobs_displaced", "jobs_ademe2013", ["landfill"])
        self._add("jobs_operation", 1e-3, sure(recovery))
        self._add("jobs_displaced", -1e-3, sure(landfill if pair.disposed else recovery))

    def _drivers(self) -> None:
        drivers = self._look("jobs_transport", "jobs_transport", ["road"])
        if drivers is not None:
            self._add("jobs_transport", 1e-6, drivers)

    def _waste(self, pair: Pair) -> None:
        if pair.disposed:
            self._taken("diverted", 1.0, ONE, pair)

    def _resources(self, pair: Pair, gain: int) -> None:
        """Write water, primary energy, virgin material, lorry-km, and biogenic carbon apart."""
        if pair.kind == "water":
            self._add("water", 1.0, gain)
        if np.isfinite(pair.water_m3) and pair.water_m3:
            self._add("water", -pair.water_m3)
        power = self.table.find("primary_energy", "electricity")
        if power is not None and np.isfinite(pair.energy_kwh) and pair.energy_kwh:
            self._add("primary_energy", -1e-3 * pair.energy_kwh, self.pool.add(power))
        if pair.kind in ("heat", "steam"):
            saved = self._look("primary_energy", "primary_energy", [pair.input, pair.input_family])
            if saved is not None:
                self._add("primary_energy", 1.0, gain, saved)
        if pair.kind != "material":
            return
        load = self._look("lorry", "transport_load", [self.scenario.vehicle, "articulated_40t"])
        if load is not None:
            self._add("lorry", 1.0, self.pool.add(inverse(self.pool.factors[load])))
        carbon = self.table.find("biogenic_carbon", pair.material, pair.family)
        if carbon is not None:
            self._add("biogenic", 1.0, self.pool.add(carbon))
        if pair.disposed:
            self._displaced_resources(pair, gain)

    def _displaced_resources(self, pair: Pair, gain: int) -> None:
        """Write the energy and the material that today's disposal would have cost."""
        saved = self.table.find("primary_energy", pair.input, pair.family)
        if saved is not None:
            self._taken("primary_energy", 1.0, self.pool.add(saved), pair)
        if pair.input_kind == "material" and not pair.site:
            self._add("virgin", 1.0, gain)


NO_SECONDARY = frozenset(
    {"reuse", "energy", "feed", "digestion", "composting", "heat_exchange", "compression"}
)
"""Operations whose burden is their processing: no closed-loop burden is subtracted for them."""
