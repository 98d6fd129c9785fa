"""A results folder appears whole or not at all, and never on top of somebody else's files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from symbiosis.errors import DataError, Message, Problems, say
from symbiosis.reports.record import read_record
from symbiosis.reports.results import FILES, SKIPPED


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """Give an empty folder to fill; on success it takes the place of ``out`` in one step.

    Files of the user's that stand in an earlier results folder (a worklist, a printed report) are
    kept.

    Parameters
    ----------
    out
        Where the results are to stand: missing, empty, or the results of an earlier study.

    Raises
    ------
    DataError
        If ``out`` holds anything else, or cannot be written.
    """
    check_free(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise _refusal(out, say("this cannot be written: {error}", error=error)) from error
    try:
        yield fresh
        _keep_others(out, fresh)
        fresh.chmod(0o755)
        _swap(out, fresh)
    except OSError as error:
        raise _refusal(out, say("this cannot be written: {error}", error=error)) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def check_free(out: Path) -> None:
    """Refuse a place that holds something other than earlier results.

    Raises
    ------
    DataError
        With the cure.
    """
    if not out.exists():
        return
    if not out.is_dir():
        raise _refusal(out, say("this is a file, and the results are a folder"))
    if any(out.iterdir()) and not is_results(out):
        raise _refusal(out, say("this folder holds something else, and would be overwritten"))


def is_results(folder: Path) -> bool:
    """Whether a folder holds the results of a study, by its ``scenario.json``."""
    try:
        return bool(read_record(folder / "scenario.json"))
    except DataError:
        return False


def _keep_others(out: Path, fresh: Path) -> None:
    if not out.is_dir():
        return
    for entry in out.iterdir():
        if entry.name in FILES or entry.name == SKIPPED:
            continue
        if entry.is_dir():
            shutil.copytree(entry, fresh / entry.name)
        else:
            shutil.copy2(entry, fresh / entry.name)


def _swap(out: Path, fresh: Path) -> None:
    if not out.exists():
        fresh.rename(out)
        return
    before = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.rename(before / out.name)
    try:
        fresh.rename(out)
    except OSError:
        (before / out.name).rename(out)
        raise
    finally:
        shutil.rmtree(before, ignore_errors=True)


def _refusal(out: Path, problem: Message) -> DataError:
    problems = Problems()
    problems.add(problem, say("give --out a new folder, or an empty one"), file=str(out))
    return DataError(problems)
