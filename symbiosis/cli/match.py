"""``symbiosis match``: from declarations to a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._options import DataPath, Lang, ScenarioFile
from symbiosis.cli._progress import waiting
from symbiosis.cli._reading import Reading, with_reading
from symbiosis.cli._show import tell
from symbiosis.errors import say


@with_reading
def match(
    path: DataPath,
    *,
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder for the results: new, empty, or earlier results."),
    ],
    scenario: ScenarioFile = None,
    worklist: Annotated[
        Path | None,
        typer.Option(
            "--worklist",
            help="CSV with shipment_id and status: what is running counts as realised.",
            show_default=False,
        ),
    ] = None,
    reading: Reading,
    dask: Annotated[
        str | None, typer.Option("--dask", help="Address of a Dask scheduler to share the work.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Find the best set of exchanges and write it with its impact.

    Writes shipments.csv, impact_by_shipment.csv, unmatched.csv, indicators.csv,
    exchanges_by_firm.csv, impact.json, study.gpkg, network.graphml, report.html and
    scenario.json, all of them or none.

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
    parameters = read_scenario(scenario) if scenario else Scenario()
    earlier = read_record(scenario) if scenario else {}
    own = load(reading.catalogue) if reading.catalogue else None
    running = read_worklist(worklist) if worklist else None
    with waiting() as line:
        line.stage(say("Reading {path}", path=path))
        flows = reading.read(path)
        line.stage(say("Matching {count} flows", count=len(flows.offers) + len(flows.needs)))
        study = run(
            flows, parameters, catalogue=own, worklist=running,
            progress=line.step, dask=dask,
        )  # fmt: skip
        line.stage(say("Writing {out}", out=out))
        write(study, out, lang)
    results = Results.of(study)
    show_totals(results)
    if earlier and earlier["inputs"]["sha256"] != results.record["inputs"]["sha256"]:
        tell("The inputs are not those that this scenario.json was made from.", style="yellow")
    if len(flows.skipped):
        count = len(flows.skipped)
        tell(say("{count} problems were left out; skipped.csv lists them.", count=count))
    tell(say("The results stand in {out}", out=out), style="green")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(match)
