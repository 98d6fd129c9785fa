"""Studies kept for ever: inputs frozen by their digest, results as immutable GeoParquet."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from uuid import uuid4

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
from sqlalchemy import Connection, select

from symbiosis.catalogue import Catalogue
from symbiosis.catalogue import load as bundled_catalogue
from symbiosis.errors import StorageError, say
from symbiosis.flows import Flows
from symbiosis.geography import Roads
from symbiosis.graph import Graph
from symbiosis.impacts import Impact
from symbiosis.matching import Match
from symbiosis.matching.model import BLENDING_COLUMNS, MatchCertificate
from symbiosis.scenario import Scenario
from symbiosis.storage import audit, bulk, keyed, people
from symbiosis.storage.access import Action, Kind, require_any, scope
from symbiosis.storage.chain import study_digest
from symbiosis.storage.principals import Principal
from symbiosis.storage.provenance import require_saved
from symbiosis.storage.rows import Declaration, canonical, kept
from symbiosis.storage.tables import STUDIES, STUDY_TABLES
from symbiosis.study import Study
from symbiosis.text_cleaning import clean

_CATALOGUE = "catalogue_"
_PROGRAMS = ("symbiosis", "highspy", "numpy", "pandas", "scipy", "numba")


def _tables(study: Study) -> dict[str, pd.DataFrame]:
    flows, graph, match, impact = study.flows, study.graph, study.match, study.impact
    return {
        "firms": flows.firms, "offers": flows.offers, "needs": flows.needs,
        "territories": flows.territories, "skipped": flows.skipped, "notes": flows.notes,
        "mapping": flows.mapping,
        "graph_offers": graph.offers, "graph_needs": graph.needs, "setbacks": graph.setbacks,
        "shipments": match.shipments, "prices": match.prices, "unmatched": match.unmatched,
        "blending": match.blending,
        "by_shipment": impact.by_shipment, "totals": impact.totals,
        "emissions_terms": impact.emissions_terms, "not_counted": impact.not_counted,
        "warnings": impact.warnings,
        **({"roads": pd.DataFrame({"key": graph.roads.key, "km": graph.roads.km})}
           if len(graph.roads) else {}),
    }  # fmt: skip


def pack(table: pd.DataFrame) -> bytes:
    """Return a table as (Geo)Parquet."""
    buffer = io.BytesIO()
    if isinstance(table, gpd.GeoDataFrame) and "geometry" in table:
        table.to_parquet(buffer)
    else:
        pd.DataFrame(table).to_parquet(buffer)
    return buffer.getvalue()


def unpack(content: bytes) -> pd.DataFrame:
    """Return what `pack` made."""
    spatial = b"geo" in (pq.read_schema(io.BytesIO(content)).metadata or {})
    buffer = io.BytesIO(content)
    return gpd.read_parquet(buffer) if spatial else pd.read_parquet(buffer)


@lru_cache(maxsize=2)
def _catalogue_tables(catalogue: Catalogue) -> dict[str, bytes]:
    """Return the tables of a catalogue as (Geo)Parquet; there are few catalogues, many studies."""
    tables = {f"{_CATALOGUE}{name}": table for name, table in catalogue.tables.items()}
    tables[f"{_CATALOGUE}own"] = catalogue.own
    tables[f"{_CATALOGUE}replaced"] = pd.DataFrame({"row": list(catalogue.replaced)}, dtype="str")
    return {name: pack(table) for name, table in tables.items()}


@lru_cache(maxsize=4)
def _catalogue_digest(catalogue: Catalogue) -> str:
    """Return the SHA-256 of what a catalogue says, whatever program wrote it."""
    whole = hashlib.sha256()
    for name, table in catalogue.tables.items():
        whole.update(f"{name}\x1f{table.to_csv(lineterminator=chr(10))}".encode())
    return whole.hexdigest()


def inputs_digest(study: Study) -> str:
    """Return the SHA-256 of all that a study rests on beside its scenario.

    What was declared, the catalogue (the territory's own values in it) and the measured roads.
    """
    parts = [Declaration.of(study.flows).digest(), _catalogue_digest(catalogue_of(study))]
    roads = study.graph.roads
    if len(roads):
        parts.append(hashlib.sha256(roads.key.tobytes() + roads.km.tobytes()).hexdigest())
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def catalogue_of(study: Study) -> Catalogue:
    """Return the catalogue that a study was made with."""
    return study.graph.catalogue or bundled_catalogue()


def _versions() -> dict[str, str]:
    found = {}
    for name in _PROGRAMS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def save(connection: Connection, who: Principal, study: Study, name: str) -> str:
    """Keep a study for ever.

    Parameters
    ----------
    connection
        Inside `engine.writing`.
    who
        Who keeps it.
    study
        What was run.
    name
        What people call it.

    Returns
    -------
    str
        Its identifier.

    Raises
    ------
    StorageError
        If it does not rest on what the store holds, as they see it (`provenance`).
    """
    require_any(who, Kind.STUDY, Action.WRITE)
    study_id = uuid4().hex
    require_saved(connection, who, study.flows)
    keyed.prepare(connection)
    inputs = inputs_digest(study)
    row = {
        "study_id": study_id, "name": clean(kept(name)),
        "created_at": audit.moment(connection),
        "created_by": people.reference(connection, who.name), "inputs_digest": inputs,
        "scenario": canonical(study.scenario.model_dump(mode="json")),
        "certificate": canonical(asdict(study.match.certificate)),
        "versions": canonical(_versions()),
    }  # fmt: skip
    connection.execute(STUDIES.insert(), row)
    tables = _tables(study)
    contacts = people.references(connection, tables["firms"]["contact"])
    told = people.named(tables["firms"]["contact"], contacts)
    tables["firms"] = tables["firms"].assign(contact=told)
    packed = {label: pack(table) for label, table in tables.items()}
    packed |= _catalogue_tables(catalogue_of(study))
    digests = {label: hashlib.sha256(content).hexdigest() for label, content in packed.items()}
    rows = [
        {"study_id": study_id, "name": n, "content": c, "digest": digests[n]}
        for n, c in packed.items()
    ]
    connection.execute(STUDY_TABLES.insert(), rows)
    said = str(keyed.marked(connection, None, pd.Series([inputs])).iloc[0])
    mark = keyed.study_mark(connection, study_digest(row, digests))
    detail = {"inputs": said, "digest": mark}
    audit.write(connection, who, "keep", ("study", study_id), detail)
    return study_id


def listed(connection: Connection, who: Principal) -> pd.DataFrame:
    """Return the kept studies, newest first: identifier, name, when, by whom, inputs' digest.

    The digest is the SHA-256 of the inputs for whoever reads every price, else `keyed.marked`.
    """
    require_any(who, Kind.STUDY)
    names = ("study_id", "name", "created_at", "created_by", "inputs_digest")
    columns = [STUDIES.c[name] for name in names]
    table = bulk.fetch(connection, select(*columns).order_by(STUDIES.c.created_at.desc()))
    if not scope(who, Kind.PRICE).everything:
        table["inputs_digest"] = keyed.marked(connection, who, table["inputs_digest"])
    table["created_by"] = people.named(table["created_by"], people.names(connection))
    return table


def load(connection: Connection, study_id: str = "") -> Study:
    """Return a kept study whole; the caller applies the access rule.

    Parameters
    ----------
    connection
        Inside `engine.reading`.
    study_id
        Which one; the newest if "".

    Raises
    ------
    StorageError
        If there is none, or if a table of it was altered.
    """
    query = select(STUDIES).order_by(STUDIES.c.created_at.desc()).limit(1)
    if study_id:
        query = query.where(STUDIES.c.study_id == study_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise StorageError(say("There is no such study in the store."))
    parts, known = {}, []
    kept = select(STUDY_TABLES).where(STUDY_TABLES.c.study_id == row["study_id"])
    for part in connection.execute(kept):
        if hashlib.sha256(part.content).hexdigest() != part.digest:
            raise StorageError(
                say("The table {name} of this study was altered since it was kept.", name=part.name)
            )
        if part.name.startswith(_CATALOGUE):
            known.append((part.name.removeprefix(_CATALOGUE), part.content))
        else:
            parts[part.name] = unpack(part.content)
    firms = parts["firms"]
    contacts = people.named(firms["contact"], people.names(connection), "")
    parts["firms"] = firms.assign(contact=contacts)
    scenario = Scenario.model_validate(json.loads(row["scenario"]))
    certificate = MatchCertificate(**json.loads(row["certificate"]))
    catalogue = _catalogue(tuple(sorted(known))) if known else None
    return _rebuild(parts, scenario, certificate, catalogue)


def _rebuild(
    parts: dict[str, pd.DataFrame],
    scenario: Scenario,
    certificate: MatchCertificate,
    catalogue: Catalogue | None,
) -> Study:
    """Return the study; its graph has the nodes and no lanes (`symbiosis.connect` makes them)."""
    territories = parts["territories"]
    flows = Flows(
        firms=gpd.GeoDataFrame(parts["firms"]), offers=parts["offers"], needs=parts["needs"],
        territories=gpd.GeoDataFrame(territories), skipped=parts["skipped"],
        notes=parts["notes"], mapping=parts["mapping"],
    )  # fmt: skip
    graph = Graph(
        flows, scenario, parts["graph_offers"], parts["graph_needs"], (), parts["setbacks"],
        catalogue=catalogue, roads=_roads(parts),
    )  # fmt: skip
    match = Match(
        graph, gpd.GeoDataFrame(parts["shipments"]), parts["prices"], parts["unmatched"],
        certificate, parts.get("blending", pd.DataFrame(columns=list(BLENDING_COLUMNS))),
    )  # fmt: skip
    impact = Impact(
        match, parts["by_shipment"], parts["totals"], parts["emissions_terms"],
        parts["not_counted"], parts["warnings"],
        overrides=catalogue.replaced if catalogue else (),
    )  # fmt: skip
    return Study(flows, scenario, graph, match, impact)


@lru_cache(maxsize=4)
def _catalogue(packed: tuple[tuple[str, bytes], ...]) -> Catalogue:
    """Return a catalogue of then; there are few of them, and many readers of their studies."""
    tables = {name: unpack(content) for name, content in packed}
    replaced, own = tuple(tables.pop("replaced")["row"]), tables.pop("own")
    return Catalogue.of(tables, replaced, own)


def _roads(parts: dict[str, pd.DataFrame]) -> Roads:
    if "roads" not in parts:
        return Roads()
    table = parts["roads"]
    return Roads(len(parts["firms"]), table["key"].to_numpy(), table["km"].to_numpy())


def differences(kept: Study, again: Study) -> pd.DataFrame:
    """Return the figures in which two runs of one study differ, the kept one and that of today.

    Returns
    -------
    pandas.DataFrame
        Columns ``figure``, ``level``, ``kept`` and ``again``; no row when all are the same.
    """
    one, two = kept.impact.totals.unstack(), again.impact.totals.unstack()
    both = pd.DataFrame({"kept": one, "again": two}).rename_axis(["level", "figure"])
    other = both[(both["kept"] != both["again"]) & both.notna().any(axis=1)]
    return other.reset_index()[["figure", "level", "kept", "again"]]


def with_flows(study: Study, flows: Flows) -> Study:
    """Return the study with other flows in all the places where it keeps them."""
    graph = replace(study.graph, flows=flows)
    match = replace(study.match, graph=graph)
    return replace(
        study, flows=flows, graph=graph, match=match, impact=replace(study.impact, match=match)
    )
