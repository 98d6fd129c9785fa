"""The options of reading are written once and reach `sy.read`."""

import dataclasses
import inspect
from pathlib import Path

import pytest

import symbiosis.flows
from symbiosis.cli._reading import Reading, with_reading
from symbiosis.flows import read


def command(path: Path, *, reading: Reading, lang: str = "fr") -> tuple:
    return path, reading, lang


def test_a_command_gains_the_options_and_keeps_its_own():
    names = list(inspect.signature(with_reading(command)).parameters)
    assert names[:2] == ["path", "lang"]
    assert {"communes", "mapping", "catalogue", "skip_bad", "max_mb"} <= set(names)
    assert "reading" not in names


def test_what_is_given_reaches_the_command():
    given = dict.fromkeys(("communes", "territories", "mapping", "catalogue"))
    path, reading, lang = with_reading(command)(
        "p", lang="en", accept_suggestions=True, skip_bad=True, max_mb=3, **given
    )
    assert (path, lang) == ("p", "en")
    assert reading == Reading(accept_suggestions=True, skip_bad=True, max_mb=3)


def test_what_is_given_reaches_the_reader(monkeypatch):
    known = {"path", *inspect.signature(read).parameters}
    seen = {}

    def watch(path, **words):
        seen.update(words, path=path)

    monkeypatch.setattr(symbiosis.flows, "read", watch)
    Reading(catalogue="own", max_mb=7, skip_bad=True).read("here")
    assert (seen["path"], seen["extra"], seen["max_mb"]) == ("here", "own", 7)
    assert set(seen) <= known


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Reading)])
def test_every_option_has_a_flag(name):
    parameter = inspect.signature(Reading, eval_str=True).parameters[name]
    (option,) = parameter.annotation.__metadata__
    assert option.default.startswith("--")
