"""Options of several dataclasses reach one command, each as one argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from symbiosis.cli._groups import grouped


@dataclass(frozen=True)
class Size:
    """How large."""

    width: Annotated[int, typer.Option("--width")] = 1
    height: Annotated[int, typer.Option("--height")] = 2


@dataclass(frozen=True)
class Ink:
    """In what colour."""

    colour: Annotated[str, typer.Option("--colour")] = "black"


@grouped("size", Size)
@grouped("ink", Ink)
def draw(name: str, *, size: Size, ink: Ink) -> None:
    """Draw a shape."""
    typer.echo(f"{name} {size.width}x{size.height} {ink.colour}")


def test_options_of_two_groups_are_given_side_by_side():
    app = typer.Typer()
    app.command()(draw)
    run = CliRunner()
    assert run.invoke(app, ["box", "--height", "9", "--colour", "red"]).output == "box 1x9 red\n"
    assert run.invoke(app, ["box"]).output == "box 1x2 black\n"
    assert "--width" in run.invoke(app, ["--help"]).output
