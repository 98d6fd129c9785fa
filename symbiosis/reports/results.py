"""What every document is made of: the tables of a study, fresh or read back from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd

from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import DataError, Problem, say
from symbiosis.impacts import Impact
from symbiosis.language import translator
from symbiosis.matching import MatchCertificate
from symbiosis.matching.model import BLENDING_COLUMNS
from symbiosis.reports.record import record
from symbiosis.study import Study

# The files of a results folder, in the order in which a reader meets them.
FILES = (
    "report.html", "impact.json", "shipments.csv", "impact_by_shipment.csv", "unmatched.csv",
    "blending.csv", "indicators.csv", "exchanges_by_firm.csv", "study.gpkg", "network.graphml",
    "scenario.json",
)  # fmt: skip
# Written only where the reader left something out (``--skip-bad``).
SKIPPED = "skipped.csv"


@dataclass(frozen=True)
class Results:
    """The tables of a study, without the machinery that found them.

    Parameters
    ----------
    firms, offers, needs, territories, skipped
        As in `symbiosis.flows.Flows`.
    shipments, unmatched, blending
        As in `symbiosis.matching.Match`.
    certificate
        The proof.
    by_shipment, totals, emissions_terms, not_counted, other_totals, realisation, indicators
        As in `symbiosis.impacts.Impact`.
    warnings
        As in `symbiosis.impacts.Impact`, with the French ``message_fr`` beside ``message``.
    entries
        `Impact.lines`: every entry of every figure.
    factors
        `Impact.factors`: the factors in use.
    record
        What ``scenario.json`` holds: versions, parameters, hash of the inputs.
    catalogue
        For the labels of materials and pathways; the bundled one for a folder read back.
    """

    firms: gpd.GeoDataFrame
    offers: pd.DataFrame
    needs: pd.DataFrame
    territories: gpd.GeoDataFrame
    skipped: pd.DataFrame
    shipments: gpd.GeoDataFrame
    unmatched: pd.DataFrame
    certificate: MatchCertificate
    by_shipment: pd.DataFrame
    totals: pd.DataFrame
    emissions_terms: pd.DataFrame
    not_counted: pd.DataFrame
    warnings: pd.DataFrame
    other_totals: pd.DataFrame
    realisation: pd.DataFrame
    indicators: pd.DataFrame
    entries: pd.DataFrame
    factors: pd.DataFrame
    record: Mapping[str, Any]
    blending: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(BLENDING_COLUMNS))
    )
    catalogue: Catalogue = field(default_factory=load)

    @classmethod
    def of(cls, study: Study) -> Results:
        """Return the tables of a study that has just run."""
        flows, match, impact = study.flows, study.match, study.impact
        return cls(
            firms=flows.firms,
            offers=flows.offers,
            needs=flows.needs,
            territories=flows.territories,
            skipped=flows.skipped,
            shipments=match.shipments,
            unmatched=match.unmatched,
            blending=match.blending,
            certificate=match.certificate,
            by_shipment=impact.by_shipment,
            totals=impact.totals,
            emissions_terms=impact.emissions_terms,
            not_counted=impact.not_counted,
            warnings=_warnings(impact),
            other_totals=impact.other_totals,
            realisation=impact.realisation,
            indicators=impact.indicators if impact.ledger else pd.DataFrame(),
            entries=impact.lines if impact.ledger else pd.DataFrame(),
            factors=impact.factors if impact.ledger else pd.DataFrame(),
            record=record(study),
            catalogue=study.graph.catalogue or load(),
        )

    def require_whole(self) -> None:
        """Go on if the study is whole: a document of totals is none of a study shown in part.

        Raises
        ------
        DataError
            If it came out of a store for somebody who may not see all of it.
        """
        if not len(self.totals):
            problem = say("this study is shown in part: it has no totals to print")
            cure = say("print it as {endings}, or run a study of what you may see",
                       endings=".csv, .gpkg, .geojson, .parquet, .graphml")  # fmt: skip
            raise DataError([Problem(problem, cure)])

    def lines(self) -> pd.DataFrame:
        """Return one row a shipment with its impact joined, best value first.

        Returns
        -------
        pandas.DataFrame
            The columns of the shipments without the geometry, then the figures of the impact.
        """
        return self._lines.copy()

    @cached_property
    def _lines(self) -> pd.DataFrame:
        shipments = pd.DataFrame(self.shipments).drop(columns="geometry")
        extra = ["shipment_id", *self.by_shipment.columns.difference(shipments.columns, sort=False)]
        joined = shipments.merge(self.by_shipment[extra], on="shipment_id", how="left")
        return joined.sort_values(
            ["value_eur", "shipment_id"], ascending=[False, True], ignore_index=True
        )


def _warnings(impact: Impact) -> pd.DataFrame:
    """Return the warnings in English and in French: a folder may be printed in either."""
    french = impact.warnings_in(translator("fr"))["message"]
    if len(french) != len(impact.warnings):
        french = impact.warnings["message"]
    return impact.warnings.assign(message_fr=french.to_numpy())
