"""``symbiosis app``: the map and the worklist in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._streamlit import LOOPBACK, start
from symbiosis.errors import DataError, Problems, say


def app(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]",
            help="Data to open first: a folder or a flat file; the demonstration if none.",
        ),
    ] = None,
    *,
    address: Annotated[
        str, typer.Option("--address", help="Address to listen on; this machine only by default.")
    ] = LOOPBACK,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, help="Port; the next free one if none."),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Open no window; print the address only.")
    ] = False,
) -> None:
    """Open the app in the browser.

    Example: symbiosis app datasets/littoral
    """
    if path is not None and not path.exists():
        problems = Problems()
        problems.add(say("there is no such file or folder"), say("check the path"), file=str(path))
        raise DataError(problems)
    start(path, address=address, port=port, browser=not no_browser)


def register(tree: typer.Typer) -> None:
    """Add the command."""
    tree.command()(app)
