"""Where a study comes from: whether it rests on what the store holds, as its maker may see it.

A study is handed over in memory, and its flows may be anything that somebody typed. What is kept or
followed must be of firms and flows of the store, cell by cell as the person sees them: who owns a
firm, where it belongs and who may see its flows is then never a matter of what was handed over.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection, func, select

from symbiosis.errors import StorageError, say
from symbiosis.flows import Flows
from symbiosis.storage import declared
from symbiosis.storage.access import Action, Kind, scope
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import Declaration
from symbiosis.storage.tables import USERS
from symbiosis.study import Study

_ELSEWHERE = ("position", "declared_id")
_UNSAVED = say(
    "This study rests on declarations that the store does not hold as they are here. Save them, "
    "open “Saved declarations” and match again; nothing was kept."
)


def alone(connection: Connection, who: Principal) -> bool:
    """Return whether there is nobody else to harm: one person who does everything, no accounts."""
    everything = scope(who, Kind.PRIVATE_FLOW, Action.WRITE).everything
    return everything and not connection.execute(select(func.count()).select_from(USERS)).scalar()


def require_saved(connection: Connection, who: Principal, flows: Flows) -> None:
    """Go on if every firm and flow stands in the store, as a principal may see it.

    The one person of a machine without accounts may try things out with any flows.

    Raises
    ------
    StorageError
        Otherwise; the sentence is the same whether the store lacks a flow, hides it or has another.
    """
    if alone(connection, who):
        return
    ours, stored = (Declaration.of(part) for part in (flows, declared.flows(connection, who)))
    pairs = (("firm_id", ours.firms, stored.firms), ("flow_id", ours.lines, stored.lines))
    for key, mine, theirs in pairs:
        if not _within(mine, theirs, key):
            raise StorageError(_UNSAVED)


def _within(mine: pd.DataFrame, theirs: pd.DataFrame, key: str) -> bool:
    """Return whether each row of one table is a row of the other."""
    names = [name for name in mine if name not in _ELSEWHERE]
    known = theirs.set_index(key)
    if not known.index.is_unique or not mine[key].isin(known.index).all():
        return False
    other = known.loc[mine[key]].reset_index()[names]
    return bool(other.equals(mine[names].reset_index(drop=True)))


def require_own_exchanges(study: Study) -> None:
    """Go on if the exchanges of a study are between its own flows, and no larger than these.

    Raises
    ------
    StorageError
        Otherwise.
    """
    table = study.match.shipments
    for end, flows in (("offer", study.flows.offers), ("need", study.flows.needs)):
        known = flows.drop_duplicates("flow_id").set_index("flow_id")
        firms = table[f"{end}_flow"].map(known["firm_id"])
        if not (firms == table[f"{end}_firm_id"]).all():
            raise StorageError(_UNSAVED)
    most = table["offer_flow"].map(study.flows.offers.set_index("flow_id")["quantity"])
    if (table["quantity"] > most * (1 + 1e-6)).any():
        raise StorageError(_UNSAVED)
