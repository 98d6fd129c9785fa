"""``symbiosis match``: from declarations to a results folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symbiosis.cli._groups import grouped
from symbiosis.cli._options import DataPaths, Lang, ScenarioFile
from symbiosis.cli._progress import waiting
from symbiosis.cli._reading import Reading, with_reading
from symbiosis.cli._show import tell
from symbiosis.errors import say

if TYPE_CHECKING:
    from symbiosis import Study


_WORKLIST = typer.Option(
    "--worklist", help="CSV with shipment_id and status: what is running counts as realised.",
    show_default=False,
)  # fmt: skip
_ROADS = typer.Option(
    "--roads",
    help="CSV with from_firm, to_firm and distance_km: the roads between firms that were"
    " measured, none where there is no road. Every other pair lies its great circle times"
    " detour_factor apart.",
    show_default=False,
)


@dataclass(frozen=True)
class Beside:
    """The files that a study takes beside the declaration."""

    scenario: ScenarioFile = None
    worklist: Annotated[Path | None, _WORKLIST] = None
    roads: Annotated[Path | None, _ROADS] = None


@grouped("beside", Beside)
@with_reading
def match(
    paths: DataPaths,
    *,
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder for the results: new, empty, or earlier results."),
    ],
    beside: Beside,
    reading: Reading,
    dask: Annotated[
        str | None, typer.Option("--dask", help="Address of a Dask scheduler to share the work.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Find the best set of exchanges and write it with its impact.

    Writes shipments.csv, impact_by_shipment.csv, unmatched.csv, blending.csv,
    indicators.csv, exchanges_by_firm.csv, impact.json, study.gpkg,
    network.graphml, report.html and scenario.json, all of them or none.

    Example: symbiosis match datasets/littoral --out results
    """
    # The engine takes a second or two to load: only when a command needs it.
    from symbiosis import Scenario, run
    from symbiosis.catalogue import load
    from symbiosis.cli._totals import show_totals
    from symbiosis.reports import Results, read_record, read_scenario, write
    from symbiosis.reports.folder import check_free
    from symbiosis.reports.reading import read_worklist

    check_free(out.absolute())
    parameters = read_scenario(beside.scenario) if beside.scenario else Scenario()
    earlier = read_record(beside.scenario) if beside.scenario else {}
    own = load(reading.catalogue) if reading.catalogue else None
    running = read_worklist(beside.worklist) if beside.worklist else None
    with waiting() as line:
        line.stage(say("Reading {path}", path=", ".join(str(path) for path in paths)))
        flows = reading.read(paths)
        line.stage(say("Matching {count} flows", count=len(flows.offers) + len(flows.needs)))
        study = run(
            flows, parameters, catalogue=own, worklist=running,
            progress=line.step, dask=dask, roads=beside.roads,
        )  # fmt: skip
        line.stage(say("Writing {out}", out=out))
        write(study, out, lang)
    results = Results.of(study)
    show_totals(results)
    _tell_roads(study)
    if earlier and _read(earlier) != _read(results.record):
        tell("The inputs are not those that this scenario.json was made from.", style="yellow")
    if len(flows.skipped):
        count = len(flows.skipped[["file", "row"]].drop_duplicates())
        tell(say("Lines left out: {count}; skipped.csv gives each reason.", count=count))
    tell(say("The results stand in {out}", out=out), style="green")


def _read(record: Mapping[str, Any]) -> tuple[object, object]:
    """Return what names the inputs of a study: its flows and its roads."""
    return record["inputs"]["sha256"], record["inputs"].get("roads")


def _tell_roads(study: Study) -> None:
    """Say how far the table of roads reaches, where there is one."""
    roads = study.graph.roads
    if len(roads):
        told = say(
            "{count} pairs of firms lie as far apart as the table of roads says; every other pair"
            " its great circle times {factor}.",
            count=(len(roads) - len(roads.closed)) // 2,
            factor=study.scenario.detour_factor,
        )
        tell(told)
    if len(roads.closed):
        told = say(
            "Pairs of firms without a road, says the table: {count}; they exchange nothing.",
            count=len(roads.closed) // 2,
        )
        tell(told)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)
