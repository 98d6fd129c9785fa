"""What a study says of itself in words."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from symbiosis.reports import Speaker, wording


@pytest.mark.parametrize(
    ("lang", "territories", "communes", "firms"),
    [("fr", "5 territoires", "4 communes", "4 entreprises"),
     ("en", "5 territories", "4 communes", "4 firms")],
)  # fmt: skip
def test_the_place_is_named_where_it_has_a_name(results, lang, territories, communes, firms):
    speaker = Speaker(lang)
    assert wording.place(results, speaker) == "Côte d'Opale"
    many = pd.concat([results.territories] * 5, ignore_index=True)
    assert wording.place(replace(results, territories=many), speaker) == territories
    nowhere = replace(results, territories=gpd.GeoDataFrame())
    assert wording.place(nowhere, speaker) == communes
    unnamed = replace(nowhere, firms=results.firms.assign(commune=""))
    assert wording.place(unnamed, speaker) == firms


@pytest.mark.parametrize(
    ("count", "lang", "told"),
    [
        (1, "en", "1 firm declared 1 residue and 1 need. "
                  "1 exchange between 2 of them is worth most for the territory."),
        (1, "fr", "1 entreprise a déclaré 1 résidu et 1 besoin. "
                  "1 échange entre 2 d’entre elles vaut le plus pour le territoire."),
        (2, "en", "2 firms declared 2 residues and 2 needs. "
                  "2 exchanges between 2 of them make the best set for the territory."),
        (0, "fr", "0 entreprise a déclaré 0 résidu et 0 besoin. "
                  "Aucun échange entre elles n’est rentable."),
    ],
)  # fmt: skip
def test_one_is_not_many(results, count, lang, told):
    first = results.shipments.iloc[[0]]
    few = replace(
        results, firms=results.firms.head(count), offers=results.offers.head(count),
        needs=results.needs.head(count), shipments=pd.concat([first] * 2).head(count),
    )  # fmt: skip
    speaker = Speaker(lang)
    assert wording.summary(few, speaker) == told
    nowhere = replace(few, territories=gpd.GeoDataFrame(), firms=few.firms.assign(commune="X"))
    communes = {0: "entreprise", 1: "commune", 2: "commune"}[count]
    assert wording.place(nowhere, speaker) == f"{1 if count else 0} {communes}"


def test_the_proof_is_said_in_plain_words(results):
    assert "among the 12 possible pairs" in wording.proof(results, Speaker("en"))
    looser = replace(
        results, certificate=replace(results.certificate, gap_eur=2e4, relative_gap=0.0123)
    )
    assert "worth 1.23% more" in wording.proof(looser, Speaker("en"))


def test_exchanges_that_cost_money_are_owned_up_to(results):
    assert wording.costly(results, Speaker("en")).startswith("1 of these exchanges would cost")
    richer = replace(results, by_shipment=results.by_shipment.assign(net_gain_eur=1.0))
    assert wording.costly(richer, Speaker("en")) == ""


def test_a_study_without_a_possible_pair_proves_nothing(nothing):
    assert "no pair is possible" in wording.proof(nothing, Speaker("en"))


def test_a_long_list_of_territories_is_cut(results):
    many = pd.concat([results.territories] * 12, ignore_index=True)
    told = wording.perimeter(replace(results, territories=many), Speaker("en"))
    assert told.count("Côte d'Opale") == 9
    assert told.endswith("and 3 more")


def test_fictional_firms_are_said_to_be(results):
    assert wording.fictional(results, Speaker("fr")) == ""
    made_up = replace(results, firms=results.firms.assign(source="fictif"))
    assert "fictives" in wording.fictional(made_up, Speaker("fr"))


def test_overrides_are_named(results):
    record = {**results.record, "overrides": ["factors:primary_emissions.aggregate"]}
    told = wording.overrides(replace(results, record=record), Speaker("en"))
    assert "factors:primary_emissions.aggregate" in told
    assert wording.overrides(results, Speaker("en")) == ""


def test_a_material_that_the_catalogue_lost_keeps_its_name(results):
    assert wording.material("my_own_mix", results.catalogue, "fr") == "My_own_mix"
