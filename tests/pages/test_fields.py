"""Numbers as people write them, in the fields of the pages and in the cells of a declaration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.flows.received import check_received, open_received
from symbiosis.maps import numbers
from symbiosis.pages.fields import Field, read

ANY = Field("any", 0.0, 1e6)


@pytest.mark.parametrize(
    ("text", "lang", "meant"),
    [
        ("0,08", "fr", 0.08), ("0.08", "fr", 0.08), ("0,08", "en", 0.08), (",5", "fr", 0.5),
        ("1 200,5", "fr", 1200.5), ("1\u202f200,5", "fr", 1200.5), ("1\u00a0200", "fr", 1200.0),
        ("1,200.5", "en", 1200.5), ("1,200", "en", 1200.0), ("1,200", "fr", 1.2),
        ("12,5 €", "fr", 12.5), ("-3", "fr", None), ("1e9", "en", None), ("douze", "fr", None),
        ("", "fr", None), ("nan", "en", None), ("1,2,3", "fr", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_meant(text, lang, meant):
    assert read(text, lang, ANY) == meant


def test_an_empty_field_may_mean_no_limit():
    assert read("  ", "fr", Field("any", 5.0, 10.0, empty=0.0)) == 0.0


@given(st.integers(0, 10**9).map(lambda n: n / 1000), st.sampled_from(["fr", "en"]))
def test_what_is_written_back_is_read_again_as_the_same(value, lang):
    assert read(numbers.exact(value, lang), lang, ANY) == value


def field(app, words):
    return next(one for one in app.text_input if words in one.label)


def run(app, words="Lancer"):
    next(button for button in app.button if words in button.label).click().run()
    assert not app.exception
    return app


def faults(app):
    return [part.value for part in app.get("html") if 'class="sy-fault"' in part.value]


def test_a_scenario_is_run_with_the_numbers_of_a_french_keyboard(opened):
    app = opened("scenarios")
    assert field(app, "Transport").value == "0,1104"
    field(app, "Transport").set_value("0.08")
    field(app, "Valeur du carbone").set_value("1 200,5")
    field(app, "Distance").set_value("")
    run(app)
    assert not faults(app)
    assert field(app, "Transport").value == "0,08"
    assert field(app, "Valeur du carbone").value == "1\u202f200,5"
    assert field(app, "Distance").value == "0"
    asked = app.session_state["other_study"][2].scenario
    assert asked.freight_eur_per_tkm == 0.08
    assert asked.carbon_value_eur_per_tco2e == 1200.5
    assert asked.max_distance_km is None


def test_a_number_that_is_none_is_told_under_its_field_and_nothing_runs(opened):
    app = opened("scenarios")
    field(app, "Transport").set_value("cher")
    run(app)
    told = faults(app)
    assert len(told) == 2
    assert "« cher » n’est pas un nombre" in told[0].replace("\u00a0", " ")
    assert "0,08" in told[0]
    assert "other_study" not in app.session_state
    assert field(app, "Transport").value == "cher"  # what was typed stays to be corrected
    field(app, "Transport").set_value("9")
    assert "entre 0 et 5" in faults(run(app))[0].replace("\u00a0", " ")


@pytest.mark.slow
def test_a_number_keeps_its_meaning_when_the_language_changes(opened):
    app = opened("scenarios")
    field(app, "Valeur du carbone").set_value("1,234")
    run(app)
    app.segmented_control(key="lang").set_value("en").run()
    assert field(app, "Carbon value").value == "1.234"


def test_a_filter_takes_a_comma_and_its_address_a_point(opened):
    app = opened()
    field(app, "Distance").set_value("12,5").run()
    assert field(app, "Distance").value == "12,5"
    assert app.query_params["km"] in ("12.5", ["12.5"])
    field(app, "Distance").set_value("loin").run()
    assert len(faults(app)) == 1
    assert app.query_params["km"] in ("12.5", ["12.5"])  # the filter stays as it was
    assert field(opened(km="12.5"), "Distance").value == "12,5"


@pytest.mark.parametrize("cell", ["1 200,5", "1\u202f200,5", "1200.5"])
def test_a_cell_corrected_in_place_takes_a_comma_and_thin_spaces(cell):
    """The table of faulty rows holds text: what is typed there is read as a file would be."""
    head = "nom;longitude;latitude;sens;matière;quantité;unité\n"
    received = open_received({"f.csv": f"{head}A;1,9;50,9;sortie;calcin;douze;t\n".encode()})
    assert len(check_received(received).problems) == 1
    grid = received.grids[0]
    corrected = received.corrected(0, grid.corrected(grid.cells.replace("douze", cell)))
    found = check_received(corrected)
    assert found.tables["offers"]["quantity"].tolist() == [1200.5]
