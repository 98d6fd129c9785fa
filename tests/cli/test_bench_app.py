"""``symbiosis bench app`` prints every step of a first look, a filter and a click."""

import re

import pytest
from typer.testing import CliRunner

from symbiosis.cli import _bench_app, app

STEPS = (
    "first paint", "connect ", "match ", "assess ", "lay out", "map with its exchanges",
    "a filter: the map", "a filter: the figures", "a click: the map", "a click: the firm's card",
)  # fmt: skip


@pytest.mark.slow
def test_every_step_is_told_with_its_time_and_weight(monkeypatch):
    monkeypatch.setattr(_bench_app.measure, "__defaults__", ((150,), 60.0))
    result = CliRunner().invoke(app, ["bench", "app"])
    assert result.exit_code == 0, result.output
    places = [result.output.index(step) for step in STEPS]
    assert places == sorted(places)
    assert len(re.findall(r"\d MB", result.output)) == 4
    assert "drawn: 150 of 150 firms" in result.output
    assert re.search(r"exchanges, proven gap \d\.\de", result.output)
