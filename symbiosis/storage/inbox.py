"""An upload that came through the network: read by the reader of files, under a name of our own."""

from __future__ import annotations

from collections.abc import Mapping

from symbiosis.catalogue import Catalogue
from symbiosis.flows import Flows
from symbiosis.flows.assemble import Beside, check_sheets
from symbiosis.flows.declared_files import open_contents
from symbiosis.flows.json_bodies import received_tables
from symbiosis.flows.received import flows_of, private_unless_said

# What a client may send, and how the file is then called. A name from outside is never a path.
KINDS: Mapping[str, str] = {
    "text/csv": "upload.csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "upload.xlsx",
}
JSON = "application/json"


def receive(
    content: bytes,
    kind: str,
    max_mb: float,
    catalogue: Catalogue | None = None,
    *,
    keep_repeated: bool = False,
) -> Flows:
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
    keep_repeated
        Take equal lines, such as two slips without their numbers, as flows of their own.

    Returns
    -------
    Flows
        A flow that does not say who may see it is private, as on the page.

    Raises
    ------
    DataError
        With every problem found.
    """
    if kind == JSON:
        firms, flows = received_tables(content)
        declared = Flows.from_tables(firms, flows, catalogue=catalogue, keep_repeated=keep_repeated)
    else:
        opened = open_contents([(KINDS[kind], content)], max_mb)
        beside = Beside(catalogue=catalogue, keep_repeated=keep_repeated)
        declared = flows_of(check_sheets(opened, beside))
    return private_unless_said(declared)
