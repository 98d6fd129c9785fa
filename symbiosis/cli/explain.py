"""``symbiosis explain``: the arithmetic of one exchange, down to its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._options import Lang
from symbiosis.language import translator


def explain(
    results: Annotated[Path, typer.Argument(help="Results folder written by symbiosis match.")],
    shipment: Annotated[
        str, typer.Argument(help="Identifier of the exchange, from shipments.csv.")
    ],
    lang: Lang = "fr",
) -> None:
    """Print where every figure of an exchange comes from, line by line, with its sources.

    Example: symbiosis explain results x1743e8970f4e
    """
    # Reading a results folder loads the geographic tables: only when the command needs it.
    from symbiosis.impacts.explain import explain as unfold
    from symbiosis.reports import read_results

    read = read_results(results)
    found = unfold(shipment, read.by_shipment, read.entries, read.factors, read.not_counted)
    typer.echo(found.render(translator(lang)))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)
