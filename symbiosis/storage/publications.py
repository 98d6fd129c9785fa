"""The public map: sums by cell and material that reveal no firm, today or by comparison."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from uuid import uuid4

import geopandas as gpd
import pandas as pd
from shapely.geometry import box
from sqlalchemy import Connection, func, select

from symbiosis.storage import audit, bulk
from symbiosis.storage.access import Action, Kind, require_any
from symbiosis.storage.anonymity import (
    SIDES_DEG,
    WHOLE,
    Atom,
    K,
    bounds,
    cell_of,
    enough,
    parent,
    safe,
)
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import CRS, canonical
from symbiosis.storage.tables import FIRMS, FLOWS, PUBLISHED_FIGURES, PUBLISHED_PLACES, now

Place = tuple[str, str]
_COLUMNS = ("area", "direction", "material", "unit", "quantity", "firms", "at")


def publish(connection: Connection, who: Principal) -> int:
    """Publish what may be published of today's flows; figures that may not stay as they were.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        An officer or an administrator.

    Returns
    -------
    int
        How many figures are new.
    """
    require_any(who, Kind.AGGREGATE, Action.WRITE)
    atoms, units = _atoms(connection)
    known = {
        (row.cell, row.material): row.group_id
        for row in connection.execute(select(PUBLISHED_PLACES))
    }
    areas = _areas(connection)
    fresh = assign(atoms, known, areas)
    bulk.insert(
        connection, PUBLISHED_PLACES,
        pd.DataFrame(
            [(cell, material, group) for (cell, material), group in fresh.items()],
            columns=["cell", "material", "group_id"],
        ),
    )  # fmt: skip
    groups: dict[str, list[Place]] = {}
    for place, group in {**known, **fresh}.items():
        groups.setdefault(group, []).append(place)
    past = _past(connection)
    figures = [
        figure | {"area": areas[group]}
        for group, places in sorted(groups.items())
        if (figure := _figure(group, places, atoms, past.get(group, ())))
    ]
    if figures:
        at = now()
        rows = [{**row, "unit": units.get(str(row["material"]), ""), "at": at} for row in figures]
        bulk.insert(connection, PUBLISHED_FIGURES, pd.DataFrame(rows))
    audit.write(connection, who, "publish", ("aggregate", ""), {"figures": len(figures)})
    return len(figures)


def _past(connection: Connection) -> dict[str, list[tuple[int, str]]]:
    """Return every version of each figure and its atoms, oldest first."""
    columns = [PUBLISHED_FIGURES.c[name] for name in ("group_id", "version", "atoms")]
    found: dict[str, list[tuple[int, str]]] = {}
    for group, version, atoms in connection.execute(select(*columns).order_by(*columns[:2])):
        found.setdefault(group, []).append((version, atoms))
    return found


def _atoms(connection: Connection) -> tuple[dict[Place, list[Atom]], dict[str, str]]:
    names = ("firm_id", "direction", "material", "visibility", "quantity", "unit")
    query = (
        select(*(FLOWS.c[name] for name in names), FIRMS.c.longitude, FIRMS.c.latitude)
        .join(FIRMS, FIRMS.c.firm_id == FLOWS.c.firm_id)
        .where(FLOWS.c.status != "estimated")
    )
    table = bulk.fetch(connection, query)
    table["material"] = table["direction"] + ":" + table["material"]
    places = list(zip(table["longitude"].tolist(), table["latitude"].tolist(), strict=True))
    cells = {place: cell_of(*place) for place in set(places)}
    table["cell"] = pd.array([cells[place] for place in places], dtype="str")
    # Whoever did not say who may see a flow is taken to have said nobody.
    known = table["visibility"].isin(["public", "members"])
    table["visibility"] = table["visibility"].where(known, "private")
    keys = ["cell", "material", "firm_id", "visibility"]
    sums = table.groupby(keys, sort=True)["quantity"].sum().reset_index()
    atoms: dict[Place, list[Atom]] = {}
    columns = (sums[name].tolist() for name in (*keys, "quantity"))
    for cell, material, firm_id, visibility, quantity in zip(*columns, strict=True):
        atoms.setdefault((cell, material), []).append(Atom(firm_id, visibility, quantity))
    return atoms, dict(zip(table["material"], table["unit"], strict=True))


def _areas(connection: Connection) -> dict[str, str]:
    query = select(PUBLISHED_FIGURES.c.group_id, PUBLISHED_FIGURES.c.area).distinct()
    return {row.group_id: row.area for row in connection.execute(query)}


def assign(
    atoms: Mapping[Place, list[Atom]],
    known: Mapping[Place, str],
    areas: dict[str, str],
) -> dict[Place, str]:
    """Put each new place in a group, the smallest area that holds enough firms.

    Parameters
    ----------
    atoms
        Those of each place (finest cell, material).
    known
        The group of each place that was published before: a place never changes its group, so that
        groups never share an atom.
    areas
        The area of each group; new groups are added to it.

    Returns
    -------
    dict
        The group of each new place. A place that no area makes large enough is left out: withheld.
    """
    chosen: dict[Place, str] = {}
    open_ = {(areas[group], material): group for (_, material), group in known.items()}
    waiting = sorted(place for place in atoms if place not in known)
    for side in (*SIDES_DEG, None):
        gathered: dict[tuple[str, str], list[Place]] = {}
        for cell, material in waiting:
            area = WHOLE if side is None else parent(cell, side)
            gathered.setdefault((area, material), []).append((cell, material))
        for key, places in gathered.items():
            group = open_.get(key)
            if group is None and enough(_together(atoms, places), K):
                group = uuid4().hex
                areas[group] = key[0]
            if group is not None:
                chosen.update(dict.fromkeys(places, group))
        waiting = [place for place in waiting if place not in chosen]
    return chosen


def _together(atoms: Mapping[Place, list[Atom]], places: Iterable[Place]) -> list[Atom]:
    """Return the atoms of several places, those of one firm in several cells added up."""
    sums: dict[tuple[str, str], float] = {}
    for place in places:
        for atom in atoms.get(place, ()):
            key = (atom.firm_id, atom.visibility)
            sums[key] = sums.get(key, 0.0) + atom.quantity
    return [Atom(firm, visibility, total) for (firm, visibility), total in sorted(sums.items())]


def _figure(
    group: str,
    places: list[Place],
    atoms: Mapping[Place, list[Atom]],
    past: Sequence[tuple[int, str]],
) -> dict[str, object]:
    """Return a new version of one figure when it changed and when that is safe, else nothing."""
    today = _together(atoms, places)
    said = canonical(today)
    if (past and past[-1][1] == said) or not (enough(today) or not today):
        return {}
    before = [[Atom(*atom) for atom in json.loads(text)] for _, text in past]
    if not safe([*before, today]):
        return {}
    return {
        "group_id": group, "version": past[-1][0] + 1 if past else 1, "material": places[0][1],
        "quantity": sum(atom.quantity for atom in today),
        "firms": len({atom.firm_id for atom in today}), "atoms": said,
    }  # fmt: skip


def public_map(connection: Connection, who: Principal) -> gpd.GeoDataFrame:
    """Return the figures last published, for anyone.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``area``, ``direction``, ``material``, ``unit``, ``quantity`` (a year), ``firms``,
        ``at`` and the square of the area (none for ``whole``: what is left of the whole store). A
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
    split = table["material"].str.split(":", n=1, expand=True).reindex(columns=[0, 1])
    table["direction"], table["material"] = split[0], split[1]
    table = table.sort_values(["direction", "material", "area"], kind="stable")
    squares = [None if area == WHOLE else box(*bounds(area)) for area in table["area"]]
    shown = table[list(_COLUMNS)].reset_index(drop=True)
    return gpd.GeoDataFrame(shown, geometry=gpd.GeoSeries(squares, crs=CRS).to_numpy(), crs=CRS)
