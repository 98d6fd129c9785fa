"""An upload that came through the network: read by the reader of files, under a name of our own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from symbiosis.catalogue import Catalogue
from symbiosis.flows import Flows, read
from symbiosis.flows.json_bodies import received_tables

# What a client may send, and how the file is then called. A name from outside is never a path.
KINDS: Mapping[str, str] = {
    "text/csv": "upload.csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "upload.xlsx",
}
JSON = "application/json"


def receive(content: bytes, kind: str, max_mb: float, catalogue: Catalogue | None = None) -> Flows:
    """Return what was sent, read and checked as a file would be.

    Parameters
    ----------
    content
        The body.
    kind
        One of `KINDS`, or `JSON`: ``{"firms": [{…}], "flows": [{…}]}`` with the contract's fields.
    max_mb
        Largest body, in MB.
    catalogue
        Names the materials; the bundled one if None.

    Raises
    ------
    DataError
        With every problem found.
    """
    if kind == JSON:
        firms, flows = received_tables(content)
        return Flows.from_tables(firms, flows, catalogue=catalogue)
    with tempfile.TemporaryDirectory(prefix="symbiosis-") as folder:
        path = Path(folder) / KINDS[kind]
        path.write_bytes(content)
        return read(path, max_mb=max_mb, extra=catalogue)
