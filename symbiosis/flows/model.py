"""What the user declared, read and checked: the first type of the journey."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.flows.assemble import check_frames, settle
from symbiosis.flows.columns import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS

__all__ = ["FIRM_COLUMNS", "NEED_COLUMNS", "OFFER_COLUMNS", "Flows"]


@dataclass(frozen=True)
class Flows:
    """Firms with what goes out of them and what goes in, in canonical units.

    Parameters
    ----------
    firms
        One row a firm, EPSG:4326 points; columns `FIRM_COLUMNS`.
    offers
        One row a flow that looks for a taker; columns `OFFER_COLUMNS`. ``quantity`` is a year's, in
        ``unit``: ``t``, ``MWh`` or ``m3``.
    needs
        One row a flow that could be replaced; columns `NEED_COLUMNS`.
    territories
        Perimeters with the columns ``code``, ``name``, ``geometry``; may be empty.
    skipped
        What ``skip_bad`` left out, with the columns of `errors.PROBLEM_COLUMNS`.
    notes
        What was accepted with a guess and must be said, with the same columns.
    mapping
        Which header of the user's was read as which field.

    Notes
    -----
    Missing text is ``""`` and a missing number is NaN, never a default. For an offer,
    ``moisture_pct``, ``purity_pct`` and ``temperature_c`` are what it has; for a need, the most
    moisture and the least purity and temperature that it accepts. ``authorised`` holds LoW codes
    separated by ``|``. ``route_distance_km`` is a great circle, as the register's importer computes
    it. ``months`` holds the twelve monthly shares separated by ``|``, ``""`` for an even year.
    """

    firms: gpd.GeoDataFrame
    offers: pd.DataFrame
    needs: pd.DataFrame
    territories: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    skipped: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: pd.DataFrame = field(default_factory=pd.DataFrame)
    mapping: pd.DataFrame = field(default_factory=pd.DataFrame)

    @classmethod
    def from_tables(
        cls,
        firms: pd.DataFrame,
        flows: pd.DataFrame,
        *,
        skip_bad: bool = False,
        catalogue: Catalogue | None = None,
        keep_repeated: bool = False,
    ) -> Flows:
        """Check two tables in memory exactly as files would be checked.

        Parameters
        ----------
        firms, flows
            Columns as in the contract (``symbiosis/data/fields.csv``) or their synonyms; text or
            numbers. Row numbers in problems are those of a spreadsheet: the first line is row 2.
        skip_bad
            Go on without the faulty lines; they are listed in ``skipped``.
        catalogue
            Names the materials; the bundled one if None.
        keep_repeated
            Take equal lines as flows of their own; see `read`.

        Raises
        ------
        DataError
            With every problem found in both tables.

        Examples
        --------
        >>> site = {"name": "Verrerie", "longitude": 2.38, "latitude": 51.03}
        >>> glass = {"firm_id": "F1", "direction": "sortie", "material": "10 11 12", "quantity": 5}
        >>> flows = Flows.from_tables(
        ...     pd.DataFrame([{"firm_id": "F1", **site}]), pd.DataFrame([{**glass, "unit": "kt"}])
        ... )
        >>> flows.offers[["material", "quantity", "unit"]].values.tolist()
        [['10 11 12', 5000.0, 't']]
        """
        found = check_frames(firms, flows, catalogue, keep_repeated=keep_repeated)
        return cls(**settle(found, skip_bad=skip_bad))
