"""A declaration is saved whole, refused in words, and found again."""

import pytest

from symbiosis.errors import StorageError, say
from symbiosis.flows.received import open_received
from symbiosis.pages import keeping, worklist
from symbiosis.storage import Grant, Principal, Role

HEAD = "Raison sociale;Longitude;Latitude;Sens;Matière;Quantité;Unité\n"
GLASS = HEAD + "Verrerie du Cap;1,86;50,95;sortie;calcin;1200;t/an\n"


@pytest.fixture
def declared(opened):
    """Open the page with a table already received."""

    def open_page(text=GLASS, **more):
        app = opened("declarer", **more)
        app.session_state["grids"] = open_received({"flux.csv": text.encode()})
        app.run()
        assert not app.exception
        return app

    return open_page


def press(app, words):
    next(button for button in app.button if button.label == words).click().run()
    assert not app.exception
    return app


def test_a_declaration_is_saved_and_opened_again(declared):
    app = press(declared(), "Enregistrer")
    assert "2 ajouts" in app.success[-1].value  # the firm and its flow
    press(app, "Enregistrer")
    assert "0 ajouts" in app.success[-1].value
    assert "2 inchangés" in app.success[-1].value
    press(app, "Ouvrir toutes les déclarations enregistrées")
    assert app.selectbox(key="dataset").value == "saved"
    assert app.title[0].value == "Ce que nos entreprises peuvent échanger"


@pytest.mark.parametrize(
    "visibility",
    ["public", *(pytest.param(v, marks=pytest.mark.slow) for v in ("members", "private"))],
)
def test_the_choice_of_who_may_see_reaches_the_store(declared, visibility):
    app = declared()
    assert len(app.radio(key="visibility").options) == 3  # the table has no such column
    app.radio(key="visibility").set_value(visibility).run()
    press(app, "Enregistrer")
    store = worklist.store()
    assert set(store.flows(store.only_person()).offers["visibility"]) == {visibility}


@pytest.mark.slow
def test_someone_else_s_firm_is_refused_in_a_sentence_and_nothing_is_saved(declared, monkeypatch):
    stranger = Principal("marc", (Grant(Role.FIRM, "another-firm"),))
    monkeypatch.setattr(worklist, "who", lambda: stranger)
    app = press(declared(), "Enregistrer")
    told = app.error[0].value
    assert "Verrerie du Cap" in told
    assert "Rien n’a été enregistré" in told
    store = worklist.store()
    assert not len(store.flows(store.only_person()).firms)


def test_a_store_that_fails_is_a_sentence(declared, monkeypatch):
    app = declared()

    def fail(*_args, **_kwargs):
        raise StorageError(
            say("The database does not answer. Nothing was saved; try again in a moment.")
        )

    monkeypatch.setattr(keeping, "shown_to", fail)
    press(app, "Enregistrer")
    assert "base" in app.error[0].value
    assert not app.success or "Enregistré" not in app.success[-1].value


def test_a_whole_territory_is_offered_as_one(declared):
    lines = [f"Usine {i};{1.8 + i / 50:.2f};50,9;sortie;calcin;{100 + i};t/an" for i in range(12)]
    app = declared(HEAD + "\n".join(lines) + "\n")
    press(app, "Ouvrir comme territoire")
    assert app.title[0].value == "Ce que nos entreprises peuvent échanger"
    words = " ".join(part.value for part in app.get("html"))
    assert "12 entreprises" in words.replace("\u202f", " ")


def test_an_empty_workbook_is_told(opened):
    import io

    import openpyxl

    book = io.BytesIO()
    openpyxl.Workbook().save(book)
    received = open_received({"vide.xlsx": book.getvalue()})
    assert not received.grids
    assert [str(p.problem) for p in received.opened.problems] == ["the workbook is empty"]
