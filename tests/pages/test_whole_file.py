"""What is wrong with a header or a whole file is shown, and typed once for all lines."""

import pytest

from symbiosis.flows.received import check_received, open_received
from symbiosis.pages.whole_file import off_the_rows

BARE = "Matière;Quantité\ncalcin;1200\nsable;300\n"


@pytest.fixture
def declared(opened):
    """Open the page with files already received."""

    def open_page(lang="fr", **files):
        app = opened("declarer", lang)
        named = {f"{name}.csv": text.encode() for name, text in files.items()}
        app.session_state["grids"] = open_received(named)
        app.run()
        assert not app.exception
        return app

    return open_page


def give(app, label, text):
    widgets = app.selectbox if label in ("Sens", "Direction") else app.text_input
    next(w for w in widgets if w.label == label).set_value(text).run()
    assert not app.exception
    return app


def counted(app):
    html = " ".join(part.value for part in app.get("html"))
    return [words for words in ("2 offres", "2 besoins") if words in html]


def test_what_no_column_gives_is_typed_once_and_checked_at_once(declared):
    app = declared(flux=BARE)
    told = " ".join(error.value for error in app.error)
    for words in ("Sens »", "Unité »", "Entreprise »", "où sont les entreprises"):
        assert words in told
    for label, text in (("Entreprise", "Verrerie"), ("Commune", "59140 Dunkerque"),
                        ("Sens", "offer"), ("Unité", "t/an")):  # fmt: skip
        assert not counted(app)
        give(app, label, text)
    assert counted(app) == ["2 offres"]
    assert not app.error
    assert app.success[0].value == "Toutes les lignes sont bonnes."
    give(app, "Sens", "need")  # the choice stays open
    assert counted(app) == ["2 besoins"]


def test_a_column_without_any_value_is_filled_once_too(declared):
    app = declared("en", flows="Firm;Commune;Direction;Material;Quantity;Unit\n"
                   "Glass;59140 Dunkerque;output;cullet;1200;\n")  # fmt: skip
    assert [w.label for w in app.text_input] == ["Unit"]
    give(app, "Unit", "t/yr")
    assert app.success[0].value == "Every line is good."


def test_a_problem_of_a_file_that_is_no_table_is_shown(declared):
    good = "Entreprise;Commune;Sens;Matière;Quantité;Unité\nV;59140 Dunkerque;sortie;calcin;1;t\n"
    app = declared(flux=good, notes="bonjour\nà tous\n")
    assert any("notes" in error.value for error in app.error)


@pytest.mark.parametrize("count", [1, pytest.param(12, marks=pytest.mark.slow)])
def test_each_problem_stands_beside_a_row_or_above_the_rows(count):
    files = {f"{n}.csv": b"bonjour\n" for n in range(count)}
    received = open_received(files | {"flux.csv": f"{BARE}Total;x\n".encode()})
    found = check_received(received)
    above = off_the_rows(received.grids, found)
    beside = [p for p in found.problems if p not in above]
    assert {p.file for p in above} == {*files, "flux.csv"}
    assert {p.row for p in beside} == {2}
