"""What a visit holds: the dataset, the scenario, the study, and what is looked at."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from symbiosis import bundled
from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import InternalError
from symbiosis.flows import Flows, read
from symbiosis.graph import connect
from symbiosis.impacts import assess
from symbiosis.maps import Atlas, lay_out
from symbiosis.matching import match
from symbiosis.matching.progress import Step
from symbiosis.pages import keeping, signing, worklist
from symbiosis.pages.caching import shared
from symbiosis.pages.running import said
from symbiosis.pages.words import _
from symbiosis.scenario import Scenario
from symbiosis.study import Study

ACCOUNT = "account_of_this_visit"
OPENED, BASE = "opened", "base"
DECLARED, DECLARED_FLOWS, DECLARED_ESTIMATES = "declared", "declared_flows", "declared_estimates"
"""The declaration that is worked on; it changes nothing of another page."""
UPLOADED, UPLOADED_FLOWS = "uploaded", "uploaded_flows"
"""The declaration as it was when the reader opened it for every page."""
ESTIMATED = "e"
MOST_STUDIES = 8
MOST_MATCHING_S = 240.0
"""Seconds after which a page shows the best exchanges so far, with the gap that is proven."""
DEMO, CASES, GIVEN, SAVED = "littoral", "published", "given", "saved"


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


def catalogue() -> Catalogue:
    """Return the catalogue of what is open: the store's own where its declarations are."""
    return keeping.catalogue() if opened() in {SAVED, UPLOADED} else load()


def given_path() -> Path | None:
    """Return the dataset named when the app was started (``SYMBIOSIS_PATH``), if any."""
    given = os.environ.get("SYMBIOSIS_PATH", "")
    bundled_demo = bundled.home() / "datasets" / DEMO
    return Path(given) if given and Path(given).resolve() != bundled_demo.resolve() else None


def openable() -> list[str]:
    """Return the datasets that can be opened in this visit, the first being the default.

    Where people sign in, what is declared comes first, and the dataset given at the start of the
    server, which knows no rule of access, is for those from whom nothing is kept.
    """
    here = signing.visit()
    found = [GIVEN] if given_path() and here.reads_everything else []
    kept = [SAVED] if keeping.stamp() else []
    first = [*kept, *found, DEMO] if here.asked else [*found, DEMO, *kept]
    # A declaration that is only looked at changes no figure of another page: it comes last.
    return [*first, CASES] + [UPLOADED] * (UPLOADED in st.session_state)


def asked_page() -> str:
    """Return the page's name in the address with which the visit began; "" for the first page."""
    return str(st.session_state.get("asked", ""))


def opened() -> str:
    """Return which dataset is open."""
    chosen = st.session_state.get(OPENED) or st.query_params.get("data", "")
    return chosen if chosen in openable() else openable()[0]


def source() -> Source:
    """Return where the flows of this visit come from."""
    if opened() == UPLOADED:
        uploaded: Source = st.session_state[UPLOADED]
        return uploaded
    return _named(opened())


def _named(chosen: str) -> Source:
    if chosen == SAVED:
        return Source(_("Saved declarations"), keeping.stamp(), None)
    given = given_path()
    path = given if chosen == GIVEN and given else bundled.home() / "datasets" / chosen
    names = {DEMO: _("Demonstration: the coast"), CASES: _("Published cases")}
    return Source(names.get(chosen, path.name), _stamp(path), path, demo=chosen == DEMO)


def _stamp(path: Path) -> str:
    """Return a key that changes when any file of the dataset does."""
    if not path.exists():
        return str(path)
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
    return uploaded_flows() if opened() == UPLOADED else base_flows()


def base_source() -> Source:
    """Return the territory that was last open, a declaration of this visit aside."""
    chosen = opened()
    if chosen == UPLOADED:
        others = [name for name in openable() if name != UPLOADED]
        chosen = st.session_state.get(BASE) if st.session_state.get(BASE) in others else others[0]
    return _named(chosen)


def base_flows() -> Flows:
    """Return the flows of `base_source`."""
    here = base_source()
    if here.key.startswith("saved:"):
        return keeping.flows(here.key)
    if here.path is None:
        raise InternalError(here.name)
    return _read(here.key, here.path)


def hold_declared(key: str, name: str, added: Flows) -> None:
    """Hold on to the declaration that this visit works on; other pages go on without it."""
    owner = hashlib.sha256(worklist.account().encode()).hexdigest()[:16]
    st.session_state[DECLARED] = Source(name, f"uploaded:{owner}:{key}", None)
    st.session_state[DECLARED_FLOWS] = added


def of_one_account(*others: str) -> None:
    """Forget what another account left in this visit: its declaration, its draft, its scenario.

    Parameters
    ----------
    others
        What pages hold beside that, by its names in the session.
    """
    mine = worklist.account()
    if st.session_state.setdefault(ACCOUNT, mine) == mine:
        return
    own = (DECLARED, DECLARED_FLOWS, DECLARED_ESTIMATES, UPLOADED, UPLOADED_FLOWS, OPENED, BASE)
    for name in (*own, "scenario", *others):
        st.session_state.pop(name, None)
    st.session_state[ACCOUNT] = mine


def uploaded_flows() -> Flows:
    """Return the declaration that was opened for every page."""
    found: Flows = st.session_state[UPLOADED_FLOWS]
    return found


def declared_scenario() -> Scenario:
    """Return the parameters of the visit, with or without estimates as its declaration asks."""
    asked = scenario()
    wanted = bool(st.session_state.get(DECLARED_ESTIMATES, asked.use_estimated))
    return asked.model_copy(update={"use_estimated": wanted})


def declared_study() -> Study:
    """Return the study of the declaration that is worked on."""
    here = st.session_state[DECLARED]
    return run_once(here.key, st.session_state[DECLARED_FLOWS], declared_scenario())


def declared_atlas() -> Atlas:
    """Return the study of the declaration that is worked on, laid out for looking at."""
    return laid_out(st.session_state[DECLARED].key, declared_study())


def open_declared() -> None:
    """Show the declaration that is worked on, as it is now, on every page."""
    if opened() != UPLOADED:
        st.session_state[BASE] = opened()
    st.session_state[UPLOADED] = st.session_state[DECLARED]
    st.session_state[UPLOADED_FLOWS] = st.session_state[DECLARED_FLOWS]
    st.session_state["scenario"] = declared_scenario()
    st.session_state[OPENED] = UPLOADED


def scenario() -> Scenario:
    """Return the parameters of this visit; an address may ask for the estimated flows."""
    if "scenario" not in st.session_state:
        estimated = st.query_params.get(ESTIMATED) == "1"
        st.session_state["scenario"] = Scenario(use_estimated=estimated)
    chosen: Scenario = st.session_state["scenario"]
    return chosen


@shared(1)
def _shelf() -> OrderedDict[str, tuple[Study, Atlas]]:
    """Return the studies of this server, the last used at the end."""
    return OrderedDict()


def run_once(
    key: str, asked_of: Flows, asked: Scenario, line: DeltaGenerator | None = None
) -> Study:
    """Run a study, or take it from the shelf.

    Parameters
    ----------
    key
        Tells the flows apart.
    asked_of, asked
        Flows and parameters.
    line
        Where to say how far the run is; each message is also where a cancelled run stops.
    """
    return _kept(key, asked_of, asked, line)[0]


def laid_out(key: str, asked: Study) -> Atlas:
    """Return a study that `run_once` returned, laid out for looking at."""
    return _kept(key, asked.flows, asked.scenario, None)[1]


def _kept(
    key: str, asked_of: Flows, asked: Scenario, line: DeltaGenerator | None
) -> tuple[Study, Atlas]:
    shelf, name = _shelf(), _label(key, asked)
    if name not in shelf:

        def told(step: Step) -> None:
            if line is not None:
                line.markdown(said(step))

        known = catalogue()
        made = _made(asked_of, asked, known, told)
        shelf[name] = made, lay_out(made, known)
        while len(shelf) > MOST_STUDIES:
            shelf.popitem(last=False)
    shelf.move_to_end(name)
    return shelf[name]


def _made(
    asked_of: Flows, asked: Scenario, known: Catalogue, told: Callable[[Step], None]
) -> Study:
    """Run a study as `symbiosis.run` does, but let nobody wait for ever for the last per cent."""
    graph = connect(asked_of, asked, catalogue=known)
    found = match(graph, progress=told, time_limit=MOST_MATCHING_S)
    return Study(asked_of, asked, graph, found, assess(found, asked))


def ready() -> bool:
    """Return whether the study of this visit has already been run on this server."""
    return _label(source().key, scenario()) in _shelf()


def _label(key: str, asked: Scenario) -> str:
    """Return what names a study on the shelf: its flows, its parameters and its catalogue."""
    own = catalogue().own
    mark = hashlib.sha256(own.to_csv().encode()).hexdigest() if len(own) else ""
    return f"{key}|{mark}|{asked.model_dump_json()}"


def study() -> Study:
    """Return the study of this visit, run once for each dataset and scenario."""
    return run_once(source().key, flows(), scenario())


def atlas() -> Atlas:
    """Return the study laid out for looking at."""
    return laid_out(source().key, study())
