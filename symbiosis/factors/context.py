"""What the catalogue knows of one kind of link, gathered once before any arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue

Range = tuple[float, float, float]
UNKNOWN: Range = (np.nan, np.nan, np.nan)

BULK_MINERALS = frozenset(
    {
        "aggregate", "ash", "asphalt", "bottom_ash", "cement", "ceramic", "clay", "concrete",
        "foundry_sand", "gypsum", "lime", "mill_scale", "minerals", "red_mud", "refractory", "sand",
        "sediment", "slag", "soil",
    }
)  # fmt: skip
"""Families whose tonnes take a thousand times less work than the ratios of household waste."""

ORGANIC = frozenset(
    {
        "animal", "brewing", "compost", "dairy", "digestate", "food", "green", "manure", "plant",
        "sludge",
    }
)  # fmt: skip
"""Families whose recycling (R3) is composting or digestion."""

_RESINS = ("hdpe", "ldpe", "pet", "plastic_film", "plastics", "pp", "ps", "pu", "pvc")
_GROUP = dict.fromkeys(_RESINS, "resin")
_SAME_WHATEVER = ("R1", "R4")
"""Operations that, done today already, earn the same wherever else they are done: the metal of a
residue is what it is, and so is its heat."""

_SEPARATING = frozenset(
    {"sorting", "dismantling", "reuse", "mechanical", "extraction", "washing", "filtration"}
)
_SMALL = 0.5

ASSUMED_ROUTE = "D1"
"""Where a residue is taken to go when the firm did not say: landfill."""

_SITE_OPERATIONS = {
    "R1": "energy",
    "R2": "regeneration",
    "R6": "regeneration",
    "R9": "regeneration",
}
_ROUTE_CLASS = {
    **dict.fromkeys(("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D12"), "D1"),
    **dict.fromkeys(("D10", "D11"), "D10"),
    **dict.fromkeys(("D8", "D9", "D13", "D14", "D15"), "D9"),
}


@dataclass(frozen=True)
class Pair:
    """One residue by one pathway into one input, from one route of today's.

    Parameters
    ----------
    pathway, material, input, route
        As the link has them; ``route`` is never empty: see `ASSUMED_ROUTE`.
    kind, family, input_kind, input_family
        From the catalogue.
    hazardous
        Whether the residue is a hazardous waste.
    operation, operation_code, hierarchy
        What the pathway does, and its place in the waste hierarchy.
    yields, treatment, price
        (low, central, high): input per unit of residue, EUR per unit of residue, EUR per unit of
        input.
    energy_kwh, water_m3
        Electricity and water of the pathway per unit of residue; NaN when not known.
    site_yield, today_yield
        What the pathways of this very code give by the operation of the site, and by today's: see
        `_Known.usual_yield`.
    source, year, price_source, price_year
        Where the pathway's and the price's numbers come from.
    """

    pathway: str
    material: str
    input: str
    route: str
    kind: str
    family: str
    input_kind: str
    input_family: str
    hazardous: bool
    operation: str
    operation_code: str
    hierarchy: str
    yields: Range
    treatment: Range
    price: Range
    energy_kwh: float
    water_m3: float
    source: str
    year: str
    price_source: str
    price_year: str
    site_yield: Range = UNKNOWN
    today_yield: Range = UNKNOWN

    @property
    def site(self) -> bool:
        """Whether the residue goes to a site that treats its very code."""
        return self.pathway.startswith("site:")

    @property
    def disposed(self) -> bool:
        """Whether the residue is a material that is disposed of today."""
        return self.kind == "material" and self.route.startswith("D")

    @property
    def recovered(self) -> bool:
        """Whether the residue is a material that is recovered today."""
        return self.kind == "material" and self.route.startswith("R")

    @property
    def unchanged(self) -> bool:
        """Whether the residue is recovered today as it would be.

        The operation is the same and so is what becomes of the residue: the same group of
        materials, the metal that it holds (R4), its heat (R1), compost or digestate (R3). Only the
        transport differs then.
        """
        if not self.recovered or self.operation_code != self.route:
            return False
        if self.route in _SAME_WHATEVER:
            return True
        if self.operation in ("composting", "digestion") and self.family in ORGANIC:
            return True
        return _GROUP.get(self.input_family, self.input_family) == _GROUP.get(
            self.family, self.family
        )

    @property
    def partial(self) -> bool:
        """Whether a small part of the residue is used and the rest is left over.

        What is burnt whole, digested or composted leaves no rest, however little it replaces.
        """
        if self.site or self.kind != "material" or self.input_kind != "material":
            return False
        if self.hierarchy == "energy" and self.operation not in ("sorting", "dismantling"):
            return False
        return self.operation in _SEPARATING and self.yields[1] < _SMALL

    @property
    def hot(self) -> bool:
        """Whether the energy of the operation is heat rather than electricity."""
        return self.operation in ("drying", "distillation", "thermal")

    @property
    def burnt(self) -> bool:
        """Whether the residue ends as a fuel; biogas is made of biogenic carbon."""
        if self.kind != "material" or self.operation == "digestion":
            return False
        return self.hierarchy == "energy" and self.input not in ("biomethane", "biogas")

    @property
    def incinerated(self) -> bool:
        """Whether the residue is burnt today without recovery of energy."""
        return _ROUTE_CLASS.get(self.route) == "D10"

    def reject_subjects(self) -> list[str]:
        """Return the subjects under which the share that is thrown away after all is looked up.

        A site that sorts mixed waste rejects part of it; one that burns it takes it whole.
        """
        sorted_there = self.site and self.operation_code != "R1"
        mixed = [f"site:{self.family}"] if sorted_there else []
        return [self.pathway, *mixed, self.operation]

    @property
    def bulk(self) -> bool:
        """Whether the residue is a bulk mineral."""
        return self.family in BULK_MINERALS

    def route_subjects(self, *, tax: bool = False) -> list[str]:
        """Return the subjects under which today's route is looked up, the nearest first."""
        route = _ROUTE_CLASS.get(self.route, self.route)
        if self.hazardous:
            return [f"{route}:hazardous", route]
        subjects = [f"{route}:{self.pathway}", f"{route}:{self.family}", route]
        if route == "D9" and not tax:
            subjects += [f"D1:{self.family}", "D1"]
        return subjects

    def job_subjects(self) -> list[str]:
        """Return the subjects under which the jobs of the operation are looked up."""
        if self.site:
            other = "mechanical_bulk" if self.bulk else self.operation_code
            return [f"{self.operation_code}:{self.family}", other]
        if self.operation == "mechanical" and self.bulk:
            return [self.pathway, "mechanical_bulk"]
        return [self.pathway, self.operation]

    def displaced_job_subjects(self) -> list[str]:
        """Return the same for today's route; a bulk mineral has no ratio of landfill jobs."""
        route = _ROUTE_CLASS.get(self.route, self.route)
        subjects = [f"{route}:{self.family}"]
        if self.bulk:
            return [*subjects, "mechanical_bulk"] if self.recovered else subjects
        return [*subjects, route]


def pairs_of(pairs: pd.DataFrame, catalogue: Catalogue) -> Iterator[Pair]:
    """Yield what is known of each row of ``pairs``, in order.

    Parameters
    ----------
    pairs
        Columns ``pathway``, ``material``, ``input``, ``route``.
    catalogue
        Materials and pathways.
    """
    known = _Known(catalogue)
    columns = (pairs[c].astype(str) for c in ("pathway", "material", "input", "route"))
    for pathway, material, input_, route in zip(*columns, strict=True):
        yield known.pair(pathway, material, input_, route or ASSUMED_ROUTE)


class _Known:
    """The catalogue's rows as plain dictionaries, each read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.pathways = catalogue.pathways.to_dict("index")
        self.materials = catalogue.materials.to_dict("index")
        self._residues: dict[str, tuple[str, str, bool]] = {}
        self._yields: dict[tuple[str, str], Range] = {}
        self._recycling: dict[str, list[dict[object, object]]] = {}
        for row in self.pathways.values():
            if row.get("hierarchy") == "recycling":
                self._recycling.setdefault(str(row["operation_code"]), []).append(row)

    def residue(self, material: str) -> tuple[str, str, bool]:
        """Return kind, family and whether it is hazardous."""
        if material not in self._residues:
            self._residues[material] = (
                str(self.catalogue.kind_of(material)),
                str(self.catalogue.family_of(material)),
                bool(self.catalogue.is_hazardous(material)),
            )
        return self._residues[material]

    def pair(self, pathway: str, material: str, input_: str, route: str) -> Pair:
        """Return what is known of one row: a residue, its pathway, its input and its old route."""
        kind, family, hazardous = self.residue(material)
        row = self.pathways.get(pathway, {})
        bought = self.materials.get(input_, {})
        code = str(row.get("operation_code", "")) or pathway.partition(":")[2]
        site = pathway.startswith("site:")
        return Pair(
            pathway, material, input_, route, kind, family,
            input_kind=str(bought.get("kind", kind if site else "")),
            input_family=str(bought.get("family", family if site else "")),
            hazardous=hazardous,
            operation=_SITE_OPERATIONS.get(code, "mechanical") if site else str(row["operation"]),
            operation_code=code,
            hierarchy=str(row.get("hierarchy", "energy" if code == "R1" else "")),
            yields=_range(row, "yield_{}"),
            treatment=_range(row, "treatment_{}_eur"),
            price=_range(bought, "price_{}_eur"),
            energy_kwh=_float(row.get("energy_kwh")),
            water_m3=_float(row.get("water_m3")),
            source=str(row.get("source", "")),
            year=str(row.get("year", "")),
            price_source=str(bought.get("source", "")),
            price_year=str(bought.get("year", "")),
            site_yield=self.usual_yield(material, code) if site else UNKNOWN,
            today_yield=self.usual_yield(material, route),
        )  # fmt: skip

    def usual_yield(self, material: str, operation_code: str) -> Range:
        """Return what the recycling pathways of a code give by one operation, NaN if there is none.

        The lowest, the median and the highest of their yields, none above 1.
        """
        key = (material, operation_code)
        if key not in self._yields:
            rows = [
                row
                for row in self._recycling.get(operation_code, ())
                if material.startswith(str(row["residue"]))
            ]
            self._yields[key] = UNKNOWN
            if rows:
                low, central, high = np.array([_range(row, "yield_{}") for row in rows]).T
                ends = np.nanmin(low), np.median(central), np.nanmax(high)
                self._yields[key] = tuple(float(min(1.0, end)) for end in ends)  # type: ignore[assignment]
        return self._yields[key]


def _range(row: dict[object, object], pattern: str) -> Range:
    low, central, high = (
        _float(row.get(pattern.format(end))) for end in ("low", "central", "high")
    )
    return low, central, high


def _float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return float("nan")
