"""What the firms declare today, as atoms of a publication, and which firms count.

A firm hides others only if it is likely to be there: it lies inside the perimeter of its territory,
where the store has one, and an account that is no officer of that territory counts for one firm,
however many it declares.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, select

from symbiosis.storage import bulk
from symbiosis.storage.anonymity import Atom, cell_of, most_open
from symbiosis.storage.principals import EVERYWHERE, Role
from symbiosis.storage.tables import (
    AUDIT,
    FIRMS,
    FLOWS,
    HISTORY,
    TERRITORIES,
    UPLOADS,
    USERS,
)


@dataclass(frozen=True)
class Declared:
    """One firm's quantity of one material today.

    Parameters
    ----------
    cell, territory, unit
        Where it is, and in which unit it is counted.
    visibility, opened
        Who may read it now, and the most open that it ever was.
    quantity
        A year.
    counts
        Whether the firm may hide others.
    """

    cell: str
    territory: str
    unit: str
    visibility: str
    opened: str
    quantity: float
    counts: bool

    @property
    def openness(self) -> str | None:
        """Return who could ever read it, None when that was more people than may today."""
        return self.visibility if self.visibility == self.opened else None

    def atom(self, firm_id: str, opened: str = "") -> Atom:
        """Return it as published, with how open it was in earlier publications."""
        return Atom(firm_id, self.visibility, most_open(self.opened, opened), self.quantity)


def today(connection: Connection) -> dict[tuple[str, str], Declared]:
    """Return what is declared, by firm and by material with its direction before it."""
    names = ("flow_id", "firm_id", "direction", "material", "visibility", "quantity", "unit")
    query = (
        select(*(FLOWS.c[name] for name in names))
        .join(FIRMS, FIRMS.c.firm_id == FLOWS.c.firm_id)
        .where(FLOWS.c.status != "estimated")
    )
    lines = bulk.fetch(connection, query)
    lines["material"] = lines["direction"] + ":" + lines["material"]
    # Whoever did not say who may see a flow is taken to have said nobody.
    said = lines["visibility"].isin(["public", "members"])
    lines["visibility"] = lines["visibility"].where(said, "private")
    rows: dict[tuple[str, str], list[tuple[str, float, str]]] = {}
    wanted = ("firm_id", "material", "visibility", "quantity", "unit")
    for firm, material, *told in zip(*(lines[n].tolist() for n in wanted), strict=True):
        rows.setdefault((firm, material), []).append(tuple(told))
    columns = ("firm_id", "cell", "territory", "counts")
    firms = _firms(connection)
    sites = {firm: site for firm, *site in zip(*(firms[n].tolist() for n in columns), strict=True)}
    opened = _opened(connection, lines)
    return {
        key: _together(rows[key], sites[key[0]], opened.get(key, "private")) for key in sorted(rows)
    }


def _together(lines: list[tuple[str, float, str]], site: Sequence[Any], opened: str) -> Declared:
    """Return several lines as one atom: as shut as the most shut, as open as the most open."""
    cell, territory, counts = site
    visibilities, quantities, units = zip(*lines, strict=True)
    shut = next((v for v in ("private", "members") if v in visibilities), "public")
    ever = reduce(most_open, visibilities, opened)
    # What is counted in two units has no sum.
    counts = counts and len(set(units)) == 1
    return Declared(cell, territory, units[0], shut, ever, float(sum(quantities)), counts)


def _opened(connection: Connection, lines: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the most open visibility that the past knows of each firm and material."""
    materials = dict(zip(lines["flow_id"], lines["material"], strict=True))
    query = select(HISTORY.c.key, HISTORY.c.firm_id, HISTORY.c.changes).where(
        HISTORY.c.kind == "flows", HISTORY.c.changes.like('%"visibility"%')
    )
    opened: dict[tuple[str, str], str] = {}
    for flow_id, firm_id, text in connection.execute(query):
        changes = json.loads(text)
        # A line that was removed tells its material itself.
        material = materials.get(flow_id, "")
        if "material" in changes and "direction" in changes:
            material = f"{changes['direction'][0]}:{changes['material'][0]}"
        for visibility in changes["visibility"]:
            key = (firm_id, material)
            opened[key] = most_open(opened.get(key, ""), visibility or "")
    return opened


def _firms(connection: Connection) -> pd.DataFrame:
    """Return each firm with its cell, its territory and whether it counts."""
    names = ("firm_id", "longitude", "latitude", "territory", "position")
    query = (
        select(*(FIRMS.c[name] for name in names), UPLOADS.c.by)
        .join(UPLOADS, UPLOADS.c.upload_id == FIRMS.c.added_by)
        .order_by(FIRMS.c.position)
    )
    firms = bulk.fetch(connection, query)
    places = firms[["longitude", "latitude"]].to_numpy(float)
    known = np.isfinite(places).all(axis=1)
    cells = [cell_of(*p) if k else "" for p, k in zip(places.tolist(), known, strict=True)]
    firms["cell"] = pd.array(cells, dtype="str")
    firms["counts"] = known & _at_home(connection, firms) & _first_of_account(connection, firms)
    return firms


def _at_home(connection: Connection, firms: pd.DataFrame) -> np.ndarray:
    """Return which firms lie in the perimeter of their territory, where there is one."""
    inside = np.ones(len(firms), bool)
    codes = firms["territory"].to_numpy(object)
    places = firms[["longitude", "latitude"]].to_numpy(float)
    for row in connection.execute(select(TERRITORIES.c.code, TERRITORIES.c.geometry)):
        mine = codes == row.code
        inside[mine] = shapely.intersects_xy(shapely.from_wkb(row.geometry), places[mine])
    return inside


def _first_of_account(connection: Connection, firms: pd.DataFrame) -> np.ndarray:
    """Return which firms were added by whom answers for their territory, or first by another."""
    officers = _officers(connection)
    counts, before = [], set()
    for by, territory in zip(firms["by"], firms["territory"], strict=True):
        # Whoever has no account sits beside the database and sees everything.
        scopes = officers.get(by)
        trusted = bool(scopes & {EVERYWHERE, territory}) if scopes else scopes is None
        counts.append(trusted or by not in before)
        before.add(by)
    return np.array(counts, dtype=bool)


def _officers(connection: Connection) -> dict[str, set[str]]:
    """Return the territories of which each account is or was an officer; none for a firm's."""
    logins = {row.user_id: row.login for row in connection.execute(select(USERS))}
    scopes: dict[str, set[str]] = {login: set() for login in logins.values()}
    lines = select(AUDIT.c.key, AUDIT.c.detail).where(AUDIT.c.action == "grant")
    # Of an account that was erased the uploads keep a reference.
    erased = select(AUDIT.c.key, AUDIT.c.detail).where(AUDIT.c.action == "erase")
    for reference, detail in connection.execute(erased):
        logins[json.loads(detail)["user"]] = reference
    scopes |= {reference: set() for reference in logins.values() if reference not in scopes}
    for user_id, detail in connection.execute(lines):
        for grant in json.loads(detail).get("roles", ()):
            role, _, scope = grant.partition(":")
            if role == Role.OFFICER and user_id in logins:
                scopes[logins[user_id]].add(scope)
    return scopes
