"""Nine colours shared by sectors and materials, and how far colour-blind eyes can tell them apart.

One colour means one world: the ochre of mineral materials is also the ochre of quarries and cement
works, so that one legend explains circles and curves alike. Colours, labels and the groups
themselves are tables (``map_groups.csv``, ``map_families.csv``, ``map_divisions.csv``).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis import bundled

Theme = Literal["light", "dark"]
Rgb = tuple[int, int, int]

GROUPS: tuple[str, ...] = (
    "minerals", "metals", "organics", "fibres", "chemistry", "energy", "water", "co2", "other",
)  # fmt: skip
KIND_GROUPS = MappingProxyType(
    {"heat": "energy", "steam": "energy", "energy": "energy", "water": "water", "co2": "co2"}
)
MAP_BACKGROUND = MappingProxyType({"light": "#f7f5f0", "dark": "#1b282c"})

# Linear-RGB simulations of complete dichromacy: Machado, Oliveira and Fernandes 2009, severity 1.
_VISION = MappingProxyType(
    {
        "full": np.eye(3),
        "protanopia": np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
        "deuteranopia": np.array(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        ),
        "tritanopia": np.array(
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        ),
    }
)
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


@cache
def groups() -> pd.DataFrame:
    """Return the groups: labels for materials and for sectors, and their colours by theme."""
    return bundled.table("map_groups").set_index("group")


@cache
def label(group: str, lang: str, *, sector: bool = False) -> str:
    """Return what a group is called, as materials or as a sector of firms.

    Examples
    --------
    >>> label("water", "fr"), label("energy", "en", sector=True)
    ('Eau', 'Energy')
    """
    side = "sector" if sector else "label"
    return str(groups().at[group, f"{side}_{'fr' if lang == 'fr' else 'en'}"])


@cache
def hex_of(group: str, theme: Theme) -> str:
    """Return the colour of a group as ``#rrggbb``."""
    return str(groups().at[group, theme])


def rgb(colour: str) -> Rgb:
    """Return ``#rrggbb`` as three plain integers.

    Examples
    --------
    >>> rgb("#0f6b5c")
    (15, 107, 92)
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def sector_of(naf: pd.Series) -> pd.Series:
    """Return the group of firms from their NAF or NACE codes; unknown codes are ``other``.

    Examples
    --------
    >>> sector_of(pd.Series(["24.10Z", "1051A", ""])).tolist()
    ['metals', 'organics', 'other']
    """
    table = bundled.table("map_divisions").set_index("division")["group"]
    division = naf.astype(str).str.extract(r"^\s*(?:[A-U]\s*)?(\d{2})", expand=False)
    return division.map(table).fillna("other")


def group_of(kind: pd.Series, family: pd.Series) -> pd.Series:
    """Return the group of materials from their kinds and families.

    Examples
    --------
    >>> group_of(pd.Series(["material", "heat"]), pd.Series(["slag", "heat"])).tolist()
    ['minerals', 'energy']
    """
    table = bundled.table("map_families").set_index("family")["group"]
    return kind.map(KIND_GROUPS).fillna(family.map(table)).fillna("other")


def _linear(colour: str) -> NDArray[np.float64]:
    part = np.array(rgb(colour)) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = (np.clip(linear, 0, 1) @ _TO_XYZ.T) / _WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: str, other: str, vision: str = "full") -> float:
    """Return the CIE 1976 colour difference of two colours as one kind of eye sees them.

    Parameters
    ----------
    one, other
        Colours as ``#rrggbb``.
    vision
        ``full``, ``protanopia``, ``deuteranopia`` or ``tritanopia`` (Machado et al. 2009).

    Returns
    -------
    float
        Delta E; about 2.3 is just noticeable.
    """
    eye = _VISION[vision]
    return float(np.linalg.norm(_lab(_linear(one) @ eye.T) - _lab(_linear(other) @ eye.T)))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.1).

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((float(_linear(c) @ _TO_XYZ[1]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def visions() -> tuple[str, ...]:
    """Return the kinds of eye that `difference` can simulate."""
    return tuple(_VISION)
