"""Where a firm stands: degrees, projected coordinates, or its commune; each with its precision."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import Message, say
from symbiosis.flows.commune_cells import plain_code
from symbiosis.flows.commune_lookup import Found, Refused, find_commune
from symbiosis.flows.commune_tables import to_communes
from symbiosis.flows.coordinates import Anchors, Projected, check_degrees, decimals_m, project
from symbiosis.flows.gazetteer import Commune, Communes
from symbiosis.flows.online import Ask, place_online
from symbiosis.flows.table import MOST, Table

__all__ = ["CommuneLookup", "Communes", "place", "sites_at_communes", "to_communes"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_CELLS = ("insee", "commune", "postcode", "departement")
_SUGGESTED = 40
"""Unknown communes for which a like name is looked up; more than that is not a slip."""
CONTRADICTION_KM = 100.0
"""Coordinates further from the firm's own commune are a problem; nearer ones are noted."""
_IN_ADDRESS = re.compile(r"\b(\d{5}\s+[^\d,;]+)$")


def place(
    firms: Table, numbers: dict[str, Floats], communes: Communes | Ask | None
) -> pd.DataFrame:
    """Find the place of every firm and flag those that have none.

    Parameters
    ----------
    firms
        Table with any of the place fields.
    numbers
        Its numbers already read, by field; NaN where empty.
    communes
        A commune table of the user's, looked up before the bundled one, or the address service.

    Returns
    -------
    DataFrame
        One row a line: ``longitude``, ``latitude`` (EPSG:4326) and ``precision_m``, NaN where a
        problem was flagged; ``insee``, ``commune`` and ``postcode`` as given, in the State's
        spelling where the firm was placed by them; ``home``, the code of the inter-municipal body
        of its commune, ``""`` where that is not known.
    """
    empty = np.full(len(firms.rows), np.nan)
    longitude, latitude, x, y, epsg, given = (
        numbers.get(name, empty)
        for name in ("longitude", "latitude", "x", "y", "epsg", "place_precision_m")
    )
    lookup = CommuneLookup(_cells(firms), None if callable(communes) else communes)
    places = pd.DataFrame({"longitude": longitude, "latitude": latitude})
    places["precision_m"] = decimals_m(firms)
    check_degrees(firms, longitude, latitude, lookup.anchors)
    project(firms, Projected(x, y, epsg, lookup.anchors), places)
    far = _compare(firms, places, lookup.anchors)
    if callable(communes):
        place_online(firms, places, communes)
    placed = _look_up(firms, places, lookup)
    places["precision_m"] = np.where(np.isnan(given), places["precision_m"], given)
    firms.flag(
        places["longitude"].isna().to_numpy() & ~firms.bad,
        "longitude",
        say("no place is given"),
        say("give longitude and latitude, or the INSEE code or commune with its postcode"),
    )
    return places.join(_spelled(firms, lookup, placed, far))


class CommuneLookup:
    """What the tables of communes answer for each distinct way in which firms name theirs.

    Parameters
    ----------
    cells
        Text columns ``insee``, ``commune``, ``postcode``, ``departement``, one row a firm.
    own
        A table of the user's, looked up before the bundled one.

    Attributes
    ----------
    code
        Number of the answer of each row, shape n.
    answers
        The answers; None where the cells name no commune.
    points
        Longitude, latitude and precision in m of each answer, NaN where there is none.
    anchors
        Where the communes of the rows are, if they are certain.
    """

    def __init__(self, cells: pd.DataFrame, own: Communes | None = None) -> None:
        self.code = cells.groupby(list(_CELLS), sort=False).ngroup().to_numpy()
        self.answers: list[Found | Refused | None] = []
        unknown = 0
        for texts in cells[list(_CELLS)].drop_duplicates().itertuples(index=False, name=None):
            insee, commune, postcode, departement = map(str, texts)
            answer = None
            if insee or commune or postcode:
                answer = find_commune(insee, commune, postcode, departement, own,
                                      suggest=unknown < _SUGGESTED)  # fmt: skip
            unknown += isinstance(answer, Refused)
            self.answers.append(answer)
        certain = [isinstance(answer, Found) and answer.certain for answer in self.answers]
        self.points = np.array([_point(answer) for answer in self.answers]).reshape(-1, 3)
        longitude, latitude, metres = self.points[self.code].T
        unsure = ~np.array(certain, dtype=bool)[self.code]
        self.anchors = Anchors(np.where(unsure, np.nan, longitude), latitude, metres)

    def communes(self, lines: NDArray[np.int64]) -> list[Commune | None]:
        """Return the communes of some rows."""
        answers = [self.answers[number] for number in self.code[lines]]
        return [answer.commune if isinstance(answer, Found) else None for answer in answers]


def _cells(firms: Table) -> pd.DataFrame:
    """Return the cells that name communes; the end of the address where there are none."""
    cells = pd.DataFrame({name: firms.column(name) for name in _CELLS})
    unnamed = (cells[["insee", "commune", "postcode"]] == "").all(axis=1)
    inner = firms.column("address").str.extract(_IN_ADDRESS, expand=False).fillna("")
    return cells.assign(commune=cells["commune"].where(~unnamed, inner))


def sites_at_communes(
    places: pd.DataFrame, commune: pd.Series, postcode: pd.Series
) -> tuple[pd.DataFrame, Mask]:
    """Move sites of a register to their communes, where they have no place or one far from there.

    Parameters
    ----------
    places
        ``longitude``, ``latitude`` (NaN where there is none) and ``precision_m``.
    commune, postcode
        As the register has them, on the same index.

    Returns
    -------
    DataFrame
        The places, those that were wrong at the point of their commune.
    ndarray
        Which were moved, shape n.
    """
    cells = pd.DataFrame({"insee": "", "commune": commune, "postcode": postcode, "departement": ""})
    anchors = CommuneLookup(cells).anchors
    longitude, latitude = (places[name].to_numpy(float) for name in ("longitude", "latitude"))
    far = anchors.excess_km(longitude, latitude) > CONTRADICTION_KM
    moved = np.isfinite(anchors.longitude) & (far | np.isnan(longitude))
    columns = (anchors.longitude, anchors.latitude, anchors.precision_m)
    made = {
        name: np.where(moved, there, places[name].to_numpy(float))
        for name, there in zip(("longitude", "latitude", "precision_m"), columns, strict=True)
    }
    return places.assign(**made), moved


def _point(answer: Found | Refused | None) -> tuple[float, float, float]:
    if not isinstance(answer, Found):
        return (np.nan, np.nan, np.nan)
    commune = answer.commune
    return (commune.longitude, commune.latitude, commune.precision_m)


def _compare(firms: Table, places: pd.DataFrame, anchors: Anchors) -> Mask:
    """Say where coordinates are far from the firm's commune; beyond reason they are a problem."""
    km = anchors.excess_km(places["longitude"].to_numpy(), places["latitude"].to_numpy())
    column = next((name for name in ("longitude", "x") if name in firms.cells), "longitude")
    firms.flag(
        (km > CONTRADICTION_KM) & ~firms.bad,
        column,
        say("these coordinates are more than {km:.0f} km from the firm's commune",
            km=CONTRADICTION_KM),
        say("check their signs, their order and the commune"),
    )  # fmt: skip
    firms.remark(
        (km > 0) & ~firms.bad,
        column,
        say("these coordinates are outside the firm's commune"),
        say("check them, and the commune"),
    )
    far: Mask = km > 0
    return far


def _look_up(firms: Table, places: pd.DataFrame, lookup: CommuneLookup) -> Mask:
    """Place the rest by their communes, flag what no table knows, and return who was placed."""
    todo = np.flatnonzero(places["longitude"].isna().to_numpy() & ~firms.bad)
    placed = np.zeros(len(places), dtype=bool)
    if not len(todo):
        return placed
    order = np.argsort(lookup.code[todo], kind="stable")
    numbers, first = np.unique(lookup.code[todo][order], return_index=True)
    remarks = []
    for number, rows in zip(numbers, np.split(todo[order], first[1:]), strict=True):
        answer = lookup.answers[number]
        if isinstance(answer, Refused):
            firms.flag(rows, _column(firms, answer.column), answer.problem, answer.cure)
        elif answer is not None:
            placed[rows] = True
            remarks.append((int(rows[0]), _column(firms, answer.column), answer.note, answer.cure))
    _remark_each(firms, remarks)
    if placed.any():
        points = lookup.points[lookup.code[placed]]
        places.loc[placed, ["longitude", "latitude", "precision_m"]] = points
    return placed


def _remark_each(firms: Table, remarks: Sequence[tuple[int, str, Message, Message]]) -> None:
    """Note for each of some lines, in a field, what was accepted and what would be better."""
    columns = {
        name: (firms.header(name), firms.column(name).to_numpy())
        for name in {name for _, name, _, _ in remarks}
    }
    for line, name, note, cure in remarks[: max(0, MOST - len(firms.notes))]:
        header, values = columns[name]
        firms.notes.add(
            note,
            cure,
            file=firms.file,
            row=int(firms.rows[line]),
            column=header,
            value=values[line],
        )


def _column(firms: Table, name: str) -> str:
    """Return the field under which an answer is told: its own, or the first that names a place."""
    return next((field for field in (name, *_CELLS, "address") if field in firms.cells), name)


def _spelled(firms: Table, lookup: CommuneLookup, placed: Mask, far: Mask) -> pd.DataFrame:
    """Return the codes and names of communes in the State's spelling, and the home of each firm."""
    cells = pd.DataFrame({name: firms.column(name) for name in ("insee", "commune", "postcode")})
    for name in ("insee", "postcode"):
        codes, words = pd.factorize(cells[name])
        plain = np.array([plain_code(word) or word for word in words.astype(str)], dtype=object)
        cells[name] = pd.Series(plain[codes] if len(words) else [], dtype="str")
    communes = lookup.communes(np.arange(len(cells)))
    home = [commune.epci if commune is not None else "" for commune in communes]
    cells["home"] = pd.Series(home, dtype="str").where(~far, "")
    for name, field in (("insee", "insee"), ("commune", "name")):
        official = [getattr(commune, field, "") for commune in communes]
        cells[name] = cells[name].where(~placed, pd.Series(official, dtype="str"))
    return cells


def home_bodies(firms: pd.DataFrame) -> pd.Series:
    """Return the code of the inter-municipal body of each firm's commune, ``""`` if not known.

    Parameters
    ----------
    firms
        Columns ``insee``, ``commune`` and ``postcode``.
    """
    cells = firms[["insee", "commune", "postcode"]].astype(str).assign(departement="")
    communes = CommuneLookup(cells).communes(np.arange(len(cells)))
    codes = [commune.epci if commune is not None else "" for commune in communes]
    return pd.Series(codes, index=firms.index, dtype="str")
