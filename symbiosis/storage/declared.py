"""What was declared, as one principal may see it, and what happened to it since."""

from __future__ import annotations

import json

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from symbiosis.flows import Flows
from symbiosis.storage import audit, bulk, keyed, people
from symbiosis.storage.access import (
    Action,
    Kind,
    Scope,
    require_any,
    scope,
    visible_clause,
)
from symbiosis.storage.disclosure import blank, is_open
from symbiosis.storage.exports import as_declared
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import PRICES, canonical, to_flows
from symbiosis.storage.tables import AUDIT, FIRMS, FLOWS, HISTORY, TERRITORIES, UPLOADS
from symbiosis.storage.uploads import remove

# Columns of a line that no reader of declarations asks for.
_UNREAD = frozenset({"declared_id", "version", "added_by", "changed_by"})
# What the audit log calls the acts that change a declaration, or how it is read.
_CHANGES = ("upload", "remove", "override", "withdraw", "erase", "retain")


def _flows_seen(who: Principal) -> Select[tuple[object, ...]]:
    seen = visible_clause(who, FLOWS.c.firm_id, FIRMS.c.territory, FLOWS.c.visibility)
    columns = [column for column in FLOWS.c if column.name not in _UNREAD]
    query = select(*columns, FIRMS.c.territory.label("territory"))
    return query.join(FIRMS, FIRMS.c.firm_id == FLOWS.c.firm_id).where(seen)


def flows(connection: Connection, who: Principal) -> Flows:
    """Return the flows that a principal may read, with their firms.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        Who asks.

    Returns
    -------
    Flows
        Prices and contacts that the principal may not read are empty. A firm that declared nothing
        visible is not listed, except to those who may read everything of it.
    """
    lines = bulk.fetch(connection, _flows_seen(who))
    priced = scope(who, Kind.PRICE).mask(lines["firm_id"], lines["territory"])
    blank(lines, ~priced, list(PRICES))
    lines["extra"] = _extra_seen(lines["extra"], priced, "offers", "needs")
    firms = bulk.fetch(connection, select(FIRMS))
    whole = scope(who, Kind.PRIVATE_FLOW).mask(firms["firm_id"], firms["territory"])
    firms = firms[whole | firms["firm_id"].isin(lines["firm_id"].unique())].copy()
    reachable = scope(who, Kind.CONTACT).mask(firms["firm_id"], firms["territory"])
    blank(firms, ~reachable, ["contact"])
    firms["extra"] = _extra_seen(firms["extra"], reachable, "firms")
    return to_flows(firms, lines, bulk.fetch(connection, select(TERRITORIES)))


def _extra_seen(extra: pd.Series, allowed: pd.Series, *tables: str) -> pd.Series:
    """Return what has no column of its own, less what is in EUR or in no table of columns."""
    cells = [
        text if may or text == "{}" else canonical(
            {n: v for n, v in json.loads(text).items() if is_open(n, *tables)}
        )
        for text, may in zip(extra, allowed, strict=True)
    ]  # fmt: skip
    return pd.Series(cells, index=extra.index, dtype="str")


def visibilities(
    connection: Connection, pairs: list[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Return who may see each flow that the store has or had: today, or when it was removed.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    pairs
        Firm and flow.

    Returns
    -------
    dict
        (firm, flow) → visibility, of those of the pairs that the store knows.
    """
    asked = set(pairs)
    stored = bulk.fetch_in(connection, FLOWS, FLOWS.c.flow_id, [flow for _, flow in asked])
    owned = zip(stored["firm_id"], stored["flow_id"], strict=True)
    levels = dict(zip(owned, stored["visibility"], strict=True))
    gone = [flow for firm, flow in asked if (firm, flow) not in levels]
    if not gone:
        return levels
    removed = select(HISTORY.c.firm_id, HISTORY.c.key, HISTORY.c.changes).where(
        HISTORY.c.kind == "flows", HISTORY.c.action == "removed",
        bulk.among(connection, HISTORY.c.key, gone),
    )  # fmt: skip
    for firm, flow, changes in connection.execute(removed.order_by(HISTORY.c.seq)):
        last = json.loads(changes).get("visibility") or ["private"]
        levels.setdefault((firm, flow), "private")
        if (firm, flow) in asked and flow in gone:
            levels[firm, flow] = str(last[0] or "private")
    return levels


def own_firms(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the firms that a principal may declare for and that are saved, by name.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        Who asks.

    Returns
    -------
    pandas.DataFrame
        Columns ``firm_id``, ``name`` and ``flows``, how many the store holds.
    """
    reached = require_any(who, Kind.PRIVATE_FLOW, Action.WRITE)
    count = func.count(FLOWS.c.flow_id).label("flows")
    query = select(FIRMS.c.firm_id, FIRMS.c.name, count)
    query = query.join(FLOWS, FLOWS.c.firm_id == FIRMS.c.firm_id, isouter=True)
    query = query.where(reached.clause(FIRMS.c.firm_id, FIRMS.c.territory))
    query = query.group_by(FIRMS.c.firm_id, FIRMS.c.name)
    return bulk.fetch(connection, query.order_by(FIRMS.c.name, FIRMS.c.firm_id))


def reopened(
    connection: Connection, who: Principal, firm_ids: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what some firms declared, as the tables that a reader of declarations reads.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        Who asks; of firms that are not theirs to declare for, nothing is returned.
    firm_ids
        Which firms.

    Returns
    -------
    tuple
        Firms and lines (`exports.as_declared`), prices and contacts included.
    """
    mine = set(own_firms(connection, who)["firm_id"]) & set(firm_ids)
    seen = flows(connection, who)
    firms, lines = as_declared(seen)
    of_firms, of_lines = (table["firm_id"].isin(mine) for table in (firms, lines))
    return firms[of_firms].reset_index(drop=True), lines[of_lines].reset_index(drop=True)


def moment(connection: Connection, who: Principal) -> str:
    """Return a text that changes with every change of what is declared; "" while nothing is.

    It is the digest of a line of the audit log, and tells nothing of what changed. A number would
    come again in a store that was restored from a backup and went another way since.
    """
    require_any(who, Kind.MEMBERS_FLOW)
    if connection.execute(select(FLOWS.c.flow_id).limit(1)).first() is None:
        return ""
    changes = select(AUDIT.c.digest).where(AUDIT.c.action.in_(_CHANGES))
    return str(connection.execute(changes.order_by(AUDIT.c.seq.desc()).limit(1)).scalar() or 0)


def history(connection: Connection, who: Principal, flow_id: str = "") -> pd.DataFrame:
    """Return what happened to flows and firms, newest first.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        Who asks: a firm sees its own, an officer those of the territory.
    flow_id
        One flow, or all of them.

    Returns
    -------
    pandas.DataFrame
        Columns ``at``, ``by``, ``origin`` (the file), ``kind``, ``key``, ``action``, ``version``
        (the one that ended) and ``changes`` (field → [before, after]).
    """
    reached = require_any(who, Kind.HISTORY)
    query = (
        select(HISTORY, UPLOADS.c.origin, FIRMS.c.territory)
        .join(UPLOADS, UPLOADS.c.upload_id == HISTORY.c.upload_id, isouter=True)
        .join(FIRMS, FIRMS.c.firm_id == HISTORY.c.firm_id, isouter=True)
        .where(HISTORY.c.kind.in_(["flows", "firms"]))
        .where(reached.clause(HISTORY.c.firm_id, FIRMS.c.territory))
        .order_by(HISTORY.c.seq.desc())
    )
    if flow_id:
        named = select(FLOWS.c.flow_id).join(FIRMS, FIRMS.c.firm_id == FLOWS.c.firm_id)
        named = named.where(_called(reached, [flow_id]))
        named = named.where(reached.clause(FLOWS.c.firm_id, FIRMS.c.territory))
        which = or_(HISTORY.c.key == flow_id, HISTORY.c.key.in_(named))
        query = query.where(HISTORY.c.kind == "flows", which)
    table = bulk.fetch(connection, query)
    columns = ["at", "by", "origin", "kind", "key", "action", "version", "changes"]
    known = people.names(connection)
    table["by"] = people.named(table["by"], known)
    # A row of history that was erased says nothing any more.
    said = [json.loads(text or "{}") for text in table["changes"]]
    told = [people.brought_back(changes, known) for changes in said]
    return table.assign(changes=pd.Series(told, index=table.index, dtype=object))[columns]


def uploads(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the uploads that touched what a principal may read the history of, newest first."""
    reached = require_any(who, Kind.HISTORY)
    touched = (
        select(FLOWS.c.changed_by)
        .join(FIRMS, FIRMS.c.firm_id == FLOWS.c.firm_id)
        .where(reached.clause(FLOWS.c.firm_id, FIRMS.c.territory))
    )
    query = select(UPLOADS).order_by(UPLOADS.c.at.desc())
    if not reached.everything:
        query = query.where(UPLOADS.c.upload_id.in_(touched))
    table = bulk.fetch(connection, query)
    table["by"] = people.named(table["by"], people.names(connection))
    if not reached.everything:  # a file may hold lines of other firms beside theirs
        table["digest"] = keyed.marked(connection, who, table["digest"])
    return table


def _called(reached: Scope, names: list[str]) -> ColumnElement[bool]:
    """Return the condition that a flow has one of these names, or had it in its firm's file."""
    if reached.everything:
        return FLOWS.c.flow_id.in_(names)
    return or_(FLOWS.c.flow_id.in_(names), FLOWS.c.declared_id.in_(names))


def forget(connection: Connection, who: Principal, flow_ids: list[str]) -> int:
    """Remove flows that are the principal's to declare; others are left as they are.

    Returns
    -------
    int
        How many were removed.
    """
    reached = require_any(who, Kind.PRIVATE_FLOW, Action.WRITE)
    rows = bulk.fetch(
        connection,
        select(FLOWS)
        .join(FIRMS, FIRMS.c.firm_id == FLOWS.c.firm_id)
        .where(_called(reached, flow_ids))
        .where(reached.clause(FLOWS.c.firm_id, FIRMS.c.territory)),
    )
    remove(connection, who, rows, "")
    if len(rows):
        audit.write(connection, who, "remove", ("flow", ""), {"removed": len(rows)})
    return len(rows)
