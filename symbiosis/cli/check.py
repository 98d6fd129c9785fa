"""``symbiosis check``: every problem of a declaration at once, and its cure."""

from __future__ import annotations

from typing import Annotated

import typer

from symbiosis.cli._options import Communes, DataPath, MaxMb
from symbiosis.cli._show import show_problems, tell
from symbiosis.errors import DataError, say


def check(
    path: DataPath,
    *,
    communes: Communes = None,
    max_mb: MaxMb = 100,
    accept_suggestions: Annotated[
        bool,
        typer.Option(
            "--accept-suggestions", help="Take the best suggestion for an unknown material."
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Do not list what was accepted with a guess.")
    ] = False,
) -> None:
    """Read a declaration and list every problem with its row, its column and its cure.

    Exit status 0 when there is none, 2 when there is any.

    Example: symbiosis check datasets/littoral
    """
    from symbiosis.flows import survey  # pandas and geopandas take a second to load

    checked = survey(path, communes=communes, max_mb=max_mb, accept_suggestions=accept_suggestions)
    if len(checked.notes) and not quiet:
        tell("Accepted with a guess, to be confirmed:", style="yellow")
        show_problems(checked.notes, stderr=False)
    if checked.tables is None or len(checked.problems):
        raise DataError(checked.problems)
    tell(
        say(
            "No problem: {firms} firms, {offers} offers, {needs} needs.",
            firms=len(checked.tables["firms"]),
            offers=len(checked.tables["offers"]),
            needs=len(checked.tables["needs"]),
        ),
        style="green",
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)
