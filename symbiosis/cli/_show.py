"""What every command uses to speak: consoles, tables, the words of the user's language."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from unicodedata import category

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from symbiosis.errors import N_, Message, Problem, Problems
from symbiosis.language import translator

# Below this width a table of problems is a stack of narrow columns: it is printed row by row.
NARROW = 100
# A file or a pipe has no width: lines are as long as they need to be, so that `grep` finds words.
ENDLESS = 1000


def language() -> str:
    """Return the language of the terminal, ``fr`` or ``en``, from the usual variables."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def words() -> Callable[[str], str]:
    """Return the gettext function of the terminal's language."""
    return translator(language())


def console(*, stderr: bool = False) -> Console:
    """Return a console that never guesses at colours or markup in the user's own words."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = ENDLESS
    return made


def tell(message: Message | str, *, stderr: bool = False, style: str = "") -> None:
    """Print one sentence in the terminal's language.

    Parameters
    ----------
    message
        From `errors.say`, or a template without fields.
    stderr
        Whether it goes to the standard error, where whoever pipes the output does not meet it.
    style
        A rich style, such as ``bold`` or ``green``.
    """
    translate = words()
    text = message.render(translate) if isinstance(message, Message) else translate(message)
    console(stderr=stderr).print(Text(plain(text)), style=style or None, soft_wrap=True)


def plain(value: object) -> str:
    """Return text that a terminal can print: control and hidden characters become ``·``.

    Examples
    --------
    >>> plain("a" + chr(27) + "[31mb")
    'a·[31mb'
    """
    return "".join(
        "·" if category(c) in {"Cc", "Cf", "Cs", "Co"} and c != "\n" else c for c in str(value)
    )


def show_table(
    rows: pd.DataFrame,
    headers: Mapping[str, str],
    *,
    title: str = "",
    right: Sequence[str] = (),
    out: Console | None = None,
) -> None:
    """Print a table of text.

    Parameters
    ----------
    rows
        What to print; every cell is shown as text.
    headers
        Column of ``rows`` → its heading, in the order of printing.
    title
        Printed above the table.
    right
        Columns to align on the right.
    out
        Where; the standard output if None.
    """
    screen = out or console()
    table = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold",
        show_edge=False, pad_edge=False,
    )  # fmt: skip
    for name, heading in headers.items():
        table.add_column(
            Text(heading), justify="right" if name in right else "left", overflow="fold",
            no_wrap=name in right,
        )  # fmt: skip
    for record in rows[list(headers)].itertuples(index=False):
        table.add_row(*(Text(plain(cell)) for cell in record))
    screen.print(table)


def show_problems(problems: Problems | Iterable[Problem], *, stderr: bool = True) -> None:
    """Print problems: a table where it fits, else one after the other.

    Parameters
    ----------
    problems
        What is wrong, from a `DataError` or from ``check``.
    stderr
        Whether they go to the standard error.
    """
    translate = words()
    found = problems if isinstance(problems, Problems) else Problems(problems)
    table = found.table(translate)
    table["row"] = ["" if pd.isna(row) else str(row) for row in table["row"]]
    screen = console(stderr=stderr)
    if screen.width < NARROW:
        _stack(table, screen, translate)
    else:
        headings = {name: translate(name) for name in _HEADINGS}
        show_table(table, headings, right=["row"], out=screen)


_HEADINGS = (N_("file"), N_("row"), N_("column"), N_("value"), N_("problem"), N_("cure"))


def _stack(table: pd.DataFrame, screen: Console, translate: Callable[[str], str]) -> None:
    """Print each problem as three short lines: where, what, cure."""
    for record in table.to_dict("records"):
        where = [record["file"]]
        where += [f"{translate('row')} {record['row']}"] if record["row"] else []
        where += [record["column"]] if record["column"] else []
        where += [f"« {record['value']} »"] if record["value"] else []
        screen.print(Text(plain(", ".join(filter(None, where)))), style="bold")
        screen.print(Text("  " + plain(record["problem"])))
        screen.print(Text("  → " + plain(record["cure"])))
