"""The home of a firm follows from its commune, in the store too, and moves nobody."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from symbiosis.flows import Flows
from symbiosis.flows.received import together
from symbiosis.geography import named_perimeters, own_perimeters
from symbiosis.storage import LOCAL, AccessDenied, Grant, Role
from symbiosis.storage.principals import Principal
from symbiosis.storage.rows import Declaration, to_flows

DUNKIRK = "245900428"


def declared(territory="", commune="Dunkerque", postcode="59140", firm="verrerie"):
    """One firm of a commune with one offer, read as a frame is."""
    firms = pd.DataFrame([{"firm_id": firm, "name": firm.title(), "commune": commune,
                           "postcode": postcode, "territory": territory}])  # fmt: skip
    flow = {"firm_id": firm, "direction": "offer", "material": "10 11 12", "quantity": 5}
    return Flows.from_tables(firms, pd.DataFrame([{**flow, "unit": "t"}]))


def grant(role, scope):
    return Principal("lea@example.org", (Grant(role, scope),), "u-lea")


def test_the_bundled_perimeters_are_not_kept_and_come_back_with_the_firms():
    rows = Declaration.of(declared())
    assert len(rows.territories) == 0
    read = to_flows(rows.firms.assign(position=0), rows.lines.assign(position=0), rows.territories)
    assert read.firms["territory"].tolist() == [DUNKIRK]
    assert read.territories["name"].tolist() == ["CU de Dunkerque"]


def test_a_perimeter_of_the_users_own_is_kept_under_whatever_code():
    own = gpd.GeoDataFrame({"code": [DUNKIRK], "name": ["CU de Dunkerque"]},
                           geometry=[box(2, 50, 3, 52)], crs=4326)  # fmt: skip
    assert len(own_perimeters(own)) == 1
    bundled = named_perimeters(pd.Series([DUNKIRK, "", "Mon port", "CU de Dunkerque"]))
    assert bundled["code"].tolist() == [DUNKIRK]
    assert len(own_perimeters(bundled)) == 0


def test_a_newcomer_joins_the_perimeters_that_are_open():
    base = declared("port")
    areas = gpd.GeoDataFrame({"code": ["port"], "name": ["Le port"]},
                             geometry=[box(2, 50, 3, 52)], crs=4326)  # fmt: skip
    base = type(base)(**{**vars(base), "territories": areas})
    joined, _ = together(base, declared(firm="sablerie"))
    assert joined.firms["territory"].tolist() == ["port", "port"]
    elsewhere, _ = together(base, declared(firm="sablerie", commune="Nice", postcode="06000"))
    assert elsewhere.firms["territory"].tolist() == ["port", "200030195"]


def test_a_commune_alone_moves_no_firm_that_is_known(store):
    store.save(LOCAL, declared("north"))
    store.save(grant(Role.FIRM, "verrerie"), declared())
    assert store.flows(LOCAL).firms["territory"].tolist() == ["north"]
    store.save(LOCAL, declared("south"))
    assert store.flows(LOCAL).firms["territory"].tolist() == ["south"]


def test_the_officer_of_the_body_reaches_the_firms_of_its_communes(store):
    officer = grant(Role.OFFICER, DUNKIRK)
    store.save(officer, declared())
    read = store.flows(officer)
    assert read.firms["territory"].tolist() == [DUNKIRK]
    assert read.territories["code"].tolist() == [DUNKIRK]
    with pytest.raises(AccessDenied):
        store.save(officer, declared(firm="sablerie", commune="Nice", postcode="06000"))
