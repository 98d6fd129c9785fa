"""The officer's worklist: synergies from idea to running, edited by several people at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, FromClause, RowMapping, Select, func, or_, select

from symbiosis.errors import DataError, Problems, StorageError, say
from symbiosis.storage import audit, bulk, matches, people
from symbiosis.storage.access import Action, Kind, require, require_any, scope
from symbiosis.storage.declared import visibilities
from symbiosis.storage.failures import Conflict
from symbiosis.storage.matches import ENDS
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import canonical, keepable
from symbiosis.storage.tables import AGREEMENTS, FIRMS, HISTORY, SYNERGIES, now
from symbiosis.text_cleaning import clean

STAGES = ("idea", "contact", "study", "running", "dropped")
EDITABLE = ("stage", "reason", "owner", "note", "date", "next_step", "likelihood")
FIGURES = ("waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "net_gain_eur")
LINK = ("offer_firm_id", "offer_flow", "need_firm_id", "need_flow", "pathway")
# 23 % of the synergies found by the French national programme were realised (field figure of its
# own evaluation): what an open one is worth until an officer knows better.
LIKELIHOOD = 0.23
_LONGEST = 4_000


def identify(link: tuple[str, ...]) -> str:
    """Return the identifier of a link: the same one from one study to the next."""
    return hashlib.sha256("\x1f".join(link).encode()).hexdigest()[:16]


def read(connection: Connection, who: Principal, synergy_id: str = "") -> pd.DataFrame:
    """Return the worklist as a principal may see it, the most promising first.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    who
        Who asks.
    synergy_id
        One synergy, or all of them.

    Returns
    -------
    pandas.DataFrame
        The columns of the table ``synergies``, with ``offer_agreed``, ``need_agreed`` (whether
        each firm agreed to meet), ``hidden`` and ``within_km`` (see `matches.seen`); ``likelihood``
        is 1 for a running synergy, 0 for a dropped one, else what the officer wrote or
        `LIKELIHOOD`.
    """
    table = reached(connection, who, synergy_id)
    shown = matches.seen(who, table, table["offer_agreed"] & table["need_agreed"])
    settled = shown["stage"].map({"running": 1.0, "dropped": 0.0}).astype(float)
    shown["likelihood"] = settled.fillna(shown["likelihood"]).fillna(LIKELIHOOD)
    # By what is shown: the order of hidden values would tell of prices.
    rank = (shown["value_eur"] * shown["likelihood"]).fillna(-np.inf)
    order = rank.sort_values(ascending=False, kind="stable").index
    ranked: pd.DataFrame = shown.loc[order].reset_index(drop=True)
    return ranked


def reached(connection: Connection, who: Principal, synergy_id: str = "") -> pd.DataFrame:
    """Return the rows with an end in a principal's reach, nothing hidden yet: never hand them out.

    Parameters
    ----------
    connection, who, synergy_id
        As for `read`.

    Returns
    -------
    pandas.DataFrame
        The columns of the table ``synergies``, with each end's visibility of today,
        ``offer_agreed`` and ``need_agreed``.
    """
    inside = require_any(who, Kind.SYNERGY)
    query = _with_firms()
    query = query.where(
        or_(*(inside.clause(SYNERGIES.c[f"{end}_firm_id"], _territory(end)) for end in ENDS))
    )
    if synergy_id:
        query = query.where(SYNERGIES.c.synergy_id == synergy_id)
    return _agreed(connection, _current(connection, bulk.fetch(connection, query)))


# Each end's firm as the store knows it: a synergy holds the names of its firms, and where they
# belong and who answers there is the firms' own affair.
_GIVER, _TAKER = FIRMS.alias("giver"), FIRMS.alias("taker")
_FIRM = {"offer": _GIVER, "need": _TAKER}


def _territory(end: str) -> ColumnElement[str]:
    """Return today's territory of one end; the one written down where the firm is not stored."""
    return func.coalesce(_FIRM[end].c.territory, SYNERGIES.c[f"{end}_territory"])


def _with_firms() -> Select[Any]:
    """Return the query of synergies with today's territory and contact of each end."""
    theirs = {f"{end}_territory": _territory(end) for end in ENDS} | {
        f"{end}_contact": func.coalesce(_FIRM[end].c.contact, SYNERGIES.c[f"{end}_contact"])
        for end in ENDS
    }
    columns = [
        theirs[column.name].label(column.name) if column.name in theirs else column
        for column in SYNERGIES.c
    ]
    joined: FromClause = SYNERGIES
    for end in ENDS:
        firm = _FIRM[end]
        joined = joined.outerjoin(firm, firm.c.firm_id == SYNERGIES.c[f"{end}_firm_id"])
    return select(*columns).select_from(joined)


def _current(connection: Connection, table: pd.DataFrame) -> pd.DataFrame:
    """Replace each end's visibility by that of the flow today, or of the day it was removed."""
    for end in ENDS:
        pairs = list(zip(table[f"{end}_firm_id"], table[f"{end}_flow"], strict=True))
        today = visibilities(connection, pairs)
        written = table[f"{end}_visibility"]
        table[f"{end}_visibility"] = pd.Series(
            [today.get(pair, old) for pair, old in zip(pairs, written, strict=True)],
            index=table.index, dtype=object,
        )  # fmt: skip
    return table


def _agreed(connection: Connection, table: pd.DataFrame) -> pd.DataFrame:
    given = {(row.synergy_id, row.firm_id) for row in connection.execute(select(AGREEMENTS))}
    for end in ENDS:
        pairs = zip(table["synergy_id"], table[f"{end}_firm_id"], strict=True)
        table[f"{end}_agreed"] = pd.Series(
            [pair in given for pair in pairs], index=table.index, dtype=bool
        )
    return table


def reach(connection: Connection, who: Principal, synergy_id: str) -> RowMapping:
    """Return a row that a principal may change; refuse, whether or not there is such a row.

    Raises
    ------
    AccessDenied
        If no end of it is theirs: also when there is none, which is not theirs to know.
    StorageError
        If there is none, to those who reach them all.
    """
    row = connection.execute(
        _with_firms().where(SYNERGIES.c.synergy_id == synergy_id)
    ).mappings().first()  # fmt: skip
    inside = scope(who, Kind.SYNERGY, Action.WRITE)
    if row is not None and any(
        inside.covers(row[f"{end}_firm_id"], row[f"{end}_territory"]) for end in ENDS
    ):
        return row
    if not inside.everything:
        require(who, Kind.SYNERGY, Action.WRITE)
    raise StorageError(say("There is no such synergy on the worklist."))


def ends(connection: Connection, synergy_id: str) -> dict[str, str]:
    """Return today's territory of each firm of a synergy: firm → territory; {} if there is none."""
    row = connection.execute(
        _with_firms().where(SYNERGIES.c.synergy_id == synergy_id)
    ).mappings().first()  # fmt: skip
    return {} if row is None else {row[f"{e}_firm_id"]: row[f"{e}_territory"] for e in ENDS}


def update(
    connection: Connection,
    who: Principal,
    synergy_id: str,
    version: int,
    changes: Mapping[str, Any],
) -> int:
    """Change one synergy, if nobody else did meanwhile.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who changes it.
    synergy_id, version
        Which one, and the version that they had before their eyes.
    changes
        Some of `EDITABLE`; ``date`` as YYYY-MM-DD or ``""``, ``likelihood`` between 0 and 1.
        Characters that nobody sees are taken off the texts (`text_cleaning.clean`).

    Returns
    -------
    int
        The new version.

    Raises
    ------
    Conflict
        If someone else saved it meanwhile; the row as it stands travels with the error.
    DataError
        If a value is not one of those allowed.
    """
    row = reach(connection, who, synergy_id)
    wanted = _checked({**changes}, row)
    different = {name: value for name, value in wanted.items() if row[name] != value}
    if row["version"] != version:
        raise Conflict(
            say(
                "{who} changed this synergy meanwhile; yours was not saved. Look at theirs, then "
                "save again.",
                who=row["changed_by"],
            ),
            {name: row[name] for name in (*EDITABLE, "version", "changed_at", "changed_by")},
        )
    if not different:
        return version
    said = {name: [row[name], value] for name, value in different.items()}
    line = {"kind": "synergies", "key": synergy_id, "firm_id": "", "action": "changed",
            "version": version, "changes": canonical(said)}  # fmt: skip
    audit.remember(connection, who, "", pd.DataFrame([line]))
    connection.execute(
        SYNERGIES.update()
        .where(SYNERGIES.c.synergy_id == synergy_id, SYNERGIES.c.version == version)
        .values(**different, version=version + 1, changed_at=now(), changed_by=who.name)
    )
    audit.write(connection, who, "update", ("synergy", synergy_id), {"fields": sorted(different)})
    return version + 1


def _checked(changes: dict[str, Any], row: RowMapping) -> dict[str, Any]:
    """Return the changes in the form in which they are kept, or every problem at once."""
    problems = Problems()
    for name, value in changes.items():
        problem = _wrong(name, value)
        if problem is not None:
            cure = say("allowed: {values}", values=", ".join(_ALLOWED.get(name, EDITABLE)))
            problems.add(problem, cure, column=name, value=clean(str(value)))
    after = {**row, **changes}
    if after.get("stage") == "dropped" and not clean(str(after.get("reason", ""))).strip():
        problems.add(
            say("a synergy is dropped for a reason"),
            say("write why, so that nobody starts it again in vain"),
            column="reason",
        )
    if len(problems):
        raise DataError(problems)
    return {n: clean(value) if isinstance(value, str) else value for n, value in changes.items()}


_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "stage": STAGES,
    "date": ("YYYY-MM-DD",),
    "likelihood": ("0 … 1",),
    "note": ("text",), "reason": ("text",), "owner": ("text",), "next_step": ("text",),
}  # fmt: skip


def _wrong(name: str, value: Any) -> Any:
    if name not in EDITABLE:
        return say("this cannot be changed here")
    if name == "likelihood":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = value is None or (number and 0 <= value <= 1)
        return None if fits else say("this is not a likelihood")
    if not isinstance(value, str) or len(value) > _LONGEST or not keepable(value):
        return say("this is not a text of fewer than {limit} characters", limit=_LONGEST)
    if name == "stage" and value not in STAGES:
        return say("this is not a stage")
    if name == "date" and value:
        try:
            plain = date.fromisoformat(value).isoformat() == value
        except ValueError:
            plain = False
        return None if plain else say("this is not a date")
    return None


def history(connection: Connection, who: Principal, synergy_id: str) -> pd.DataFrame:
    """Return what happened to one synergy, newest first.

    Returns
    -------
    pandas.DataFrame
        Columns ``at``, ``by``, ``version`` (the one that ended), ``field``, ``before``, ``after``.
    """
    reach(connection, who, synergy_id)
    query = (
        select(HISTORY)
        .where(HISTORY.c.kind == "synergies", HISTORY.c.key == synergy_id)
        .order_by(HISTORY.c.seq.desc())
    )
    known = people.names(connection)
    rows = [
        (line.at, known.get(line.by, people.NOBODY), line.version, field, before, after)
        for line in connection.execute(query).all()
        for changes in (json.loads(line.changes or "{}"),)
        for field, (before, after) in people.brought_back(changes, known).items()
    ]
    return pd.DataFrame(rows, columns=["at", "by", "version", "field", "before", "after"])


def progress(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return what is potential, expected and realised on the worklist, kept apart.

    Returns
    -------
    pandas.DataFrame
        Rows ``potential`` (all but the dropped), ``expected`` (each times its likelihood) and
        ``realised`` (running); columns ``synergies`` and `FIGURES`, in t, tCO2e, FTE and EUR a
        year. What the principal may not see counts for nothing here.
    """
    table = read(connection, who)
    numbers = table[list(FIGURES)].assign(synergies=1.0).fillna(0.0)
    kept, running = table["stage"] != "dropped", table["stage"] == "running"
    rows = {
        "potential": numbers[kept].sum(),
        "expected": numbers.mul(table["likelihood"], axis=0).sum(),
        "realised": numbers[running].sum(),
    }
    return pd.DataFrame(rows).T[["synergies", *FIGURES]]
