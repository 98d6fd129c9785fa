"""A column is served by what it tells; one that nobody documented is withheld."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from symbiosis import bundled
from symbiosis.errors import StorageError
from symbiosis.storage import LOCAL, AccessDenied
from symbiosis.storage.disclosure import is_open, units
from tests.storage.worlds import (
    ANALYST,
    FIRM_ASH,
    FIRM_BEECH,
    OFFICER_NORTH,
    OFFICER_SOUTH,
    firm,
    flow,
    flows_of,
    four_firms,
    three_exchanges,
)


@pytest.mark.parametrize("table", ["shipments", "by_shipment", "worklist", "offers", "needs"])
def test_no_column_in_eur_is_open(table):
    known = units(table)
    assert known
    for name, unit in known.items():
        assert not (is_open(name, table) and ("EUR" in unit or "eur" in name)), name


def widened(money):
    """The study of three exchanges with a column that no table of columns knows."""
    study = three_exchanges()
    shipments = study.match.shipments.assign(**{money: 77.25})
    impact = replace(study.impact, by_shipment=study.impact.by_shipment.assign(**{money: 77.25}))
    unmatched = study.match.unmatched.assign(**{money: 77.25})
    match = replace(study.match, shipments=shipments, unmatched=unmatched)
    return replace(study, match=match, impact=impact)


LATER = [pytest.param(name, marks=pytest.mark.slow) for name in ("penalty", "net_gain_eur_low")]


@pytest.mark.parametrize("name", ["margin_eur", *LATER])
def test_a_new_column_is_withheld_from_whoever_may_not_read_both_prices(store, name):
    study_id = store.keep_study(LOCAL, widened(name), "x")
    for who in (FIRM_ASH, FIRM_BEECH, ANALYST):
        seen = store.study(who, study_id)
        for table in (seen.match.shipments, seen.impact.by_shipment, seen.match.unmatched):
            shown = table[name].dropna().tolist() if name in table else []
            assert 77.25 not in shown
    officer = store.study(OFFICER_NORTH, study_id).match.shipments.set_index("shipment_id")
    assert officer.loc["s1", name] == 77.25  # both ends are of this officer's territory
    assert np.isnan(officer.loc["s3", name])
    assert (store.study(LOCAL, study_id).match.shipments[name] == 77.25).all()


def test_a_column_is_open_once_it_is_documented_without_money(store, monkeypatch):
    known = bundled.table("columns/matching")
    row = pd.DataFrame([{"table": "shipments", "column": "colour", "unit": "-",
                         "description_en": "x", "description_fr": "x"}])  # fmt: skip
    wider = pd.concat([known, row])
    real = bundled.table
    monkeypatch.setattr(
        bundled, "table", lambda name: wider if name == "columns/matching" else real(name)
    )
    units.cache_clear()
    try:
        assert is_open("colour", "shipments")
        assert not is_open("colour_eur", "shipments")
    finally:
        units.cache_clear()


def test_what_has_no_column_of_its_own_is_for_those_who_read_the_price(store):
    declared = flows_of([firm("ash", penalty=3.5)], [flow("ash-2", 1.0)], [])
    wide = replace(declared, offers=declared.offers.assign(penalty=[77.25]))
    store.save(LOCAL, wide)
    assert "penalty" not in store.flows(ANALYST).offers
    assert store.flows(FIRM_ASH).offers["penalty"].tolist() == [77.25]


# -- whose a synergy is --------------------------------------------------------------------------


def forged(offer="dogwood-2", need="cedar-1"):
    """A study of a table that somebody typed, which claims the south's firms for the north."""
    study = three_exchanges()
    firms = study.flows.firms.assign(territory="north", contact="x")
    shipments = study.match.shipments.iloc[:1].assign(
        offer_flow=offer, need_flow=need, offer_firm_id=offer[:-2], need_firm_id=need[:-2]
    )
    offers = study.flows.offers.iloc[:1].assign(flow_id=offer, firm_id=offer[:-2])
    flows = replace(study.flows, firms=firms, offers=offers)
    match = replace(study.match, shipments=shipments, graph=replace(study.graph, flows=flows))
    return replace(study, flows=flows, match=match, impact=replace(study.impact, match=match))


@pytest.fixture
def south(store):
    """A store with one synergy of the south, noted by its officer."""
    declared = four_firms()
    more = flows_of([firm("dogwood")], [flow("dogwood-2", 9.0, "private")], [])
    store.save(LOCAL, declared)
    store.save(LOCAL, more)
    study = three_exchanges()
    shipments = study.match.shipments.iloc[:1].assign(
        offer_flow="dogwood-2", need_flow="cedar-1", offer_firm_id="dogwood", need_firm_id="cedar"
    )
    offers = pd.concat([study.flows.offers, more.offers], ignore_index=True)
    flows = replace(study.flows, offers=offers)
    match = replace(study.match, shipments=shipments)
    store.follow(LOCAL, replace(study, flows=flows, match=match))
    key = store.worklist(LOCAL)["synergy_id"].iloc[0]
    store.update_synergy(OFFICER_SOUTH, key, 1, {"note": "insolvent"})
    return store, key


def test_a_typed_declaration_takes_no_synergy_of_another_territory(south):
    store, key = south
    for study in (forged(), forged("ash-1")):
        with pytest.raises(StorageError, match="does not hold"):
            store.follow(OFFICER_NORTH, study)
        with pytest.raises(StorageError, match="does not hold"):
            store.keep_study(OFFICER_NORTH, study, "June")
    assert store.worklist(OFFICER_NORTH, key).empty
    assert store.worklist(OFFICER_SOUTH, key)["note"].tolist() == ["insolvent"]
    for act in (
        lambda: store.update_synergy(OFFICER_NORTH, key, 2, {"note": "x"}),
        lambda: store.synergy_history(OFFICER_NORTH, key),
        lambda: store.agree(OFFICER_NORTH, key, "cedar"),
        lambda: store.withdraw(OFFICER_NORTH, key, "cedar"),
    ):
        with pytest.raises(AccessDenied):
            act()
    assert store.agree(OFFICER_SOUTH, key, "cedar") is False


def test_a_row_written_for_another_territory_gives_no_reach(south):
    """As an older version, which believed the study, may have left it."""
    from symbiosis.storage.engine import writing
    from symbiosis.storage.tables import SYNERGIES

    store, key = south
    with writing(store.engine) as connection:
        connection.execute(
            SYNERGIES.update().values(
                offer_territory="north", need_territory="north", offer_visibility="public",
                need_visibility="public", offer_contact="forged",
            )
        )  # fmt: skip
    assert store.worklist(OFFICER_NORTH).empty
    with pytest.raises(AccessDenied):
        store.agree(OFFICER_NORTH, key, "dogwood")
    assert store.worklist(OFFICER_SOUTH)["offer_contact"].tolist() == ["dogwood@phone"]


def test_a_name_that_is_there_and_one_that_is_not_are_refused_alike(south):
    store, key = south
    told = []
    for name in (key, "0" * 16):
        for act in (
            lambda name=name: store.update_synergy(OFFICER_NORTH, name, 1, {"note": "x"}),
            lambda name=name: store.synergy_history(OFFICER_NORTH, name),
            lambda name=name: store.agree(OFFICER_NORTH, name, "cedar"),
            lambda name=name: store.agree(FIRM_ASH, name, "ash"),
        ):
            with pytest.raises(StorageError) as error:
                act()
            told.append((type(error.value), str(error.value)))
    assert told[:4] == told[4:]


def test_a_flow_made_private_and_then_removed_stays_hidden(store):
    declared = four_firms()
    store.save(LOCAL, declared)
    study_id = store.keep_study(LOCAL, three_exchanges(), "x")
    store.follow(LOCAL, three_exchanges(), study_id)
    hidden = replace(declared, needs=declared.needs.assign(visibility="private"))
    store.save(LOCAL, hidden)
    store.forget(LOCAL, ["dogwood-1"])
    assert (store.study(FIRM_ASH, study_id).match.shipments["hidden"] == "need").all()
    assert (store.worklist(FIRM_ASH)["hidden"] == "need").all()
