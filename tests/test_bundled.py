import pytest

from symbiosis import bundled


def test_tables_are_text_and_empty_cells_are_empty_text():
    table = bundled.table("scenario")
    assert table.isna().sum().sum() == 0
    assert table["default"].map(type).eq(str).all()


def test_a_table_that_is_not_carried_says_its_name():
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        bundled.path("nothing.csv")
