"""The page on declarations, from the contract: ``python -m symbiosis.flows.manual FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from symbiosis.flows.contract import MONTHS, Field, fields

_INTRODUCTION = """# What a declaration may hold

One line a flow: who, what, how much. Give one flat file (CSV or XLSX) that repeats the firm on each
line, or a folder with `firms.csv` and `flows.csv` that share the column `firm_id`. Write it in the
way that suits you: headers in French or English, in any order; `;`, `,` or tab; decimal comma or
point; title rows, blank rows and totals are passed over, and said. A hidden sheet is not read.

The least to give (**bold** below): the firm's name, the direction, the material, the quantity and
its unit. A firm also needs its place: longitude and latitude, or x and y, or the INSEE code, or the
commune with its postcode or département. Communes are found in the table that `--communes` names,
or in `communes.csv` beside the declaration.

- Begin with `symbiosis template --lang fr --out flux.xlsx`; a workbook that exists is kept.
- `symbiosis check PATH` tells every problem, its row, its column and its cure; add
  `--annotate copy.xlsx` for your own file with the cells coloured.
- A unit may stand in the header, « Quantité (t/an) ». A bare `t` means a year. The unit of a line
  beats the unit of its header.
- An everyday name (« laitier de haut fourneau ») is taken with a note where it is certain; else it
  is a problem with suggestions, and `--accept-suggestions` takes the first of them.
- `--skip-bad` goes on without the faulty lines and lists each with its reason.

| column | en français | unit | values | meaning |
|---|---|---|---|---|
"""


def page() -> str:
    """Return the page as Markdown, one line a field, the twelve months in one."""
    lines = [_line(field) for field in fields().values() if field.name not in MONTHS[1:]]
    return _INTRODUCTION + "\n".join(lines) + "\n"


def _line(field: Field) -> str:
    name = f"`{field.name}`" if not field.required else f"**`{field.name}`**"
    label = field.label_fr
    if field.name in MONTHS:
        name, label = f"`{MONTHS[0]}` to `{MONTHS[-1]}`", "Janvier à Décembre"
    values = ", ".join(field.allowed)
    low, high = field.minimum, field.maximum
    if low > float("-inf"):
        values = f"from {low:g}" + (f" to {high:g}" if high < float("inf") else "")
    meaning = field.description_en.replace("|", "\\|")
    return f"| {name} | {label} | {field.unit} | {values} | {meaning} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
