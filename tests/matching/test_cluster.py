"""The same parts on a local cluster of two worker processes, one of which is killed midway."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from symbiosis.errors import NoSolution
from symbiosis.matching import cluster, match, matcher, problem
from tests.matching.test_parts import same, several

distributed = pytest.importorskip("distributed", reason='dask: pip install ".[scale]"')
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.slow]


@pytest.fixture(scope="module")
def scheduler():
    """Return a cluster of two worker processes; what kills one comes first, while they load."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as local:
        yield local


def _kill_one_when_busy(local, killed):
    """Kill the first worker that has a part in hand."""
    with distributed.Client(local.scheduler_address, set_as_default=False) as client:
        until = time.monotonic() + 30
        while time.monotonic() < until and not killed:
            for address, tasks in client.processing().items():
                if tasks:
                    pid = local_pid(local, address)
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                    break
            time.sleep(0.01)


def local_pid(local, address):
    """Return the process of a worker of ours."""
    return next(nanny.pid for nanny in local.workers.values() if nanny.worker_address == address)


def test_a_killed_worker_changes_nothing(scheduler):
    graph, killed = several(parts=6, size=400), []
    killer = threading.Thread(target=_kill_one_when_busy, args=(scheduler, killed))
    killer.start()
    found = match(graph, dask=scheduler.scheduler_address)
    killer.join()
    assert killed
    same(match(graph), found)


def test_every_part_is_told_with_what_is_proven_of_it(scheduler):
    """Both ways of ending: to the optimum, and at once when the user asks for the best so far."""
    graph, steps = several(parts=3, size=40), []
    match(graph, dask=scheduler.scheduler_address, progress=steps.append)
    assert [(step.part, step.parts, step.pairs_covered) for step in steps] == [
        (part, 3, 1600) for part in (1, 2, 3)
    ]
    assert all(step.relative_gap < 1e-6 and step.value > 0 for step in steps)
    laid = problem.cut(problem.freeze(graph))
    tasks = matcher._tasks(laid, [None] * len(laid), (0.0, None))
    asked = threading.Event()
    asked.set()
    for solution, step in cluster.solve_all(tasks, scheduler.scheduler_address, asked):
        assert step.value == pytest.approx(float(solution.links.value @ solution.amount))
        assert step.relative_gap >= 0


def test_a_part_that_fails_on_the_cluster_is_said(scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "answer", int)
    with pytest.raises(NoSolution, match="failed: TypeError"):
        match(several(parts=1, size=3), dask=scheduler.scheduler_address)


def test_a_scheduler_without_workers_is_said(monkeypatch):
    monkeypatch.setattr("symbiosis.matching.cluster.PATIENCE", "2s")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None) as idle,
        pytest.raises(NoSolution, match="has no worker"),
    ):
        match(several(parts=1, size=3), dask=idle.scheduler_address)


def test_an_address_where_nobody_answers_is_said(monkeypatch):
    monkeypatch.setattr("symbiosis.matching.cluster.PATIENCE", "1s")
    with pytest.raises(NoSolution, match="no Dask scheduler"):
        match(several(parts=1, size=3), dask="tcp://127.0.0.1:9")
