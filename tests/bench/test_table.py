"""The benchmark: instances that never change, peers that agree, a command that prints them."""

from __future__ import annotations

import numpy as np
import pytest
from typer.testing import CliRunner

from symbiosis.bench import CASES, child, instances, table
from symbiosis.cli import app


def test_instances_are_the_same_everywhere():
    one, two = (instances.clustered(300, seed=4) for _ in range(2))
    assert one.supply.tobytes() == two.supply.tobytes()
    assert instances.clustered(300, seed=5).supply.tobytes() != one.supply.tobytes()
    assert one.supply[:3].tolist() == pytest.approx(one.supply[:3].round(1).tolist())


@pytest.mark.parametrize(
    "kind",
    ["unbalanced", "one_place", "equal", "zeros", "line", "two_towns", "one_taker"],
)
def test_awkward_instances_are_what_their_name_says(kind):
    instance = instances.odd(kind, 90)
    here, there = instance.places.offers_xy, instance.places.needs_xy
    facts = {
        "unbalanced": len(there) == 5 * len(here),
        "one_place": not here.any() and not there.any(),
        "equal": len(set(instance.places.offer_value)) == 1,
        "zeros": (instance.supply == 0).sum() == 45,
        "line": not here[:, 1].any(),
        "two_towns": np.ptp(here[:, 0]) > 900,
        "one_taker": len(here) == 1 and len(there) == 90,
    }
    assert facts[kind]


def test_ours_in_its_process_proves_what_the_peer_finds():
    pytest.importorskip("ortools", reason='OR-Tools: pip install ".[bench]"')
    case = table.Case("small", "pairs", 300, ("symbiosis", "OR-Tools"), "OR-Tools", 0.5)
    measured = {peer: table._measure(case, peer) for peer in case.peers}
    ours, other = measured.values()
    assert ours["value"] == pytest.approx(other["value"], rel=1e-6)
    assert ours["gap"] <= 1e-6
    assert ours["seconds"] > 0
    assert ours["cpu_seconds"] > 0
    row = table._row(case, "symbiosis", measured, 1)
    assert row.ratio == pytest.approx(ours["seconds"] / other["seconds"])


def test_a_child_measures_places():
    answer = child.main("places", 150, "symbiosis")
    assert answer["gap"] <= 1e-6
    assert answer["memory_mb"] > 50


def test_the_command_prints_the_table(monkeypatch):
    canned = {
        "seconds": 2.0,
        "cpu_seconds": 3.0,
        "value": 10.0,
        "gap": 0.0,
        "memory_mb": 99.0,
        "setup_seconds": 1.0,
    }
    monkeypatch.setattr(table, "_measure", lambda case, peer: dict(canned))
    monkeypatch.setenv("COLUMNS", "160")
    result = CliRunner().invoke(app, ["bench", "2000", "--runs", "2"])
    assert result.exit_code == 0
    assert "POT emd, dense" in result.output
    assert "≤ 0.15" in result.output
    assert "3.000" in result.output
    assert "1.000" in result.output


def row(name, seconds, peer=table.US):
    measured = {
        peer: {
            "seconds": seconds, "cpu_seconds": seconds / 2, "value": 1.0, "gap": 0.0,
            "memory_mb": mb, "setup_seconds": 0.0,
        }
        for peer, mb in ((table.US, 50.0), (table.DENSE, 1000.0), (table.NEAR, 100.0))
    }  # fmt: skip
    return table._row(table.CASES[name], peer, measured, 3)


def test_growth_is_the_power_between_two_sizes():
    rows = [row("100000", 125.0), row("2000", 1.0), row("10000", 7.0), row("20000", 31.6227766)]
    one, two = table.growth([*rows, row("2000", 9.0, table.DENSE)])
    assert (one.smaller, one.larger, two.smaller, two.larger) == (2000, 20000, 20000, 100000)
    assert one.exponent == pytest.approx(1.5)
    assert one.cpu_exponent == pytest.approx(1.5)
    assert two.exponent == pytest.approx(np.log(125 / 31.6227766) / np.log(5))
    assert table.growth(rows[:1]) == []


def test_the_most_memory_is_a_number_or_a_share_of_the_peers():
    assert row("10000", 1.0).memory_limit_mb == pytest.approx(60.0)
    assert row("20000", 1.0).memory_limit_mb == 500
    assert np.isnan(row("2000", 1.0).memory_limit_mb)
    assert np.isnan(row("10000", 1.0, table.DENSE).memory_limit_mb)


def test_an_awkward_case_stands_beside_the_balanced_one_of_its_size():
    answer = child.main("unbalanced", 300, "symbiosis, balanced case")
    assert answer["value"] == pytest.approx(child.main("places", 300, "symbiosis")["value"])
    assert all(table.CASES[f"odd-{kind}"].against in table.CASES[f"odd-{kind}"].peers
               for kind in table.ODD)  # fmt: skip


def test_the_peers_take_turns(monkeypatch):
    told = []
    monkeypatch.setattr(
        table,
        "_measure",
        lambda case, peer: {"seconds": 1.0, "cpu_seconds": 1.0, "memory_mb": 1.0, "value": 1.0},
    )
    table._medians(table.CASES["20000"], 2, told.append)
    assert [line.split(": ")[1].split(", run")[0] for line in told] == [table.US, table.NEAR] * 2


def test_the_command_knows_its_cases():
    result = CliRunner().invoke(app, ["bench", "--list"])
    assert set(result.output.split()) == set(CASES)
