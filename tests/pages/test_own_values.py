"""The territory's own values of the catalogue, in the app: used, and shown with their source."""

import geopandas as gpd
import pytest

from symbiosis.pages import keeping, publique, session, worklist
from symbiosis.storage.overrides import Cell
from tests.storage.worlds import firm, flow, flows_of

PRICE = Cell("materials", "cullet", "price_central_eur", "70", "survey 2026")


@pytest.fixture
def saved():
    """A store with one exchange of glass, and a price of cullet of the territory's own."""
    store = worklist.store()
    session._shelf.clear()
    glass = flow("ash-1", 100.0, material="15 01 07", route="D5")
    cullet = flow("beech-1", 100.0, material="cullet")
    store.save(store.only_person(), flows_of([firm("ash"), firm("beech")], [glass], [cullet]))
    store.override(store.only_person(), [PRICE])
    return store


def test_they_are_used_for_what_the_store_holds_and_shown_with_who_and_when(saved, opened):
    app = opened("donnees", "en", data="saved")
    assert not app.exception
    assert "The territory's own values" in [header.value for header in app.header]
    table = next(d.value for d in app.dataframe if "Bundled value" in d.value)
    assert table.iloc[0][["Row", "Value", "Bundled value", "Source", "Who"]].tolist() == [
        "cullet", "70", "60", "survey 2026", saved.only_person().name,
    ]  # fmt: skip
    [(study, _)] = session._shelf().values()
    assert study.graph.catalogue.materials.at["cullet", "price_central_eur"] == 70.0
    assert study.impact.overrides == ("materials:cullet",)


def test_a_changed_value_is_another_study(saved):
    first = keeping.stamp()
    saved.override(saved.only_person(), [PRICE._replace(value="75", version=1)])
    second = keeping.stamp()
    saved.drop_override(saved.only_person(), *PRICE[:2])
    assert len({first, second, keeping.stamp()}) == 3
    assert keeping.catalogue().own.empty


def test_a_material_that_a_visitor_cannot_name_is_shown_by_its_identifier(monkeypatch):
    monkeypatch.setattr(session, "opened", lambda: "littoral")
    table = gpd.GeoDataFrame({"direction": ["offer"], "material": ["our_own"], "firms": [3]})
    assert publique._names(table)["offer", "our_own"].startswith("Our_own")
    assert publique._group("our_own") == "other"
