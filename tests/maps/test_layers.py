import json
from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.maps import Look, View, deck, legend, select
from symbiosis.maps.layers import EXCHANGES, FIRMS, MOST_FIRMS, MOST_TIPS, PIPES

MOST_BYTES_A_FIRM, MOST_BYTES_AN_EXCHANGE = 230, 800


@pytest.fixture
def drawn(atlas):
    return json.loads(deck(atlas, select(atlas, View()), Look()).to_json())


def layer(drawn, name):
    return next(one for one in drawn["layers"] if one["id"].startswith(name))


def test_firms_are_sized_by_tonnes_and_coloured_by_sector(drawn):
    firms = {row["id"]: row for row in layer(drawn, FIRMS)["data"]}
    assert firms["steel"]["px"] > firms["cement"]["px"] > firms["lonely"]["px"]
    assert firms["steel"]["b"] != firms["cement"]["b"]


def test_heat_is_dashed_and_apart_from_materials(drawn):
    assert [row["name"] for row in layer(drawn, EXCHANGES)["data"]] == [
        "Aciérie du Port → Ciments du Banc"
    ]
    assert layer(drawn, PIPES)["extensions"][0]["@@type"] == "PathStyleExtension"
    assert len(layer(drawn, PIPES)["data"]) == 1


def test_a_focus_fades_the_rest(atlas):
    whole = json.loads(deck(atlas, select(atlas, View()), Look(), "cement").to_json())
    alpha = {row["id"]: row["a"] for row in layer(whole, FIRMS)["data"]}
    assert alpha["cement"] == alpha["steel"] > alpha["lonely"] == alpha["network"]


def test_a_turn_renames_what_can_be_clicked(atlas):
    turned = json.loads(deck(atlas, select(atlas, View()), Look(), turn=3).to_json())
    clickable = {one["id"] for one in turned["layers"] if one.get("pickable")}
    assert clickable == {f"{FIRMS}-3", f"{EXCHANGES}-3", f"{PIPES}-3"}


def test_what_is_sent_is_slim(drawn):
    firms, exchanges = layer(drawn, FIRMS)["data"], layer(drawn, EXCHANGES)["data"]
    assert len(json.dumps(firms, separators=(",", ":"))) < MOST_BYTES_A_FIRM * len(firms)
    assert len(json.dumps(exchanges, separators=(",", ":"))) < MOST_BYTES_AN_EXCHANGE


def test_a_crowd_is_cut_to_what_a_browser_bears_but_keeps_partners(atlas):
    crowd = atlas.firms.iloc[[3] * (MOST_FIRMS + 50)].reset_index(drop=True)
    crowd = crowd.assign(firm_id=[f"F{i}" for i in range(len(crowd))], declared_t=1e6)
    many = replace(atlas, firms=pd.concat([crowd, atlas.firms], ignore_index=True))
    sent = json.loads(deck(many, select(many, View()), Look()).to_json())
    ids = {row["id"] for row in layer(sent, FIRMS)["data"]}
    assert len(ids) == MOST_FIRMS + 3
    assert {"steel", "cement", "network"} <= ids


def test_tips_speak_the_language(atlas):
    french = deck(atlas, select(atlas, View()), Look(lang="fr")).to_json()
    english = deck(atlas, select(atlas, View()), Look(lang="en")).to_json()
    assert "t/an" in french
    assert "t/yr" in english


def test_the_legend_names_every_colour_in_use_once(atlas):
    entries = legend(select(atlas, View()), Look())
    groups = [entry["group"] for entry in entries]
    assert len(groups) == len(set(groups))
    assert {"minerals", "energy", "metals", "other"} == set(groups)
    assert next(e for e in entries if e["group"] == "metals")["material"] == ""


def test_an_empty_picture_is_a_map_all_the_same(atlas):
    nothing = select(atlas, View(groups=("water",)))
    assert json.loads(deck(atlas, nothing, Look()).to_json())["layers"]


def test_land_is_drawn_from_this_server_unless_the_basemap_has_its_own(drawn, atlas):
    assert layer(drawn, "land")["data"] == "app/static/outline.geojson"
    online = Look(style="https://tiles.example.org/style.json")
    names = {one.id for one in deck(atlas, select(atlas, View()), online).layers}
    assert "land" not in names


def test_small_pictures_draw_small(atlas):
    small = json.loads(deck(atlas, select(atlas, View()), Look(size=(330, 360))).to_json())
    big = json.loads(deck(atlas, select(atlas, View()), Look()).to_json())
    assert small["initialViewState"]["zoom"] < big["initialViewState"]["zoom"]
    assert layer(small, FIRMS)["data"][0]["px"] < layer(big, FIRMS)["data"][0]["px"]


def test_what_the_focus_concerns_lies_on_top(atlas):
    whole = json.loads(deck(atlas, select(atlas, View()), Look(), "cement").to_json())
    order = [row["id"] for row in layer(whole, FIRMS)["data"]]
    assert set(order[-2:]) == {"cement", "steel"}  # the giver is the heaviest: else the first
    assert set(order[:2]) == {"lonely", "network"}


def test_in_a_crowd_circles_are_small(atlas):
    crowd = atlas.firms.iloc[[3] * MOST_TIPS].reset_index(drop=True)
    crowd = crowd.assign(firm_id=[f"F{i}" for i in range(len(crowd))])
    many = replace(atlas, firms=pd.concat([crowd, atlas.firms], ignore_index=True))
    sizes = [
        {row["id"]: row["px"] for row in layer(json.loads(made.to_json()), FIRMS)["data"]}
        for made in (deck(one, select(one, View()), Look()) for one in (atlas, many))
    ]
    assert sizes[1]["steel"] < sizes[0]["steel"]
    assert sizes[1]["lonely"] < sizes[0]["lonely"]
