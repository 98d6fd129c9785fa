"""The same parts on a local cluster of two worker processes, one of which is killed midway."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from symbiosis.errors import NoSolution
from symbiosis.matching import match
from tests.matching.test_parts import same, several

distributed = pytest.importorskip("distributed", reason="the extra 'scale' is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def scheduler():
    """Return a local cluster of two worker processes."""
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


def test_an_address_where_nobody_answers_is_said(monkeypatch):
    monkeypatch.setattr("symbiosis.matching.cluster.PATIENCE", "1s")
    with pytest.raises(NoSolution, match="no Dask scheduler"):
        match(several(parts=1, size=3), dask="tcp://127.0.0.1:9")
