import pytest

from symbiosis.maps.origins import MOST_SOURCES, likely, origin

FIGURES = ["waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "net_gain_eur"]


@pytest.mark.parametrize("figure", FIGURES)
def test_the_terms_add_up_to_the_figure(harbour, figure):
    found = origin(harbour, figure)
    total = harbour.impact.totals.loc[figure, "central"]
    assert sum(value for _, value in found.terms) == pytest.approx(total)
    # The tonnes diverted here are what the steelworks declared: no factor has a part in them.
    assert (not found.sources) == (figure == "waste_diverted_t")
    assert len(found.sources) <= MOST_SOURCES
    shares = [share for _, _, share in found.sources]
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share <= 1 + 1e-9 for share in shares)


def test_only_the_exchanges_asked_for_are_counted(harbour):
    table = harbour.impact.by_shipment
    one = table.iloc[0]
    found = origin(harbour, "net_gain_eur", [one["shipment_id"]])
    assert sum(value for _, value in found.terms) == pytest.approx(one["net_gain_eur"])


def test_what_has_no_terms_says_nothing(harbour):
    assert origin(harbour, "heat_recovered_mwh").lines == 0
    assert origin(harbour, "net_gain_eur", []).terms == ()


def test_the_likely_interval_lies_within_the_outer_bound(harbour):
    found = likely(harbour, "emissions_avoided_tco2e")
    outer = harbour.impact.totals.loc["emissions_avoided_tco2e"]
    assert outer["low"] < found[0] < outer["central"] < found[1] < outer["high"]
    names = harbour.impact.by_shipment["shipment_id"].tolist()
    assert likely(harbour, "emissions_avoided_tco2e", names) == found
    assert likely(harbour, "emissions_avoided_tco2e", names[:1]) != found


def test_what_does_not_move_or_is_not_there_has_no_likely_interval(harbour):
    assert likely(harbour, "waste_diverted_t") is None  # declared: no factor has a part in it
    assert likely(harbour, "emissions_avoided_tco2e", []) is None
