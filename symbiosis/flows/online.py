"""Addresses placed by the French national address service, only when that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from symbiosis.errors import DataError, Problem, say
from symbiosis.flows.table import Table

ONLINE = "online"
"""What stands for the service where a commune table could stand."""
SERVICE = "data.geopf.fr/geocodage"
"""Where IGN serves the Base Adresse Nationale (Géoplateforme, Licence Ouverte)."""
PRECISION_M = {"housenumber": 20.0, "street": 300.0, "locality": 1500.0, "municipality": 3000.0}
"""How far a place may be from the truth, by the kind of answer."""
LEAST_SCORE = 0.5
"""Likeness (0 to 1, the service's own) below which an answer is no answer."""


@dataclass(frozen=True)
class Answer:
    """A place found for an address.

    Parameters
    ----------
    longitude, latitude
        Degrees, EPSG:4326.
    precision_m
        How far it may be from the truth.
    label
        The address that the service understood.
    """

    longitude: float
    latitude: float
    precision_m: float
    label: str


Ask = Callable[[str], Answer | None]


def national_service() -> Ask:
    """Return a function that asks the service for one address.

    Raises
    ------
    DataError
        If geopy is not installed (`pip install "symbiosis[online]"`), or the service does not
        answer.
    """
    try:
        from geopy.exc import GeopyError
        from geopy.geocoders import BANFrance
    except ImportError as error:
        raise _refused(
            say("placing addresses online needs geopy"), say('pip install "symbiosis[online]"')
        ) from error
    service = BANFrance(domain=SERVICE, user_agent="symbiosis", timeout=10)

    def ask(address: str) -> Answer | None:
        """Return what the service finds for an address, None where it finds nothing."""
        try:
            found = service.geocode(address)
        except (GeopyError, OSError) as error:
            raise _refused(
                say("the national address service does not answer ({why})",
                    why=type(error).__name__),
                say("try later, or point to a commune table with --communes FILE"),
            ) from error  # fmt: skip
        return read_answer(found.raw) if found is not None else None

    return ask


def _refused(problem: Any, cure: Any) -> DataError:
    return DataError([Problem(problem, cure)])


def read_answer(raw: dict[str, Any]) -> Answer | None:
    """Return the place of a GeoJSON feature of the service, None when it is too unlike."""
    about = raw.get("properties", {})
    if float(about.get("score", 0)) < LEAST_SCORE:
        return None
    longitude, latitude = raw["geometry"]["coordinates"][:2]
    metres = PRECISION_M.get(str(about.get("type")), PRECISION_M["municipality"])
    return Answer(float(longitude), float(latitude), metres, str(about.get("label", "")))


def place_online(firms: Table, found: pd.DataFrame, ask: Ask) -> None:
    """Place the firms that have no coordinates by their address; every answer is noted.

    Parameters
    ----------
    firms
        Table with any of address, postcode, commune.
    found
        ``longitude``, ``latitude``, ``precision_m``; filled in place.
    ask
        From `national_service`.
    """
    words = [firms.column(name) for name in ("address", "postcode", "commune")]
    todo = found["longitude"].isna().to_numpy() & ~firms.bad
    known: dict[str, Answer | None] = {}
    for line in np.flatnonzero(todo):
        address = " ".join(str(column.iloc[line]) for column in words if column.iloc[line])
        if len(address) < 3:
            continue
        if address not in known:
            known[address] = ask(address)
        answer = known[address]
        if answer is None:
            continue
        found.loc[line, ["longitude", "latitude", "precision_m"]] = [
            answer.longitude, answer.latitude, answer.precision_m,
        ]  # fmt: skip
        firms.remark(
            np.array([line]),
            "address" if "address" in firms.cells else "commune",
            say("placed at “{label}”, to about {metres:.0f} m", label=answer.label[:80],
                metres=answer.precision_m),
            say("give longitude and latitude if that is not the place"),
        )  # fmt: skip
