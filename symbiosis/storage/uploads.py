"""An upload: all of it is saved, or nothing; what it changes is remembered row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, delete, func, select

from symbiosis.errors import say
from symbiosis.flows.places import home_bodies
from symbiosis.storage import audit, bulk
from symbiosis.storage.access import Action, Kind, Scope, require_any
from symbiosis.storage.failures import AccessDenied
from symbiosis.storage.identity import name_firms, name_lines, refuse_namesakes
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import Declaration, canonical, kept
from symbiosis.storage.tables import FIRMS, FLOWS, TERRITORIES, UPLOADS
from symbiosis.text_cleaning import clean

_BOOKKEEPING = ("version", "added_by", "changed_by", "position")


@dataclass(frozen=True)
class Receipt:
    """What an upload did.

    Parameters
    ----------
    upload_id
        Its identifier, "" when it changed nothing.
    added, changed, removed, unchanged
        How many firms, flows and perimeters.
    kept
        Flows of the same firms that the upload did not mention; they stay unless it replaces.
    """

    upload_id: str
    added: int
    changed: int
    removed: int
    unchanged: int
    kept: int


@dataclass(frozen=True)
class Difference:
    """One table of an upload against what is stored: rows to insert, to update, to delete."""

    table: Table
    key: str
    added: pd.DataFrame
    changed: pd.DataFrame
    history: pd.DataFrame
    unchanged: int


def save(
    connection: Connection,
    who: Principal,
    declared: Declaration,
    *,
    origin: str = "",
    replace: bool = False,
) -> Receipt:
    """Save what was declared.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who declares it.
    declared
        What was read, as rows.
    origin
        The name of the file, for the history.
    replace
        Whether the flows of these firms that the upload does not mention are removed.

    Returns
    -------
    Receipt
        What it did.

    Raises
    ------
    AccessDenied
        If one of the firms is not theirs; nothing is saved.
    DataError
        If a firm has the identifier of another; nothing is saved.
    """
    tables, missing = _against(connection, who, declared)
    parts = [_compare(table) for table in tables]
    gone = missing if replace else missing.iloc[:0]
    added, changed = (sum(len(getattr(p, n)) for p in parts) for n in ("added", "changed"))
    receipt = Receipt(
        uuid4().hex if added or changed or len(gone) else "",
        added, changed, len(gone), sum(p.unchanged for p in parts), len(missing) - len(gone),
    )  # fmt: skip
    if receipt.upload_id:
        counts = _record(connection, who, origin, receipt, declared.digest())
        for part in parts:
            _apply(connection, who, part, receipt.upload_id)
        remove(connection, who, gone, receipt.upload_id)
        audit.write(connection, who, "upload", ("upload", receipt.upload_id), counts)
    return receipt


def compare(connection: Connection, who: Principal, declared: Declaration) -> pd.DataFrame:
    """Return what `save` would do to the firms and flows of a declaration; nothing is saved.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who, declared
        As for `save`.

    Returns
    -------
    pandas.DataFrame
        Columns ``key`` (identifier of the firm or flow), ``action`` (``added``, ``changed``, or
        ``missing``: stored and not declared), ``firm``, ``direction`` and ``material`` (``""`` for
        the firm's own row), ``field`` (``""`` unless changed), ``before`` and ``after`` (as stored
        and as declared).

    Raises
    ------
    AccessDenied, DataError
        As `save`.
    """
    tables, missing = _against(connection, who, declared)
    firms = next(table.table for table in tables if table.where is FIRMS)
    names = dict(zip(firms["firm_id"], firms["name"], strict=True))
    told = [
        line for table in tables if table.where is not TERRITORIES for line in _told(table, names)
    ]
    told += [
        (row["flow_id"], "missing", *_whose(row, names), "", None, None)
        for row in missing.to_dict("records")
    ]
    columns = ["key", "action", "firm", "direction", "material", "field", "before", "after"]
    return pd.DataFrame(told, columns=columns, dtype=object)


def _told(declared: _Declared, names: Mapping[str, str]) -> list[tuple[object, ...]]:
    """Return the lines of `compare` for one table: what is new, and each cell that differs."""
    part = _compare(declared)
    told: list[tuple[object, ...]] = [
        (row[part.key], "added", *_whose(row, names), "", None, None)
        for row in part.added.to_dict("records")
    ]
    if len(part.history):
        rows = declared.table.set_index(declared.key, drop=False)
        told += [
            (key, "changed", *_whose(rows.loc[key].to_dict(), names), field, *cells)
            for key, changes in zip(part.history["key"], part.history["changes"], strict=True)
            for field, cells in json.loads(changes).items()
        ]
    return told


def _whose(row: Mapping[Hashable, Any], names: Mapping[str, str]) -> tuple[object, ...]:
    firm = row["firm_id"]
    return names.get(firm, firm), row.get("direction", ""), row.get("material", "")


def _against(
    connection: Connection, who: Principal, declared: Declaration
) -> tuple[list[_Declared], pd.DataFrame]:
    """Return a declaration beside what is stored, and the stored flows that it leaves out."""
    allowed = require_any(who, Kind.PRIVATE_FLOW, Action.WRITE)
    named_firms, named_lines = _named(connection, allowed, declared)
    firms = _firms(connection, allowed, named_firms)
    stored = bulk.fetch_in(connection, FLOWS, FLOWS.c.firm_id, firms.table["firm_id"])
    lines = _flows(connection, allowed, named_lines, stored)
    perimeters = _perimeters(connection, allowed, declared.territories)
    mentioned = pd.Index(lines.table["flow_id"].unique())
    missing = stored[mentioned.get_indexer(pd.Index(stored["flow_id"])) < 0]
    return [perimeters, firms, lines], missing


@dataclass(frozen=True)
class _Declared:
    """One table as declared, beside the same rows as stored."""

    where: Table
    key: str
    table: pd.DataFrame
    stored: pd.DataFrame


def _named(
    connection: Connection, allowed: Scope, declared: Declaration
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return firms and lines with the identifiers that these firms have in the store."""
    written = declared.firms["firm_id"]
    ids = name_firms(connection, allowed, declared.firms)
    names = dict(zip(written, ids, strict=True))
    owners = [names.get(firm, firm) for firm in declared.lines["firm_id"]]
    lines = declared.lines.assign(firm_id=pd.array(owners, dtype="str"))
    return declared.firms.assign(firm_id=ids), lines


def _firms(connection: Connection, allowed: Scope, rows: pd.DataFrame) -> _Declared:
    stored = bulk.fetch_in(connection, FIRMS, FIRMS.c.firm_id, rows["firm_id"])
    before = rows["firm_id"].map(stored.set_index("firm_id")["territory"])
    known = before.notna()
    # A firm that does not say where it belongs, or whose commune alone does, stays where it was.
    told = (rows["territory"] != "") & ~_by_commune(rows, known & (before != rows["territory"]))
    rows = rows.assign(territory=rows["territory"].where(told | ~known | (before == ""), before))
    moved = known & (before != "") & (rows["territory"] != before)
    inside = allowed.mask(rows["firm_id"], rows["territory"])
    was_inside = allowed.mask(rows["firm_id"], before.where(known, rows["territory"]))
    own = rows["firm_id"].isin(allowed.firms) & ~rows["territory"].isin(allowed.territories)
    refused = ~(inside & was_inside) | (moved & own & (not allowed.everything))
    if refused.any():
        names = sorted(set(rows.loc[refused, "name"]))[:5]
        raise AccessDenied(
            say(
                "Nothing was saved: {count} firm(s) of this file are not yours to declare: "
                "{names}.",
                count=int(refused.sum()),
                names=", ".join(names),
            )
        )
    refuse_namesakes(rows, stored)
    return _Declared(FIRMS, "firm_id", rows, stored)


def _by_commune(rows: pd.DataFrame, where: pd.Series) -> pd.Series:
    """Return which firms are where their commune puts them; looked up for some rows only."""
    told = pd.Series(False, index=rows.index)
    if where.any():
        told[where] = rows.loc[where, "territory"] == home_bodies(rows[where])
    return told


def _flows(
    connection: Connection, allowed: Scope, rows: pd.DataFrame, stored: pd.DataFrame
) -> _Declared:
    named = name_lines(connection, rows, stored, apart=not allowed.everything)
    return _Declared(FLOWS, "flow_id", named, stored)


def _perimeters(connection: Connection, allowed: Scope, rows: pd.DataFrame) -> _Declared:
    stored = bulk.fetch_in(connection, TERRITORIES, TERRITORIES.c.code, rows["code"])
    known = dict(zip(stored["code"], stored["geometry"], strict=True))
    names = dict(zip(stored["code"], stored["name"], strict=True))
    for row in rows.itertuples():
        same = known.get(row.code) == row.geometry and names.get(row.code) == row.name
        if not same and not allowed.covers(territory=str(row.code)):
            raise AccessDenied(
                say("Nothing was saved: the perimeter {code} is not yours.", code=row.code)
            )
    return _Declared(TERRITORIES, "code", rows, stored)


def _compare(declared: _Declared) -> Difference:
    key, rows, stored = declared.key, declared.table, declared.stored
    place = pd.Index(stored[key]).get_indexer(pd.Index(rows[key]))
    both, old = rows[place >= 0], stored.iloc[place[place >= 0]]
    fields = [str(n) for n in rows if n != key and n not in _BOOKKEEPING]
    differs = {name: _unequal(both[name], old[name]) for name in fields}
    touched = np.logical_or.reduce([np.zeros(len(both), bool), *differs.values()])
    if not touched.any():
        nothing = rows.iloc[:0]
        return Difference(
            declared.where, key, rows[place < 0], nothing, pd.DataFrame(), len(touched)
        )
    new, before = both[touched].reset_index(drop=True), old[touched].reset_index(drop=True)
    other = {name: mask[touched] for name, mask in differs.items() if mask.any()}
    history = _history(declared, new, before, other)
    changed = new[[key, *other]]
    if "version" in stored:
        changed = changed.assign(version=before["version"].to_numpy() + 1)
    return Difference(declared.where, key, rows[place < 0], changed, history, int((~touched).sum()))


def _unequal(new: pd.Series, old: pd.Series) -> NDArray[np.bool_]:
    """Return where two columns differ; what is missing in both is the same."""
    if new.dtype.kind == "f" and old.dtype.kind == "f":
        one, two = new.to_numpy(), old.to_numpy()
        return np.asarray((one != two) & ~(np.isnan(one) & np.isnan(two)))
    return np.asarray(new.to_numpy(object) != old.to_numpy(object), dtype=bool)


def _history(
    declared: _Declared,
    new: pd.DataFrame,
    old: pd.DataFrame,
    differs: Mapping[str, NDArray[np.bool_]],
) -> pd.DataFrame:
    """Return a line of the history for each changed row: what differs, before and after."""
    if new.empty:
        return pd.DataFrame()
    told: list[dict[str, list[object]]] = [{} for _ in range(len(new))]
    for name, mask in differs.items():
        before, after = old[name].to_numpy(object), new[name].to_numpy(object)
        for i in np.flatnonzero(mask).tolist():
            told[i][name] = [shown(before[i]), shown(after[i])]
    return pd.DataFrame(
        {
            "kind": declared.where.name, "key": new[declared.key], "action": "changed",
            "changes": [canonical(line) for line in told],
            "firm_id": new.get("firm_id", ""), "version": old.get("version", 1),
        }
    )  # fmt: skip


def shown(value: object) -> object:
    """Return a cell as the history keeps it."""
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()[:16]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return value


def _record(
    connection: Connection, who: Principal, origin: str, receipt: Receipt, contents: str
) -> dict[str, int]:
    counts = {n: getattr(receipt, n) for n in ("added", "changed", "removed", "unchanged")}
    connection.execute(
        UPLOADS.insert(),
        {
            "upload_id": receipt.upload_id, "at": audit.moment(connection), "by": who.name,
            "origin": clean(kept(origin)), "digest": contents, **counts,
        },
    )  # fmt: skip
    return counts


def _apply(connection: Connection, who: Principal, part: Difference, upload_id: str) -> None:
    versioned = "version" in part.table.c
    added, changed = part.added, part.changed
    if versioned:
        added = added.assign(version=1, added_by=upload_id, changed_by=upload_id)
        changed = changed.assign(changed_by=upload_id)
    if "position" in added and len(added):
        last = connection.execute(select(func.max(part.table.c.position))).scalar()
        first = 0 if last is None else int(last) + 1
        added = added.assign(position=np.arange(first, first + len(added)))
    bulk.insert(connection, part.table, added)
    bulk.update(
        connection, part.table, part.key, changed.drop(columns=["position"], errors="ignore")
    )
    audit.remember(connection, who, upload_id, part.history)


def remove(connection: Connection, who: Principal, rows: pd.DataFrame, upload_id: str) -> None:
    """Remove flows; the history keeps them whole."""
    if rows.empty:
        return
    fields = [n for n in rows if n not in {"added_by", "changed_by"}]
    audit.remember(
        connection,
        who,
        upload_id,
        pd.DataFrame(
            [
                {
                    "kind": "flows", "key": row["flow_id"], "firm_id": row["firm_id"],
                    "action": "removed", "version": int(row["version"]),
                    "changes": canonical({n: [shown(row[n]), None] for n in fields}),
                }
                for row in rows.to_dict("records")
            ]
        ),
    )  # fmt: skip
    ids = rows["flow_id"].tolist()
    for start in range(0, len(ids), 5_000):
        connection.execute(delete(FLOWS).where(FLOWS.c.flow_id.in_(ids[start : start + 5_000])))
