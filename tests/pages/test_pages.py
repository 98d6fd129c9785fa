"""Every page in both languages, and what a reader does on it."""

import pytest

PAGES = {
    "carte": ("Ce que nos entreprises peuvent échanger", "What our firms can exchange"),
    "declarer": ("Déclarer ce qui sort et ce qui entre", "Declare what goes out and what comes in"),
    "synergies": ("Les synergies à porter", "The synergies to carry"),
    "scenarios": ("Et si… ?", "What if…?"),
    "impact": ("Ce que changent les échanges", "What the exchanges change"),
    "donnees": ("Données et méthode", "Data and method"),
}


def clean(app):
    assert not app.exception, app.exception
    assert not [box.value for box in app.error], [box.value for box in app.error]
    return app


@pytest.mark.parametrize("lang", ["fr", pytest.param("en", marks=pytest.mark.slow)])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages(opened, page, lang):
    app = clean(opened("" if page == "carte" else page, lang))
    titles = [" ".join(title.value.split()) for title in app.title]  # no-break spaces too
    assert titles == [PAGES[page][lang == "en"]]


def test_the_map_says_that_the_demonstration_is_fictional(opened):
    words = " ".join(part.value for part in clean(opened()).get("html"))
    assert "fictives" in words
    assert "approximatifs" in words
    assert "Natural Earth" in words


def test_a_filter_changes_the_figures_and_the_address(opened):
    app = clean(opened())
    before = figures(app)
    app.multiselect(key="view_groups").set_value(["metals"]).run()
    assert figures(clean(app)) != before
    assert app.query_params["m"] in ("metals", ["metals"])


def figures(app):
    return [part.value for part in app.get("html") if "sy-figure" in part.value]


def test_an_address_brings_its_view_back(opened):
    app = clean(opened(m="metals", n="20", t="nowhere"))
    assert app.multiselect(key="view_groups").value == ["metals"]
    assert app.selectbox(key="view_territory").value == ""  # an unknown territory is dropped


@pytest.mark.slow
def test_the_estimated_layer_travels_in_the_address(opened):
    app = clean(opened(e="1"))
    assert app.checkbox(key="estimated").value
    app.checkbox(key="estimated").set_value(False).run()
    assert "e" not in clean(app).query_params
    app.checkbox(key="estimated").set_value(True).run()
    assert app.query_params["e"] in ("1", ["1"])


def test_the_best_exchange_can_be_opened_and_closed(opened):
    app = clean(opened())
    first = next(button for button in app.button if str(button.key).startswith("go_"))
    first.click().run()
    assert "f" in clean(app).query_params
    next(b for b in app.button if b.label == "Retour au territoire").click().run()
    assert "f" not in clean(app).query_params


def test_the_language_changes_and_the_view_stays(opened):
    app = clean(opened())
    app.multiselect(key="view_groups").set_value(["metals"]).run()
    app.segmented_control(key="lang").set_value("en").run()
    assert clean(app).title[0].value == PAGES["carte"][1]
    assert app.multiselect(key="view_groups").value == ["metals"]


def test_filters_outlive_a_visit_to_another_page(opened):
    app = clean(opened())
    app.multiselect(key="view_groups").set_value(["metals"]).run()
    app.switch_page("symbiosis/pages/donnees.py").run()
    app.switch_page("symbiosis/pages/carte.py").run()
    assert clean(app).multiselect(key="view_groups").value == ["metals"]


def test_filters_that_leave_nothing_say_so(opened):
    app = opened(m="water", min="900000000")
    assert "Élargissez" in app.info[0].value


def test_a_synergy_goes_from_idea_to_running_and_counts_as_realised(opened):
    app = clean(opened("synergies"))
    next(b for b in app.button if "Suivre" in b.label).click().run()
    from symbiosis.pages import worklist

    store = worklist._store()
    row = store.worklist(store.only_person()).iloc[0]
    refused = worklist._store().update_synergy(
        store.only_person(), row["synergy_id"], int(row["version"]), {"stage": "running"}
    )
    assert refused == int(row["version"]) + 1
    app.switch_page("symbiosis/pages/impact.py").run()
    table = clean(app).table[0].value
    assert table.loc["Échanges", "Réalisé"] == "1"


def test_two_people_saving_at_once_lose_nothing_and_the_second_is_told(opened):
    app = clean(opened("synergies"))
    next(b for b in app.button if "Suivre" in b.label).click().run()
    from symbiosis.pages import worklist

    store = worklist._store()
    row = store.worklist(store.only_person()).iloc[0]
    name, version = str(row["synergy_id"]), int(row["version"])
    assert worklist.update(name, version, {"owner": "Léa"}) == ""
    told = worklist.update(name, version, {"owner": "Marc"})
    assert told
    assert "Traceback" not in told
    assert store.worklist(store.only_person(), name)["owner"].tolist() == ["Léa"]
    assert worklist.update(name, version + 1, {"stage": "dropped"})  # a reason is asked for


def test_a_scenario_is_run_and_compared(opened):
    app = clean(opened("scenarios"))
    next(t for t in app.text_input if "Distance" in t.label).set_value("30")
    next(b for b in app.button if "Lancer" in b.label).click().run()
    labels = [tab.label for tab in clean(app).tabs]
    assert labels[0].startswith("Apparaissent")
    assert not labels[1].endswith("(0)")


@pytest.mark.slow
def test_a_scenario_with_weights_of_ones_own_is_run(opened):
    app = clean(opened("scenarios"))
    next(s for s in app.selectbox if s.label == "Objectif").set_value("own")
    app.text_input(key="weight_eur").set_value("0")
    app.text_input(key="weight_fte").set_value("50000")
    next(b for b in app.button if "Lancer" in b.label).click().run()
    chosen = clean(app).session_state["other_study"][2].scenario
    assert (chosen.weights.eur, chosen.weights.fte) == (0, 50_000)
    assert chosen.weights.tco2e == 250  # as the reference counts it, until it is changed


def test_a_scenario_with_an_unknown_material_is_refused_in_words(opened):
    app = clean(opened("scenarios"))
    next(t for t in app.text_input if "Matière" in t.label).set_value("unobtainium")
    next(b for b in app.button if "Lancer" in b.label).click().run()
    assert not app.exception
    assert app.error


def test_a_dataset_that_cannot_be_read_is_told_and_nothing_falls(opened, monkeypatch, tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("nom;quantité\nUsine;beaucoup\n", encoding="utf-8")
    monkeypatch.setenv("SYMBIOSIS_PATH", str(broken))
    app = opened()
    assert not app.exception
    assert app.error
    assert len(app.dataframe[0].value)


def test_a_dataset_that_is_not_there_is_told(opened, monkeypatch, tmp_path):
    monkeypatch.setenv("SYMBIOSIS_PATH", str(tmp_path / "gone"))
    app = opened()
    assert not app.exception
    assert app.error


def test_our_own_fault_is_a_sentence(opened, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("inside")

    monkeypatch.setattr("symbiosis.maps.select", fail)
    app = opened()
    assert not app.exception
    assert "de notre côté" in app.error[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_territory_without_any_exchange_is_shown_in_words(opened, monkeypatch, tmp_path, page):
    lone = tmp_path / "lone.csv"
    lone.write_text(
        "nom;longitude;latitude;sens;matière;quantité;unité\nUsine;1,9;50,9;sortie;calcin;100;t\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("SYMBIOSIS_PATH", str(lone))
    clean(opened("" if page == "carte" else page))
