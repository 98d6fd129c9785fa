"""The blank declaration: a workbook made from the contract, with lists and an example."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from symbiosis import bundled
from symbiosis.errors import say
from symbiosis.flows.completed_table import EXAMPLE
from symbiosis.flows.contract import MONTHS, Field, fields
from symbiosis.flows.sheets import refuse

LINES = 2000
"""Lines that carry the drop-down lists."""
_FIRST = (
    "name", "direction", "material", "quantity", "unit", "longitude", "latitude", "insee",
    "commune", "postcode", "route", "route_cost_eur_per_unit", "price_eur_per_unit",
)  # fmt: skip
_LEFT_OUT = {*MONTHS, "x", "y", "epsg", "place_precision_m", "departement", "flow_id", "case"}
_UNITS = ("t/an", "t/mois", "kg/an", "kt/an", "m3/an", "Nm3/an", "MWh/an", "GJ/an", "kW", "tep/an")
_UNITS_EN = ("t/year", "t/month", "kg/year", "kt/year", "m3/year", "Nm3/year", "MWh/year",
             "GJ/year", "kW", "toe/year")  # fmt: skip
_TEXT_TYPES = ("id", "siret", "insee", "postcode", "naf", "text", "low_list", "operation", "unit")
_WORDS = {
    "en": {
        "flows": "Flows", "help": "Explanations", "materials": "Materials", "column": "Column",
        "required": "Required", "yes": "yes", "no": "no", "unit": "Unit of the figure",
        "allowed": "Values", "what": "Meaning", "code": "Code", "name": "Name", "also": "In files",
        "intro": "One line a flow. Orange columns are required; a firm also needs its place:"
        " longitude and latitude, or INSEE code, or commune and postcode.",
    },
    "fr": {
        "flows": "Flux", "help": "Explications", "materials": "Matières", "column": "Colonne",
        "required": "Obligatoire", "yes": "oui", "no": "non", "unit": "Unité du chiffre",
        "allowed": "Valeurs", "what": "Sens", "code": "Code", "name": "Nom", "also": "Nom interne",
        "intro": "Une ligne par flux. Les colonnes orange sont obligatoires ; il faut aussi le lieu"
        " de l'entreprise : longitude et latitude, ou code INSEE, ou commune et code postal.",
    },
}  # fmt: skip


def columns() -> tuple[Field, ...]:
    """Return the fields of the template, the least that must be given first."""
    contract = fields()
    rest = [name for name in contract if name not in _FIRST and name not in _LEFT_OUT]
    return tuple(contract[name] for name in (*_FIRST, *rest))


def write_template(out: Path | str, lang: str = "fr", *, force: bool = False) -> Path:
    """Write the blank declaration.

    Parameters
    ----------
    out
        An ``.xlsx`` file.
    lang
        ``fr`` or ``en``.
    force
        Replace the file if it exists; somebody may have filled it in.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    DataError
        If the name does not end in ``.xlsx``, the file exists or cannot be written.
    """
    file = Path(out)
    if file.suffix.lower() != ".xlsx":
        refuse(file, say("the template is a workbook"), say("give a name that ends in .xlsx"))
    if lang not in _WORDS:
        refuse(file, say("there is no template in “{lang}”", lang=lang), say("give fr or en"))
    if file.exists() and not force:
        refuse(
            file,
            say("this file exists already, and may be filled in"),
            say("give another name, or --force to replace it"),
        )
    book = xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2025, 1, 1)})  # noqa: DTZ001 - the same to the byte
    words = _WORDS[lang]
    _flows_sheet(book, book.add_worksheet(words["flows"]), lang)
    _help_sheet(book, book.add_worksheet(words["help"]), lang)
    _materials_sheet(book, book.add_worksheet(words["materials"]), lang)
    try:
        book.close()
    except (FileCreateError, OSError) as error:
        refuse(
            file,
            say("this file cannot be written ({why})", why=type(error).__name__),
            say("close it if it is open elsewhere, or choose another folder"),
        )
    return file


def _label(field: Field, lang: str) -> str:
    return field.label_fr if lang == "fr" else field.label_en


def _meaning(field: Field, lang: str) -> str:
    return field.description_fr if lang == "fr" else field.description_en


def _choices(field: Field, lang: str) -> list[str]:
    """Return the drop-down list of a field, empty when it is free."""
    if field.type == "operation":
        return list(bundled.table("operations")["code"])
    if field.type == "unit":
        return list(_UNITS if lang == "fr" else _UNITS_EN)
    return list(field.values(lang))


def _example(field: Field, lang: str) -> str:
    if field.name == "note":
        return EXAMPLE[lang]
    if field.allowed and field.example:
        return field.values(lang)[field.allowed.index(field.example)]
    if field.type == "unit" and lang == "en":
        return "t/year"
    return field.example


def _flows_sheet(book: Any, sheet: Any, lang: str) -> None:
    """Write the header, the example and the lists."""
    head = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E7EEF2"}
    plain, needed = book.add_format(head), book.add_format({**head, "bg_color": "#F6C98A"})
    text = book.add_format({"num_format": "@"})
    pale = book.add_format({"italic": True, "font_color": "#5A6B73"})
    for at, field in enumerate(columns()):
        is_text = field.type in _TEXT_TYPES
        sheet.set_column(at, at, max(12, len(_label(field, lang)) + 2), text if is_text else None)
        sheet.write_string(0, at, _label(field, lang), needed if field.required else plain)
        example = _example(field, lang)
        if example and is_text:
            sheet.write_string(1, at, example, pale)
        elif example:
            sheet.write_number(1, at, float(example), pale)
        _validate(sheet, at, field, lang)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_row(0, 32)


def _validate(sheet: Any, at: int, field: Field, lang: str) -> None:
    """Attach the list or the range of a column, with its explanation as a hint."""
    rule: dict[str, Any] = {
        "validate": "any",
        "input_title": _label(field, lang)[:32],
        "input_message": _meaning(field, lang)[:255],
    }
    choices = _choices(field, lang)
    if choices:
        free = field.type == "unit"
        rule |= {"validate": "list", "source": choices, "error_type": "information" if free
                 else "stop"}  # fmt: skip
    elif field.name == "material":
        count = len(bundled.table("low")) + len(bundled.table("materials"))
        source = f"='{_WORDS[lang]['materials']}'!$A$2:$A${count + 1}"
        rule |= {"validate": "list", "source": source, "error_type": "information"}
    elif field.type in ("number", "year") and field.minimum > float("-inf"):
        top = field.maximum if field.maximum < float("inf") else 1e15
        rule |= {"validate": "decimal", "criteria": "between", "minimum": field.minimum,
                 "maximum": top, "error_type": "stop"}  # fmt: skip
    sheet.data_validation(1, at, LINES, at, rule)


def _help_sheet(book: Any, sheet: Any, lang: str) -> None:
    """Explain every column of the contract, those of the template and the others."""
    words = _WORDS[lang]
    bold = book.add_format({"bold": True, "bg_color": "#E7EEF2", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.merge_range(0, 0, 0, 5, words["intro"], wrap)
    sheet.set_row(0, 34)
    heads = ("column", "required", "unit", "allowed", "what", "also")
    for at, (key, width) in enumerate(zip(heads, (30, 12, 18, 34, 90, 26), strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(2, at, words[key], bold)
    for line, field in enumerate(fields().values(), 3):
        cells = (
            _label(field, lang),
            words["yes" if field.required else "no"],
            field.unit,
            ", ".join(field.values(lang)),
            _meaning(field, lang),
            field.name,
        )
        for at, cell in enumerate(cells):
            sheet.write_string(line, at, cell, wrap)
    sheet.freeze_panes(3, 1)


def _materials_sheet(book: Any, sheet: Any, lang: str) -> None:
    """List the residues and the materials that can be named."""
    words = _WORDS[lang]
    bold = book.add_format({"bold": True, "bg_color": "#E7EEF2", "border": 1})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, words["code"], bold)
    sheet.write_string(0, 1, words["name"], bold)
    label = f"label_{lang}"
    low, own = bundled.table("low"), bundled.table("materials")
    pairs = [*zip(low["code"], low[label], strict=True), *zip(own["id"], own[label], strict=True)]
    for line, (code, name) in enumerate(pairs, 1):
        sheet.write_string(line, 0, code)
        sheet.write_string(line, 1, name)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(pairs), 1)
