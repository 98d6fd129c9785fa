"""Every command has an example in its help, and every option is explained."""

import re

import pytest
from typer.main import get_command

from symbiosis.cli import COMMANDS, app


def leaves(command, words=()):
    """Yield every command that can be called, with the words that call it."""
    children = getattr(command, "commands", None)
    if children is None:
        yield words, command
        return
    for name, child in sorted(children.items()):
        yield from leaves(child, (*words, name))


LEAVES = list(leaves(get_command(app)))


def test_every_command_module_is_registered():
    top = {words[0] for words, _ in LEAVES}
    assert {"demo", "check", "match", "app", "template", "import"} <= top
    assert len(top) == len(COMMANDS)


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[" ".join(w) for w, _ in LEAVES])
def test_the_help_has_an_example(words, command):
    told = (command.help or "") + (command.epilog or "")
    assert re.search(rf"symbiosis {' '.join(words)}\b", told), told


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[" ".join(w) for w, _ in LEAVES])
def test_every_option_and_argument_is_explained(words, command):
    silent = [p.name for p in command.params if not getattr(p, "help", "") and p.name != "help"]
    assert not silent


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[" ".join(w) for w, _ in LEAVES])
def test_no_square_bracket_is_taken_for_a_style(words, command):
    """Rich would swallow the name of an extra: “symbiosis[bench]” became “symbiosis”."""
    assert not re.search(r"(?<!\\)\[[a-z]+\]", command.help or "")


def test_the_whole_has_an_example():
    assert "symbiosis demo" in get_command(app).help
