"""Following: the exchanges of a study go on the worklist as what the store knows them to be."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from symbiosis.storage import audit, bulk, studies
from symbiosis.storage.access import Action, Kind, require_any
from symbiosis.storage.matches import ENDS
from symbiosis.storage.principals import Principal
from symbiosis.storage.provenance import alone, require_own_exchanges, require_saved
from symbiosis.storage.tables import FIRMS, FLOWS, SYNERGIES, now
from symbiosis.storage.worklist import FIGURES, LINK, identify
from symbiosis.study import Study


def add(connection: Connection, who: Principal, study: Study, study_id: str = "") -> int:
    """Put the exchanges of a study on the worklist; those already there get the new figures.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who does it; only exchanges with an end in their reach are put.
    study
        What was matched and assessed, of what the store holds (`provenance`).
    study_id
        The kept study that they come from, which is then read from the store; or "".

    Returns
    -------
    int
        How many are new.

    Raises
    ------
    StorageError
        If the study was not kept and rests on flows that the store does not hold.
    """
    reached = require_any(who, Kind.SYNERGY, Action.WRITE)
    if study_id:  # whatever was handed over, the store's own is what was kept
        study = studies.load(connection, study_id)
    else:
        require_saved(connection, who, study.flows)
        require_own_exchanges(study)
    rows = _as_stored(connection, who, _from_study(study)).assign(study_id=study_id)
    mine = reached.mask(rows["offer_firm_id"], rows["offer_territory"]) | reached.mask(
        rows["need_firm_id"], rows["need_territory"]
    )
    rows = rows[mine].drop_duplicates("synergy_id")
    stored = bulk.fetch_in(connection, SYNERGIES, SYNERGIES.c.synergy_id, rows["synergy_id"])
    fresh = ~rows["synergy_id"].isin(stored["synergy_id"])
    bulk.insert(
        connection, SYNERGIES,
        rows[fresh].assign(stage="idea", version=1, changed_at=now(), changed_by=who.name),
    )  # fmt: skip
    bulk.update(connection, SYNERGIES, "synergy_id", rows[~fresh])
    counts = {"added": int(fresh.sum()), "refreshed": int((~fresh).sum())}
    audit.write(connection, who, "follow", ("study", study_id), counts)
    return int(fresh.sum())


def _as_stored(connection: Connection, who: Principal, rows: pd.DataFrame) -> pd.DataFrame:
    """Return exchanges with what the store knows of their firms and flows, whatever they say.

    An exchange of a flow that is no longer in the store is left out; where one person is alone with
    the store, it stays, private, and its firms belong where that person's study says.
    """
    known = np.ones(len(rows), dtype=bool)
    for end in ENDS:
        ids = rows[f"{end}_firm_id"]
        firms = bulk.fetch_in(connection, FIRMS, FIRMS.c.firm_id, ids).set_index("firm_id")
        flows = bulk.fetch_in(connection, FLOWS, FLOWS.c.flow_id, rows[f"{end}_flow"])
        levels = flows.set_index(["firm_id", "flow_id"])["visibility"].to_dict()
        pairs = list(zip(ids, rows[f"{end}_flow"], strict=True))
        known &= np.array([pair in levels for pair in pairs], dtype=bool)
        places, names = firms["territory"].to_dict(), firms["name"].to_dict()
        said = {
            "visibility": [levels.get(pair, "private") for pair in pairs],
            "territory": [
                places.get(firm, t) for firm, t in zip(ids, rows[f"{end}_territory"], strict=True)
            ],
            "firm": [names.get(firm, n) for firm, n in zip(ids, rows[f"{end}_firm"], strict=True)],
        }
        for name, cells in said.items():
            rows[f"{end}_{name}"] = pd.array(cells, dtype="str")
        rows[f"{end}_contact"] = ""  # read where it stands (`reached`)
    return rows if alone(connection, who) else rows[known]


def _from_study(study: Study) -> pd.DataFrame:
    """Return one row a shipment with everything that the worklist keeps of it."""
    shipments = pd.DataFrame(study.match.shipments).drop(columns=["geometry"], errors="ignore")
    impact = study.impact.by_shipment.set_index("shipment_id").reindex(shipments["shipment_id"])
    names = {"emissions_avoided_tco2e": "emissions_avoided_tco2e_central",
             "jobs_fte": "jobs_fte_central"}  # fmt: skip
    rows = shipments[
        [
            "offer_flow", "need_flow", "pathway", "offer_firm_id", "need_firm_id", "offer_firm",
            "need_firm", "material", "input", "kind", "unit", "quantity", "distance_km",
            "value_eur",
        ]
    ].reset_index(drop=True)  # fmt: skip
    for name in FIGURES:
        rows[name] = impact[names.get(name, name)].to_numpy(float)
    territories = study.flows.firms.set_index("firm_id")["territory"].to_dict()
    for end in ENDS:
        rows[f"{end}_territory"] = [territories.get(f, "") for f in rows[f"{end}_firm_id"]]
    rows["synergy_id"] = [identify(link) for link in zip(*(rows[n] for n in LINK), strict=True)]
    return pd.DataFrame(rows)
