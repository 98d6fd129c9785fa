"""What stands wrong on many lines is written once."""

import pytest

from symbiosis.flows.received import open_received

HEAD = "Raison sociale;Commune;Sens;Matière;Quantité;Unité\n"
LINES = "".join(
    f"Verrerie;Dunkerke;sortie;{what};12;t/an\n" for what in ("calcin", "bois", "sable")
)


@pytest.fixture
def declared(opened):
    def open_page(text):
        app = opened("declarer")
        app.session_state["grids"] = open_received({"flux.csv": text.encode()})
        app.run()
        assert not app.exception
        return app

    return open_page


def asked(app):
    return [field for field in app.text_input if "Que faut-il y lire" in field.label]


def test_a_wrong_commune_is_corrected_on_every_line_at_once(declared):
    app = declared(HEAD + LINES)
    (field,) = asked(app)
    words = field.label.replace("\u00a0", " ").replace("\u202f", " ")
    assert words == "« Dunkerke » figure sur 3 lignes de « Commune ». Que faut-il y lire ?"
    field.set_value("59140 Dunkerque").run()
    assert not app.exception
    assert app.success[0].value == "Toutes les lignes sont bonnes."
    (grid,) = app.session_state["grids"].grids.values()
    assert set(grid.cells["Commune"]) == {"59140 Dunkerque"}


@pytest.mark.slow
def test_what_stands_wrong_once_is_corrected_in_its_row(declared):
    assert not asked(declared(HEAD + LINES.splitlines()[0] + "\n"))


@pytest.mark.slow
def test_a_material_that_is_chosen_from_the_list_is_not_asked_twice(declared):
    lines = "Verrerie;59140 Dunkerque;sortie;zorglub bizarre;12;t/an\n" * 2
    assert not asked(declared(HEAD + lines.replace("12", "13", 1)))


def test_equal_lines_are_flows_of_their_own_on_request(declared):
    line = "Verrerie;59140 Dunkerque;sortie;calcin;12;t/an\n"
    app = declared(HEAD + line * 2)
    assert any("À corriger (1)" in tab.label for tab in app.tabs)
    app.checkbox(key="keep_repeated").check().run()
    assert not app.exception
    assert app.success[0].value == "Toutes les lignes sont bonnes."
    app.checkbox(key="keep_repeated").uncheck().run()
    assert any("À corriger (1)" in tab.label for tab in app.tabs)
