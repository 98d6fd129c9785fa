"""What the store holds as a declaration folder that `symbiosis check` reads back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from symbiosis.errors import StorageError, say
from symbiosis.flows import Flows
from symbiosis.flows.formulas import inert
from symbiosis.storage.rows import CRS

_MONTHS = tuple(f"quantity_{month:02d}" for month in range(1, 13))
# A cell that a spreadsheet would run. A number or a telephone number with its sign is none.


def export(flows: Flows, folder: Path, past: pd.DataFrame | None = None) -> None:
    """Write ``firms.csv``, ``flows.csv`` and, where there are any, ``territories.geojson``.

    Parameters
    ----------
    flows
        From `declared.flows`: what the principal may see.
    folder
        Made if it is not there; must hold nothing else.
    past
        From `declared.history`, for a file ``history.jsonl`` beside them.

    Raises
    ------
    StorageError
        If the folder holds something, or cannot be written.
    """
    firms, lines = as_declared(flows)
    try:
        with _whole(folder) as part:
            _write(firms, part / "firms.csv")
            _write(lines, part / "flows.csv")
            if past is not None:
                lines_ = past.to_json(orient="records", lines=True, date_format="iso")
                (part / "history.jsonl").write_text(lines_, encoding="utf-8")
            if not flows.territories.empty:
                perimeters = gpd.GeoDataFrame(flows.territories, crs=CRS)
                text = perimeters.to_json(show_bbox=False, drop_id=True, to_wgs84=True)
                (part / "territories.geojson").write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or "disk error"
        raise StorageError(
            say("{folder} cannot be written ({why}).", folder=folder, why=why)
        ) from error


def as_declared(flows: Flows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return flows as the tables of firms and of lines that the reader of declarations reads.

    Parameters
    ----------
    flows
        From `declared.flows`.

    Returns
    -------
    tuple
        Firms, and lines with their ``direction``; columns as in the contract.
    """
    firms = pd.DataFrame(flows.firms).drop(columns=["geometry"])
    lines = pd.concat(
        [flows.offers.assign(direction="offer"), flows.needs.assign(direction="need")],
        ignore_index=True,
    ).drop(columns=["kind"])
    return firms, _with_months(lines)


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """Give a place to write to, whose files stand in the folder at the end, all or none."""
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise StorageError(say("{folder} is not empty: export into a new one.", folder=folder))
    part = Path(tempfile.mkdtemp(dir=folder, prefix=".export-"))
    try:
        yield part
        for file in part.iterdir():
            file.replace(folder / file.name)
        made = False
    finally:
        shutil.rmtree(part)
        if made:
            folder.rmdir()


def _write(table: pd.DataFrame, path: Path) -> None:
    safe = table.copy()
    for name in safe:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].fillna("").astype(str)
    inert(safe).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def _with_months(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with the twelve quantities in place of the shares of the months."""
    if "months" not in lines:
        return lines
    uneven = lines["months"] != ""
    table = lines.drop(columns=["months"])
    if not uneven.any():
        return table
    shares = np.array([[float(s) for s in text.split("|")] for text in lines.loc[uneven, "months"]])
    months = _closed(shares) * lines.loc[uneven, "quantity"].to_numpy()[:, None]
    return table.join(pd.DataFrame(months, index=table.index[uneven], columns=list(_MONTHS)))


def _closed(shares: np.ndarray) -> np.ndarray:
    """Return shares that add up to 1 and still round to the same six digits.

    The reader writes shares with six digits, so that they add up to 1 within the rounding; what is
    left is spread in proportion to the last digit of each.
    """
    last_digit = np.where(
        shares > 0, 10.0 ** (np.floor(np.log10(np.maximum(shares, 1e-300))) - 5), 0
    )
    rest = 1.0 - shares.sum(axis=1, keepdims=True)
    closed: np.ndarray = shares + rest * last_digit / last_digit.sum(axis=1, keepdims=True)
    return closed
