"""A territory whose firms carry markup in their names: letters to us, orders to a careless page."""

import pandas as pd

from symbiosis.flows import Flows

IMAGE = "![x](http://evil.example/{}.png)"
HOSTILE = [
    IMAGE.format("a"), "<img src=http://evil.example/b.png>", "http://evil.example",
    "a@evil.example", "www.evil.example", ":material/home:", ":smile:", ":red[now]",
    "$x^2$", "`code`", "# large", "    indented", "1. one", "[x]: http://evil.example/c.png",
    "a -> b", "**bold**", "&lt;i&gt;", "two\n\nlines", "\\![x](y)",
]  # fmt: skip


def declared() -> Flows:
    """Return givers and takers of glass, one firm for each hostile name."""
    firms = [(f"f{i}", name) for i, name in enumerate(HOSTILE)]
    places = [(2.30 + i / 100, 51.0) for i in range(len(firms))]
    rows = [
        {"flow_id": f"o{i}", "firm_id": key, "direction": "offer", "material": "15 01 07",
         "quantity": 900, "unit": "t", "route": "D1", "route_cost_eur_per_unit": 70}
        for i, (key, _) in enumerate(firms[::2])
    ] + [
        {"flow_id": f"n{i}", "firm_id": key, "direction": "need", "material": "cullet",
         "quantity": 900, "unit": "t", "price_eur_per_unit": 30}
        for i, (key, _) in enumerate(firms[1::2])
    ]  # fmt: skip
    return Flows.from_tables(
        pd.DataFrame(
            [{"firm_id": key, "name": name, "commune": name, "territory": IMAGE.format("t"),
              "longitude": x, "latitude": y}
             for (key, name), (x, y) in zip(firms, places, strict=True)]
        ),
        pd.DataFrame(rows).astype(object).where(lambda table: table.notna(), ""),
    )  # fmt: skip
