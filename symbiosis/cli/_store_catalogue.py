"""``symbiosis store …``: the territory's own values of the catalogue, and studies run again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from symbiosis.cli._show import show_table, tell, words
from symbiosis.cli._store_door import opened, operator_of, person_of
from symbiosis.errors import N_, DataError, Problem, StorageError, say

_HEADERS = {
    "table_name": "table", "row_id": N_("row"), "field": N_("column"), "value": N_("value"),
    "before": N_("bundled value"), "source": "source", "at": N_("when"), "by": N_("who"),
    "key": N_("row"), "action": N_("change"), "after": N_("value after"),
    "figure": N_("figure"), "level": N_("level"), "kept": N_("kept"), "again": N_("today"),
}  # fmt: skip


def _headers(*names: str) -> dict[str, str]:
    translate = words()
    return {name: translate(_HEADERS[name]) for name in names}


def override(
    table: Annotated[
        str, typer.Argument(help="materials, pathways, synonyms, factors …", metavar="TABLE")
    ],
    row: Annotated[
        str,
        typer.Argument(
            help="Identifier of the row; term|lang|target for synonyms. A new one makes a row.",
            metavar="ROW",
        ),
    ],
    values: Annotated[
        list[str] | None,
        typer.Argument(help="What changes in it.", metavar="COLUMN=VALUE…", show_default=False),
    ] = None,
    *,
    source: Annotated[
        str, typer.Option("--source", help="Where the values come from, and why they are yours.")
    ] = "",
    drop: Annotated[
        bool, typer.Option("--drop", help="Go back to the bundled row instead.")
    ] = False,
) -> None:
    """Put the territory's own values in a row of the catalogue, or add a row.

    Every study of this store uses them from now on; those already kept stay as they are.

    Example: symbiosis store override materials cullet price_central_eur=70 --source "survey 2026"
    """
    from symbiosis.storage.overrides import Cell  # the database's libraries take a second

    given = _values(table, values or [], drop=drop)
    with opened() as store:
        who = operator_of(store)
        if drop:
            count = store.drop_override(who, table, row)
        else:
            known = store.overrides(who).set_index(["table_name", "row_id", "field"])["version"]
            versions = known.to_dict()
            cells = [
                Cell(table, row, name, value, source, versions.get((table, row, name), 0))
                for name, value in given.items()
            ]
            count = store.override(who, cells)
    _tell_changed(count, dropped=drop)


def _values(table: str, texts: list[str], *, drop: bool) -> dict[str, str]:
    """Return what ``COLUMN=VALUE`` say; a synonym says all that it has to in its name."""
    given = [text.partition("=") for text in texts]
    cure = say("write COLUMN=VALUE, such as price_central_eur=70")
    wrong = [
        Problem(say("this does not say what changes"), cure, value=text)
        for text, (name, sign, _) in zip(texts, given, strict=True)
        if not (name.strip() and sign)
    ]
    if not texts and table == "synonyms" and not drop:
        given = [("year", "=", f"{pd.Timestamp.now().year}")]
    elif bool(texts) == drop:
        if drop:
            why = say("--drop takes no values")
            cure = say("name the row alone, or leave out --drop")
        else:
            why = say("nothing to change was given")
        wrong.append(Problem(why, cure, column="COLUMN=VALUE"))
    if wrong:
        raise DataError(wrong)
    return {name.strip(): value for name, _, value in given}


def _tell_changed(count: int, *, dropped: bool = False) -> None:
    if not count:
        tell("Nothing changed.")
    elif dropped:
        tell(say("Values of your own taken back: {count}.", count=count), style="green")
    else:
        tell(say("Values that are the territory's own now: {count}.", count=count), style="green")


def catalogue(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Tables of yours, as for --catalogue: their rows become the store's.",
            metavar="FOLDER",
            show_default=False,
        ),
    ] = None,
    *,
    history: Annotated[
        bool, typer.Option("--history", help="Every change ever made, newest first.")
    ] = False,
) -> None:
    """List the territory's own values of the catalogue, or take in a folder of tables.

    Each stands beside the bundled value, with its source, who set it and when.

    Example: symbiosis store catalogue
    """
    from symbiosis.storage.overrides import cells_from  # the database's libraries take a second

    with opened() as store:
        who = operator_of(store)
        if folder is not None:
            _tell_changed(store.override(who, cells_from(folder, store.overrides(who))))
        rows = store.override_history(who) if history else store.catalogue(who).own
    if rows.empty:
        tell("The catalogue is the bundled one.")
        return
    rows = rows.assign(at=pd.to_datetime(rows["at"], utc=True).dt.strftime("%Y-%m-%d %H:%M"))
    if history:
        names = ("at", "by", "action", "key", "before", "after", "source")
        show_table(rows, _headers(*names))
        return
    rows = rows.rename(columns={"table": "table_name", "row": "row_id", "column": "field"})
    show_table(
        rows, _headers("table_name", "row_id", "field", "value", "before", "source", "at", "by")
    )


def again(
    study_id: Annotated[
        str, typer.Argument(help="From “symbiosis store studies”; the newest if none.",
                            metavar="ID")
    ] = "",
) -> None:  # fmt: skip
    """Run a kept study again from what it rested on then, and compare every total.

    Declarations, catalogue and parameters are those of then, whatever changed since.

    Example: symbiosis store again
    """
    from symbiosis import run  # the engine takes a second or two to load
    from symbiosis.storage.studies import differences

    with opened() as store:
        kept = store.study(person_of(store), study_id)
    if kept.impact.totals.empty:
        raise StorageError(say("You see a part of this study only: it cannot be run again."))
    roads = kept.graph.roads if len(kept.graph.roads) else None
    made = run(kept.flows, kept.scenario, catalogue=kept.graph.catalogue, roads=roads)
    other = differences(kept, made)
    if other.empty:
        tell("Every total is the one that was kept.", style="green")
        return
    show_table(other, _headers("figure", "level", "kept", "again"), right=["kept", "again"])
    raise StorageError(
        say("{count} totals are not those that were kept: another version of symbiosis or of its "
            "libraries made them.", count=len(other))
    )  # fmt: skip


def studies() -> None:
    """List the kept studies, newest first.

    Example: symbiosis store studies
    """
    with opened() as store:
        rows = store.studies(person_of(store))
    rows["created_at"] = pd.to_datetime(rows["created_at"], utc=True).dt.strftime("%Y-%m-%d %H:%M")
    rows["inputs_digest"] = rows["inputs_digest"].str[:12]
    show_table(rows, {name: name for name in map(str, rows)})
