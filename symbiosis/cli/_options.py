"""The arguments and options that several commands share, written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.language import LANGUAGES

DataPath = Annotated[
    Path,
    typer.Argument(
        help="A folder with firms.csv and flows.csv, or one flat file (CSV or XLSX).",
        metavar="PATH",
        show_default=False,
    ),
]
DataPaths = Annotated[
    list[Path],
    typer.Argument(
        help="A folder, or one or several files (CSV or XLSX) that are one declaration.",
        metavar="PATH...",
        show_default=False,
    ),
]
Communes = Annotated[
    Path | None,
    typer.Option(
        "--communes",
        help="Table of communes (INSEE code, name, longitude, latitude) that goes before the"
        " bundled one in placing firms declared without coordinates.",
        show_default=False,
    ),
]
SkipBad = Annotated[
    bool,
    typer.Option("--skip-bad", help="Go on without the faulty rows and list them in skipped.csv."),
]
KeepRepeated = Annotated[
    bool,
    typer.Option(
        "--keep-repeated",
        help="Take lines that are equal in everything, such as two slips without their numbers, as"
        " flows of their own.",
    ),
]
MaxMb = Annotated[
    float, typer.Option("--max-mb", min=0.001, help="Refuse files larger than this, in megabytes.")
]
ScenarioFile = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        help="Parameters: a JSON file, or the scenario.json of earlier results.",
        show_default=False,
    ),
]


def _language(word: str) -> str:
    if word not in LANGUAGES:
        raise typer.BadParameter(f"{word}: fr or en")
    return word


Lang = Annotated[
    str,
    typer.Option(
        "--lang", parser=_language, metavar="fr|en", help="Language of the documents: fr or en."
    ),
]
