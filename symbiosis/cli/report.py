"""``symbiosis report``: a document out of a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._options import Lang
from symbiosis.cli._show import tell
from symbiosis.errors import DataError, Problems, say


def report(
    results: Annotated[
        Path,
        typer.Argument(
            metavar="RESULTS", help="A folder that symbiosis match wrote.", show_default=False
        ),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="The document; its ending says which: .pdf, .html, .xlsx, .gpkg, .geojson,"
            " .parquet, .graphml or .csv (the list of synergies).",
            show_default=False,
        ),
    ],
    lang: Lang = "fr",
    firm: Annotated[
        str | None,
        typer.Option("--firm", help="One page on this firm (its firm_id or its name), as a PDF."),
    ] = None,
    synergy: Annotated[
        str | None,
        typer.Option("--synergy", help="One page on this exchange (its shipment_id), as a PDF."),
    ] = None,
) -> None:
    """Print a study: a report, a workbook, or layers for a GIS.

    Example: symbiosis report results --lang fr --out rapport.pdf
    """
    # The maps and the fonts take a second to load: only when a document is asked for.
    from symbiosis import reports
    from symbiosis.reports.formats import check_ending

    if firm is not None and synergy is not None:
        problems = Problems()
        problems.add(say("--firm and --synergy are two pages"), say("ask for one at a time"))
        raise DataError(problems)
    check_ending(out, reports.ENDINGS if firm is None and synergy is None else (".pdf",))
    study = reports.read_results(results)
    if firm is not None:
        reports.save(reports.firm_sheet(study, firm, lang), out)
    elif synergy is not None:
        reports.save(reports.synergy_sheet(study, synergy, lang), out)
    else:
        reports.export(study, out, lang)
    tell(say("The document stands in {out}", out=out), style="green")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)
