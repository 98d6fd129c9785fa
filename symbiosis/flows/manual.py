"""The page on declarations, from the contract: ``python -m symbiosis.flows.manual FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

from symbiosis.flows.contract import MONTHS, Field, fields

_INTRODUCTION = """# What a declaration may hold

One line a flow: who, what, how much. Give one flat file (CSV or XLSX) that repeats the firm on each
line, or a folder with `firms.csv` and `flows.csv` that share the column `firm_id`, or several files
that are one declaration (below). Write it in the way that suits you: headers in French or English,
in any order; `;`, `,` or tab; decimal comma or point; title rows, blank rows and totals are passed
over, and said. A hidden sheet is not read.

The least to give (**bold** below): the firm's name, the direction, the material, the quantity and
its unit. A firm also needs its place: longitude and latitude, or x and y, or the INSEE code, or the
commune with its postcode or département.

- Begin with `symbiosis template --lang fr --out flux.xlsx`; a workbook that exists is kept.
- `symbiosis check PATH` tells every problem, its row, its column and its cure; add
  `--annotate copy.xlsx` for your own file with the cells coloured.
- A unit may stand in the header, « Quantité (t/an) ». A bare `t` means a year. The unit of a line
  beats the unit of its header.
- The unit of any figure may stand in its header or its cell too (« 1 200 kg/an », « 12,5 c€/kg »,
  « 393 K », °F, m, miles, kg/m3, g/kg, k€ or €/an for the whole flow, h/jour, milliers, %): it is
  converted, refused by name, or noted as no unit. Where two units contradict each other, a whole
  one in the cell is taken with a note, and half a one (« 12 € » below « (k€) ») is a problem.
  Euros alone are taken: no rate is guessed. `Quantité 2024 (t)` also gives the year. `t MS` (dry
  matter) needs the moisture of an offer, `MWh PCS` is converted for natural gas alone, an Sm3
  (15 °C) is 0.948 Nm3.
- `1.250` or `1,250` may be a thousand times more or less: the other cells of the column decide,
  then those of the file (a file parted by `;` has decimal commas). What nothing decides is a
  problem. Spaces and apostrophes stand between groups of three alone; two numbers in a
  cell are none.
- A code is the code that is written, whatever its spaces, dots, prefix (LoW, EWC, CED, n°) or
  `.0`; five digits get their zero back, with a note. A star that the list does not have is a
  problem that names the hazardous twin; a hazardous code without its star stays hazardous.
- A line is left out as a total where its first cell is that word, it names nothing, and its figures
  are the sum of lines above.
- Two equal lines, such as two slips of one day, are two flows where each has a slip number of its
  own, or with `--keep-repeated`; else the second is a problem.
- An everyday name (« laitier de haut fourneau ») is taken with a note where it is certain; else it
  is a problem with suggestions, and `--accept-suggestions` takes the first of them.
- `--skip-bad` goes on without the faulty lines and lists each with its reason.

| column | en français | unit | values | meaning |
|---|---|---|---|---|
"""


_FILES = """
## Several files, several sheets

`symbiosis check firms.xlsx "Sorties 2024.csv" entrees.csv` reads the files as one declaration, as
the page does with files given together, and a folder without `flows.csv` likewise; so are all
visible sheets of a workbook. A table that lists firms alone describes the firms of the others,
which name them by `firm_id` or by their name; a firm that no such table has is read from its own
line, with a note. Each problem gives its own file, its sheet in brackets where the workbook has
several, and its row. A line that an earlier file has already given is a problem, and a firm that
two files describe in two ways is one too.

Where no column says it, the direction is that in the name of the sheet, or of the file without
sheets: « Sorties », « Sortants », « Offres », Outputs, « Entrées », « Entrants », « Besoins »,
Inputs, alone or beside other words (« Sorties 2024 »). It is noted. A name with both says nothing.

The page *Déclarer* also lets a person type the firm, the commune, the direction, the material or
the unit once for all lines of a file that has no column for it, and correct once a text that stands
wrong on several lines. What was saved can be opened there again and changed; before saving, the
page lists what a save would add, change or leave. Flows that the table no longer names stay, unless
their removal is asked for. A declaration that is worked on changes no other page until it is opened
there.

## Months and seasons

Twelve monthly quantities, or a season (`11-3`, « juin à août »), are kept with the flow. They do
not take part in the matching yet: the year is matched as a whole. A note says so at reading, and a
warning (`season`) in the results where an exchange uses such a flow.
"""

_PLACES = """
## Places

A firm without coordinates is placed at its commune, and the precision is told. The 34,791 communes
of metropolitan France and their 1,255 inter-municipal perimeters travel with the package
(`symbiosis/data/territory/README.md` names their sources). All of these are known: `59140
Dunkerque`, `Dunkerque (59)`, `DUNKERQUE CEDEX 1` with `59379`, `Lyon 3e`, `Boisse (La)`, `St-Omer`,
`2a004`, `20 200 Bastia`, `1053` for 01053, and the delegated and associated communes, which lead to
the commune that they belong to now. A commune alone is enough where its name is the only one in
France. What is not certain is a problem that names the candidates: several communes of one name, a
postcode or an INSEE code of another commune, a commune overseas, an old name that no table has.

A table of your own goes before the bundled one: `--communes FILE`, or `communes.csv` beside the
declaration, with an INSEE code, a name, a longitude and a latitude, and a postcode if there is one.
The State's tables (*communes, départements et régions* of data.gouv.fr, the postal base of La
Poste) are read as they are; without places, the bundled points are taken by INSEE code.

`x` and `y` without `epsg` are Lambert 93, and that is said. Numbers outside the area of their
system, and without a stated system those in the sea, abroad or outside the firm's commune, are a
problem that names the systems in which they would fit. Coordinates more than 100 km from the firm's
commune are a problem too; nearer ones are noted.

## Roads

`symbiosis match --roads FILE` takes a CSV file with `from_firm`, `to_firm` (the `firm_id` of each)
and `distance_km`. An empty cell, `null` or `none` says that no road joins the two: they exchange
nothing. A way back that is not named is as long as the way there. Roads shorter than the great
circle or beyond belief beside it (above 30 km plus 50 times as long, as metres are) are refused.
"""


def page() -> str:
    """Return the page as Markdown, one line a field, the twelve months in one."""
    lines = [_line(field) for field in fields().values() if field.name not in MONTHS[1:]]
    return _INTRODUCTION + "\n".join(lines) + "\n" + _FILES + _PLACES


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
