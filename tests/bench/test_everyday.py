"""``symbiosis bench everyday`` measures each step in a process of its own and tells it."""

import pytest
from typer.testing import CliRunner

from symbiosis.bench import everyday
from symbiosis.cli import app
from symbiosis.errors import NoSolution


@pytest.mark.parametrize("step", [name for name in everyday.STEPS if "refuse" in name])
def test_a_step_is_measured(step):
    measured = everyday.measure(step)
    assert measured["seconds"] > 0
    assert measured["cpu_seconds"] > 0
    assert measured["memory_mb"] > 10


def test_the_command_tells_every_step(monkeypatch):
    monkeypatch.setattr(everyday, "STEPS", {"import symbiosis": everyday.STEPS["import symbiosis"]})
    result = CliRunner().invoke(app, ["bench", "everyday", "--runs", "2"])
    assert result.exit_code == 0, result.output
    assert "import symbiosis" in result.output
    assert "median of 2" in result.output


def test_a_step_that_fails_is_told(monkeypatch):
    monkeypatch.setattr(everyday, "STEPS", {"no such step": None})
    with pytest.raises(NoSolution, match="no such step"):
        list(everyday.run(1))
