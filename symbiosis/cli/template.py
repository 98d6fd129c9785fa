"""``symbiosis template``: the blank declaration to send to firms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._options import Lang
from symbiosis.cli._show import tell
from symbiosis.errors import say


def template(
    *,
    out: Annotated[Path, typer.Option("--out", help="The workbook to write (.xlsx).")],
    lang: Lang = "fr",
    force: Annotated[
        bool, typer.Option("--force", help="Replace the workbook if it exists.")
    ] = False,
) -> None:
    """Write a workbook to fill in: drop-down lists, one example line, a sheet that explains.

    Example: symbiosis template --lang fr --out flux.xlsx
    """
    from symbiosis.flows.template import write_template  # loads the tables of the catalogue

    write_template(out, lang, force=force)
    tell(say("The template stands in {out}", out=out), style="green")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(template)
