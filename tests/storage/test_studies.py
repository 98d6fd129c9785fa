"""A study once kept is kept: the same figures for ever, and only what each one may see."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from symbiosis.errors import StorageError
from symbiosis.geography import Roads
from symbiosis.reports.record import distances
from symbiosis.storage import LOCAL, AccessDenied
from symbiosis.storage.engine import writing
from symbiosis.storage.studies import inputs_digest
from tests.storage.worlds import (
    ADMINISTRATOR,
    ANALYST,
    FIRM_ASH,
    FIRM_BEECH,
    FIRM_CEDAR,
    OFFICER_NORTH,
    four_firms,
    three_exchanges,
)


def digest(flows):
    return inputs_digest(replace(three_exchanges(), flows=flows))


MATCH = ("shipments", "prices", "unmatched", "blending")
IMPACT = ("by_shipment", "totals", "emissions_terms")


@pytest.fixture
def kept(store):
    return store, store.keep_study(LOCAL, three_exchanges(), "first")


def test_what_is_kept_is_reopened_to_the_last_digit(kept):
    store, study_id = kept
    study, back = three_exchanges(), store.study(LOCAL, study_id)
    for name in ("firms", "offers", "needs", "territories"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(back.flows, name)), pd.DataFrame(getattr(study.flows, name)),
            check_exact=True,
        )  # fmt: skip
    for stage, names in (("match", MATCH), ("impact", IMPACT)):
        for name in names:
            one, other = (getattr(getattr(s, stage), name) for s in (back, study))
            pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), check_exact=True)
    assert back.scenario == study.scenario
    assert back.match.certificate == study.match.certificate


def test_the_newest_is_the_default_and_the_list_names_them(kept):
    store, first = kept
    second = store.keep_study(LOCAL, three_exchanges(), "second\x00")
    listed = store.studies(LOCAL)
    assert listed["study_id"].tolist() == [second, first]
    assert listed["name"].tolist() == ["second·", "first"]
    assert set(listed["inputs_digest"]) == {inputs_digest(three_exchanges())}
    assert len(store.study(LOCAL).match.shipments) == 3


def test_another_input_has_another_digest():
    flows = three_exchanges().flows
    other = replace(flows, offers=flows.offers.assign(quantity=[10.0, np.nextafter(20.0, 21.0)]))
    assert digest(flows) == digest(three_exchanges().flows)
    assert digest(flows) != digest(other)


def test_what_is_declared_later_does_not_touch_it(kept):
    store, study_id = kept
    declared = four_firms()
    store.save(LOCAL, replace(declared, offers=declared.offers.assign(quantity=[99.0, 99.0])))
    assert store.study(LOCAL, study_id).flows.offers["quantity"].tolist() == [10.0, 20.0]


@pytest.mark.parametrize("table", ["studies", "study_tables"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET name = 'x'", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_it(kept, table, verb):
    store, _ = kept
    with pytest.raises(DBAPIError, match="can only grow"), writing(store.engine) as connection:
        connection.execute(text(verb.format(table)))


def test_a_table_altered_behind_the_triggers_is_noticed(new_url):
    from symbiosis.storage import open_store

    with open_store(new_url("sqlite")) as store:
        study_id = store.keep_study(LOCAL, three_exchanges(), "first")
        with writing(store.engine) as connection:
            connection.execute(text("DROP TRIGGER study_tables_grows_update"))
            connection.execute(
                text("UPDATE study_tables SET content = x'00' WHERE name = 'totals'")
            )
        with pytest.raises(StorageError, match="totals of this study was altered"):
            store.study(LOCAL, study_id)


def test_an_unknown_study_is_named(store):
    with pytest.raises(StorageError, match="no such study"):
        store.study(LOCAL, "0" * 32)


# -- what each one sees of it ------------------------------------------------------------------


def test_a_firm_sees_its_own_exchanges_and_no_total(kept):
    store, _ = kept
    seen = store.study(FIRM_BEECH)
    assert len(seen.match.shipments) == 1
    assert seen.match.shipments.iloc[0]["hidden"] == "offer"
    assert seen.match.shipments.geometry.iloc[0] is None
    assert len(seen.impact.by_shipment) == 0
    assert len(seen.impact.totals) == 0
    assert len(seen.match.prices) == len(seen.match.blending) == 0
    assert "ash-1" not in set(seen.flows.offers["flow_id"])
    assert np.isnan(seen.match.certificate.primal_eur)


def test_a_firm_sees_the_impact_of_what_it_may_see_without_the_money(kept):
    store, _ = kept
    seen = store.study(FIRM_ASH)
    assert seen.match.shipments["hidden"].tolist() == ["", "", "need"]
    assert seen.impact.by_shipment["shipment_id"].tolist() == ["s3", "s1"]
    assert seen.impact.by_shipment["waste_diverted_t"].tolist() == [11.0, 8.0]
    assert seen.impact.by_shipment["net_gain_eur"].isna().all()
    assert seen.match.unmatched["flow_id"].tolist() == ["ash-1"]


def test_prices_of_others_are_nowhere_in_what_a_firm_gets(kept):
    store, _ = kept
    seen = store.study(FIRM_CEDAR)
    prices = seen.flows.needs.set_index("flow_id")["price_eur_per_unit"]
    assert prices.dropna().to_dict() == {"cedar-1": 31.0}
    assert seen.flows.offers["route_cost_eur_per_unit"].isna().all()
    for table in (seen.graph.offers, seen.graph.needs):
        assert not [name for name in table if name.endswith("_eur_per_unit")]


def test_an_analyst_of_everything_sees_all_but_money_and_contacts(kept):
    store, _ = kept
    seen = store.study(ANALYST)
    assert len(seen.match.shipments) == len(seen.impact.by_shipment) == 3
    assert (seen.match.shipments["hidden"] == "").all()
    assert seen.match.shipments["value_eur"].isna().all()
    assert seen.impact.totals.loc["waste_diverted_t"].notna().all()
    assert seen.impact.totals.loc["net_gain_eur"].isna().all()
    assert (seen.flows.firms["contact"] == "").all()
    assert len(seen.match.prices) == 0


def test_an_officer_of_one_territory_sees_its_exchanges(kept):
    store, _ = kept
    seen = store.study(OFFICER_NORTH)
    assert seen.match.shipments["shipment_id"].tolist() == ["s1", "s3", ""]
    assert seen.match.shipments["hidden"].tolist() == ["", "", "need"]
    assert seen.match.shipments["value_eur"].notna().tolist() == [True, False, False]
    assert set(seen.flows.firms["firm_id"]) == {"ash", "beech", "dogwood"}


def test_an_administrator_reads_no_study(kept):
    with pytest.raises(AccessDenied):
        kept[0].study(ADMINISTRATOR)


def test_a_flow_made_private_since_is_private_in_old_studies_too(kept):
    store, _ = kept
    assert store.study(FIRM_ASH).match.shipments["hidden"].tolist() == ["", "", "need"]
    declared = four_firms()
    store.save(LOCAL, replace(declared, needs=declared.needs.assign(visibility="private")))
    assert store.study(FIRM_ASH).match.shipments["hidden"].tolist() == ["need"] * 3


@pytest.mark.parametrize("who", [FIRM_ASH, FIRM_CEDAR, ANALYST], ids=lambda who: who.name)
def test_the_order_of_a_list_tells_nothing_of_prices(store, who):
    """The same exchanges worth other sums of money are the same list, cell by cell."""
    lists = []
    for values in ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [2.0, 3.0, 1.0]):
        study = three_exchanges()
        shipments = study.match.shipments.assign(value_eur=values)
        order = shipments["value_eur"].sort_values(ascending=False).index  # as a match has it
        study = replace(
            study,
            match=replace(study.match, shipments=shipments.loc[order]),
            impact=replace(study.impact, by_shipment=study.impact.by_shipment.loc[order]),
        )
        seen = store.study(who, store.keep_study(LOCAL, study, "x"))
        store.follow(LOCAL, study)
        worklist = store.worklist(who).drop(columns=["changed_at", "version"])
        lists.append([seen.match.shipments, seen.impact.by_shipment, worklist])
    for others in lists[1:]:
        for one, other in zip(lists[0], others, strict=True):
            columns = [name for name in one if name != "geometry"]
            pd.testing.assert_frame_equal(
                pd.DataFrame(one[columns]).reset_index(drop=True),
                pd.DataFrame(other[columns]).reset_index(drop=True),
            )


@pytest.mark.parametrize(("taker", "told"), [("Cedar", ""), ("Dogwood", "Dogwood"), ("sea", "sea")])
def test_a_reason_names_no_taker_whose_need_is_hidden(store, taker, told):
    study = three_exchanges()
    unmatched = study.match.unmatched.assign(detail=taker)
    study = replace(study, match=replace(study.match, unmatched=unmatched))
    study_id = store.keep_study(LOCAL, study, "x")
    assert store.study(FIRM_ASH, study_id).match.unmatched["detail"].tolist() == [told]
    assert store.study(LOCAL, study_id).match.unmatched["detail"].tolist() == [taker]


def test_whom_an_officer_keeps_apart_is_not_for_firms_to_read(store):
    pairs = (("ash", "cedar"), ("ash", "dogwood"))
    study = three_exchanges()
    scenario = study.scenario.model_copy(update={"forbidden": pairs, "pinned": pairs[:1]})
    study_id = store.keep_study(LOCAL, replace(study, scenario=scenario), "x")
    for who, shown in ((FIRM_ASH, ()), (OFFICER_NORTH, pairs[1:]), (LOCAL, pairs)):
        seen = store.study(who, study_id)
        assert seen.scenario.forbidden == shown
        assert set(seen.scenario.pinned) <= set(shown)
        assert who is LOCAL or not len(seen.graph.forbidden) + len(seen.graph.pinned)


def test_measured_roads_are_those_of_the_firms_that_one_sees(store):
    """Firms are numbered by their row, and a firm that is left out moves the others up."""
    study = three_exchanges()
    ash, beech, cedar, dogwood = range(4)
    pairs = np.array([[ash, cedar], [ash, dogwood], [beech, dogwood]])
    roads = Roads(4, pairs[:, 0] * 4 + pairs[:, 1], np.array([1.0, 2.0, 3.0]))
    study = replace(study, match=replace(study.match, graph=replace(study.graph, roads=roads)))
    study = replace(study, graph=study.match.graph)
    seen = store.study(FIRM_ASH, store.keep_study(LOCAL, study, "x"))
    assert seen.flows.firms["firm_id"].tolist() == ["ash", "beech", "dogwood"]
    named = seen.graph.roads.named(np.array([0, 0, 1]), np.array([1, 2, 2]))
    np.testing.assert_array_equal(named, [np.nan, 2.0, 3.0])
    assert distances(seen) == {"measured": 1, "computed": 2, "detour_factor": 1.46}
