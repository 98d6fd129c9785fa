"""Every line of a declaration can be changed or left out: good ones and guesses too."""

import pandas as pd
import pytest

from symbiosis.flows.received import check_received, open_received
from symbiosis.pages.all_rows import PAGE, beside, changed

HEAD = "Entreprise;Commune;Sens;Matière;Quantité;Unité\n"
LINES = HEAD + (
    "Verrerie;59140 Dunkerque;sortie;calcin;1200;t/an\n"
    "Verrerie;59140 Dunkerque;sortie;bois;douze;t/an\n"
    "Verrerie;59140 Dunkerque;entrée;sable;300;t/an\n"
)


@pytest.fixture
def received():
    return open_received({"flux.csv": LINES.encode()})


def all_read(cells):
    return pd.Series(True, index=cells.index)


def test_each_line_has_its_state_and_its_guess(received):
    told = beside(received.grids[0], check_received(received))
    assert told["state"].to_dict() == {2: "good", 3: "faulty", 4: "good"}
    assert "Dunkerque" in told.at[2, "guess"]  # placed at its commune
    assert told["read"].all()


def test_a_good_line_is_changed(received):
    grid = received.grids[0]
    cells = grid.cells.copy()
    assert changed(grid, cells, all_read(cells)) is None
    cells.loc[[4], "Quantité"] = "500"
    made = changed(grid, cells.loc[[4]], all_read(cells.loc[[4]]))
    found = check_received(received.corrected(0, made))
    assert found.tables["needs"]["quantity"].tolist() == [500]
    assert found.tables["offers"]["quantity"].tolist() == [1200]


def test_a_line_is_left_out_and_comes_back(received):
    grid = received.grids[0]
    read = all_read(grid.cells)
    read[3] = False
    without = changed(grid, grid.cells, read)
    found = check_received(received.corrected(0, without))
    assert not found.problems
    assert beside(without, found)["state"].to_dict() == {2: "good", 3: "left_out", 4: "good"}
    page = without.cells.loc[[2]]  # another page says nothing of row 3
    assert changed(without, page, all_read(page)) is None
    back = changed(without, grid.cells, all_read(grid.cells))
    assert len(check_received(received.corrected(0, back)).problems) == 1


@pytest.mark.parametrize("count", [3, pytest.param(PAGE + 50, marks=pytest.mark.slow)])
def test_the_page_shows_every_line_page_by_page(opened, count):
    app = opened("declarer")
    text = HEAD + "".join(f"U{n};59140 Dunkerque;sortie;calcin;{n + 1};t\n" for n in range(count))
    app.session_state["grids"] = open_received({"flux.csv": text.encode()})
    app.run()
    assert not app.exception
    assert f"Toutes les lignes ({count})" in [tab.label for tab in app.tabs]

    def lengths():
        return [len(t.value) for t in app.dataframe if "Hypothèse" in t.value.columns]

    assert lengths() == [min(count, PAGE)]
    if count > PAGE:
        page = next(n for n in app.number_input if "page (sur 2)" in n.label)
        page.set_value(2).run()
        assert not app.exception
        assert lengths() == [50]


@pytest.mark.parametrize("season", ["11-2", pytest.param("", marks=pytest.mark.slow)])
def test_the_page_says_that_a_season_does_not_take_part_yet(opened, season):
    app = opened("declarer", "en")
    text = HEAD.strip() + f";Saison\nVerrerie;59140 Dunkerque;sortie;calcin;1200;t/an;{season}\n"
    app.session_state["grids"] = open_received({"flux.csv": text.encode()})
    app.run()
    assert not app.exception
    assert any("matched as a whole" in info.value for info in app.info) is bool(season)
