"""Where things are and how far apart: distances, measured roads, territories."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symbiosis.geography.distances import EARTH_RADIUS_KM, great_circle_km, road_km
    from symbiosis.geography.inter_municipal import named_perimeters, own_perimeters
    from symbiosis.geography.landmasses import landmass
    from symbiosis.geography.roads import Roads, roads_between
    from symbiosis.geography.territories import (
        TERRITORY_SUFFIXES,
        TerritoryFile,
        assign,
        open_territories,
        outside,
        read_territories,
        received_territories,
    )

_HOMES = {
    "EARTH_RADIUS_KM": "distances",
    "Roads": "roads",
    "TERRITORY_SUFFIXES": "territories",
    "TerritoryFile": "territories",
    "assign": "territories",
    "great_circle_km": "distances",
    "landmass": "landmasses",
    "named_perimeters": "inter_municipal",
    "open_territories": "territories",
    "outside": "territories",
    "own_perimeters": "inter_municipal",
    "read_territories": "territories",
    "received_territories": "territories",
    "road_km": "distances",
    "roads_between": "roads",
}

__all__ = [
    "EARTH_RADIUS_KM",
    "TERRITORY_SUFFIXES",
    "Roads",
    "TerritoryFile",
    "assign",
    "great_circle_km",
    "landmass",
    "named_perimeters",
    "open_territories",
    "outside",
    "own_perimeters",
    "read_territories",
    "received_territories",
    "road_km",
    "roads_between",
]


def __getattr__(name: str) -> Any:
    """Load a name at its first use: distances alone take no library of maps."""
    if name not in _HOMES:
        raise AttributeError(f"module 'symbiosis.geography' has no attribute {name!r}")
    return getattr(import_module(f"symbiosis.geography.{_HOMES[name]}"), name)
