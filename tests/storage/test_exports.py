"""An export reads back as what went in."""

import csv

import numpy as np
import pandas as pd
import pytest

import symbiosis as sy
from symbiosis import bundled
from symbiosis.errors import StorageError
from symbiosis.storage import LOCAL, exports
from symbiosis.storage.exports import _closed
from tests.storage.worlds import FIRM_ASH, firm, flow, flows_of, four_firms

TABLES = ("firms", "offers", "needs", "territories")


def test_the_demonstration_goes_round_unchanged(store, tmp_path):
    declared = sy.read(bundled.home() / "datasets" / "littoral")
    store.save(LOCAL, declared)
    store.export(LOCAL, tmp_path / "out")
    back = sy.read(tmp_path / "out")
    for name in TABLES:
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(back, name)), pd.DataFrame(getattr(declared, name)),
            check_exact=True,
        )  # fmt: skip
    assert store.save(LOCAL, back).upload_id == ""


def test_shares_of_months_round_to_the_same_digits():
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(12), size=200)
    written = np.array([[float(f"{s:.6g}") for s in row] for row in shares])
    months = _closed(written) * rng.uniform(1, 1e6, size=(200, 1))
    again = np.array([[float(f"{s:.6g}") for s in row / row.sum()] for row in months])
    np.testing.assert_array_equal(again, written)


def test_one_exports_only_what_one_sees(store, tmp_path):
    store.save(LOCAL, four_firms())
    store.export(FIRM_ASH, tmp_path / "out")
    with (tmp_path / "out" / "flows.csv").open(encoding="utf-8") as file:
        seen = {row["flow_id"] for row in csv.DictReader(file)}
    assert seen == {"ash-1", "ash-2", "beech-1", "dogwood-1"}


def test_a_folder_that_holds_something_is_not_touched(store, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError, match="not empty"):
        store.export(LOCAL, folder)
    assert [p.name for p in folder.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_named(store, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot be written"):
        store.export(LOCAL, tmp_path / "file" / "deeper")


def test_formulas_are_neutral_in_the_files(store, tmp_path):
    store.save(LOCAL, flows_of([firm("ash", name="=1+1")], [flow("ash-1", 1.0)], []))
    store.export(LOCAL, tmp_path / "out")
    assert "'=1+1" in (tmp_path / "out" / "firms.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_no_half_of_an_export(store, tmp_path, monkeypatch, there):
    store.save(LOCAL, four_firms())
    out = tmp_path / "out"
    if there:
        out.mkdir()
    write = exports._write

    def full(table, path):
        if path.name == "flows.csv":
            raise OSError(28, "No space left on device")
        write(table, path)

    monkeypatch.setattr(exports, "_write", full)
    with pytest.raises(StorageError, match="No space left"):
        store.export(LOCAL, out)
    assert out.exists() is there
    assert not there or list(out.iterdir()) == []
