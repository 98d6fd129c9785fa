"""``symbiosis estimate``: probable flows of firms that have declared none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from symbiosis.cli._counts import firms as counted
from symbiosis.cli._options import Communes
from symbiosis.cli._show import tell
from symbiosis.errors import say

Firms = Annotated[
    Path, typer.Argument(help="A table of firms with NAF codes, or a folder with firms.csv.")
]


def estimate(
    firms: Firms,
    *,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for firms.csv, flows.csv and problems.csv.")
    ],
    communes: Communes = None,
    min_share: Annotated[
        float,
        typer.Option(
            "--min-share",
            min=0,
            max=1,
            help="Share of an activity's declaring sites from which a flow counts as usual.",
        ),
    ] = 0.25,
) -> None:
    """Estimate flows from the activity code and the size, as the register's sites declare them.

    Every flow is marked estimated, with the quartiles and the number of sites behind it; it stays
    out of the totals unless a scenario asks for it. The register lists large sites only.

    Example: symbiosis estimate firms.csv --out estimated
    """
    from symbiosis.flows.estimates import estimate_folder  # pandas takes a second to load

    made = estimate_folder(firms, out, communes=communes, least_share=min_share)
    tell(
        say(
            "Estimated flows: {flows}, for {known} of {firms}.",
            flows=len(made.flows),
            known=made.flows["firm_id"].nunique(),
            firms=counted(len(made.firms)),
        )
    )
    tell(say("They stand in {out}; problems.csv gives each reason.", out=out), style="green")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(estimate)
