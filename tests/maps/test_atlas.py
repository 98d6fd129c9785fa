import json
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from symbiosis.maps import Look, View, choices, deck, lay_out, select
from symbiosis.maps.details import exchange, firm_card
from symbiosis.maps.figures import of_totals
from symbiosis.maps.view import around, places


def test_firms_carry_their_sector_tonnes_and_counts(atlas):
    steel = atlas.firms.set_index("firm_id").loc["steel"]
    assert (steel["sector"], steel["declared_t"]) == ("metals", 100_000)
    assert (steel["offers"], steel["needs"], steel["exchanges"]) == (2, 0, 2)
    assert atlas.firms.set_index("firm_id").loc["lonely", "sector"] == "other"


def test_shipments_carry_group_rank_confidence_and_both_ends(atlas):
    slag = atlas.shipments.set_index("material").loc["10 02 02"]
    assert (slag["group"], slag["confidence"], slag["quantity"]) == ("minerals", "declared", 60_000)
    assert (slag["commune_from"], slag["commune_to"]) == ("Dunkerque", "Lumbres")
    assert (slag["sector_from"], slag["sector_to"]) == ("metals", "minerals")
    assert slag["hierarchy"] in {"recycling", "recovery"}
    heat = atlas.shipments.set_index("material").loc["heat_100_200c"]
    assert (heat["group"], heat["unit"]) == ("energy", "MWh")


@pytest.mark.parametrize(
    ("view", "materials"),
    [
        (View(), {"10 02 02", "heat_100_200c"}),
        (View(groups=("energy",)), {"heat_100_200c"}),
        (View(communes=("Lumbres",)), {"10 02 02"}),
        (View(sectors=("energy",)), {"heat_100_200c"}),
        (View(max_km=20), {"heat_100_200c"}),
        (View(min_quantity=50_000), {"10 02 02"}),
        (View(firm="cement"), {"10 02 02"}),
        (View(confidences=("measured",)), set()),
        (View(groups=("energy",), communes=("Lumbres",)), set()),
    ],
)
def test_filters_combine(atlas, view, materials):
    assert set(select(atlas, view).shipments["material"]) == materials


def test_the_largest_of_each_unit_are_drawn_and_the_focus_always(atlas):
    assert set(select(atlas, View(), top=1).drawn["unit"]) == {"t", "MWh"}
    assert len(select(atlas, View(), top=0).drawn) == 0
    assert select(atlas, View(), 0, "cement").drawn["need_firm_id"].tolist() == ["cement"]


def test_around_a_firm_are_its_partners_alone(atlas):
    picture = around(atlas, {"cement"})
    assert set(picture.firms["firm_id"]) == {"cement", "steel"}
    assert picture.home.equals(picture.firms)
    assert picture.drawn["material"].tolist() == ["10 02 02"]
    assert around(atlas, {"lonely"}).firms["firm_id"].tolist() == ["lonely"]
    assert not len(around(atlas, {"lonely"}).drawn)


def test_partners_outside_the_commune_stay_visible(atlas):
    shown = select(atlas, View(communes=("Lumbres",))).firms
    assert set(shown["firm_id"]) == {"cement", "steel"}


@pytest.mark.parametrize(
    ("view", "home"),
    [
        (View(), ["steel", "cement", "network", "lonely"]),
        (View(communes=("Dunkerque",)), ["steel", "network"]),  # not the partner in Lumbres
        (View(communes=("Dunkerque",), sectors=("metals",)), ["steel", "network"]),
        (View(territory="nowhere"), ["steel", "cement", "network", "lonely"]),
    ],
)
def test_the_first_view_fits_the_place_that_is_chosen(atlas, view, home):
    picture = select(atlas, view)
    assert picture.home["firm_id"].tolist() == home
    seen = json.loads(deck(atlas, picture, Look()).to_json())["initialViewState"]
    lowest, highest = picture.home["longitude"].min(), picture.home["longitude"].max()
    assert seen["longitude"] == pytest.approx((lowest + highest) / 2, abs=1e-3)
    assert (seen["zoom"] > 10) is (len(home) == 2)


def test_a_territory_named_by_code_or_by_name_is_one(harbour, catalogue):
    box = gpd.GeoDataFrame(
        {"code": ["dk"], "name": ["Dunkerquois"]}, geometry=[shapely.box(2.1, 50.9, 2.5, 51.1)],
        crs=4326,
    )  # fmt: skip
    firms = harbour.flows.firms.assign(territory=["Dunkerquois", "", "", ""])
    flows = replace(harbour.flows, firms=firms, territories=box)
    laid = lay_out(replace(harbour, flows=flows), catalogue)
    assert laid.firms.set_index("firm_id")["territory"].to_dict() == {
        "steel": "dk", "cement": "", "network": "dk", "lonely": "",
    }  # fmt: skip
    assert len(select(laid, View(territory="dk")).shipments) == 2


@pytest.mark.parametrize("which", [slice(None), slice(0, 1), slice(0, 0)])
def test_figures_of_some_exchanges_are_those_of_the_whole_less_the_others(harbour, atlas, which):
    names = atlas.shipments["shipment_id"].tolist()
    some, rest = names[which], [name for name in names if name not in names[which]]
    whole, one, other = (
        of_totals(table)
        for table in (
            harbour.impact.totals,
            harbour.impact.totals_of(some),
            harbour.impact.totals_of(rest),
        )
    )
    assert list(one) == list(whole)
    for key, figure in whole.items():
        for end in ("low", "central", "high"):
            added = getattr(one[key], end) + getattr(other[key], end)
            assert added == pytest.approx(getattr(figure, end)), (key, end)


def test_the_card_of_a_firm_says_what_is_used_and_why_the_rest_is_not(harbour, atlas, catalogue):
    card = firm_card(harbour, atlas, catalogue, "steel")
    assert card.offers.set_index("flow_id")["used"]["slag"] == 60_000
    assert card.unmatched["reason"].tolist() == ["taker_full", "taker_full"]
    taker = firm_card(harbour, atlas, catalogue, "network")
    assert taker.needs["used"].tolist() == pytest.approx([30_000])
    assert firm_card(harbour, atlas, catalogue, "nobody") is None


def test_an_exchange_is_found_by_its_name_alone(atlas):
    name = atlas.shipments["shipment_id"].iloc[0]
    assert exchange(atlas, name)["shipment_id"] == name
    assert exchange(atlas, "steel") is None


def test_choices_are_what_occurs(atlas):
    found = choices(atlas)
    assert set(found["groups"]) == {"minerals", "energy"}
    assert "Dunkerque" in found["communes"]


def test_two_names_never_stand_on_one_another(atlas):
    named = places(atlas.firms)
    assert set(named["commune"]) == {"Dunkerque", "Lumbres", "Boulogne-sur-Mer"}
    assert len(places(atlas.firms, apart_deg=5)) == 1
