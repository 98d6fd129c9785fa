"""``symbiosis import``: from public registers to a declaration."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._counts import firms, needs, offers
from symbiosis.cli._show import tell
from symbiosis.errors import say

Source = Annotated[Path, typer.Argument(help="Folder of the register, as published.")]
Out = Annotated[
    Path, typer.Option("--out", help="Folder for firms.csv, flows.csv and problems.csv.")
]


def irep(folder: Source, *, out: Out) -> None:
    """Import a year of the French register of polluting emissions (IREP, Géorisques).

    Producers of waste become offers with their declared route; treating sites become needs for
    their LoW code and R operation. The files of hazardous waste, water and emissions are read where
    the folder holds them. What cannot be used is listed in problems.csv.

    Example: symbiosis import irep irep_2011 --out declarations
    """
    from symbiosis.flows.irep import import_irep  # pyproj and pandas take a second to load

    _report(import_irep(folder, out), out)


def hotmaps(
    file: Annotated[Path, typer.Argument(help="The Hotmaps industrial database, as CSV.")],
    *,
    out: Out,
) -> None:
    """Import excess heat of industrial sites (Hotmaps, CC BY 4.0) as estimated offers.

    Example: symbiosis import hotmaps hotmaps_industrial.csv --out heat
    """
    from symbiosis.flows.hotmaps import import_hotmaps  # pandas takes a second to load

    _report(import_hotmaps(file, out), out)


def _report(imported: object, out: Path) -> None:
    from symbiosis.flows.irep import Imported

    assert isinstance(imported, Imported)  # noqa: S101 - narrows the type for the checker
    counts = imported.flows["direction"].value_counts()
    tell(
        say(
            "{firms}, {offers}, {needs}; rows left out or repaired: {problems}.",
            firms=firms(len(imported.firms)),
            offers=offers(int(counts.get("offer", 0))),
            needs=needs(int(counts.get("need", 0))),
            problems=len(imported.problems),
        )
    )
    tell(say("They stand in {out}; problems.csv gives each reason.", out=out), style="green")


def register(app: typer.Typer) -> None:
    """Add the command and its sources."""
    sources = typer.Typer(no_args_is_help=True, help="Turn a public register into a declaration.")
    sources.callback()(lambda: None)
    sources.command()(irep)
    sources.command()(hotmaps)
    app.add_typer(sources, name="import")
