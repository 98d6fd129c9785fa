"""Send hostile files to a server, one after the other: ``python -m tests.hostile.run FIRST COUNT``.

A process of its own, so that its memory and that of its children are known at the end. It prints
one JSON object: how each file was answered, the largest memory of either, in MB, and the longest
that ``/health`` took meanwhile, in s, for people to read: it is that of the machine too.
"""

import json
import resource
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from symbiosis.api import Limits, create_app
from symbiosis.errors import DataError
from symbiosis.geography import received_territories
from symbiosis.storage import LOCAL, Grant, Role, open_store
from symbiosis.storage.inbox import JSON, KINDS
from tests.api.client import TestClient
from tests.hostile.files import hostile_file

CSV, XLSX = KINDS
TYPES = {".csv": CSV, ".xlsx": XLSX, ".json": JSON}


def answer(client, headers, name, content):
    """Return what became of one file: a status, or that perimeters were read or refused."""
    kind = TYPES.get(Path(name).suffix)
    if kind is None:
        try:
            return f"perimeters {len(received_territories(name, content).areas) > 0}"
        except DataError as error:
            return f"refused {all(str(p.problem) and str(p.cure) for p in error.problems)}"
    got = client.post("/api/v1/flows", content=content, headers=headers | {"content-type": kind})
    assert "Traceback" not in got.text
    return str(got.status_code)


def own_peak_mb():
    """Return the largest memory of this program, MB; `getrusage` counts its parent's before it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text("ascii").splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(first, count):
    told, health, slowest_s = Counter(), Counter(), 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(1) as sender,
        open_store(f"sqlite:///{folder}/store.db", create=True) as store,
    ):
        store.grant(LOCAL, "o@x.example", [Grant(Role.OFFICER)])
        headers = {"Authorization": f"Bearer {store.issue_token(LOCAL, 'o@x.example')}"}
        app = create_app(store, limits=Limits())
        with TestClient(app, raise_server_exceptions=False) as client:
            for seed in range(first, first + count):
                sent = sender.submit(answer, client, headers, *hostile_file(seed))
                began = time.perf_counter()
                health[client.get("/health").status_code] += 1
                slowest_s = max(slowest_s, time.perf_counter() - began)
                said = sent.result()
                if said.startswith("5"):
                    said = f"{said} for seed {seed}"
                told[said] += 1
    peak = {
        "server": own_peak_mb(),
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    found = {"told": told, "health": health, "peak_mb": peak, "slowest_health_s": slowest_s}
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
