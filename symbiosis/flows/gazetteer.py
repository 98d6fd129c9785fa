"""The communes of France by code, name and postcode: as bundled, or as a table of the user's."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, TypeVar

import pandas as pd

from symbiosis import bundled
from symbiosis.flows.contract import fold

TABLE_PRECISION_M = 3000.0
"""Taken for a commune of the user's own table: half-width of the mean commune (15 km2) is 2 km."""
CORSICA = ("2A", "2B")
_CITIES = {"751": "75056", "6938": "69123", "132": "13055"}
"""Beginnings of the INSEE codes of arrondissements, and the city they belong to."""
_ABBREVIATED = (
    (re.compile(r"\b(cedex|bp|cs)\b.*$"), ""),
    (re.compile(r"\bst\b"), "saint"),
    (re.compile(r"\bste\b"), "sainte"),
    (re.compile(r"\bs\b"), "sur"),
    (re.compile(r"\bss\b"), "sous"),
)
_ORDINAL = r"(?:er|e|eme|ere|re|nd|nde|ieme)?"
_ARRONDISSEMENT = re.compile(
    rf"(paris|lyon|marseille) (?:0?([0-9]{{1,2}}) ?{_ORDINAL}|([ivx]+) ?{_ORDINAL})"
    r"(?: (?:arrondissement|arrdt|ardt|arrt|arr))?"
)
_ARTICLE = re.compile(r"^(?:les|le|la|l|aux|au) | (?:les|le|la|l)$")
_ROMAN = {"i": 1, "v": 5, "x": 10}


class Commune(NamedTuple):
    """One commune or arrondissement.

    Parameters
    ----------
    insee
        Its code, five characters.
    name
        As the State writes it.
    departement
        ``59``, ``2A`` or ``974``.
    postcodes
        Five digits each; empty where the table tells none.
    longitude, latitude
        A point inside, degrees (EPSG:4326); NaN where the table has none.
    precision_m
        How far a site of the commune may be from that point, m.
    epci
        Code of the inter-municipal body it belongs to, ``""`` for none.
    """

    insee: str
    name: str
    departement: str
    postcodes: tuple[str, ...]
    longitude: float
    latitude: float
    precision_m: float
    epci: str

    @property
    def label(self) -> str:
        """Return the name with the département, ``Saint-Omer (62)``."""
        return f"{self.name} ({self.departement})"

    @property
    def city(self) -> str:
        """Return the INSEE code of the city of an arrondissement, else its own."""
        return next((city for head, city in _CITIES.items() if self.insee.startswith(head)),
                    self.insee)  # fmt: skip


class OldName(NamedTuple):
    """A delegated or associated commune, and the commune that it belongs to now."""

    insee: str
    name: str
    departement: str
    now: Commune


Entry = TypeVar("Entry", Commune, OldName)


@dataclass(frozen=True)
class Communes:
    """A table of communes that is looked up by code, name or postcode; each index is made once.

    Parameters
    ----------
    communes
        One entry a commune.
    old
        Names that communes bore before they were merged.
    """

    communes: tuple[Commune, ...]
    old: tuple[OldName, ...] = ()

    @cached_property
    def by_insee(self) -> dict[str, Commune]:
        """Return each commune by its code, the first where a code stands twice."""
        return {commune.insee: commune for commune in reversed(self.communes)}

    @cached_property
    def by_name(self) -> dict[str, list[Commune]]:
        """Return the communes of each folded name."""
        return _grouped((commune_key(commune.name), commune) for commune in self.communes)

    @cached_property
    def by_loose_name(self) -> dict[str, list[Commune]]:
        """Return the communes of each folded name less its article."""
        named = self.by_name.items()
        return _grouped((loose_key(key), commune) for key, each in named for commune in each)

    @cached_property
    def by_postcode(self) -> dict[str, list[Commune]]:
        """Return the communes of each postcode."""
        return _grouped((code, commune) for commune in self.communes for code in commune.postcodes)

    @cached_property
    def by_old_name(self) -> dict[str, list[OldName]]:
        """Return the merged communes of each folded name."""
        return _grouped((commune_key(old.name), old) for old in self.old)

    @cached_property
    def by_old_insee(self) -> dict[str, OldName]:
        """Return each merged commune by its code of then."""
        return {old.insee: old for old in self.old}


def _grouped(pairs: Iterable[tuple[str, Entry]]) -> dict[str, list[Entry]]:
    index: dict[str, list[Entry]] = {}
    for key, entry in pairs:
        index.setdefault(key, []).append(entry)
    return index


def commune_key(text: str) -> str:
    """Return a commune's name folded for comparison, abbreviations and CEDEX resolved.

    Examples
    --------
    >>> commune_key("St-Omer CEDEX 2"), commune_key("Neuville s/ Saône")
    ('saint omer', 'neuville sur saone')
    >>> commune_key("Lyon 3e Arrondissement"), commune_key("PARIS VIII")
    ('lyon 3', 'paris 8')
    """
    key = fold(text)
    for pattern, word in _ABBREVIATED:
        key = pattern.sub(word, key)
    key = " ".join(key.split())
    arrondissement = _ARRONDISSEMENT.fullmatch(key)
    if arrondissement is None:
        return key
    city, number, roman = arrondissement.groups()
    return f"{city} {int(number) if number else _from_roman(roman)}"


def _from_roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(
        -value if value < after else value for value, after in zip(values, following, strict=True)
    )


def loose_key(key: str) -> str:
    """Return a folded name without its article, in front or behind: ``boisse`` for ``la boisse``.

    Examples
    --------
    >>> loose_key("la boisse"), loose_key("abergement clemenciat l")
    ('boisse', 'abergement clemenciat')
    """
    return _ARTICLE.sub("", key)


def commune_names(text: pd.Series) -> pd.Series:
    """Return a column of commune names as `commune_key` folds them."""
    codes, words = pd.factorize(text)
    keys = pd.Series([commune_key(str(word)) for word in words], dtype="str")
    return pd.Series(keys.to_numpy()[codes], index=text.index, dtype="str")


def departement_of(insee: str) -> str:
    """Return the département of an INSEE code or postcode: ``59``, ``2A``, ``974``.

    A postcode of Corsica gives ``20``, since it does not tell which of the two.
    """
    return insee[:3] if insee[:2] in ("97", "98") else insee[:2]


@cache
def french_communes() -> Communes:
    """Return the bundled communes; read and indexed at the first call."""
    table = bundled.table("territory/communes")
    numbers = (
        pd.to_numeric(table[name]).to_numpy(dtype=float).tolist()
        for name in ("longitude", "latitude", "precision_m")
    )
    texts = (table[name].tolist() for name in ("insee", "name", "epci"))
    communes = entries(*texts, (codes.split("|") for codes in table["postcodes"]), *numbers)
    by_insee = {commune.insee: commune for commune in communes}
    old = tuple(
        OldName(code, name, departement_of(code), by_insee[now])
        for code, name, now in bundled.table("territory/old_communes").itertuples(
            index=False, name=None
        )
    )
    return Communes(communes, old)


def entries(*columns: Iterable[object]) -> tuple[Commune, ...]:
    """Return communes from columns of equal length.

    Parameters
    ----------
    *columns
        INSEE codes, names, codes of inter-municipal bodies, lists of postcodes, longitudes,
        latitudes and precisions, in this order.
    """
    return tuple(
        Commune(insee, name, departement_of(insee), tuple(postcodes), lon, lat,
                metres, epci)
        for insee, name, epci, postcodes, lon, lat, metres in zip(*columns, strict=True)
    )  # fmt: skip


@cache
def departements() -> dict[str, str]:
    """Return the code of each département by its folded name, and by its code."""
    table = bundled.table("territory/departements")
    names = {fold(name): code for code, name in zip(table["code"], table["name"], strict=True)}
    return names | {code: code for code in table["code"]}


@cache
def overseas_names() -> dict[str, tuple[str, ...]]:
    """Return the communes overseas of each folded name, ``Le Port (974)``."""
    names: dict[str, tuple[str, ...]] = {}
    for departement, name in bundled.table("territory/overseas_communes").itertuples(
        index=False, name=None
    ):
        key = commune_key(name)
        names[key] = (*names.get(key, ()), f"{name} ({departement})")
    return names
