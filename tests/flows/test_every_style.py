"""The same quantities written in every style are read back, or refused: never a thousand times."""

import tempfile
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.flows import survey
from symbiosis.flows.marks import marks_of
from symbiosis.flows.numbers import parse_numbers
from tests.cases import cases

FRENCH = [("", ","), (" ", ","), ("\u00a0", ","), ("\u202f", ","), ("\u2009", ","), (".", ",")]
ENGLISH = [("", "."), (",", "."), (" ", "."), ("'", "."), ("’", ".")]
STYLES = [(";", *marks) for marks in FRENCH]
STYLES += [(";", "", "."), (";", " ", "."), (";", "'", ".")]
STYLES += [(separator, *marks) for separator in (",", "\t") for marks in FRENCH + ENGLISH]
UNITS = [
    ("t", 1), ("tonne(s)", 1), ("t/an", 1), ("tonnes MB", 1), ("kg", Decimal("0.001")),
    ("kg/an", Decimal("0.001")), ("kt", 1000), ("q", Decimal("0.1")), ("t/mois", 12),
    ("t/jour", 365), ("kg/day", Decimal("0.365")), ("milliers de tonnes", 1000),
    ("lb", Decimal("0.00045359237")), ("short tons", Decimal("0.90718474")),
]  # fmt: skip
numbers = st.builds(
    lambda digits, scale: Decimal(digits).scaleb(-scale),
    st.integers(1, 9_999_999),
    st.integers(0, 4),
)


def spelled(number, thousands, decimal):
    """Write a number as a person of a country does."""
    whole, _, part = f"{number:f}".partition(".")
    groups = f"{int(whole):,}".replace(",", thousands)
    return groups + (decimal + part if part else "")


def proves(texts, decimal):
    """Return whether some cell can be read in one way only, and shows the decimal mark."""
    for text in texts:
        head, mark, part = text.rpartition(decimal)
        if mark and (len(part) != 3 or not head.isdigit() or len(head) > 3 or head[0] == "0"):
            return True
    return False


def read_back(style, quantities, unit, placing, costs=None):
    """Write a file of these quantities, and return what is read, its problems and its cells."""
    separator, thousands, decimal = style
    name, factor = unit
    cells = [spelled(number, thousands, decimal) for number in quantities]
    head = ["Entreprise", "Longitude", "Latitude", "Sens", "Matière", "Quantité", "Unité", "Coût"]
    if placing == "header":
        head[5:7] = [f"Quantité ({name})", "Note"]
    written = [f"{cell} {name}" if placing == "cell" else cell for cell in cells]
    rows = [head] + [
        [f"E{i}", f"2{decimal}3{i}1", f"50{decimal}9", "sortie", "03 01 05", cell,
         name if placing == "column" else "", spelled(cost, thousands, decimal)]
        for i, (cell, cost) in enumerate(zip(written, costs or quantities, strict=True))
    ]  # fmt: skip
    lines = [separator.join(f'"{cell}"' if separator in cell else cell for cell in r) for r in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flux.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = survey(path)
    expected = {i: float(number * factor) for i, number in enumerate(quantities)}
    return found, expected, cells


def check(style, quantities, unit, placing):
    costs = [Decimal(5)] * len(quantities)
    found, expected, cells = read_back(style, quantities, unit, placing, costs)
    refused = {p.row - 2 for p in found.problems}
    read = {}
    if found.tables is not None:
        offers = found.tables["offers"].merge(found.tables["firms"], on="firm_id")
        read = {int(n[1:]): q for n, q in zip(offers["name"], offers["quantity"], strict=True)}
    for line, quantity in expected.items():
        if line in read:
            assert read[line] == pytest.approx(quantity, rel=1e-9), (cells[line], found.notes)
        else:
            assert line in refused or quantity > 1e8
    if proves(cells, style[2]) or style[1] == "":
        large = {line for line, quantity in expected.items() if quantity > 1e8}
        undecided = {line for line, text in enumerate(cells) if not proves([text], style[2])}
        shown = proves(cells, style[2])
        assert refused <= large | (set() if shown else undecided), (cells, list(found.problems))


written = {
    "style": st.sampled_from(STYLES),
    "quantities": st.lists(numbers, min_size=1, max_size=5, unique=True),
    "unit": st.sampled_from(UNITS),
    "placing": st.sampled_from(["column", "header", "cell"]),
}


def check_column(style, quantities):
    """Read one column alone: each cell as it was meant, or undecided; never another number."""
    separator, thousands, decimal = style
    cells = pd.Series([spelled(number, thousands, decimal) for number in quantities], dtype="str")
    read = parse_numbers(cells, marks_of(pd.DataFrame({"quantity": cells}), separator))
    assert not read.wrong.any(), cells.tolist()
    for value, undecided, number in zip(read.values, read.undecided, quantities, strict=True):
        assert undecided or value == pytest.approx(float(number), rel=1e-12), cells.tolist()
    assert not (read.undecided.any() and proves(cells, decimal)), cells.tolist()


columns = {
    "style": st.sampled_from(STYLES),
    "quantities": st.lists(numbers, min_size=1, max_size=5, unique=True),
}


@settings(deadline=None)
@given(**columns)
def test_a_column_in_any_style(style, quantities):
    check_column(style, quantities)


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(10_000, 3_000))
@given(**columns)
def test_many_columns_in_any_style(style, quantities):
    check_column(style, quantities)


@settings(deadline=None, max_examples=25)
@given(**written)
def test_a_quantity_in_any_style_is_read_back_or_refused(style, quantities, unit, placing):
    check(style, quantities, unit, placing)


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(10_000, 100))
@given(**written)
def test_many_files_in_any_style(style, quantities, unit, placing):
    check(style, quantities, unit, placing)


PRICE_UNITS = [
    ("", 1), ("€", 1), ("€/t", 1), ("euros la tonne", 1), ("€ HT/t", 1), ("€/kg", 1000),
    ("c€/kg", 10), ("cts/kg", 10), ("€/q", 10), ("k€/kt", 1), ("€/an", Decimal("0.01")),
    ("k€", 10), ("k€/an", 10), ("€/mois", Decimal("0.12")),
]  # fmt: skip
LOT_UNITS = [unit for unit in UNITS if unit[0] != "milliers de tonnes"]


def check_cells(style, figures, unit, name, header):
    """Write figures with their unit in the cell: each is read as it was meant, or refused."""
    separator, thousands, decimal = style
    text, factor = unit
    cells = [f"{spelled(figure, thousands, decimal)} {text}".strip() for figure in figures]
    rows = [["Entreprise", "Longitude", "Latitude", "Sens", "Matière", "Quantité", "Unité", header]]
    rows += [
        [f"E{i}", f"2{decimal}3{i}1", f"50{decimal}9", "sortie", "03 01 05", "100", "t", cell]
        for i, cell in enumerate(cells)
    ]
    lines = [separator.join(f'"{cell}"' if separator in cell else cell for cell in r) for r in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flux.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = survey(path)
    refused = {problem.row - 2 for problem in found.problems}
    read = {}
    if found.tables is not None:
        offers = found.tables["offers"].merge(found.tables["firms"], on="firm_id")
        read = {int(n[1:]): value for n, value in zip(offers["name"], offers[name], strict=True)}
    for line, figure in enumerate(figures):
        meant = float(figure * factor)
        assert line in read or line in refused, cells
        if line in read:
            assert read[line] == pytest.approx(meant, rel=1e-9), (cells[line], found.notes)
        if line in refused and meant <= 1e5:
            written = spelled(figure, thousands, decimal)
            assert not proves([written], decimal), (cells, list(found.problems))


in_cells = {
    "style": st.sampled_from(STYLES),
    "figures": st.lists(numbers, min_size=1, max_size=4, unique=True),
    "unit": st.sampled_from(PRICE_UNITS),
    "lot": st.sampled_from(LOT_UNITS),
}


def check_prices_and_lots(style, figures, unit, lot):
    check_cells(style, figures, unit, "route_cost_eur_per_unit", "Coût")
    check_cells(style, figures, lot, "minimum_lot", "Lot minimal")


@settings(deadline=None, max_examples=15)
@given(**in_cells)
def test_a_unit_in_the_cell_of_a_price_or_a_lot_is_converted(style, figures, unit, lot):
    check_prices_and_lots(style, figures, unit, lot)


@pytest.mark.slow
@settings(deadline=None, max_examples=cases(10_000, 100))
@given(**in_cells)
def test_many_units_in_the_cells_of_prices_and_lots(style, figures, unit, lot):
    check_prices_and_lots(style, figures, unit, lot)


HEADERS = [
    ("Température (K)", "temperature_c", lambda x: x - 273.15, (300, 900)),
    ("Température °F", "temperature_c", lambda x: (x - 32) / 1.8, (0, 900)),
    ("Température, °C", "temperature_c", lambda x: x, (0, 900)),
    ("Distance (m)", "route_distance_km", lambda x: x / 1000, (1, 900_000)),
    ("Distance (miles)", "route_distance_km", lambda x: x * 1.609344, (1, 900)),
    ("distance_km", "route_distance_km", lambda x: x, (1, 900)),
    ("Coût (c€/kg)", "route_cost_eur_per_unit", lambda x: x * 10, (1, 900)),
    ("Coût €/kg", "route_cost_eur_per_unit", lambda x: x * 1000, (1, 90)),
    ("Coût (k€/kt)", "route_cost_eur_per_unit", lambda x: x, (1, 900)),
    ("Coût (€/an)", "route_cost_eur_per_unit", lambda x: x / 100, (1, 900_000)),
    ("Coût (k€)", "route_cost_eur_per_unit", lambda x: x * 10, (1, 900)),
    ("Humidité (%)", "moisture_pct", lambda x: x, (2, 99)),
    ("Humidité (g/kg)", "moisture_pct", lambda x: x / 10, (20, 999)),
    ("Pureté (ppm)", "purity_pct", lambda x: x / 1e4, (1, 999_999)),
]


@settings(deadline=None, max_examples=25)
@given(header=st.sampled_from(HEADERS), share=st.floats(0, 1), places=st.integers(0, 2))
def test_a_figure_under_any_header_is_read_in_the_unit_of_its_field(header, share, places):
    name, field, meant, (low, high) = header
    number = round(low + share * (high - low), places)
    text = f"{number:.{places}f}".replace(".", ",")
    lines = [
        f"Entreprise;Longitude;Latitude;Sens;Matière;Quantité;Unité;{name}",
        f"A;2,3;50,9;sortie;10 11 12;100;t;{text}",
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flux.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        found = survey(path)
    assert not len(found.problems), found.problems.table()
    assert found.tables["offers"].loc[0, field] == pytest.approx(
        meant(float(text.replace(",", ".")))
    )
