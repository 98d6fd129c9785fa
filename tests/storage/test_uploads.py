"""Uploads: all or nothing, the same again changes nothing, and nothing is lost or mangled."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symbiosis.errors import DataError
from symbiosis.flows import Flows
from symbiosis.storage import LOCAL, AccessDenied, Grant, Principal, Role, open_store
from tests.storage.worlds import (
    FIRM_ASH,
    FIRM_BEECH,
    OFFICER_NORTH,
    OFFICER_SOUTH,
    firm,
    flow,
    flows_of,
    four_firms,
    many,
)

TABLES = ("firms", "offers", "needs", "territories")


def same(one, other):
    for name in TABLES:
        left, right = (pd.DataFrame(getattr(flows, name)) for flows in (one, other))
        pd.testing.assert_frame_equal(left, right, check_exact=True)


def test_what_goes_in_comes_out(store):
    declared = four_firms()
    store.save(LOCAL, declared)
    same(store.flows(LOCAL), declared)


def test_the_same_again_changes_nothing(store):
    first = store.save(LOCAL, four_firms(), origin="a.csv")
    again = store.save(LOCAL, four_firms(), origin="b.csv")
    assert (first.added, first.changed) == (11, 0)
    assert (again.upload_id, again.added, again.changed, again.unchanged) == ("", 0, 0, 11)
    assert len(store.uploads(LOCAL)) == 1
    assert len(store.history(LOCAL)) == 0


def test_what_changed_is_remembered_with_who_when_and_from_which_file(store):
    declared = four_firms()
    store.save(LOCAL, declared, origin="2024.csv")
    more = declared.offers.assign(quantity=[10.0, 25.0])
    store.save(OFFICER_NORTH, replace(north(declared), offers=more), origin="2025.csv")
    line = store.history(LOCAL, "ash-2").iloc[0]
    assert line["changes"] == {"quantity": [20.0, 25.0]}
    assert (line["by"], line["origin"], line["version"]) == ("lea@north.example", "2025.csv", 1)
    assert line["at"].tzinfo is not None
    assert len(store.history(LOCAL, "ash-1")) == 0


def north(declared):
    keep = declared.firms["territory"] == "north"
    inside = set(declared.firms.loc[keep, "firm_id"])
    return replace(
        declared,
        firms=declared.firms[keep],
        offers=declared.offers[declared.offers["firm_id"].isin(inside)],
        needs=declared.needs[declared.needs["firm_id"].isin(inside)],
        territories=declared.territories[declared.territories["code"] == "north"],
    )


def test_one_bad_row_saves_nothing(store):
    declared = four_firms()
    names = declared.firms["name"].tolist()
    bad = replace(declared, firms=declared.firms.assign(name=[*names[:3], "Do\x00g"]))
    with pytest.raises(DataError) as error:
        store.save(LOCAL, bad)
    problem = error.value.problems.table().iloc[0]
    assert (problem["file"], problem["row"], problem["column"]) == ("firms.csv", 5, "name")
    assert len(store.flows(LOCAL).firms) == 0


def test_infinite_and_half_characters_are_refused(store):
    endless = flows_of([firm("ash")], [flow("ash-1", np.inf)], [])
    half = replace(endless, firms=endless.firms.assign(name=pd.Series(["a\ud800"], dtype=object)))
    for bad in (endless, half):
        with pytest.raises(DataError):
            store.save(LOCAL, bad)
    assert len(store.flows(LOCAL).firms) == 0


NAMES = [
    "L'Oréal", 'dit "le Petit"', "x'; DROP TABLE firms; --", "שלום\u200f", "🏭🔥", "%s %(a)s",
    "a\tb\r\nc", "\\", "𝕏", "=1+1", "ÿ" * 3000, "\u202egnp.exe", "\ufeff", "NULL", "None",
]  # fmt: skip


def test_hostile_names_are_kept_exactly(store):
    firms = [firm(f"f{i}", name=name) for i, name in enumerate(NAMES)]
    flows = flows_of(firms, [flow(f"f{i}-1", 1.0, note=name) for i, name in enumerate(NAMES)], [])
    store.save(LOCAL, flows)
    back = store.flows(LOCAL)
    assert back.firms["name"].tolist() == NAMES
    assert back.offers["note"].tolist() == NAMES


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
FINITE = st.floats(allow_nan=True, allow_infinity=False)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS, number=FINITE)
def test_any_text_and_number_is_kept_exactly(store, text, number):
    store.save(LOCAL, flows_of([firm("ash", contact=text)], [flow("ash-1", number)], []))
    back = store.flows(LOCAL)
    assert back.firms.loc[0, "contact"] == text
    assert back.offers.loc[0, "quantity"] == pytest.approx(number, rel=0, abs=0, nan_ok=True)


def test_columns_that_the_tables_do_not_have_are_kept(store):
    declared = four_firms()
    wide = replace(declared, offers=declared.offers.assign(ph=[7.5, np.nan], brand=["x", "y"]))
    store.save(LOCAL, wide)
    back = store.flows(LOCAL).offers
    assert back["brand"].tolist() == ["x", "y"]
    assert back["ph"].iloc[0] == 7.5
    assert np.isnan(back["ph"].iloc[1])


def test_replace_removes_what_the_file_leaves_out_and_the_history_keeps_it(store):
    declared = four_firms()
    store.save(LOCAL, declared)
    fewer = replace(declared, offers=declared.offers.iloc[:1])
    kept = store.save(LOCAL, fewer)
    assert (kept.removed, kept.kept) == (0, 1)
    gone = store.save(LOCAL, fewer, replace=True)
    assert gone.removed == 1
    assert store.flows(LOCAL).offers["flow_id"].tolist() == ["ash-1"]
    line = store.history(LOCAL, "ash-2").iloc[0]
    assert line["action"] == "removed"
    assert line["changes"]["quantity"] == [20.0, None]


def test_a_removed_flow_can_be_forgotten_only_by_its_own(store):
    store.save(LOCAL, four_firms())
    assert store.forget(FIRM_BEECH, ["ash-1"]) == 0
    assert store.forget(FIRM_ASH, ["ash-1", "beech-1"]) == 1
    assert "ash-1" not in set(store.flows(LOCAL).offers["flow_id"])


@pytest.mark.parametrize("who", [FIRM_BEECH, OFFICER_NORTH])
def test_a_file_with_someone_elses_firm_saves_nothing(store, who):
    with pytest.raises(AccessDenied, match="not yours"):
        store.save(who, four_firms())
    assert len(store.flows(LOCAL).firms) == 0


def test_nobody_moves_a_firm_out_of_its_territory_by_declaring_it_elsewhere(store):
    store.save(LOCAL, four_firms())
    before = pd.DataFrame(store.flows(LOCAL).firms)
    taken = flows_of([firm("cedar", territory="north", name="Mine")], [], [])
    store.save(OFFICER_NORTH, taken)
    after = pd.DataFrame(store.flows(LOCAL).firms)
    pd.testing.assert_frame_equal(after.iloc[:4], before)
    assert after["firm_id"].tolist()[4:] == ["north:cedar"]
    moved = flows_of([firm("ash", territory="south")], [], [])
    with pytest.raises(AccessDenied):
        store.save(FIRM_ASH, moved)
    silent = flows_of([firm("ash", territory="", name="Ash & Co")], [], [])
    store.save(FIRM_ASH, silent)
    ash = store.flows(LOCAL).firms.set_index("firm_id").loc["ash"]
    assert (ash["territory"], ash["name"]) == ("north", "Ash & Co")


def test_a_perimeter_is_changed_only_by_its_officers(store):
    declared = four_firms()
    store.save(LOCAL, declared)
    bigger = declared.territories.assign(name=["Nord", "Le Sud"])
    with pytest.raises(AccessDenied, match="perimeter"):
        store.save(OFFICER_NORTH, replace(north(declared), territories=bigger))


def test_two_firms_may_call_a_line_alike(store):
    one = flows_of([firm("ash")], [flow("ash-1", 1.0) | {"flow_id": "1"}], [])
    two = flows_of([firm("beech")], [flow("beech-1", 2.0) | {"flow_id": "1"}], [])
    store.save(LOCAL, one)
    store.save(LOCAL, two)
    kept = store.flows(LOCAL).offers.set_index("flow_id")["quantity"]
    assert kept.to_dict() == {"1": 1.0, "beech:1": 2.0}
    assert store.save(LOCAL, two).upload_id == ""
    assert store.save(LOCAL, store.flows(LOCAL)).upload_id == ""


def test_lines_without_identifiers_are_known_by_what_they_are(store):
    def numbered(*lines):
        given = [flow("ash-1", q, material=m) | {"flow_id": f"L{i + 2}"}
                 for i, (m, q) in enumerate(lines)]  # fmt: skip
        return flows_of([firm("ash")], given, [])

    store.save(LOCAL, numbered(("10 11 12", 1.0), ("20 01 01", 2.0)))
    # The same lines in another order, and a new one above them.
    receipt = store.save(LOCAL, numbered(("17 02 02", 3.0), ("20 01 01", 2.0), ("10 11 12", 1.0)))
    assert (receipt.added, receipt.changed) == (1, 0)
    kept = store.flows(LOCAL).offers
    assert dict(zip(kept["material"], kept["quantity"], strict=True)) == {
        "10 11 12": 1.0, "20 01 01": 2.0, "17 02 02": 3.0,
    }  # fmt: skip
    assert kept["flow_id"].is_unique


def test_a_namesake_far_away_does_not_overwrite_the_firm(store):
    store.save(LOCAL, flows_of([firm("ash")], [], []))
    other = flows_of([firm("ash", longitude=5.0, latitude=45.0)], [], [])
    with pytest.raises(DataError) as error:
        store.save(LOCAL, other)
    assert "identifier" in error.value.problems.table().loc[0, "problem"]
    moved = flows_of([firm("ash", siret="12345678200010")], [], [])
    store.save(LOCAL, moved)
    with pytest.raises(DataError):
        store.save(LOCAL, flows_of([firm("ash", siret="73282932000074")], [], []))


def test_what_is_added_later_stands_after_what_was_there(store):
    store.save(LOCAL, many(3, prefix="a"))
    store.save(LOCAL, many(3, prefix="b"))
    assert store.flows(LOCAL).offers["flow_id"].str[0].tolist() == list("aaabbb")


def test_an_empty_declaration_is_no_upload(store):
    empty = flows_of([], [], [])
    assert store.save(LOCAL, empty).upload_id == ""
    assert isinstance(store.flows(LOCAL), Flows)


def test_whether_another_has_an_identifier_is_not_told(new_url):
    """The same upload into two stores, in one of which a hidden line has its identifier (#12)."""
    told = []
    for taken in (False, True):
        with open_store(new_url("sqlite")) as store:
            store.save(LOCAL, four_firms())
            if taken:
                hidden = flow("cedar-9", 4.0, "private") | {"flow_id": "7"}
                store.save(LOCAL, flows_of([firm("cedar")], [hidden], []))
            mine = flow("ash-9", 5.0) | {"flow_id": "7"}
            declared = flows_of([firm("ash")], [mine], [])
            receipt = store.save(FIRM_ASH, declared)
            again = store.save(FIRM_ASH, declared)
            seen = store.flows(FIRM_ASH).offers
            gone = store.forget(FIRM_ASH, ["7"])
            told.append(
                (receipt.added, again.unchanged, again.upload_id, seen["flow_id"].tolist(), gone)
            )
    assert told[0] == told[1]
    assert told[0][1:3] == (2, "")
    assert told[0][4] == 1


@pytest.mark.parametrize("territory", ["north", "south", ""])
@pytest.mark.parametrize("who", [OFFICER_NORTH, FIRM_ASH])
def test_whether_another_has_a_firm_s_identifier_is_not_told(new_url, who, territory):
    """The same upload into two stores, in one of which a hidden firm has its identifier (#12)."""
    told = []
    for taken in (False, True):
        with open_store(new_url("sqlite")) as store:
            store.save(LOCAL, four_firms())
            if taken:
                hidden = flows_of([firm("elm", territory="south", longitude=3.0)], [], [])
                store.save(LOCAL, hidden)
            mine = [firm("elm", territory=territory)]
            declared = flows_of(mine, [flow("elm-1", 5.0)], [])
            told.append([_outcome(store, who, declared, replace=again) for again in (False, True)])
    assert told[0] == told[1]


def _outcome(store, who, declared, *, replace):
    """All that an account gets to see of an upload, but its random identifier."""
    try:
        receipt = store.save(who, declared, replace=replace)
    except AccessDenied as error:
        return str(error)
    seen = store.flows(who)
    firms, lines = seen.firms["firm_id"].tolist(), seen.offers["flow_id"].tolist()
    counts = receipt.added, receipt.changed, receipt.removed, receipt.unchanged, receipt.kept
    return bool(receipt.upload_id), counts, firms, lines


def test_two_territories_may_call_a_firm_alike(store):
    def declared(territory, quantity):
        x = {"north": 2.3, "south": 3.0}[territory]
        site = firm("1", territory=territory, longitude=x)
        return flows_of([site], [flow("1-1", quantity, "private")], [])

    for who, territory, quantity in ((OFFICER_NORTH, "north", 4.0), (OFFICER_SOUTH, "south", 5.0)):
        assert store.save(who, declared(territory, quantity)).added == 2
        assert store.save(who, declared(territory, quantity)).unchanged == 2
        assert store.save(who, store.flows(who)).upload_id == ""
        assert store.save(who, declared(territory, quantity + 10)).changed == 1
    offers = store.flows(LOCAL).offers.set_index("firm_id")["quantity"]
    assert offers.to_dict() == {"north:1": 14.0, "south:1": 15.0}


def test_a_firm_s_account_may_leave_the_territory_s_code_out(store):
    store.save(OFFICER_NORTH, flows_of([firm("1", territory="north")], [], []))
    own = Principal("one@firm.example", (Grant(Role.FIRM, "north:1"),), "u-one")
    for written in ("1", "north:1"):
        declared = flows_of([firm(written, name=f"by {written}")], [], [])
        assert store.save(own, declared).changed == 1
    assert store.flows(LOCAL).firms["name"].tolist() == ["by north:1"]
    with pytest.raises(AccessDenied, match="not yours"):
        store.save(own, flows_of([firm("2")], [], []))


def test_a_firm_that_an_account_has_keeps_its_identifier(store):
    store.save(LOCAL, four_firms())
    own = flows_of([firm("ash", name="Ash & Co")], [], [])
    assert store.save(OFFICER_NORTH, own).changed == 1
    assert store.save(FIRM_BEECH, flows_of([firm("beech", name="B")], [], [])).changed == 1
    assert store.flows(LOCAL).firms["firm_id"].tolist() == list(four_firms().firms["firm_id"])


def test_no_two_firms_of_one_file_become_one(store):
    store.save(OFFICER_NORTH, flows_of([firm("1", territory="north")], [], []))
    both = [firm("1", territory="north"), firm("north:1", territory="north", name="Other")]
    store.save(OFFICER_NORTH, flows_of(both, [flow("1-1", 4.0)], []))
    firms = store.flows(LOCAL).firms
    assert firms["firm_id"].tolist() == ["north:1", "north:1:2"]
    assert firms["name"].tolist() == ["Other", "1"]
    assert store.flows(LOCAL).offers["firm_id"].tolist() == ["north:1:2"]
