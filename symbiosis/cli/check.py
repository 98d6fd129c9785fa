"""``symbiosis check``: every problem of a declaration at once, and its cure."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symbiosis.cli._counts import firms, needs, offers
from symbiosis.cli._groups import grouped
from symbiosis.cli._options import Communes, DataPaths, KeepRepeated, MaxMb
from symbiosis.cli._show import show_problems, show_table, tell, words
from symbiosis.errors import N_, DataError, Problems, say

if TYPE_CHECKING:
    from symbiosis.flows import Findings

# How a header was understood (`flows.headings.Heading.how`), as printed.
_HOW = {
    "exact": N_("its own name"), "synonym": N_("a known synonym"), "fuzzy": N_("by likeness"),
    "saved": N_("by your mapping"), "twice": N_("not read: read already from another column"),
    "ignored": N_("not read"),
}  # fmt: skip


_MAPPING = typer.Option("--mapping", help="Which header means which field, kept from another file.")
_ACCEPT = typer.Option(
    "--accept-suggestions", help="Take the best suggestion for an unknown material."
)


@dataclass(frozen=True)
class Survey:
    """How a declaration is to be looked at."""

    communes: Communes = None
    max_mb: MaxMb = 100
    mapping: Annotated[Path | None, _MAPPING] = None
    accept_suggestions: Annotated[bool, _ACCEPT] = False
    keep_repeated: KeepRepeated = False

    def of(self, paths: list[Path]) -> Findings:
        """Return everything found in a declaration."""
        # pandas and geopandas take a second to load
        from symbiosis.flows import ReadingOptions, survey_with

        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return survey_with(paths, ReadingOptions(**given))


@grouped("survey", Survey)
def check(
    paths: DataPaths,
    *,
    survey: Survey,
    save_mapping: Annotated[
        Path | None, typer.Option("--save-mapping", help="Keep the mapping found in this file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    annotated: Annotated[
        Path | None,
        typer.Option("--annotate", help="Write the file back, faulty cells coloured (.xlsx)."),
    ] = None,
) -> None:
    """Read a declaration and list every problem with its row, its column and its cure.

    Exit status 0 when there is none, 2 when there is any.

    Example: symbiosis check datasets/littoral
    """
    # pandas and geopandas take a second to load
    from symbiosis.flows import save_mapping as keep

    found = survey.of(paths)
    if save_mapping is not None and len(found.mapping):
        keep(found.mapping, save_mapping)
    if annotated is not None:
        from symbiosis.flows.annotate import annotate

        annotate(paths, annotated, found.problems, found.notes, words())
    if as_json:
        typer.echo(json.dumps(_record(found), ensure_ascii=False, indent=1))
        raise typer.Exit(2 if found.tables is None or len(found.problems) else 0)
    _show(found)
    if annotated is not None:
        tell(say("The marked copy stands in {out}", out=annotated), style="green")
    if found.tables is None or len(found.problems):
        raise DataError(found.problems)
    count = _counts(found)
    said = say(
        "No problem: {firms}, {offers}, {needs}.",
        firms=firms(count["firms"]),
        offers=offers(count["offers"]),
        needs=needs(count["needs"]),
    )
    tell(said, style="green")


def _show(found: Findings) -> None:
    """Print the mapping where it was not plain, and what was accepted with a guess."""
    mapping = found.mapping
    if len(mapping) and not mapping["how"].isin(["exact", "saved"]).all():
        heads = {"file": "file", "header": "header", "field": "field", "how": "how", "unit": "unit"}
        translate = words()
        title = translate("How the columns were read:")
        told = mapping.assign(how=[translate(_HOW.get(how, how)) for how in mapping["how"]])
        show_table(told, {key: translate(head) for key, head in heads.items()}, title=title)
    if len(found.notes):
        tell("Accepted with a guess, to be confirmed:", style="yellow")
        show_problems(found.notes, stderr=False)
    if len(found.left_out):
        count = len(found.left_out)
        tell(
            say("1 more line is good, but --skip-bad would leave it out with its firm.")
            if count == 1
            else say(
                "{count} more lines are good, but --skip-bad would leave them out with their"
                " firms.",
                count=count,
            ),
            style="yellow",
        )


def _counts(found: Findings) -> dict[str, int]:
    tables = found.tables or {}
    return {name: len(tables.get(name, ())) for name in ("firms", "offers", "needs")}


def _record(found: Findings) -> dict[str, Any]:
    """Return everything found as plain values, in English, for another program."""
    return {
        "ok": found.tables is not None and not len(found.problems),
        **_counts(found),
        "problems": _plain(found.problems),
        "left_out": _plain(found.left_out),
        "notes": _plain(found.notes),
        "mapping": found.mapping.to_dict("records"),
    }


def _plain(problems: Problems) -> list[dict[str, Any]]:
    return [
        {
            "file": p.file,
            "row": p.row,
            "column": p.column,
            "value": p.value,
            "problem": str(p.problem),
            "cure": str(p.cure),
        }
        for p in problems
    ]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)
