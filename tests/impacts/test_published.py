"""The published exchanges: reproduced, or challenged with the reason."""

import pytest

import symbiosis as sy
from symbiosis.study import Study


@pytest.fixture(scope="module")
def study(published) -> Study:
    return sy.run(published)


@pytest.fixture(scope="module")
def published():
    from pathlib import Path

    return sy.read(Path(__file__).parents[2] / "datasets" / "published")


@pytest.fixture(scope="module")
def cases(study):
    return study.impact.by_shipment.set_index("case")


def said(study, check, word):
    messages = study.impact.warnings.query("check == @check")["message"]
    return [text for text in messages if word in text]


def test_every_case_is_there_and_no_link_crosses_two(study, published):
    assert set(study.impact.by_shipment["case"]) == {
        "ocap", "botlek", "dunkirk_heat", "dunkirk_slag", "aggregate_articulated",
        "aggregate_rigid", "handelo", "kalundborg",
    }  # fmt: skip
    offers = published.offers.set_index("flow_id")["case"]
    needs = published.needs.set_index("flow_id")["case"]
    moved = study.match.shipments
    assert (moved["offer_flow"].map(offers) == moved["case"]).all()
    assert (moved["need_flow"].map(needs) == moved["case"]).all()
    for table in (published.offers, published.needs):
        assert (table["source"] != "").all()
        assert table["year"].notna().all()


def test_ocap_is_credited_with_the_gas_displaced_not_with_the_co2(cases):
    ocap = cases.loc["ocap"]
    assert ocap["substitution_tco2e"] == pytest.approx(115e6 * 1.78 / 1000, rel=0.001)
    assert ocap["emissions_avoided_tco2e_central"] == pytest.approx(205_000, rel=0.03)
    assert ocap["emissions_avoided_tco2e_high"] < 250_000


def test_botlek_steam_saves_about_what_was_published(cases):
    assert cases.loc["botlek", "emissions_avoided_tco2e_central"] == pytest.approx(1e5, rel=0.1)


def test_dunkirk_heat_cannot_save_more_than_its_power_allows(cases, study):
    ceiling = 120 * 8760 * 0.243
    assert cases.loc["dunkirk_heat", "emissions_avoided_tco2e_high"] <= ceiling
    assert said(study, "claim", "dunkirk_heat")
    impossible = said(study, "claim_impossible", "dunkirk_heat")
    assert len(impossible) == 1
    assert "450,000" in impossible[0]
    assert "255,442" in impossible[0]


def test_dunkirk_slag_is_in_the_range_of_its_claims(cases):
    slag = cases.loc["dunkirk_slag"]
    assert 500_000 <= slag["emissions_avoided_tco2e_central"] <= 600_000
    per_1000_t = slag["jobs_fte_central"] / 750
    assert 0.035 <= per_1000_t <= 0.049


def test_fifty_jobs_per_1000_t_are_refused_for_slag(study):
    impact = sy.assess(study.match, sy.Scenario(jobs="ademe-2013"))
    slag = impact.by_shipment.set_index("case").loc["dunkirk_slag"]
    assert slag["jobs_fte_central"] < 40
    refused = impact.warnings.query("check == 'jobs_ratio'")["message"]
    assert refused.str.contains("refused for direct of bulk minerals").any()


@pytest.mark.parametrize(("vehicle", "km"), [("articulated_40t", 67), ("rigid", 30)])
def test_recycled_aggregate_breaks_even_where_it_was_published(study, vehicle, km):
    impact = sy.assess(study.match, sy.Scenario(vehicle=vehicle))
    row = impact.by_shipment.set_index("case").loc["aggregate_rigid"]
    assert row["breakeven_km"] == pytest.approx(km, abs=0.5)
    assert row["emits_more"] == (row["distance_km"] > km)
    saved = row["substitution_tco2e"] + row["avoided_disposal_tco2e"] + row["processing_tco2e"]
    assert saved / row["quantity"] * 1000 == pytest.approx(5.84, abs=0.005)


def test_handelo_grain_is_near_the_published_and_its_balance_is_open(study):
    row = study.impact.balances.set_index("firm_id").loc["hdl-ethanol"]
    assert row["in_t"] == pytest.approx(230_000 * 2.7)
    assert row["in_t"] == pytest.approx(600_000, rel=0.05)
    assert row["closed"] == pytest.approx(0.90, abs=0.01)
    (message,) = said(study, "mass_balance", "Agroetanol")
    assert "open balance" in message
    assert "90%" in message


def test_kalundborg_is_challenged(study):
    assert said(study, "claim", "kalundborg")
    (message,) = said(study, "carbon_per_tonne", "kalundborg")
    assert "7.3 a tonne" in message


def test_the_plan_is_proved_and_the_terms_add_up(study):
    assert study.match.certificate.optimal
    terms = study.impact.emissions_terms.sum()
    assert terms["central"] == pytest.approx(
        study.impact.totals.at["emissions_avoided_tco2e", "central"]
    )
