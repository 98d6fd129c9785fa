"""The options of reading are written once and reach `sy.read`."""

import dataclasses
import inspect
from pathlib import Path

import pytest

import symbiosis.flows
from symbiosis.cli._reading import Reading, with_reading
from symbiosis.flows import ReadingOptions


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
        "p", lang="en", accept_suggestions=True, keep_repeated=True, skip_bad=True, max_mb=3,
        **given,
    )  # fmt: skip
    assert (path, lang) == ("p", "en")
    assert reading == Reading(accept_suggestions=True, keep_repeated=True, skip_bad=True, max_mb=3)


def test_what_is_given_reaches_the_reader(monkeypatch):
    seen = {}

    def watch(path, options, *, skip_bad):
        seen.update(path=path, options=options, skip_bad=skip_bad)

    monkeypatch.setattr(symbiosis.flows, "read_with", watch)
    Reading(catalogue="own", max_mb=7, skip_bad=True, keep_repeated=True).read("here")
    options = ReadingOptions(extra="own", max_mb=7, keep_repeated=True)
    assert seen == {"path": "here", "options": options, "skip_bad": True}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Reading)])
def test_every_option_has_a_flag(name):
    parameter = inspect.signature(Reading, eval_str=True).parameters[name]
    (option,) = parameter.annotation.__metadata__
    assert option.default.startswith("--")
