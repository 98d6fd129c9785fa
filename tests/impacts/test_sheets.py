import pandas as pd
import pytest

from symbiosis.impacts import assess


def test_the_sheet_says_what_flows_cannot_tell(crushing):
    table = assess(crushing).indicators
    assert table["indicator"].is_unique
    cannot = table[~table["computed"]]
    assert len(cannot) >= 8
    assert (cannot["why"] != "").all()
    assert cannot["potential"].isna().all()
    assert (table.loc[table["computed"], "why"] == "").all()


def test_potential_and_realised_of_an_exchange_that_runs(crushing):
    running = pd.DataFrame({"shipment_id": ["s1"], "status": ["running"]})
    table = assess(crushing, worklist=running).indicators.set_index("indicator")
    assert table.loc["waste_diverted", ["potential", "realised"]].tolist() == [1000, 1000]
    assert table.at["firms_that_exchange", "realised"] == 2
    assert table.at["mean_distance", "realised"] == 10
    idle = assess(crushing).indicators.set_index("indicator")
    assert idle.at["waste_diverted", "realised"] == 0
    assert idle.at["exchanges_expected", "potential"] == pytest.approx(0.23)


def test_what_goes_out_comes_in(crushing):
    table = assess(crushing).exchanges_by_firm
    summed = table.groupby("direction")["quantity"].sum()
    assert summed["out"] == summed["in"] == 1000
    assert table["firm"].tolist() == ["A", "B"]
    total = assess(crushing).totals.at["net_gain_eur", "central"]
    assert table["gain_eur"].sum() == pytest.approx(total)
