"""``symbiosis demo``: the bundled territory, from declaration to map, in one command."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from symbiosis import bundled
from symbiosis.cli._progress import waiting
from symbiosis.cli._show import tell
from symbiosis.cli._streamlit import start
from symbiosis.errors import say

TERRITORY = "littoral"


def demo(
    no_app: Annotated[
        bool, typer.Option("--no-app", help="Print only; open no map.", show_default=False)
    ] = False,
) -> None:
    """Match the bundled demonstration territory and open its map.

    The firms are fictional; they stand in real communes between Dunkirk, Calais, Boulogne and
    Lille. Needs no network and no display.

    Example: symbiosis demo --no-app
    """
    # The engine takes a second or two to load: only when a command needs it.
    from symbiosis import Scenario, read, run
    from symbiosis.cli._totals import show_best, show_totals
    from symbiosis.reports import Results

    data = bundled.home() / "datasets" / TERRITORY
    with waiting() as line:
        line.stage(say("Reading the demonstration territory (fictional firms, real communes)"))
        flows = read(data)
        line.stage(say("Matching (the first time, some seconds more, to compile)"))
        study = run(flows, Scenario(), progress=line.step)
    results = Results.of(study)
    show_totals(results)
    show_best(results)
    if no_app:
        return
    if find_spec("streamlit") is None:
        tell("The map needs the app: pip install 'symbiosis[app]'")
        return
    start(data)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)
