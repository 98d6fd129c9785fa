"""What stands wrong on many lines is written once."""

from types import SimpleNamespace

import pytest

from symbiosis.flows.received import check_received, open_received
from symbiosis.pages import drafts, session, several_lines

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


def box(app):
    words = "Compter les lignes égales comme des flux distincts"
    return next(box for box in app.checkbox if box.label == words)


@pytest.mark.slow
def test_equal_lines_are_flows_of_their_own_on_request(declared):
    line = "Verrerie;59140 Dunkerque;sortie;calcin;12;t/an\n"
    app = declared(HEAD + line * 2)
    assert any("À corriger (1)" in tab.label for tab in app.tabs)
    assert not asked(app)
    box(app).check().run()
    assert not app.exception
    assert app.success[0].value == "Toutes les lignes sont bonnes."
    box(app).uncheck().run()
    assert any("À corriger (1)" in tab.label for tab in app.tabs)


def test_what_was_chosen_for_one_declaration_does_not_hold_for_the_next(monkeypatch):
    chosen = {drafts.MAPPING: {"Quoi": "material"}, drafts.EQUAL_LINES: True,
              session.DECLARED_ESTIMATES: True, "scenario": "of the visit"}  # fmt: skip
    monkeypatch.setattr(drafts, "st", SimpleNamespace(session_state=chosen))
    drafts.begin("another")
    assert chosen == {drafts.GRIDS: "another", "scenario": "of the visit"}


def test_many_lines_at_fault_are_counted_in_one_pass():
    text = HEAD + "Verrerie;Dunkerke;sortie;calcin;x;t/an\n" * 2_000
    received = open_received({"flux.csv": text.encode()})
    (grid,) = received.grids.values()
    counts = several_lines.texts_at_fault(grid, check_received(received))
    assert counts == {("Commune", "Dunkerke"): 2_000, ("Quantité", "x"): 2_000}
