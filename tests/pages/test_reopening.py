"""A saved declaration is opened again, changed, compared with what is saved, and saved."""

import pytest

from symbiosis.flows.received import open_received
from symbiosis.pages import session, worklist
from symbiosis.storage import Grant, Principal, Role

TABLE = (
    "Raison sociale;SIRET;Commune;Sens;Matière;Quantité;Unité;Prix (€/t);Saison\n"
    "Verrerie du Cap;;59140 Dunkerque;sortie;calcin;1250;t/an;12,5;\n"
    "Verrerie du Cap;;59140 Dunkerque;entrée;sable;5000;t/an;;6-8\n"
    "Autre usine;;62100 Calais;sortie;calcin;40;t/an;;\n"
)


def open_page(opened, text=TABLE):
    app = opened("declarer")
    app.session_state["grids"] = open_received({"flux.csv": text.encode()})
    app.run()
    return app


def press(app, words):
    next(button for button in app.button if button.label == words).click().run()
    assert not app.exception
    return app


@pytest.fixture
def reopened(opened):
    """A page that shows the glassworks as it was saved."""
    press(open_page(opened), "Enregistrer")
    app = opened("declarer")
    (firms,) = [choice for choice in app.multiselect if choice.label == "Entreprises enregistrées"]
    assert firms.options == ["Autre usine (1 flux)", "Verrerie du Cap (2 flux)"]
    firms.select("verrerie-du-cap").run()
    return press(app, "Rouvrir")


def notes(app):
    """Return the page's own words, with plain blanks before French marks."""
    parts = [*app.markdown, *app.caption, *app.get("html")]
    texts = [part.value for part in parts] + [part.label for part in app.expander]
    return " ".join(texts).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.slow
def test_what_was_saved_comes_back_to_be_changed_and_nothing_of_it_differs(reopened):
    app = reopened
    assert app.success[0].value == "Toutes les lignes sont bonnes."
    firms, lines = (grid.cells for grid in app.session_state["grids"].grids.values())
    assert firms["name"].tolist() == ["Verrerie du Cap"]
    assert sorted(lines["direction"]) == ["need", "offer"]
    assert "Par rapport à ce qui est enregistré : rien ne change." in notes(app)


def test_a_change_is_shown_before_it_is_saved(reopened):
    app = reopened
    at, grid = list(app.session_state["grids"].grids.items())[1]
    cells = grid.cells.copy()
    cells["quantity"] = cells["quantity"].replace("1250", "1300")
    app.session_state["grids"] = app.session_state["grids"].corrected(at, grid.corrected(cells))
    app.run()
    told = "Par rapport à ce qui est enregistré : en plus, 0 ; changés, 1 ; absents du tableau, 0"
    assert told in notes(app)
    table = next(d.value for d in app.dataframe if "Enregistré" in d.value)
    assert table[["Colonne", "Enregistré", "Dans ce tableau"]].to_numpy().tolist() == [
        ["Quantité", "1\u202f250", "1\u202f300"]
    ]
    press(app, "Enregistrer")
    assert "1 modification" in app.success[-1].value
    store = worklist.store()
    offers = store.flows(store.only_person()).offers
    assert offers.set_index("firm_id").loc["verrerie-du-cap", "quantity"] == 1300


@pytest.mark.slow
def test_a_line_taken_out_leaves_the_store_on_request_alone(reopened):
    app = reopened
    at, grid = list(app.session_state["grids"].grids.items())[1]
    need = grid.cells.index[grid.cells["direction"] == "need"]
    app.session_state["grids"] = app.session_state["grids"].corrected(at, grid.without(need))
    app.run()
    store = worklist.store()
    press(app, "Enregistrer")
    assert len(store.flows(store.only_person()).needs) == 1
    (remove,) = [box for box in app.checkbox if box.label.startswith("Retirer le flux")]
    remove.check().run()
    press(app, "Enregistrer")
    assert "1 flux a été retiré." in notes(app)
    assert len(store.flows(store.only_person()).needs) == 0


@pytest.mark.slow
def test_nobody_opens_what_is_not_theirs_to_declare(opened, monkeypatch):
    press(open_page(opened), "Enregistrer")
    stranger = Principal("marc", (Grant(Role.FIRM, "autre-usine"),))
    monkeypatch.setattr(worklist, "who", lambda: stranger)
    app = opened("declarer")
    (firms,) = [choice for choice in app.multiselect if choice.label == "Entreprises enregistrées"]
    assert firms.options == ["Autre usine (1 flux)"]


@pytest.mark.slow
def test_another_file_changes_no_other_page_until_it_is_opened(opened):
    app = open_page(opened)
    press(app, "Voir sur la carte")
    before = app.session_state[session.UPLOADED].key
    app.switch_page("symbiosis/pages/declarer.py").run()
    text = TABLE.replace("1250", "9000")
    app.session_state["grids"] = open_received({"autre.csv": text.encode()})
    app.run()
    assert app.session_state[session.UPLOADED].key == before
    assert app.session_state[session.DECLARED].key != before
    press(app, "Voir sur la carte")
    assert app.session_state[session.UPLOADED].key == app.session_state[session.DECLARED].key
