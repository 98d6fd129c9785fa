"""How fast the store is: the figures of ``symbiosis bench store``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from symbiosis.errors import StorageError, say
from symbiosis.flows import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS, Flows
from symbiosis.storage.principals import local
from symbiosis.storage.rows import CRS
from symbiosis.storage.store import Store, open_store
from symbiosis.storage.tables import NUMBERS

# What the figures must stay under, in seconds, on two cores.
MUST_S = {"save all flows": 5.0, "open: read every firm and flow": 1.0}


def made_up(flows: int, firms: int, seed: int = 2025) -> Flows:
    """Return that many flows of made-up firms, half offers and half needs."""
    rng = np.random.default_rng(seed)
    ids = [f"firm-{i}" for i in range(firms)]
    places = rng.uniform([-1.0, 47.0], [4.0, 51.0], (firms, 2))
    sites = _blank(FIRM_COLUMNS, firms).assign(
        firm_id=ids, name=ids, longitude=places[:, 0], latitude=places[:, 1], territory="north"
    )
    half = flows // 2
    return Flows(
        firms=gpd.GeoDataFrame(
            sites, geometry=gpd.points_from_xy(places[:, 0], places[:, 1]), crs=CRS
        ),
        offers=_lines(OFFER_COLUMNS, half, ids, rng).assign(route="D5"),
        needs=_lines(NEED_COLUMNS, flows - half, ids, rng).assign(price_eur_per_unit=50.0),
        territories=gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs=CRS),
    )


def _blank(columns: tuple[str, ...], count: int) -> pd.DataFrame:
    cells = {n: np.nan if n in NUMBERS else "" for n in columns if n != "geometry"}
    return pd.DataFrame(cells, index=range(count))


def _lines(
    columns: tuple[str, ...], count: int, firms: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    side = "o" if columns is OFFER_COLUMNS else "n"
    return _blank(columns, count).assign(
        flow_id=[f"{side}{i}" for i in range(count)],
        firm_id=rng.choice(firms, count),
        material=rng.choice(["10 02 02", "17 02 02", "20 01 01", "glass_cullet"], count),
        kind="material", quantity=rng.lognormal(4, 2, count), unit="t", visibility="members",
        status="declared", year=2025.0,
    )  # fmt: skip


def measure(url: str, *, flows: int = 50_000, firms: int = 5_000) -> pd.DataFrame:
    """Measure a new, empty store, which is left full.

    Parameters
    ----------
    url
        Of a store that holds nothing: it is filled with made-up firms.
    flows, firms
        How many.

    Returns
    -------
    pandas.DataFrame
        Columns ``figure``, ``seconds`` and ``must_s`` (NaN where nothing is promised).
    """
    rows: list[tuple[str, float]] = []

    def timed(figure: str, verb: Callable[[], object]) -> None:
        began = time.perf_counter()
        verb()
        rows.append((figure, time.perf_counter() - began))

    with open_store(url, create=True) as store:
        who = local("bench")
        if len(store.flows(who).firms):
            raise StorageError(say("This store is not empty: measure in a new one."))
        declared = made_up(flows, firms)
        timed("save all flows", lambda: store.save(who, declared))
        timed("save the same again", lambda: store.save(who, declared))
        timed("open: read every firm and flow", lambda: store.flows(who))
        _with_history(store, declared, timed)
    table = pd.DataFrame(rows, columns=["figure", "seconds"])
    table["must_s"] = table["figure"].map(MUST_S)
    return table


def _with_history(
    store: Store, declared: Flows, timed: Callable[[str, Callable[[], object]], None]
) -> None:
    """Change every flow three times, then read again: the past must not slow the present."""
    who = local("bench")
    for factor in (1.1, 1.2):
        store.save(who, _scaled(declared, factor))
    timed("change every flow", lambda: store.save(who, _scaled(declared, 1.3)))
    timed("open again after three changes of each", lambda: store.flows(who))
    timed("history of one flow", lambda: store.history(who, "o0"))
    timed("last 1,000 lines of the audit log", lambda: store.audit_log(who))
    timed("publish the public map", lambda: store.publish(who))


def _scaled(flows: Flows, factor: float) -> Flows:
    return replace(
        flows,
        offers=flows.offers.assign(quantity=flows.offers["quantity"] * factor),
        needs=flows.needs.assign(quantity=flows.needs["quantity"] * factor),
    )
