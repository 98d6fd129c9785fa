"""Which material a declaration names, and the physical figures needed to convert it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from symbiosis import bundled
from symbiosis.errors import say
from symbiosis.flows.contract import fold
from symbiosis.flows.table import Table

_CODE = re.compile(r"(\d{1,2})[ .\-/]?(\d\d)[ .\-/]?(\d\d)[ ]?\*?")


@dataclass(frozen=True)
class _Found:
    material: str
    how: str
    suggestions: tuple[str, ...] = ()


@cache
def physical() -> pd.DataFrame:
    """Return kind, unit, density_t_per_m3, lhv_mwh_per_t and hazardous by LoW code or material."""
    low = bundled.table("low").set_index("code")
    codes = pd.DataFrame(index=low.index)
    codes["kind"], codes["unit"] = "material", "t"
    written = low.get("density_t_per_m3", pd.Series("", index=low.index))
    codes["density_t_per_m3"] = pd.to_numeric(written, errors="coerce")
    codes["lhv_mwh_per_t"] = np.nan
    codes["hazardous"] = low["hazardous"] == "1"
    own = bundled.table("materials").set_index("id")
    inputs = own[["kind", "unit"]].copy()
    for name in ("density_t_per_m3", "lhv_mwh_per_t"):
        inputs[name] = pd.to_numeric(own[name], errors="coerce")
    inputs["hazardous"] = False
    return pd.concat([codes, inputs])


@cache
def _labels() -> dict[str, str]:
    labels: dict[str, str] = {}
    for name, key in (("materials", "id"), ("low", "code")):
        for row in bundled.table(name).to_dict("records"):
            for label in (row["label_en"], row["label_fr"]):
                labels.setdefault(fold(label), row[key])
    return labels


def low_code(text: str) -> str:
    """Return a LoW code in the form ``10 02 02`` from any usual spelling, ``""`` if it is none.

    Examples
    --------
    >>> low_code("10.02.02*"), low_code("100202"), low_code("10306"), low_code("99 99 99")
    ('10 02 02', '10 02 02', '01 03 06', '')
    """
    found = _CODE.fullmatch(text.strip())
    if not found:
        return ""
    code = f"{int(found[1]):02d} {found[2]} {found[3]}"
    return code if code in physical().index else ""


def _identify(text: str) -> _Found:
    code = low_code(text)
    if code:
        return _Found(code, "code")
    if text in physical().index:
        return _Found(text, "id")
    label = _labels().get(fold(text), "")
    return _Found(label, "label" if label else "none")


def identify_all(flows: Table) -> pd.Series:
    """Return the material of every line; flag what is unknown, remark on synonyms.

    Parameters
    ----------
    flows
        Table with the column ``material``.

    Returns
    -------
    Series
        LoW codes and material ids, ``""`` where a problem was flagged.
    """
    codes, words = pd.factorize(flows.column("material"))
    found = [_identify(str(word)) for word in words]
    for number, (word, item) in enumerate(zip(words, found, strict=True)):
        mask = codes == number
        if not word:
            continue
        if not item.material:
            flows.flag(
                mask,
                "material",
                say("this material is not known"),
                say("write a LoW code such as 10 02 02, or see: symbiosis suggest “{text}”",
                    text=str(word)[:60]),
            )  # fmt: skip
    return pd.Series([item.material for item in found], dtype="str")[codes].reset_index(drop=True)
