"""The files of a declaration, from a folder, a list or an upload, as sheets; nothing is copied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from symbiosis.errors import DataError, Problems, say
from symbiosis.flows.in_child import received_sheets
from symbiosis.flows.sheets import Sheet, file_bytes, refuse, refuse_empty, refuse_size
from symbiosis.flows.text_files import read_text_file
from symbiosis.flows.workbooks import read_workbook

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")
MAX_MB = 100.0


@dataclass(frozen=True)
class Opened:
    """What several files hold.

    Parameters
    ----------
    sheets
        Every visible sheet of every file that could be read, in their order.
    problems
        Those of the files that could not.
    """

    sheets: tuple[Sheet, ...] = ()
    problems: Problems = field(default_factory=Problems)


def open_contents(files: Iterable[tuple[str, bytes]], max_mb: float = MAX_MB) -> Opened:
    """Return the sheets of files that were received; a child process reads each.

    Parameters
    ----------
    files
        Name and content of each.
    max_mb
        Largest file, MB.
    """
    named = [(Path(plain_name(name)), content) for name, content in files]
    return _opened(
        [(file, partial(received_sheets, file.name, content, max_mb)) for file, content in named]
    )


def open_files(files: Iterable[Path], max_mb: float = MAX_MB) -> Opened:
    """Return the sheets of files on the disk."""
    return _opened([(file, partial(open_sheets, file, max_mb)) for file in files])


def _opened(files: Sequence[tuple[Path, Callable[[], list[Sheet]]]]) -> Opened:
    sheets: list[Sheet] = []
    problems = Problems()
    labels = _labels([file for file, _ in files])
    for (_, read), label in zip(files, labels, strict=True):
        try:
            found = read()
        except DataError as error:
            problems.extend(replace(p, file=label) for p in error.problems)
            continue
        several = len(found) > 1
        sheets += [
            replace(sheet, file=label, label=f"{label} [{sheet.name}]" if several else label)
            for sheet in found
        ]
    return Opened(tuple(sheets), problems)


def _labels(files: Sequence[Path]) -> list[str]:
    """Return the files' names, those that occur twice with their folder or a number."""
    names = [file.name for file in files]
    labels: list[str] = []
    for file, name in zip(files, names, strict=True):
        label = name
        if names.count(name) > 1 and file.parent.name:
            label = f"{file.parent.name}/{name}"
        count, stem = 1, label
        while label in labels:
            count += 1
            label = f"{stem} ({count})"
        labels.append(label)
    return labels


def plain_name(name: str) -> str:
    """Return the name of a file that was received, without folders."""
    return Path(name.replace("\\", "/")).name[-120:] or "received"


def open_sheets(file: Path, max_mb: float = MAX_MB) -> list[Sheet]:
    """Return what a file holds, by its extension.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if file.suffix.lower() not in (*WORKBOOKS, *TEXTS) and exists(file):
        return sheets_of(file, b"", max_mb)
    return sheets_of(file, file_bytes(file, max_mb), max_mb)


def sheets_of(file: Path, content: bytes, max_mb: float = MAX_MB) -> list[Sheet]:
    """Return what a content holds, by the extension of its name; nothing is opened.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    suffix = file.suffix.lower()
    refuse_size(file, len(content), max_mb)
    if suffix in (*WORKBOOKS, *TEXTS):
        refuse_empty(file, content)
    if suffix in WORKBOOKS:
        return read_workbook(file, content, max_mb)
    if suffix in TEXTS:
        return [read_text_file(file, content)]
    return refuse(
        file,
        say("files that end in “{suffix}” are not read", suffix=suffix[:20]),
        say("save the table as .csv or .xlsx"),
    )


def is_folder(path: Path) -> bool:
    """Return whether there is such a folder; a name that cannot be one is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def exists(path: Path) -> bool:
    """Return whether there is such a file; a name that cannot be one is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def files_of(path: Path) -> list[Path]:
    """Return the files of a declaration: itself, or the tables of a folder.

    A folder has a table of firms and one of flows, called by these names; where there are no
    ``flows``, its other tables are the declaration, such as ``sorties.csv`` and ``entrees.csv``.

    Raises
    ------
    DataError
        If the folder holds no table of flows.
    """
    if not is_folder(path):
        return [path]
    files = [file for name in ("firms", "flows") if (file := named(path, name)) is not None]
    if any(file.stem == "flows" for file in files):
        return files
    others = sorted(
        file
        for file in path.iterdir()
        if file.suffix.lower() in (*TEXTS, *WORKBOOKS)
        and not file.stem.lower().startswith(_BESIDE)
        and not file.name.startswith((".", "~"))
        and file not in files
        and exists(file)
    )
    if not others:
        problems = Problems()
        for name in ("firms", "flows"):
            if named(path, name) is None:
                problems.add(
                    say("the folder holds no {name}.csv", name=name),
                    say("add it, or give one flat file with a firm and a flow on each line"),
                    file=f"{name}.csv",
                )
        raise DataError(problems)
    return [*files, *others]


_BESIDE = ("communes", "roads", "worklist", "problems", "skipped", "readme", "lisezmoi")
"""Tables that lie beside a declaration and are none of its own."""


def named(folder: Path, name: str) -> Path | None:
    """Return the table of a folder that has this name, whatever its kind."""
    for suffix in (*TEXTS, *WORKBOOKS):
        if exists(folder / f"{name}{suffix}"):
            return folder / f"{name}{suffix}"
    return None
