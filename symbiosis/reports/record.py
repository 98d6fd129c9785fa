"""``scenario.json``: what it takes to run a study again and to know that it is the same one."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from symbiosis import __version__, bundled
from symbiosis.errors import Message, Problems, ScenarioError, say
from symbiosis.flows import Flows
from symbiosis.geography import Roads
from symbiosis.scenario import Scenario
from symbiosis.study import Study

FORMAT = "symbiosis-study-1"
# What could move a figure in its last decimals.
_ENGINES = ("numpy", "pandas", "scipy", "highspy", "numba")


def record(study: Study) -> dict[str, Any]:
    """Return what ``scenario.json`` holds for a study.

    Parameters
    ----------
    study
        A study that has run.

    Returns
    -------
    dict
        ``format``, ``versions``, ``overrides`` (rows of the bundled tables that the user's own
        replaced), ``inputs`` (hash and counts; the hash of the measured roads where there are
        any, and how many exchanges lie along them), ``parameters`` (every one, those left at their
        default included). No date and no path: the same study gives the same bytes.
    """
    flows = study.flows
    return {
        "format": FORMAT,
        "versions": {
            "symbiosis": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _ENGINES},
            "tables": hash_tables(),
            "factors": study.impact.version,
        },
        "overrides": list(study.impact.overrides),
        "inputs": {
            "sha256": hash_flows(flows),
            "firms": len(flows.firms),
            "offers": len(flows.offers),
            "needs": len(flows.needs),
            "territories": len(flows.territories),
            "skipped": len(flows.skipped),
            **_roads(study),
        },
        "parameters": study.scenario.model_dump(mode="json"),
    }


def distances(study: Study) -> dict[str, int | float]:
    """Return on which distances the exchanges of a study stand.

    Returns
    -------
    dict
        ``measured``, exchanges as far apart as the table of roads says; ``computed``, the others,
        whose road is the great circle times ``detour_factor``.
    """
    roads, shipments = study.graph.roads, study.match.shipments
    firm = {name: row for row, name in enumerate(study.flows.firms["firm_id"])}
    ends = [shipments[side].map(firm) for side in ("offer_firm_id", "need_firm_id")]
    known = ends[0].notna() & ends[1].notna()  # a firm that the reader may not see has no name
    sender, taker = (end[known].to_numpy(dtype=np.int64) for end in ends)
    measured = int(np.isfinite(roads.named(sender, taker)).sum())
    return {
        "measured": measured,
        "computed": len(shipments) - measured,
        "detour_factor": study.scenario.detour_factor,
    }


def _roads(study: Study) -> dict[str, Any]:
    """Return what tells the measured roads of a study, nothing where there are none."""
    if not len(study.graph.roads):
        return {}
    return {
        "roads": hash_roads(study.graph.roads),
        "measured_exchanges": distances(study)["measured"],
    }


def hash_flows(flows: Flows) -> str:
    """Return the SHA-256 of what was read, so that two files that say the same have one hash."""
    digest = hashlib.sha256()
    for table in (flows.firms, flows.offers, flows.needs, flows.territories):
        digest.update(_bytes(table))
    return digest.hexdigest()


def hash_roads(roads: Roads) -> str:
    """Return the SHA-256 of measured roads."""
    digest = hashlib.sha256(roads.key.astype("<i8").tobytes())
    digest.update(roads.km.astype("<f8").tobytes())
    return digest.hexdigest()


@cache
def hash_tables() -> str:
    """Return the SHA-256 of the bundled tables (materials, pathways, factors …)."""
    digest = hashlib.sha256()
    for found in sorted(bundled.path().glob("*.csv")):
        digest.update(found.name.encode())
        digest.update(found.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _bytes(table: pd.DataFrame) -> bytes:
    flat = pd.DataFrame(table)
    if "geometry" in flat:
        flat = flat.assign(geometry=table.geometry.to_wkt(rounding_precision=7))
    return flat.to_csv(index=False, lineterminator="\n").encode()


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario: the ``scenario.json`` of a results folder, or a bare file of parameters.

    Parameters
    ----------
    path
        A JSON file; either ``{"parameters": {...}, ...}`` or the parameters themselves, of which
        those not named keep their default.

    Raises
    ------
    ScenarioError
        If the file is missing or unreadable, or a parameter is unknown or out of its range; every
        fault at once.
    """
    where = Path(path)
    content = _content(where)
    parameters = content.get("parameters", content) if isinstance(content, Mapping) else content
    if not isinstance(parameters, Mapping):
        raise ScenarioError(
            _one(where, say("this is not a list of parameters"), say('write {{"name": value, …}}'))
        )
    try:
        return Scenario.model_validate_json(json.dumps(parameters))
    except ValidationError as error:
        raise ScenarioError(_faults(where, error)) from error


def read_record(path: Path | str) -> Mapping[str, Any]:
    """Return the whole of a ``scenario.json``, empty for a bare file of parameters."""
    content = _content(Path(path))
    is_record = isinstance(content, Mapping) and content.get("format") == FORMAT
    return content if is_record else {}


def _content(where: Path) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            problem = say("the key {name} stands twice in one object", name=repeated[:40])
            raise ScenarioError(_one(where, problem, say("keep one of the two")))
        return dict(pairs)

    try:
        return json.loads(where.read_text(encoding="utf-8-sig"), object_pairs_hook=once)
    except FileNotFoundError as error:
        problem = say("there is no such file")
        raise ScenarioError(_one(where, problem, say("check the path"))) from error
    except (OSError, UnicodeDecodeError) as error:
        problem = say("this cannot be read as text: {error}", error=error)
        raise ScenarioError(_one(where, problem, say("give a JSON file in UTF-8"))) from error
    except (ValueError, RecursionError) as error:
        problem = say("this is not JSON: {error}", error=error)
        cure = say("start from the scenario.json of a results folder")
        raise ScenarioError(_one(where, problem, cure)) from error


def _one(where: Path, problem: Any, cure: Any) -> Problems:
    problems = Problems()
    problems.add(problem, cure, file=where.name)
    return problems


def _faults(where: Path, error: ValidationError) -> Problems:
    problems = Problems()
    known = bundled.table("scenario").set_index("name")
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        top = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "extra_forbidden":
            problem = say("no parameter has this name")
            cure = _nearest(top, known.index)
        else:
            problem = say("this value cannot be used: {reason}", reason=fault["msg"])
            unit, default = known["unit"].get(top, "-"), known["default"].get(top, "")
            cure = say("the unit is {unit}; the default is {default}", unit=unit, default=default)
        problems.add(problem, cure, file=where.name, column=name, value=fault.get("input", ""))
    return problems


def _nearest(name: str, known: Iterable[str]) -> Message:
    names = [str(each) for each in known]
    near = get_close_matches(name, names, n=1)
    if near:
        return say("did you mean {name}?", name=near[0])
    return say("the parameters are: {names}", names=", ".join(names))
