"""A private partner is "a taker within N km" until both sides agree; then only those two see."""

import numpy as np
import pytest

from symbiosis.storage import LOCAL, AccessDenied
from symbiosis.storage.matches import STEPS_KM, hint, seen, within
from tests.storage.worlds import (
    ADMINISTRATOR,
    ANALYST,
    ANALYST_NORTH,
    FIRM_ASH,
    FIRM_BEECH,
    FIRM_CEDAR,
    OFFICER_NORTH,
    OFFICER_SOUTH,
    four_firms,
    three_exchanges,
)

TELLING = ["quantity", "distance_km", "waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte",
           "value_eur", "net_gain_eur"]  # fmt: skip


@pytest.fixture
def listed(store):
    store.save(LOCAL, four_firms())
    store.follow(LOCAL, three_exchanges())
    return store


def row(store, who, taker):
    """The exchange of ``taker`` as someone sees it, None when they do not."""
    keys = store.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]
    found = store.worklist(who, keys[taker])
    return None if found.empty else found.iloc[0]


def test_the_taker_of_a_private_offer_learns_only_that_a_source_exists(listed):
    found = row(listed, FIRM_BEECH, "beech")
    assert found["hidden"] == "offer"
    assert found["within_km"] == 10.0
    assert str(hint("offer", found["within_km"])) == "A source exists within 10 km."
    assert found[["offer_firm", "offer_firm_id", "offer_flow", "offer_contact", "material",
                  "pathway"]].tolist() == [""] * 6  # fmt: skip
    assert found[TELLING].isna().all()
    assert found["need_firm"] == "Beech"


def test_nothing_of_the_hidden_side_is_anywhere_in_the_row(listed):
    cells = row(listed, FIRM_BEECH, "beech").tolist()
    assert not any("ash" in str(cell).lower() for cell in cells)
    assert 8.0 not in [cell for cell in cells if isinstance(cell, float)]


def test_the_private_side_sees_its_open_partner(listed):
    found = row(listed, FIRM_ASH, "beech")
    assert (found["hidden"], found["need_firm"], found["quantity"]) == ("", "Beech", 8.0)
    assert found["need_contact"] == ""


def test_money_is_for_those_who_may_read_both_prices(listed):
    assert np.isnan(row(listed, FIRM_ASH, "beech")["value_eur"])
    assert row(listed, OFFICER_NORTH, "beech")["value_eur"] == 800.0
    assert np.isnan(row(listed, OFFICER_NORTH, "dogwood")["value_eur"])
    assert np.isnan(row(listed, ANALYST, "dogwood")["net_gain_eur"])


def test_third_parties_see_nothing(listed):
    assert row(listed, FIRM_CEDAR, "beech") is None
    assert row(listed, OFFICER_SOUTH, "beech") is None
    with pytest.raises(AccessDenied):
        listed.worklist(ADMINISTRATOR)


def test_both_must_agree_and_then_only_the_two_see(listed):
    keys = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]
    key = keys["cedar"]
    assert listed.agree(FIRM_ASH, key, "ash") is False
    assert row(listed, FIRM_ASH, "cedar")["hidden"] == "need"
    assert listed.agree(FIRM_CEDAR, key, "cedar") is True
    ash, cedar = row(listed, FIRM_ASH, "cedar"), row(listed, FIRM_CEDAR, "cedar")
    assert (ash["hidden"], ash["need_contact"], ash["quantity"]) == ("", "cedar@phone", 9.0)
    assert (cedar["hidden"], cedar["offer_contact"], cedar["quantity"]) == ("", "ash@phone", 9.0)
    assert np.isnan(ash["value_eur"])
    # Another exchange of the same two firms' flows is not opened by this one.
    assert row(listed, FIRM_ASH, "dogwood")["need_contact"] == ""
    log = listed.audit_log(LOCAL)
    assert log["action"].tolist()[:3] == ["reveal", "agree", "agree"]
    assert log["by"].tolist()[1:3] == ["cedar@firm.example", "ash@firm.example"]


def test_agreeing_twice_is_agreeing_once(listed):
    key = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]["cedar"]
    listed.agree(FIRM_ASH, key, "ash")
    assert listed.agree(FIRM_ASH, key, "ash") is False
    assert (listed.audit_log(LOCAL)["action"] == "agree").sum() == 1


def test_an_agreement_taken_back_hides_again(listed):
    key = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]["cedar"]
    listed.agree(FIRM_ASH, key, "ash")
    listed.agree(OFFICER_SOUTH, key, "cedar")
    assert row(listed, FIRM_ASH, "cedar")["hidden"] == ""
    listed.withdraw(FIRM_CEDAR, key, "cedar")
    assert row(listed, FIRM_ASH, "cedar")["hidden"] == "need"


@pytest.mark.parametrize(
    ("who", "firm"),
    [(FIRM_ASH, "cedar"), (OFFICER_NORTH, "cedar"), (FIRM_BEECH, "beech"), (ANALYST, "ash")],
)
def test_nobody_agrees_for_another(listed, who, firm):
    key = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]["cedar"]
    with pytest.raises(Exception, match=r"may not|no such"):
        listed.agree(who, key, firm)
    assert row(listed, FIRM_ASH, "cedar")["hidden"] == "need"


def test_a_flow_made_private_later_is_hidden_from_then_on(listed):
    assert row(listed, FIRM_CEDAR, "cedar")["hidden"] == ""
    declared = four_firms()
    offers = declared.offers.assign(visibility="private")
    listed.save(LOCAL, type(declared)(declared.firms, offers, declared.needs))
    assert row(listed, FIRM_CEDAR, "cedar")["hidden"] == "offer"


def test_officers_notes_stay_among_officers(listed):
    key = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]["dogwood"]
    listed.update_synergy(OFFICER_NORTH, key, 1, {"note": "short of cash", "owner": "Léa"})
    assert row(listed, OFFICER_SOUTH, "dogwood")["note"] == "short of cash"
    assert row(listed, FIRM_ASH, "dogwood")["note"] == ""
    assert row(listed, ANALYST, "dogwood")["owner"] == ""


def test_distances_are_rounded_up_to_steps():
    import pandas as pd

    distances = pd.Series([0.0, 5.0, 5.1, 99.0, 1e6])
    assert within(distances).tolist() == [5.0, 5.0, 10.0, 100.0, float(STEPS_KM[-1])]


def test_an_empty_list_stays_a_list(store):
    table = store.worklist(FIRM_ASH)
    assert table.empty
    assert {"hidden", "within_km", "stage"} <= set(table.columns)
    assert seen(FIRM_ASH, table, table["offer_agreed"]).empty


# -- the same under names that tell nothing ----------------------------------------------------


def meeting(store, who, **of):
    """The one meeting of someone with these cells."""
    table = store.meetings(who)
    for name, value in of.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_each_firm_lists_its_own_ends_and_nothing_of_a_hidden_partner(listed):
    mine = listed.meetings(FIRM_CEDAR)
    assert mine[["firm_id", "side", "material", "state", "hidden", "partner"]].to_numpy().tolist() \
        == [["cedar", "need", "glass_cullet", "none", False, "Ash"]]  # fmt: skip
    hidden = meeting(listed, FIRM_ASH, hidden=True)
    assert hidden[["side", "material", "within_km"]].tolist() == ["offer", "10 11 12", 200.0]
    assert hidden[["partner", "contact", "unit"]].tolist() == ["", "", ""]
    assert hidden[["quantity", "distance_km"]].isna().all()
    assert not any("cedar" in str(cell).lower() for cell in hidden)
    assert len(listed.meetings(FIRM_ASH)) == 3


def test_an_officer_speaks_for_the_firms_of_the_territory_only(listed):
    assert set(listed.meetings(OFFICER_NORTH)["firm_id"]) == {"ash", "beech"}
    assert set(listed.meetings(OFFICER_SOUTH)["firm_id"]) == {"cedar", "dogwood"}
    assert len(listed.meetings(LOCAL)) == 6
    for who in (ANALYST, ADMINISTRATOR):
        with pytest.raises(AccessDenied):
            listed.meetings(who)
        with pytest.raises(AccessDenied):
            listed.meet(who, "0" * 32, agrees=True)


def test_propose_accept_take_back_from_both_ends(listed):
    ours = meeting(listed, FIRM_ASH, hidden=True)["meeting_id"]
    theirs = meeting(listed, FIRM_CEDAR)["meeting_id"]
    said = listed.meet(FIRM_ASH, ours, agrees=True).iloc[0]
    assert (said["state"], said["partner"], said["contact"]) == ("waiting", "", "")
    asked = meeting(listed, FIRM_CEDAR)
    assert (asked["state"], asked["contact"]) == ("asked", "")
    said = listed.meet(FIRM_CEDAR, theirs, agrees=True).iloc[0]
    assert (said["state"], said["contact"], said["quantity"]) == ("agreed", "ash@phone", 9.0)
    open_ = meeting(listed, FIRM_ASH, state="agreed")
    assert open_[["meeting_id", "partner", "contact", "quantity", "hidden"]].tolist() == [
        ours, "Cedar", "cedar@phone", 9.0, False,
    ]  # fmt: skip
    listed.meet(FIRM_CEDAR, theirs, agrees=False)
    assert meeting(listed, FIRM_ASH, hidden=True)["state"] == "waiting"
    log = listed.audit_log(LOCAL)["action"].tolist()
    assert log[:4] == ["withdraw", "reveal", "agree", "agree"]
    listed.meet(FIRM_CEDAR, theirs, agrees=False)
    assert listed.audit_log(LOCAL)["action"].tolist() == log  # nothing was left to take back


def test_the_name_of_a_meeting_is_of_one_person_and_of_no_use_to_another(listed):
    theirs = meeting(listed, FIRM_CEDAR)["meeting_id"]
    for who in (FIRM_ASH, OFFICER_SOUTH, LOCAL):
        assert theirs not in set(listed.meetings(who)["meeting_id"])
        with pytest.raises(Exception, match="no such meeting"):
            listed.meet(who, theirs, agrees=True)
    assert meeting(listed, FIRM_CEDAR)["state"] == "none"


def test_no_digest_of_a_hidden_flow_is_handed_out(listed):
    """Whoever knows the scheme and guesses the partner's flow must have nothing to compare with."""
    assert row(listed, FIRM_BEECH, "beech")["synergy_id"] == ""
    listed.keep_study(LOCAL, three_exchanges(), "first")
    (hidden,) = listed.study(FIRM_BEECH).match.shipments.to_dict("records")
    assert (hidden["hidden"], hidden["shipment_id"]) == ("offer", "")


def test_what_two_agreed_on_is_not_for_whoever_follows_the_territory(listed):
    keys = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]
    listed.agree(FIRM_ASH, keys["cedar"], "ash")
    listed.agree(FIRM_CEDAR, keys["cedar"], "cedar")
    found = row(listed, ANALYST_NORTH, "cedar")
    assert (found["hidden"], found["need_firm"]) == ("need", "")
    assert (found["offer_contact"], found["need_contact"]) == ("", "")
    assert row(listed, OFFICER_NORTH, "cedar")["need_contact"] == "cedar@phone"


def test_a_dropped_synergy_is_not_proposed(listed):
    key = listed.worklist(LOCAL).set_index("need_firm_id")["synergy_id"]["cedar"]
    listed.update_synergy(OFFICER_SOUTH, key, 1, {"stage": "dropped", "reason": "too far"})
    assert listed.meetings(FIRM_CEDAR).empty
    listed.agree(FIRM_ASH, key, "ash")
    assert meeting(listed, FIRM_CEDAR)["state"] == "asked"
