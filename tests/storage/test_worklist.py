"""The worklist: nobody overwrites anybody, everything is remembered, every value is checked."""

from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.errors import DataError, StorageError
from symbiosis.storage import LOCAL, AccessDenied, Conflict
from symbiosis.storage.worklist import LIKELIHOOD
from tests.storage.worlds import OFFICER_NORTH, OFFICER_SOUTH, four_firms, three_exchanges


@pytest.fixture
def listed(store):
    store.follow(LOCAL, three_exchanges())
    return store


def first(store, who=LOCAL):
    return store.worklist(who).iloc[0]


def test_a_study_fills_the_list_the_most_promising_first(listed):
    table = listed.worklist(LOCAL)
    assert table["offer_flow"].tolist() == ["ash-2", "ash-2", "ash-1"]
    assert table["value_eur"].tolist() == [1100.0, 900.0, 800.0]
    assert set(table["stage"]) == {"idea"}
    assert set(table["likelihood"]) == {LIKELIHOOD}
    assert table["emissions_avoided_tco2e"].tolist() == [22.0, 18.0, 16.0]


def test_a_new_study_refreshes_figures_and_leaves_what_people_wrote(listed):
    row = first(listed)
    listed.update_synergy(LOCAL, row["synergy_id"], 1, {"stage": "contact", "note": "rang"})
    study = three_exchanges()
    more = study.match.shipments.assign(quantity=[8.0, 9.0, 15.0])
    study = replace(study, match=replace(study.match, shipments=more))
    assert listed.follow(LOCAL, study) == 0
    row = first(listed)
    assert (row["quantity"], row["stage"], row["note"], row["version"]) == (
        15.0,
        "contact",
        "rang",
        2,
    )


def test_two_people_saving_at_once_and_the_second_is_shown_the_first(listed):
    row = first(listed)
    listed.update_synergy(OFFICER_NORTH, row["synergy_id"], 1, {"owner": "Léa"})
    with pytest.raises(Conflict, match=r"lea@north\.example") as error:
        listed.update_synergy(OFFICER_SOUTH, row["synergy_id"], 1, {"owner": "Max"})
    assert error.value.current["owner"] == "Léa"
    assert not [name for name in error.value.current if name.startswith(("offer_", "need_"))]
    assert first(listed)["owner"] == "Léa"
    listed.update_synergy(OFFICER_SOUTH, row["synergy_id"], 2, {"owner": "Max"})
    assert first(listed)["owner"] == "Max"


def test_the_history_tells_each_step(listed):
    key = first(listed)["synergy_id"]
    listed.update_synergy(LOCAL, key, 1, {"stage": "contact", "date": "2026-12-01"})
    listed.update_synergy(LOCAL, key, 2, {"stage": "dropped", "reason": "too wet"})
    told = listed.synergy_history(LOCAL, key)
    steps = told.loc[told["field"] == "stage", ["version", "before", "after"]].values.tolist()
    assert steps == [[2, "contact", "dropped"], [1, "idea", "contact"]]
    assert (told["by"] == LOCAL.name).all()


def test_saving_nothing_new_is_no_version(listed):
    key = first(listed)["synergy_id"]
    assert listed.update_synergy(LOCAL, key, 1, {"stage": "idea"}) == 1
    assert listed.synergy_history(LOCAL, key).empty


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "maybe"},
        {"stage": "dropped"},
        {"stage": "dropped", "reason": "  "},
        {"stage": "dropped", "reason": "\u200b"},
        {"date": "31/12/2026"},
        {"date": "2026-13-01"},
        {"likelihood": 2},
        {"likelihood": "high"},
        {"note": "a\x00b"},
        {"note": "a\ud800b"},
        {"date": "20261101"},
        {"likelihood": True},
        {"note": "x" * 4001},
        {"owner": None},
        {"quantity": 1e9},
        {"version": 99},
        {"stage": "maybe", "date": "tomorrow"},
    ],
)
def test_a_wrong_value_is_refused_with_its_cure_and_changes_nothing(listed, changes):
    key = first(listed)["synergy_id"]
    with pytest.raises(DataError) as error:
        listed.update_synergy(LOCAL, key, 1, changes)
    wrong = set(error.value.problems.table()["column"])
    assert wrong <= {*changes, "reason"}
    assert len(wrong) == len(changes) or changes.get("stage") == "dropped"
    assert first(listed)["version"] == 1


def test_characters_that_nobody_sees_are_taken_off_what_is_typed(listed):
    key = first(listed)["synergy_id"]
    listed.update_synergy(LOCAL, key, 1, {"note": "call \x1b[31mAsh\u202e", "owner": "Léa\u200b"})
    assert tuple(first(listed)[["note", "owner"]]) == ("call [31mAsh", "Léa")


def test_an_unknown_synergy_is_named(store):
    with pytest.raises(StorageError, match="no such synergy"):
        store.update_synergy(LOCAL, "none", 1, {"stage": "contact"})


def test_an_officer_lists_only_what_touches_the_territory(store):
    study = three_exchanges()
    inside = study.match.shipments[study.match.shipments["need_firm_id"] == "beech"]
    local = replace(study, match=replace(study.match, shipments=inside))
    store.save(LOCAL, four_firms())
    kept, part = (store.keep_study(LOCAL, s, "x") for s in (study, local))
    assert store.follow(OFFICER_SOUTH, local, part) == 0
    assert store.follow(OFFICER_NORTH, study, kept) == 3
    key = store.worklist(OFFICER_NORTH).set_index("need_firm_id").loc["beech", "synergy_id"]
    with pytest.raises(AccessDenied):
        store.update_synergy(OFFICER_SOUTH, key, 1, {"stage": "contact"})
    with pytest.raises(AccessDenied):
        store.synergy_history(OFFICER_SOUTH, key)


def test_potential_expected_and_realised_are_kept_apart(listed):
    table = listed.worklist(LOCAL).set_index("offer_flow")
    keys = table["synergy_id"].tolist()
    listed.update_synergy(LOCAL, keys[0], 1, {"stage": "running"})
    listed.update_synergy(LOCAL, keys[1], 1, {"stage": "dropped", "reason": "no"})
    listed.update_synergy(LOCAL, keys[2], 1, {"likelihood": 0.5})
    told = listed.progress(LOCAL)
    assert told["waste_diverted_t"].to_dict() == {
        "potential": 11.0 + 8.0, "expected": 11.0 + 0.5 * 8.0, "realised": 11.0,
    }  # fmt: skip
    assert told["synergies"].to_dict() == {"potential": 2.0, "expected": 1.5, "realised": 1.0}


def test_one_synergy_alone(listed):
    key = first(listed)["synergy_id"]
    assert listed.worklist(LOCAL, key)["synergy_id"].tolist() == [key]
    assert isinstance(listed.worklist(LOCAL, "none"), pd.DataFrame)
