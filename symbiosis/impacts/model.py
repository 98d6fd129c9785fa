"""What the exchanges change: the fourth type of the journey."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import Problem, ScenarioError, SymbiosisError, say
from symbiosis.impacts import attribution, balances, explain, figures, sheets, uncertainty
from symbiosis.impacts.columns import EMISSION_TERMS, IMPACT_COLUMNS, TOTALS
from symbiosis.impacts.ledger import FIGURES, Ledger
from symbiosis.impacts.plausibility import COLUMNS as WARNING_COLUMNS
from symbiosis.impacts.plausibility import Notice
from symbiosis.impacts.wording import spoken
from symbiosis.matching import Match
from symbiosis.scenario import Scenario

GROUPS = ("case", "offer_firm", "need_firm", "material", "pathway", "input", "shipment_id")
"""Columns by which figures are usually grouped."""

__all__ = ["EMISSION_TERMS", "IMPACT_COLUMNS", "TOTALS", "Impact"]


@dataclass(frozen=True)
class Impact:
    """Waste, emissions, jobs and money, line by line.

    Parameters
    ----------
    match
        What was assessed.
    by_shipment
        One row a shipment; columns begin with `IMPACT_COLUMNS`. The four emission terms are signed
        so that they add up to the central figure. ``assumed`` names, separated by ``|``, the
        figures that the firms did not give.
    totals
        Rows `TOTALS`, columns ``low``, ``central``, ``high``.
    emissions_terms
        Rows `EMISSION_TERMS`, columns ``low``, ``central``, ``high``, in tCO2e.
    not_counted
        Figures that no factor covers: columns ``figure``, ``material``, ``pathway``, ``quantity``,
        ``unit``, ``why``.
    warnings
        What looks implausible, in words: columns ``check``, ``shipment_id``, ``message``.
    other_totals
        Water, primary energy, virgin material, lorry-km, biogenic CO2, gains of donors and takers.
    realisation
        Columns ``potential``, ``expected``, ``realised``.
    overrides
        Rows of the bundled tables that the user's own replaced, as ``table:id``.
    version
        Short hash of the factors, pathways and materials in use.
    scenario
        The parameters of the assessment.
    ledger
        Every figure as products of factors.
    notices
        The warnings as `Message`, for other languages.
    """

    match: Match
    by_shipment: pd.DataFrame
    totals: pd.DataFrame
    emissions_terms: pd.DataFrame
    not_counted: pd.DataFrame = field(default_factory=pd.DataFrame)
    warnings: pd.DataFrame = field(default_factory=pd.DataFrame)
    other_totals: pd.DataFrame = field(default_factory=pd.DataFrame)
    realisation: pd.DataFrame = field(default_factory=pd.DataFrame)
    overrides: tuple[str, ...] = ()
    version: str = ""
    scenario: Scenario = field(default_factory=Scenario)
    ledger: Ledger | None = field(default=None, repr=False, compare=False)
    notices: tuple[Notice, ...] = field(default=(), repr=False)

    @property
    def by_firm(self) -> pd.DataFrame:
        """One row a firm with its share by the scenario's attribution; see `attribution`."""
        firms = self.match.graph.flows.firms
        return attribution.by_firm(self.by_shipment, firms, self.scenario.attribution)

    @property
    def by_territory(self) -> pd.DataFrame:
        """The sums of `by_firm` over territories."""
        return attribution.by_territory(self.by_firm)

    @property
    def by_material(self) -> pd.DataFrame:
        """One row a residue with its exchanges and figures."""
        return attribution.by_material(self.by_shipment)

    @property
    def claims(self) -> pd.DataFrame:
        """Published claims of the cases assessed, beside the figures found."""
        return balances.claims(self.by_shipment)

    @property
    def balances(self) -> pd.DataFrame:
        """What goes in and out of the firms that declared a whole balance."""
        return balances.balances(self.match.graph.flows)

    @property
    def indicators(self) -> pd.DataFrame:
        """The quantitative indicators of the French evaluation frame; see `sheets`."""
        return sheets.indicators(self.by_shipment, self.match, self.realisation)

    @property
    def exchanges_by_firm(self) -> pd.DataFrame:
        """What goes in and out of each firm, for consolidation; see `sheets`."""
        return sheets.exchanges_by_firm(self.by_shipment)

    @property
    def lines(self) -> pd.DataFrame:
        """Every entry of every figure; columns `explain.LINE_COLUMNS`."""
        return explain.lines_of(self._ledger)

    @property
    def factors(self) -> pd.DataFrame:
        """The factors in use: name, central, low, high, unit, source, year, note."""
        return self._ledger.pool.table()

    def explain(self, shipment_id: str) -> explain.Explanation:
        """Return the arithmetic of one shipment in words and numbers, with its sources.

        Raises
        ------
        DataError
            If no shipment bears that identifier.
        """
        # Its own lines alone: those of a whole territory take seconds to write out.
        lines = explain.lines_of(self._ledger.only(self._among([shipment_id])))
        return explain.explain(shipment_id, self.by_shipment, lines, self.factors, self.not_counted)

    def uncertainty(
        self,
        by: str | None = None,
        *,
        draws: int = 10_000,
        seed: int | None = None,
        coverage: float = 0.9,
        shipments: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Return the interval of each figure by Monte-Carlo, correlated by factor.

        Parameters
        ----------
        by
            A column of ``by_shipment`` such as ``material`` or ``shipment_id``; totals if None.
        draws
            Number of draws.
        seed
            That of the scenario if None.
        coverage
            Share of the draws between ``low`` and ``high``.
        shipments
            Identifiers of the exchanges that are counted; all if None. A factor that several of
            them share is drawn once for all.

        Returns
        -------
        DataFrame
            ``group``, ``figure``, ``central``, ``mean``, ``sd``, ``low``, ``median``, ``high``.

        Raises
        ------
        ScenarioError
            If there is no such column.
        """
        if by is not None and by not in self.by_shipment:
            problem = say("no column of the exchanges is called {name}", name=by)
            cure = say("give one of {known}", known=", ".join(GROUPS))
            raise ScenarioError([Problem(problem, cure, column="by", value=by)])
        ledger, group = self._ledger, None if by is None else self.by_shipment[by]
        if shipments is not None:
            among = self._among(shipments)
            ledger, group = ledger.only(among), None if group is None else group[among]
        chosen = self.scenario.seed if seed is None else seed
        return uncertainty.uncertainty(ledger, group, draws=draws, seed=chosen, coverage=coverage)

    def sensitivity(self, figure: str = "emissions_avoided_tco2e", top: int = 5) -> pd.DataFrame:
        """Return the factors that drive a figure's total, with their share of its variance.

        Raises
        ------
        ScenarioError
            If there is no such figure.
        """
        if figure not in FIGURES:
            problem = say("no figure is called {name}", name=figure)
            cure = say("give one of {known}", known=", ".join(FIGURES))
            raise ScenarioError([Problem(problem, cure, column="figure", value=figure)])
        return uncertainty.sensitivity(self._ledger, figure, top)

    def warnings_in(self, translate: Callable[[str], str]) -> pd.DataFrame:
        """Return `warnings` with the messages in the language of ``translate``."""
        rows = [
            (check, shipment, spoken(text, translate)) for check, shipment, text in self.notices
        ]
        return pd.DataFrame(rows, columns=WARNING_COLUMNS)

    def totals_of(self, shipments: Collection[str]) -> pd.DataFrame:
        """Return the totals of some exchanges, their ends found as those of `totals` are.

        Parameters
        ----------
        shipments
            Identifiers of the exchanges that are counted.

        Returns
        -------
        DataFrame
            Rows `TOTALS`, columns ``low``, ``central``, ``high``: each exchange at the least and
            at the most favourable state of its own factors, added up. No set of factors gives
            less or more; for a likely interval see `uncertainty`.
        """
        return figures.totals(self._ledger.only(self._among(shipments)))

    def _among(self, shipments: Collection[str]) -> NDArray[np.bool_]:
        names = self._ledger.shipments["shipment_id"]
        return names.isin(list(shipments)).to_numpy(dtype=bool)

    @property
    def _ledger(self) -> Ledger:
        if self.ledger is None:
            raise SymbiosisError("this impact was read back from files: it carries no arithmetic")
        return self.ledger
