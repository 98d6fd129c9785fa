"""A list of firms alone leads on: estimates that stay apart, or the template to fill."""

import pytest

from symbiosis.flows.received import open_received
from symbiosis.pages import session

FIRMS = """Entreprise;Commune;NAF
Verrerie;59140 Dunkerque;23.13Z
Papeterie;62100 Calais;17.12Z
Sans code;62100 Calais;
"""


@pytest.fixture
def declared(opened):
    """Open the page with a list of firms already received."""

    def open_page(text, lang="fr"):
        app = opened("declarer", lang)
        app.session_state["grids"] = open_received({"entreprises.csv": text.encode()})
        app.run()
        assert not app.exception
        return app

    return open_page


def press(app, words):
    next(button for button in app.button if button.label == words).click().run()
    assert not app.exception
    return app


def box(app, words):
    return next(box for box in app.checkbox if box.label == words)


def told(app):
    return [part.value for part in app.info]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("fr", "3 entreprises ont été lues, dont 3 sont placées sur la carte. Aucun flux"),
     ("en", "3 firms were read, 3 of them are placed on the map. No flow is declared yet")],
)  # fmt: skip
def test_a_list_of_firms_is_counted_and_is_no_refusal(declared, lang, words):
    app = declared(FIRMS, lang)
    assert any(words in text for text in told(app))
    assert not app.error
    assert len(app.get("download_button")) == 2


def test_estimates_are_added_on_request_and_count_only_where_asked(declared):
    app = press(declared(FIRMS), "Ajouter les flux habituels comme estimations")
    assert told(app) == ["2 entreprises ont des flux estimés d’après leur activité, non déclarés."]
    cells = app.session_state["grids"].grids[1].cells
    assert set(cells["status"]) == {"estimated"}
    assert app.session_state["grids"].grids[1].label == "Flux estimés"
    assert not app.session_state["scenario"].use_estimated
    box(app, "Avec les flux estimés").check().run()
    assert not app.exception
    assert session.DECLARED_ESTIMATES in app.session_state
    assert not app.session_state["scenario"].use_estimated  # no figure of another page moves
    press(app, "Voir sur la carte")
    assert app.session_state["scenario"].use_estimated


def test_firms_of_which_nothing_is_known_are_told_why(declared):
    app = press(declared("Entreprise;Commune\nVerrerie;59140 Dunkerque\n", "en"),
                "Add the usual flows as estimates")  # fmt: skip
    assert "Nothing usual is known" in app.warning[0].value
    assert 0 in app.session_state["grids"].grids
    assert len(app.session_state["grids"].grids) == 1


def test_a_firm_at_fault_in_a_list_is_still_to_be_corrected(declared):
    app = declared(FIRMS + "Ailleurs;Nulleparville;\n")
    assert any("4 entreprises ont été lues, dont 3 sont" in text for text in told(app))
    assert any("À corriger (1)" in tab.label for tab in app.tabs)
