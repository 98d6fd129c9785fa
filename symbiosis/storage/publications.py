"""The public map: sums by cell and material that reveal no firm, today or by comparison."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box
from sqlalchemy import Connection, func, select

from symbiosis.storage import audit, bulk, keyed
from symbiosis.storage.access import Action, Kind, Scope, require_any
from symbiosis.storage.anonymity import (
    SIDES_DEG,
    WHOLE,
    Atom,
    bounds,
    close,
    enough,
    gather,
    inside,
    parent,
    safe,
)
from symbiosis.storage.declarants import Declared, today
from symbiosis.storage.principals import EVERYWHERE, Principal
from symbiosis.storage.rows import CRS, canonical
from symbiosis.storage.tables import PUBLISHED_FIGURES, now

_COLUMNS = ("area", "direction", "material", "unit", "quantity", "firms", "at")


@dataclass
class Group:
    """Firms whose quantities of one material are only ever published together.

    Parameters
    ----------
    area, territory, material, unit
        What its figure is of; ``material`` with its direction before it, ``territory`` `EVERYWHERE`
        where it is of several.
    versions
        The atoms of each publication, oldest first; none when all had gone.
    """

    area: str
    territory: str
    material: str
    unit: str
    versions: list[list[Atom]] = field(default_factory=list)

    @property
    def members(self) -> set[str]:
        """Return the firms of its last version that was not empty."""
        return {a.firm_id for a in next((v for v in reversed(self.versions) if v), [])}

    @property
    def ever(self) -> set[str]:
        """Return every firm that was ever in it."""
        return {atom.firm_id for version in self.versions for atom in version}


def publish(connection: Connection, who: Principal) -> int:
    """Publish what may be published of today's flows; figures that may not stay as they were.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An officer, for the firms of the territory, or an administrator.

    Returns
    -------
    int
        How many figures of the map are new.
    """
    reached = require_any(who, Kind.AGGREGATE, Action.WRITE)
    known = _groups(connection)
    atoms = today(connection)
    again = _again(known, atoms, reached)
    fresh = _fresh(known, _never_withdrawn(connection, known, atoms), reached)
    rows = [_row(name, known[name], len(known[name].versions) + 1, v) for name, v in again.items()]
    rows += [_row(uuid4().hex, group, 1, group.versions[0]) for group in fresh]
    if rows:
        table = pd.DataFrame(rows).assign(at=now())
        bulk.insert(connection, PUBLISHED_FIGURES, table)
    audit.write(connection, who, "publish", ("aggregate", ""), {"figures": len(rows)})
    return len({(row["area"], row["material"], row["unit"]) for row in rows})


def _row(name: str, group: Group, version: int, atoms: list[Atom]) -> dict[str, object]:
    return {
        "group_id": name, "version": version, "area": group.area, "territory": group.territory,
        "material": group.material, "unit": group.unit,
        "quantity": float(sum(atom.quantity for atom in atoms)),
        "firms": len({atom.firm_id for atom in atoms}), "atoms": canonical(atoms),
    }  # fmt: skip


def _groups(connection: Connection) -> dict[str, Group]:
    """Return all that was ever published, by the identifier of the group."""
    figures = PUBLISHED_FIGURES.c
    groups: dict[str, Group] = {}
    order = select(PUBLISHED_FIGURES).order_by(figures.group_id, figures.version)
    for row in connection.execute(order):
        given = groups.setdefault(
            row.group_id, Group(row.area, row.territory, row.material, row.unit)
        )
        given.versions.append([Atom(*atom) for atom in json.loads(row.atoms)])
    return groups


Today = Mapping[tuple[str, str], Declared]


def _again(known: Mapping[str, Group], atoms: Today, reached: Scope) -> dict[str, list[Atom]]:
    """Return the next version of each group that changed, where that is safe."""
    often = pd.Series(
        [(f, g.material) for g in known.values() for f in g.ever], dtype=object
    ).value_counts()
    made = {}
    for name, group in known.items():
        if not reached.covers(territory=group.territory):
            continue
        # A firm that older versions put in two groups lets them be compared: neither moves again.
        if any(often[(firm, group.material)] > 1 for firm in group.ever):
            continue
        version = _version(group, atoms)
        if version is not None and _may_follow(group.versions, version):
            made[name] = version
    return made


def _version(group: Group, atoms: Today) -> list[Atom] | None:
    """Return the atoms of a group today: of all its members or, when all have gone, of none.

    None while some have gone and others have not: what is left would show in the difference.
    """
    found = {f: a for f in group.members if (a := atoms.get((f, group.material))) is not None}
    there = {f: a for f, a in found.items() if a.quantity > 0 and inside(a.cell, group.area)}
    if not there:
        return []
    territories = {group.territory} if group.territory != EVERYWHERE else None
    same = all(
        a.counts and a.unit == group.unit and (not territories or a.territory in territories)
        for a in there.values()
    )
    if len(there) < len(group.members) or not same:
        return None
    before = {atom.firm_id: atom.opened for version in group.versions for atom in version}
    return [there[f].atom(f, before.get(f, "")) for f in sorted(there)]


def _may_follow(past: Sequence[list[Atom]], version: list[Atom]) -> bool:
    if set(past[-1]) == set(version) or not (enough(version) or not version):
        return False
    # What everyone could always read is no secret.
    if all(atom.visibility == "public" for row in (*past, version) for atom in row):
        return True
    return safe([{a.firm_id: a.quantity for a in row} for row in (*past, version)])


def _fresh(known: Mapping[str, Group], atoms: Today, reached: Scope) -> list[Group]:
    """Return new groups of atoms that were never published, each of the smallest area that can."""
    taken = {(firm, group.material) for group in known.values() for firm in group.ever}
    gone = _gone(known.values(), atoms)
    waiting: dict[tuple[str, str, str, str], dict[str, Declared]] = {}
    for (firm, material), atom in atoms.items():
        moved = any(close(atom.quantity, quantity) for quantity in gone.get(firm, ()))
        usable = atom.counts and atom.quantity > 0 and atom.openness is not None
        mine = reached.covers(territory=atom.territory)
        if mine and usable and not moved and (firm, material) not in taken:
            kind = (str(atom.openness), material, atom.unit, atom.territory)
            waiting.setdefault(kind, {})[firm] = atom
    groups: list[Group] = []
    left: dict[tuple[str, str, str, str], dict[str, Declared]] = {}
    for kind, firms in sorted(waiting.items()):
        openness, material, unit, territory = kind
        settled = settle(firms, SIDES_DEG)
        groups += [Group(area, territory, material, unit, [group]) for area, group in settled]
        # An officer invents firms in one territory: what one may not read is never summed with
        # those of another.
        shared = EVERYWHERE if openness != "private" and reached.everything else territory
        placed = {atom.firm_id for _, group in settled for atom in group}
        rest = {firm: atom for firm, atom in firms.items() if firm not in placed}
        left.setdefault((openness, material, unit, shared), {}).update(rest)
    for (_, material, unit, territory), firms in sorted(left.items()):
        for area, group in settle(firms, ()):
            groups.append(Group(area, territory, material, unit, [group]))
    return groups


def _never_withdrawn(
    connection: Connection, known: Mapping[str, Group], atoms: Today
) -> dict[tuple[str, str], Declared]:
    """Return the atoms without those of firms that were published, withdrew and came back."""
    marks = {f for group in known.values() for f in group.ever if f.startswith("w:")}
    back = {f for f, _ in atoms if keyed.firm_mark(connection, f) in marks} if marks else set()
    return {key: atom for key, atom in atoms.items() if key[0] not in back}


def _gone(groups: Iterable[Group], atoms: Today) -> dict[str, list[float]]:
    """Return the published quantities that a firm no longer has where they were published.

    Where it declares one of them anew, of another material, it is the same quantity that moved.
    """
    gone: dict[str, list[float]] = {}
    for group in groups:
        for version in group.versions:
            for atom in version:
                now_ = atoms.get((atom.firm_id, group.material))
                stays = now_ is not None and inside(now_.cell, group.area)
                if not (stays and now_ is not None and close(now_.quantity, atom.quantity)):
                    gone.setdefault(atom.firm_id, []).append(atom.quantity)
    return gone


def settle(firms: Mapping[str, Declared], sides: Sequence[float]) -> list[tuple[str, list[Atom]]]:
    """Put firms in groups, in the smallest squares in which enough of them are.

    Parameters
    ----------
    firms
        Of one material, unit and openness.
    sides
        Of the squares, fine to coarse, in degrees; none to put them together wherever they are.

    Returns
    -------
    list
        Area and atoms of each group. Whom no area hides is left out.
    """
    waiting, settled = dict(firms), []
    for side in sides or (None,):
        areas: dict[str, list[str]] = {}
        for firm in sorted(waiting):
            area = WHOLE if side is None else parent(waiting[firm].cell, side)
            areas.setdefault(area, []).append(firm)
        for area, names in areas.items():
            for group in gather(waiting[name].atom(name) for name in names):
                settled.append((area, group))
        placed = {atom.firm_id for _, group in settled for atom in group}
        waiting = {firm: atom for firm, atom in waiting.items() if firm not in placed}
    return settled


def public_map(connection: Connection, who: Principal) -> gpd.GeoDataFrame:
    """Return the figures last published, for anyone.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``area``, ``direction``, ``material``, ``unit``, ``quantity`` (a year), ``firms``,
        ``at`` and the square of the area (none for ``whole``: what is left of the territories). A
        coarse square is what is left of it once the finer ones of the same material are taken out.
    """
    require_any(who, Kind.AGGREGATE)
    last = (
        select(PUBLISHED_FIGURES.c.group_id, func.max(PUBLISHED_FIGURES.c.version).label("version"))
        .group_by(PUBLISHED_FIGURES.c.group_id)
        .subquery()
    )
    query = select(PUBLISHED_FIGURES).join(
        last,
        (last.c.group_id == PUBLISHED_FIGURES.c.group_id)
        & (last.c.version == PUBLISHED_FIGURES.c.version),
    )
    table = bulk.fetch(connection, query)
    keys = ["area", "material", "unit"]
    sums = table.groupby(keys, sort=False).agg(
        quantity=("quantity", "sum"), firms=("firms", "sum"), at=("at", "max")
    )
    table = sums.reset_index()
    split = table["material"].str.split(":", n=1, expand=True).reindex(columns=[0, 1])
    table["direction"], table["material"] = split[0], split[1]
    table = table.sort_values(["direction", "material", "area"], kind="stable")
    squares = [None if area == WHOLE else box(*bounds(area)) for area in table["area"]]
    shown = table[list(_COLUMNS)].reset_index(drop=True)
    shapes = np.array(gpd.GeoSeries(squares, crs=CRS))
    return gpd.GeoDataFrame(shown, geometry=shapes, crs=CRS)
