"""What a file of perimeters holds, before anyone knows what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from shapely.geometry.base import BaseGeometry

from symbiosis.errors import DataError, Message, Problem, say

CODE_NAMES = (
    "code", "insee", "siren", "epci_code", "code_epci", "code_insee", "code_siren", "siren_epci",
    "codgeo", "id",
)  # fmt: skip
LABEL_NAMES = (
    "name", "nom", "libelle", "label", "nom_epci", "epci", "territoire", "libgeo", "nom_officiel",
)  # fmt: skip
MAX_COORDINATES = 5_000_000
"""Most positions of one file: the communes of France at full detail have fewer."""
MAX_FEATURES = 200_000
"""Most features of one file."""
_NESTED = 8
"""How deep collections may stand in collections."""


@dataclass
class Layer:
    """The features of one layer of a file.

    Parameters
    ----------
    name
        Of the layer; ``""`` where the form of file knows no layers.
    system
        Coordinate system as authority and code (``EPSG:2154``); ``""`` where the file names none.
    features
        Properties and geometry of each, in the order of the file.
    """

    name: str = ""
    system: str = ""
    features: list[tuple[dict[str, Any], BaseGeometry | None]] = field(default_factory=list)

    def holds_polygons(self) -> bool:
        """Whether a feature is a polygon, or has one among its parts."""
        return any(next(polygons(shape), None) is not None for _, shape in self.features)


def polygons(shape: BaseGeometry | None, depth: int = 0) -> Iterator[BaseGeometry]:
    """Yield the polygons of a geometry that are not empty, those of collections included."""
    if shape is None or shape.is_empty or depth > _NESTED:
        return
    if shape.geom_type == "Polygon":
        yield shape
    elif shape.geom_type in ("MultiPolygon", "GeometryCollection"):
        for part in shape.geoms:
            yield from polygons(part, depth + 1)


def refuse(file: str, problem: Message, cure: Message | None = None) -> NoReturn:
    """Raise the one problem that makes a whole file of perimeters unreadable."""
    cure = cure or say("give a GeoJSON, GeoPackage or shapefile with polygons")
    raise DataError([Problem(problem, cure, file=file)])


def unreadable(file: str, why: Message | str) -> NoReturn:
    """Refuse a file that is damaged, or no file of perimeters at all."""
    refuse(file, say("this file cannot be read as perimeters ({why})", why=why))
