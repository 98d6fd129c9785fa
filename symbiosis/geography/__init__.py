"""Where things are and how far apart: distances, territories."""

from symbiosis.geography.distances import EARTH_RADIUS_KM, great_circle_km, road_km
from symbiosis.geography.landmasses import landmass
from symbiosis.geography.territories import assign, read_territories

__all__ = [
    "EARTH_RADIUS_KM",
    "assign",
    "great_circle_km",
    "landmass",
    "read_territories",
    "road_km",
]
