"""One document out of a study, by the ending of its name."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from symbiosis.errors import DataError, Message, Problems, say
from symbiosis.reports import layers, network
from symbiosis.reports.page import html
from symbiosis.reports.paper import pdf
from symbiosis.reports.results import Results
from symbiosis.reports.sheets import synergies_csv
from symbiosis.reports.workbook import xlsx

_BYTES: dict[str, Callable[[Results, str], bytes]] = {
    ".pdf": pdf,
    ".xlsx": xlsx,
    ".html": lambda results, lang: html(results, lang).encode(),
    ".csv": lambda results, lang: synergies_csv(results, lang).encode(),
}
_FILES: dict[str, Callable[[Results, Path], None]] = {
    ".gpkg": layers.geopackage,
    ".geojson": layers.geojson,
    ".parquet": layers.geoparquet,
    ".graphml": network.graphml,
}
ENDINGS = (*_BYTES, *_FILES)


def export(results: Results, out: Path | str, lang: str = "fr") -> Path:
    """Write one document; it appears whole or not at all.

    Parameters
    ----------
    results
        The study, from `read_results` or `Results.of`.
    out
        A file whose ending says what it is: one of `ENDINGS`.
    lang
        Language of the words, ``fr`` or ``en``; the layers for a GIS have none.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DataError
        If the ending is none of `ENDINGS`, or the file cannot be written.
    """
    where = Path(out).absolute()
    check_ending(where)
    ending = where.suffix.lower()

    def fill(path: Path) -> None:
        if ending in _BYTES:
            path.write_bytes(_BYTES[ending](results, lang))
        else:
            _FILES[ending](results, path)

    return _whole(where, fill)


def save(content: bytes, out: Path | str) -> Path:
    """Write bytes to a file that appears whole or not at all.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    return _whole(Path(out).absolute(), lambda path: path.write_bytes(content))


def check_ending(out: Path, endings: tuple[str, ...] = ENDINGS) -> None:
    """Refuse a file whose ending says nothing of its kind.

    Raises
    ------
    DataError
        With the endings that are known.
    """
    if out.suffix.lower() not in endings:
        problem = say("no document ends in {ending}", ending=out.suffix or "–")
        cure = say("end the name in one of: {endings}", endings=", ".join(endings))
        raise _refusal(out, problem, cure)


def _whole(where: Path, fill: Callable[[Path], object]) -> Path:
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{where.stem}-", dir=where.parent) as folder:
            fresh = Path(folder) / where.name
            fill(fresh)
            os.replace(fresh, where)  # noqa: PTH105 - it replaces on Windows too
    except OSError as error:
        problem = say("this cannot be written: {error}", error=error)
        raise _refusal(where, problem, say("give --out another place")) from error
    return where


def _refusal(out: Path, problem: Message, cure: Message) -> DataError:
    problems = Problems()
    problems.add(problem, cure, file=str(out))
    return DataError(problems)
