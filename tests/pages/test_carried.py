"""A synergy carried on: what an officer writes is kept, told back, and never half saved."""

import pytest

from symbiosis.pages import lists, worklist


@pytest.fixture
def followed(opened):
    app = opened("synergies")
    next(b for b in app.button if "Suivre" in b.label).click().run()
    assert not app.exception
    return app


def field(app, kind, label):
    return [one for one in app.get(kind) if one.label == label][-1]


def save(app):
    next(b for b in app.button if b.label == "Enregistrer le suivi").click().run()
    assert not app.exception
    return app


def words(app):
    return " ".join(part.value for part in app.get("html"))


def best():
    store = worklist.store()
    return store.worklist(store.only_person()).iloc[0]


def test_who_follows_it_and_what_comes_next_are_kept_with_their_history(followed):
    field(followed, "text_input", "Suivie par").set_value("Léa")
    field(followed, "text_input", "Prochaine étape").set_value("Appeler mardi")
    field(followed, "text_area", "Note").set_value("Cuve de 30 m³")
    field(followed, "text_input", "Date (JJ/MM/AAAA)").set_value("3/3/2027")
    shown = words(save(followed))
    assert best()[["owner", "next_step", "note", "date", "stage"]].tolist() == [
        "Léa", "Appeler mardi", "Cuve de 30 m³", "2027-03-03", "idea",
    ]  # fmt: skip
    assert "Suivie par\u00a0: – → Léa" in shown
    assert "Date\u00a0: – → 03/03/2027" in shown
    assert "Prochaine étape\u00a0: – → Appeler mardi" in shown


def test_a_synergy_is_not_dropped_without_a_reason_and_what_was_written_is_told(followed):
    field(followed, "selectbox", "Faire avancer").set_value("dropped")
    save(followed)
    assert "Abandon" in followed.error[0].value
    assert best()["stage"] == "idea"


def test_a_date_that_is_none_is_refused_in_words(followed):
    field(followed, "text_input", "Date (JJ/MM/AAAA)").set_value("mardi")
    save(followed)
    assert "date" in followed.error[0].value
    assert "mardi" in followed.error[0].value
    assert not best()["date"]


def test_a_save_that_changes_nothing_makes_no_version(followed):
    before = int(best()["version"])
    assert not save(followed).error
    assert int(best()["version"]) == before


def test_the_list_sorts_by_numbers_and_reads_as_words(followed):
    table = followed.dataframe[0].value
    assert table["Quantité"].dtype.kind == "f"
    assert table["Probabilité"].tolist()[0] == 23
    assert table["Gain net"].dtype.kind == "f"


def test_an_export_has_the_units_in_its_headings(followed):
    atlas_row = best().to_frame().T.assign(label_fr="laitiers", label_en="slag")
    whole = lists.exported(atlas_row, atlas_row[["owner"]])
    assert {"Quantity", "Unit", "Net gain (€)"} <= set(whole.columns) or {
        "Quantité", "Unité", "Gain net (€)",
    } <= set(whole.columns)  # fmt: skip


def test_a_likelihood_is_written_in_hundredths_and_kept_as_a_share(followed):
    row = best()
    assert not worklist.update(str(row["synergy_id"]), int(row["version"]),
                               {"likelihood": lists.share(60)})  # fmt: skip
    store = worklist.store()
    kept = store.worklist(store.only_person(), str(row["synergy_id"])).iloc[0]
    assert kept["likelihood"] == 0.6


def test_the_panel_says_what_an_officer_wrote_as_the_next_step(followed):
    field(followed, "text_input", "Prochaine étape").set_value("Visite du 3 mars")
    save(followed)
    followed.switch_page("symbiosis/pages/carte.py").run()
    next(b for b in followed.button if str(b.key).startswith("go_")).click().run()
    assert "Visite du 3 mars" in words(followed)
    assert "Dans la liste de suivi" in words(followed)


def test_an_exchange_that_nobody_follows_yet_says_what_to_do_first(opened):
    app = opened()
    next(b for b in app.button if str(b.key).startswith("go_")).click().run()
    assert not app.exception
    assert "Appeler les deux" in words(app)
    assert [b.label for b in app.button if "liste de suivi" in b.label] == [
        "Ouvrir la liste de suivi"
    ]
