"""What a click shows: one firm with its flows, or one exchange."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.maps.atlas import Atlas

if TYPE_CHECKING:
    from symbiosis.study import Study


@dataclass(frozen=True)
class FirmCard:
    """One firm: its row, what it offers and needs, its exchanges, what finds no taker and why.

    Parameters
    ----------
    firm
        A row of `Atlas.firms` as a mapping.
    offers, needs
        Its flows, largest first, with ``label_en``, ``label_fr`` and ``used``: the quantity that
        exchanges take from an offer, or bring to a need, in the flow's own unit.
    exchanges
        Rows of `Atlas.shipments` in which it gives or takes, largest first.
    unmatched
        Rows of `Match.unmatched` of its offers, with the two labels.
    """

    firm: dict[str, Any]
    offers: pd.DataFrame
    needs: pd.DataFrame
    exchanges: pd.DataFrame
    unmatched: pd.DataFrame


def firm_card(study: Study, atlas: Atlas, catalogue: Catalogue, firm_id: str) -> FirmCard | None:
    """Return the card of a firm, or None when no firm has this identifier.

    Parameters
    ----------
    study, atlas, catalogue
        The study, its atlas, and the catalogue that names materials.
    firm_id
        Identifier of the firm.
    """
    found = atlas.firms[atlas.firms["firm_id"] == firm_id]
    if not len(found):
        return None
    table = atlas.shipments
    gives, takes = table["offer_firm_id"] == firm_id, table["need_firm_id"] == firm_id
    given = table[gives].groupby("offer_flow")["quantity"].sum()
    brought = (table["quantity"] * table["gain"])[takes].groupby(table["need_flow"]).sum()
    unmatched = study.match.unmatched
    return FirmCard(
        firm={str(k): v for k, v in found.iloc[0].to_dict().items()},
        offers=_flows(study.flows.offers, firm_id, given, catalogue),
        needs=_flows(study.flows.needs, firm_id, brought, catalogue),
        exchanges=table[gives | takes].sort_values("quantity", ascending=False),
        unmatched=_labelled(unmatched[unmatched["firm_id"] == firm_id], catalogue),
    )


def _flows(side: pd.DataFrame, firm_id: str, used: pd.Series, catalogue: Catalogue) -> pd.DataFrame:
    mine = side[side["firm_id"] == firm_id]
    named = _labelled(mine, catalogue)
    amounts = named["flow_id"].map(used).fillna(0.0)
    return named.assign(used=amounts).sort_values("quantity", ascending=False)


def _labelled(table: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    return table.assign(
        label_en=[catalogue.label(material, "en") for material in table["material"]],
        label_fr=[catalogue.label(material, "fr") for material in table["material"]],
    )


def exchange(atlas: Atlas, shipment_id: str) -> dict[str, Any] | None:
    """Return a row of `Atlas.shipments` as a mapping, or None when there is no such shipment."""
    found = atlas.shipments[atlas.shipments["shipment_id"].astype(str) == shipment_id]
    return {str(k): v for k, v in found.iloc[0].to_dict().items()} if len(found) else None
