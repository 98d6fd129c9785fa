"""How fast the store is: the figures of ``symbiosis bench store``."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Engine, event

from symbiosis.errors import StorageError, say
from symbiosis.flows import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS, Flows
from symbiosis.storage.opening import open_store
from symbiosis.storage.principals import Principal, local
from symbiosis.storage.rows import CRS
from symbiosis.storage.store import Store
from symbiosis.storage.tables import NUMBERS

SAVE, DATABASE = "save all flows", "open the app: time of the database alone"
# What the figures must stay under, in seconds, on two cores.
MUST_S = {SAVE: 5.0, DATABASE: 1.0}
# A reading is measured so many times, and its least told: the machine may do other things too.
TIMES = 3


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
        material=rng.choice(["10 02 02", "17 02 02", "20 01 01", "cullet"], count),
        kind="material", quantity=rng.lognormal(4, 2, count), unit="t", visibility="members",
        status="declared", year=2025.0,
    )  # fmt: skip


@dataclass
class _Clock:
    """Figures as they come: the time that passed, and that of the processor in this process."""

    rows: list[tuple[str, float, float]] = field(default_factory=list)

    def time(self, figure: str, verb: Callable[[], object], times: int = 1) -> None:
        """Run something a few times and note its least time."""
        spent = []
        for _ in range(times):
            began, worked = time.perf_counter(), time.process_time()
            verb()
            spent.append((time.perf_counter() - began, time.process_time() - worked))
        self.rows.append((figure, *min(spent)))

    def table(self) -> pd.DataFrame:
        """Return them, with what each must stay under."""
        table = pd.DataFrame(self.rows, columns=["figure", "seconds", "cpu_s"])
        table["must_s"] = table["figure"].map(MUST_S)
        return table


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
        Columns ``figure``, ``seconds`` (that passed; the least of `TIMES` for a reading),
        ``cpu_s`` (of the processor in this process) and ``must_s`` (NaN where nothing is
        promised).
    """
    clock = _Clock()
    with open_store(url, create=True) as store:
        who = local("bench")
        if len(store.flows(who).firms):
            raise StorageError(say("This store is not empty: measure in a new one."))
        declared = made_up(flows, firms)
        clock.time(SAVE, lambda: store.save(who, declared))
        clock.time("save the same again", lambda: store.save(who, declared))
        _opened(store, who, clock)
        for factor in (1.1, 1.2):
            store.save(who, _scaled(declared, factor))
        clock.time("change every flow", lambda: store.save(who, _scaled(declared, 1.3)))
        # The past must not slow the present.
        again = "open again after three changes of each"
        clock.time(again, lambda: first_page(store, who), TIMES)
        clock.time("history of one flow", lambda: store.history(who, "o0"), TIMES)
        clock.time("last 1,000 lines of the audit log", lambda: store.audit_log(who), TIMES)
        clock.time("publish the public map", lambda: store.publish(who))
    return clock.table()


def _opened(store: Store, who: Principal, clock: _Clock) -> None:
    """Measure the opening of the app: all of it, then what the database does of it."""
    clock.time("open: read every firm and flow", lambda: first_page(store, who), TIMES)
    asked = questions(store.engine, lambda: first_page(store, who))
    clock.time(DATABASE, lambda: ask(store.engine, asked), TIMES)


def first_page(store: Store, who: Principal) -> None:
    """Ask what the app asks for the first page of what was saved; a test holds it to the app."""
    store.has_accounts()
    store.moment(who)
    store.catalogue(who)
    store.flows(who)
    store.worklist(who)
    store.progress(who)


def questions(engine: Engine, verb: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements that read, with their parameters, that something sends."""
    asked: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        statement, parameters = given[2:4]
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        verb()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


def ask(engine: Engine, asked: list[tuple[str, Any]]) -> None:
    """Send statements to the driver alone and fetch every row: what the database itself does."""
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement, parameters in asked:
            cursor.execute(statement, parameters)
            cursor.fetchall()
        cursor.close()


def _scaled(flows: Flows, factor: float) -> Flows:
    return replace(
        flows,
        offers=flows.offers.assign(quantity=flows.offers["quantity"] * factor),
        needs=flows.needs.assign(quantity=flows.needs["quantity"] * factor),
    )
