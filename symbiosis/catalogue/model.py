"""The catalogue in memory: frozen tables and the questions asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self, overload

import pandas as pd

from symbiosis.catalogue.own import OWN_COLUMNS
from symbiosis.catalogue.rules import KEYS
from symbiosis.errors import Problem, UnknownMaterial, say

PREFIX_LENGTHS = (5, 2)
"""A pathway may name a LoW subchapter (``10 02``) or chapter (``10``) instead of a code."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Materials, codes, pathways and factors; every row says where it comes from.

    Parameters
    ----------
    low
        The European List of Waste by code: ``hazardous`` (bool), ``family``, labels,
        ``density_t_per_m3``.
    naf
        NAF rév. 2 at every level, by code.
    materials
        What firms buy, and residues that are no waste code, by id: ``kind``, ``unit``, ``family``,
        labels, density, lower heating value, price range in EUR per unit.
    pathways
        What residue may become what input, by id; yields and costs are per unit of residue.
    synonyms
        Everyday words (``term``, ``lang``) and the ``target`` they stand for.
    operations
        R and D operations by code.
    families
        Groups of codes and materials, by id.
    contaminants
        Words for what disturbs, by the id that pathways use (``excluded_contaminants``).
    activities
        Residues that sites of a NACE division declare, and how many sites did.
    factors
        Emission, job and cost factors, text as written; `symbiosis.factors` reads and checks them.
    replaced
        Rows of the bundled tables that a user's folder or a territory's own values replaced, as
        ``table:id``.
    own
        A territory's own values, one row a cell: ``table``, ``row``, ``column``, ``value``,
        ``before`` (the bundled one), ``source``, ``at`` (UTC) and ``by``.

    Notes
    -----
    Numbers are floats and missing numbers NaN; missing text is ``""``.
    """

    low: pd.DataFrame
    naf: pd.DataFrame
    materials: pd.DataFrame
    pathways: pd.DataFrame
    synonyms: pd.DataFrame
    operations: pd.DataFrame
    families: pd.DataFrame
    contaminants: pd.DataFrame
    activities: pd.DataFrame
    factors: pd.DataFrame
    replaced: tuple[str, ...] = ()
    own: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(OWN_COLUMNS)))

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pd.DataFrame],
        replaced: tuple[str, ...] = (),
        own: pd.DataFrame | None = None,
    ) -> Self:
        """Return the catalogue of typed, indexed tables; see `tables`."""
        told = {} if own is None else {"own": own}
        return cls(replaced=replaced, **dict(tables), **told)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, as they stand here: what a study that lasts must keep."""
        return {name: getattr(self, name) for name in (*KEYS, "factors")}

    @cached_property
    def entries(self) -> pd.DataFrame:
        """Codes and materials in one table by id, with the same columns for both."""
        codes = self.low.assign(kind="material", unit="t", lhv_mwh_per_t=float("nan"))
        own = self.materials.assign(hazardous=False)
        columns = [
            "kind", "unit", "family", "hazardous", "label_en", "label_fr",
            "density_t_per_m3", "lhv_mwh_per_t",
        ]  # fmt: skip
        return pd.concat([codes[columns], own[columns]])

    @overload
    def kind_of(self, material: str) -> str: ...
    @overload
    def kind_of(self, material: pd.Series) -> pd.Series: ...
    def kind_of(self, material: str | pd.Series) -> Any:
        """Return material, heat, steam, water, co2, energy or service."""
        return self._ask(material, "kind")

    @overload
    def unit_of(self, material: str) -> str: ...
    @overload
    def unit_of(self, material: pd.Series) -> pd.Series: ...
    def unit_of(self, material: str | pd.Series) -> Any:
        """Return the canonical unit: ``t``, ``MWh`` or ``m3`` (a year)."""
        return self._ask(material, "unit")

    @overload
    def family_of(self, material: str) -> str: ...
    @overload
    def family_of(self, material: pd.Series) -> pd.Series: ...
    def family_of(self, material: str | pd.Series) -> Any:
        """Return the material family, an id of ``families``."""
        return self._ask(material, "family")

    @overload
    def density_of(self, material: str) -> float: ...
    @overload
    def density_of(self, material: pd.Series) -> pd.Series: ...
    def density_of(self, material: str | pd.Series) -> Any:
        """Return t/m3 of the loose heap or the liquid; NaN where a volume means nothing."""
        return self._ask(material, "density_t_per_m3")

    @overload
    def is_hazardous(self, material: str) -> bool: ...
    @overload
    def is_hazardous(self, material: pd.Series) -> pd.Series: ...
    def is_hazardous(self, material: str | pd.Series) -> Any:
        """Return whether the LoW code is hazardous; False for a material that is no code."""
        return self._ask(material, "hazardous")

    @overload
    def label(self, material: str, lang: str = "en") -> str: ...
    @overload
    def label(self, material: pd.Series, lang: str = "en") -> pd.Series: ...
    def label(self, material: str | pd.Series, lang: str = "en") -> Any:
        """Return the name in French (``fr``) or English (anything else)."""
        return self._ask(material, "label_fr" if lang == "fr" else "label_en")

    def describe(self, material: str, lang: str = "en") -> str:
        """Return the name, with its subchapter where several codes of the list share the name.

        Examples
        --------
        >>> from symbiosis.catalogue import load
        >>> load().describe("17 02 02"), load().describe("17 06 04")[:20]
        ('Glass (wood, glass and plastic)', 'Insulation materials')
        """
        name = str(self.label(material, lang))
        column = "label_fr" if lang == "fr" else "label_en"
        if material not in self.low.index or (self.low[column] == name).sum() < 2:
            return name
        context = str(self.low.at[material, "context_fr" if lang == "fr" else "context_en"])
        return f"{name} ({context})"

    def pathways_of(self, residues: pd.Series | list[str]) -> pd.DataFrame:
        """Return every pathway open to some residues.

        Parameters
        ----------
        residues
            LoW codes or material ids; repeats count once and what nobody knows has no pathway.

        Returns
        -------
        DataFrame
            One row a residue and pathway: ``residue`` as asked, ``pathway`` (id), then the columns
            of ``pathways``.

        Notes
        -----
        A pathway of a code beats one of its subchapter, and that one beats one of its chapter,
        where they lead to the same input by the same operation. A subchapter or a chapter never
        lends a pathway to a hazardous code unless the pathway is itself for hazardous waste.
        """
        asked = pd.Series(residues, dtype=object).drop_duplicates()
        reach = [pd.DataFrame({"residue": asked, "key": asked, "step": 0})]
        codes = asked[asked.isin(self.low.index)]
        for step, length in enumerate(PREFIX_LENGTHS, start=1):
            reach.append(pd.DataFrame({"residue": codes, "key": codes.str[:length], "step": step}))
        rows = self.pathways.rename_axis("pathway").reset_index().rename(columns={"residue": "key"})
        found = pd.concat(reach, ignore_index=True).merge(rows, on="key")
        hazardous = found["residue"].isin(self.low.index[self.low["hazardous"]])
        lent = (found["step"] > 0) & hazardous & (found["legal_status"] != "hazardous")
        found = found[~lent].sort_values(["residue", "step"], kind="stable")
        nearest = found.groupby(["residue", "input", "operation"])["step"].transform("min")
        found = found[found["step"] == nearest].drop(columns=["key", "step"])
        return found.sort_values(["residue", "pathway"], ignore_index=True)

    def _ask(self, material: str | pd.Series, column: str) -> Any:
        if isinstance(material, pd.Series):
            unknown = material[~material.isin(self.entries.index)].drop_duplicates()
            if len(unknown):
                raise _unknown(*unknown)
            return material.map(self.entries[column])
        if material not in self.entries.index:
            raise _unknown(material)
        value = self.entries.at[material, column]
        return bool(value) if column == "hazardous" else value


def _unknown(*names: str) -> UnknownMaterial:
    cure = say("give a LoW code such as 10 02 02 or an identifier of the catalogue")
    return UnknownMaterial(
        Problem(say("this material is not known"), cure, column="material", value=str(name)[:80])
        for name in names
    )
