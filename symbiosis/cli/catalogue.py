"""``symbiosis catalogue``: what the catalogue holds, and how well it covers words and tonnes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from symbiosis.cli._show import show_table, tell, words
from symbiosis.errors import N_, say

if TYPE_CHECKING:
    from symbiosis.catalogue import Catalogue

_TABLES = (
    "low", "naf", "materials", "pathways", "synonyms", "operations", "families", "contaminants",
    "activities", "factors",
)  # fmt: skip
_HEADERS = {
    "table": N_("table"), "rows": N_("rows"), "half": N_("part"), "terms": N_("terms"),
    "recall": N_("found among the first 5"), "first": N_("found first"),
    "codes_recall": N_("among LoW codes alone"), "file": N_("file"), "tonnes": N_("t/yr"),
    "covered": N_("with a pathway"), "covered_by_operation": N_("by the operation declared"),
    "code": N_("code"),
}  # fmt: skip


def catalogue(
    folder: Annotated[
        Path | None,
        typer.Argument(help="A folder of tables of yours: checked, then counted in."),
    ] = None,
    *,
    recall: Annotated[
        bool,
        typer.Option("--recall", help="Measure the search on the list of everyday trade terms."),
    ] = False,
    coverage: Annotated[
        Path | None,
        typer.Option(
            "--coverage",
            help="A folder of the State register: share of its recovered tonnes with a pathway.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Count the tables of the catalogue, check yours, measure search and coverage.

    Example: symbiosis catalogue --recall
    """
    from symbiosis.catalogue import load  # pandas takes half a second to load

    known = load(folder)
    if recall:
        _show_recall(known)
    if coverage is not None:
        _show_coverage(known, coverage)
    if not recall and coverage is None:
        _show_sizes(known)


def _headers(*names: str) -> dict[str, str]:
    translate = words()
    return {name: translate(_HEADERS[name]) for name in names}


def _show_sizes(known: Catalogue) -> None:
    import pandas as pd

    rows = pd.DataFrame({"table": _TABLES, "rows": [len(getattr(known, name)) for name in _TABLES]})
    show_table(rows, _headers("table", "rows"), right=["rows"])
    if known.replaced:
        tell(say("Replaced by your own: {rows}", rows=", ".join(known.replaced)))


def _show_recall(known: Catalogue) -> None:
    from symbiosis.catalogue.recall import recall

    rows = recall(known)
    rows["codes_recall"] = recall(known, only="codes")["recall"]
    for name in ("recall", "first", "codes_recall"):
        rows[name] = rows[name].map("{:.3f}".format)
    names = ("half", "terms", "recall", "first", "codes_recall")
    rows = rows.rename_axis("half").reset_index()
    show_table(rows, _headers(*names), right=names[1:])
    tell("tuning and held_out come from the hand that wrote the synonyms; external does not.")


def _show_coverage(known: Catalogue, folder: Path) -> None:
    from symbiosis.catalogue.coverage import coverage, declared, missing

    rows = declared(folder)
    shares, lost = coverage(rows, known), missing(rows, known, 10)
    for table in (shares, lost):
        table["tonnes"] = table["tonnes"].map("{:,.0f}".format)
    for name in ("covered", "covered_by_operation"):
        shares[name] = shares[name].map("{:.1%}".format)
    names = ("file", "tonnes", "covered", "covered_by_operation")
    show_table(shares, _headers(*names), right=names[1:])
    tell("The most tonnes without a pathway:")
    show_table(lost, _headers("code", "tonnes"), right=["code", "tonnes"])


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(catalogue)
