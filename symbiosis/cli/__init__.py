"""The command line: one file a command, no arithmetic, never a traceback.

Each module named in `COMMANDS` exposes ``register(app)``. A command raises the package's own
errors; `main` turns them into words on the standard error and into an exit status: 0 done, 2 the
user's data or words are wrong, 1 our fault.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated

import pyarrow
import typer

from symbiosis import __version__
from symbiosis.cli._fail import fail
from symbiosis.errors import SymbiosisError, say

COMMANDS = (
    "demo", "check", "match", "report", "app", "template", "imports", "suggest", "catalogue",
    "estimate", "explain", "store", "serve", "bench",
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"symbiosis {__version__}")
        raise typer.Exit


def _root(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of a fault of ours.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Industrial-symbiosis matchmaking: who could use what others throw away.

    PATH is a folder with firms.csv and flows.csv, or one flat file (CSV or XLSX).

    Example: symbiosis demo
    """


def build() -> typer.Typer:
    """Return the command line with every command that the package carries."""
    tree = typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    tree.callback()(_root)
    for name in COMMANDS:
        if find_spec(f"symbiosis.cli.{name}") is not None:
            import_module(f"symbiosis.cli.{name}").register(tree)
    return tree


app = build()


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    Parameters
    ----------
    args
        What follows the command's name; that of the process if None.

    Raises
    ------
    SystemExit
        Always; its code is 0, 1 or 2 (130 when the user interrupts).
    """
    given = list(sys.argv[1:] if args is None else args)
    words = [word for word in given if word != "--debug"]  # it may stand after the command too
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot write "é" or "→" shows "?" and goes on.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    # Arrow's own pool keeps what it has freed: a tenth more of memory on a large declaration.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    try:
        if any("\0" in word for word in words):
            # No shell can pass one on, a program that calls this can: typer asks the system for
            # such a path, which answers by a ValueError.
            raise SymbiosisError(say("a word of the command has an embedded null character"))
        app(words, prog_name="symbiosis")
    except Exception as error:  # noqa: BLE001 - the one place where a fault becomes a sentence
        sys.exit(fail(error, debug=words != given))
