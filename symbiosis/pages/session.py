"""What a visit holds: the dataset, the scenario, the study, and what is looked at."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from symbiosis import bundled
from symbiosis.catalogue import Catalogue, load
from symbiosis.flows import Flows, read
from symbiosis.maps import Atlas, lay_out
from symbiosis.pages.caching import shared
from symbiosis.scenario import Scenario
from symbiosis.study import Study, run

UPLOADED = "uploaded"
DEMO = "littoral"


@dataclass(frozen=True)
class Source:
    """Where the flows of this visit come from.

    Parameters
    ----------
    name
        What the reader calls it.
    key
        Tells two sources apart in the caches.
    path
        A folder or a file; None when the flows were uploaded in this visit.
    demo
        Whether its firms are fictional.
    """

    name: str
    key: str
    path: Path | None
    demo: bool = False


@shared(1)
def catalogue() -> Catalogue:
    """Return the bundled catalogue, read once a server."""
    return load()


def start_path() -> Path:
    """Return the dataset opened first: ``SYMBIOSIS_PATH``, else the demonstration territory."""
    given = os.environ.get("SYMBIOSIS_PATH", "")
    return Path(given) if given else bundled.home() / "datasets" / DEMO


def source() -> Source:
    """Return where the flows of this visit come from."""
    uploaded: Source | None = st.session_state.get(UPLOADED)
    if uploaded is not None:
        return uploaded
    path = start_path()
    return Source(path.name, _stamp(path), path, demo=path.name == DEMO)


def _stamp(path: Path) -> str:
    """Return a key that changes when any file of the dataset does."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    facts = "|".join(
        f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}"
        for file in files
        if file.is_file()
    )
    return f"{path}:{hashlib.sha256(facts.encode()).hexdigest()[:16]}"


@shared(4)
def _read(key: str, _path: Path) -> Flows:  # noqa: ARG001 (the cache's key)
    return read(_path)


def flows() -> Flows:
    """Return the flows of this visit.

    Raises
    ------
    DataError
        With every problem of the dataset.
    """
    here = source()
    if here.path is None:
        uploaded: Flows = st.session_state["uploaded_flows"]
        return uploaded
    return _read(here.key, here.path)


def scenario() -> Scenario:
    """Return the parameters of this visit."""
    chosen: Scenario = st.session_state.get("scenario", Scenario())
    return chosen


@shared(6)
def _run(key: str, scenario_json: str, _flows: Flows, _scenario: Scenario) -> Study:  # noqa: ARG001
    return run(_flows, _scenario)


@shared(6)
def _lay_out(key: str, scenario_json: str, _study: Study) -> Atlas:  # noqa: ARG001
    return lay_out(_study, catalogue())


def study() -> Study:
    """Return the study of this visit, run once for each dataset and scenario."""
    asked = scenario()
    return _run(source().key, asked.model_dump_json(), flows(), asked)


def atlas() -> Atlas:
    """Return the study laid out for looking at."""
    return _lay_out(source().key, scenario().model_dump_json(), study())
