"""The options with which a declaration is read, given once to every command that reads one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symbiosis.cli._groups import grouped
from symbiosis.cli._options import Communes, KeepRepeated, MaxMb, SkipBad

if TYPE_CHECKING:
    from symbiosis.flows import Flows

_OWN = typer.Option(
    "--catalogue",
    help="Folder of your own materials, pathways or factors, which replace the bundled rows.",
    show_default=False,
)
_TERRITORIES = typer.Option(
    "--territories", help="Perimeters (GeoJSON, GeoPackage …) in place of those of the folder.",
    show_default=False,
)  # fmt: skip
_MAPPING = typer.Option(
    "--mapping", help="Which header means which field, kept by symbiosis check --save-mapping.",
    show_default=False,
)  # fmt: skip
_ACCEPT = typer.Option(
    "--accept-suggestions", help="Take the best suggestion for a material that nobody knows."
)


@dataclass(frozen=True)
class Reading:
    """How a declaration is to be read."""

    communes: Communes = None
    territories: Annotated[Path | None, _TERRITORIES] = None
    mapping: Annotated[Path | None, _MAPPING] = None
    catalogue: Annotated[Path | None, _OWN] = None
    accept_suggestions: Annotated[bool, _ACCEPT] = False
    keep_repeated: KeepRepeated = False
    skip_bad: SkipBad = False
    max_mb: MaxMb = 100

    def read(self, path: Path | list[Path]) -> Flows:
        """Read a declaration."""
        # pandas and geopandas take a second to load
        from symbiosis.flows import ReadingOptions, read_with

        given = {field.name: getattr(self, field.name) for field in fields(self)}
        skip_bad, extra = given.pop("skip_bad"), given.pop("catalogue")
        return read_with(path, ReadingOptions(extra=extra, **given), skip_bad=skip_bad)


with_reading = grouped("reading", Reading)
"""Gives a command the options of `Reading`; it receives them as its argument ``reading``."""
