"""Every document that a role can take away, opened down to its last cell, as text.

Two studies are printed: the kept one as the role is shown it, and the one that the app makes of
what the role may read. What a reader sees rounded is read where it is not: the values that go into
a PDF, the cells under the number formats of a workbook, the attributes of layers, geometries too.
"""

import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from symbiosis import Scenario, run
from symbiosis.catalogue import load
from symbiosis.errors import DataError
from symbiosis.maps import lay_out
from symbiosis.reports import (
    ENDINGS,
    Results,
    export,
    firm_sheet,
    synergy_sheet,
    typesetting,
    writing,
)
from symbiosis.reports.listed import list_xlsx
from symbiosis.storage import AccessDenied

PRINTED = (".pdf", ".xlsx", ".html")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?|D:\d{14}[^)\s]*")
_FLOAT = "%.17g"


def documents(world, role, endings=ENDINGS, lang="en", *, kept=True, sheets=True):
    """Return all the documents that a role gets: which → text.

    Parameters
    ----------
    world, role
        As for `tests.storage.attacker.loot`.
    endings
        Which kinds of document.
    lang
        Of the words in them.
    kept
        Whether those of the kept studies and the worklist too, which rest on what is hidden.
    sheets
        Whether the sheet of each firm and each exchange is printed too, and what the command line
        writes to folders.
    """
    store, who = world.store, world.people[role]
    catalogue = load()  # this store has no values of its own
    studies = {"made": run(store.flows(who), Scenario(), catalogue=catalogue)}
    for i, study_id in enumerate(world.studies if kept else ()):
        with suppress(AccessDenied):
            studies[f"kept {i}"] = store.study(who, study_id)
    found = {}
    with TemporaryDirectory() as folder:
        for name, study in studies.items():
            results = Results.of(study)
            for ending in endings:
                _take(found, f"{name}{ending}", _exported, results, Path(folder), ending, lang)
            _take(found, f"{name} atlas", lambda s: _tables(vars(lay_out(s, catalogue))), study)
            if sheets:
                _sheets(found, name, results, lang)
                _take(found, f"{name} folder", lambda r: json.dumps(writing.texts(r)), results)
        if sheets:
            _folders(found, store, who, Path(folder))
        if kept:
            _list(found, store, who)
    return found


def _take(found, name, make, *of):
    """Keep a document, or that none is made of a study which is shown in part."""
    try:
        found[name] = make(*of)
    except (DataError, AccessDenied) as refusal:
        found[name] = f"refused: {refusal}"


def _exported(results, folder, ending, lang):
    path = folder / f"document{ending}"
    if ending == ".pdf":
        return printed(lambda: export(results, path, lang).read_bytes())
    return _READERS.get(ending, _plain)(export(results, path, lang))


def printed(make):
    """Return what a PDF says, with every value and picture that it was set from.

    The words of its pages are read where the system has pdftotext; they hold no other values.
    """
    sources, real = [], typesetting.typst.compile

    def compiled(files, *args, **options):
        sources.append({n: c.decode() for n, c in files.items() if not n.endswith(".typ")})
        return real(files, *args, **options)

    typesetting.typst.compile = compiled
    try:
        content = make()
    finally:
        typesetting.typst.compile = real
    assert sources
    return _MOMENT.sub("#", _words(content) + json.dumps(sources).replace(" ", "\n"))


def _words(content):
    tool = shutil.which("pdftotext")
    if tool is None:
        return ""
    asked = [tool, "-layout", "-", "-"]
    return subprocess.run(asked, input=content, capture_output=True, check=True).stdout.decode()


def _plain(path):
    return path.read_text(encoding="utf-8")


def _workbook(content):
    """Return every part of a workbook: cells as they are under their formats, remarks, titles."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = [package.read(name).decode() for name in sorted(package.namelist())]
    return _MOMENT.sub("#", "\n".join(parts)).replace(">", ">\n")


def _layers(path):
    """Return every table of a GeoPackage, those that no GIS shows too; geometries as digits."""
    with closing(sqlite3.connect(path)) as file:
        names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE sql <> ''")]
        lines = []
        for name in names:
            with suppress(sqlite3.OperationalError):  # an index, or a table that sqlite3 cannot
                lines += [
                    repr((name, *map(_cell, row)))
                    for row in file.execute(f'SELECT * FROM "{name}"')
                ]
    return _MOMENT.sub("#", "\n".join(lines))


def _cell(value):
    return value.hex() if isinstance(value, bytes) else value


def _parquet(path):
    about = {n.decode(): v.decode() for n, v in pq.read_schema(path).metadata.items()}
    table = gpd.read_parquet(path)
    return table.to_csv(float_format=_FLOAT) + json.dumps(about)


_READERS = {
    ".xlsx": lambda path: _workbook(path.read_bytes()), ".gpkg": _layers, ".parquet": _parquet,
}  # fmt: skip


def _sheets(found, name, results, lang):
    """Print the sheet of each firm and exchange, as the app and ``symbiosis report`` do."""
    for firm in sorted(results.firms["firm_id"]):
        _take(found, f"{name} sheet of {firm}",
              lambda f: printed(lambda: firm_sheet(results, f, lang)), firm)  # fmt: skip
    for i, exchange in enumerate(results.shipments["shipment_id"]):
        _take(found, f"{name} sheet {i}",
              lambda s: printed(lambda: synergy_sheet(results, s, lang)), exchange)  # fmt: skip


def _folders(found, store, who, folder):
    """Take out what ``symbiosis store export`` and ``take-out`` write."""
    store.export(who, folder / "declared")
    for path in sorted((folder / "declared").iterdir()):
        found[f"declared {path.name}"] = _plain(path)
    for firm in sorted(store.flows(who).firms["firm_id"]):
        try:
            store.take_out(who, firm, folder / firm)
        except AccessDenied:
            continue
        for path in sorted((folder / firm).iterdir()):
            found[f"{firm} {path.name}"] = _plain(path)


def _list(found, store, who):
    """Take the worklist away as the page *Synergies* gives it, with every column that there is."""
    with suppress(AccessDenied):
        table = pd.DataFrame(store.worklist(who)).astype(object)
        table = table.map(lambda v: str(v) if hasattr(v, "tzinfo") else v)
        found["list.xlsx"] = _workbook(list_xlsx(table, "Synergies"))


def _tables(parts):
    """Return the tables among the parts of something, as text."""
    texts = [f"{name}\n{pd.DataFrame(part).to_csv(float_format=_FLOAT)}"
             for name, part in sorted(parts.items()) if isinstance(part, pd.DataFrame)]  # fmt: skip
    assert texts
    return "\n".join(texts)
