"""Characters that nobody sees are taken off every text that a person types into the store (#12)."""

import pytest

from symbiosis.scenario import Scenario
from symbiosis.storage import LOCAL, Grant, Role
from symbiosis.storage.overrides import Cell
from symbiosis.text_cleaning import UNSEEN
from tests.flows.test_unseen_characters import UNSEEN_ONES
from tests.storage.worlds import four_firms, three_exchanges

KEPT = [one for one in UNSEEN_ONES if one != "\x00"]


@pytest.mark.parametrize(
    "unseen", [KEPT[0], *(pytest.param(one, marks=pytest.mark.slow) for one in KEPT[1:])]
)
def test_no_door_of_the_store_lets_them_in(store, unseen):
    typed = f"Léa{unseen}!"
    store.save(LOCAL, four_firms(), origin=typed)
    study_id = store.keep_study(LOCAL, three_exchanges(), typed)
    store.keep_scenario(LOCAL, typed, Scenario())
    store.override(LOCAL, [Cell("materials", "cullet", "price_central_eur", f"70{unseen}", typed)])
    store.follow(LOCAL, store.study(LOCAL, study_id), study_id)
    row = store.worklist(LOCAL).iloc[0]
    words = dict.fromkeys(("note", "owner", "next_step", "reason"), typed)
    store.update_synergy(LOCAL, row["synergy_id"], int(row["version"]), words)
    store.grant(LOCAL, "lea@x.example", [Grant(Role.ADMINISTRATOR)], typed)
    store.issue_token(LOCAL, "lea@x.example", label=typed)

    followed = store.worklist(LOCAL).set_index("synergy_id").loc[row["synergy_id"]]
    found = [
        *(followed[name] for name in words),
        *store.synergy_history(LOCAL, row["synergy_id"])["after"],
        *store.scenarios(LOCAL),
        *store.studies(LOCAL)["name"],
        *store.uploads(LOCAL)["origin"],
        *store.overrides(LOCAL)["source"],
        *store.accounts(LOCAL)["name"],
        *store.tokens(LOCAL)["label"],
    ]
    assert {text.replace(" ", "") for text in found} == {"Léa!"}
    assert not UNSEEN.search(store.overrides(LOCAL)["value"].item())


def test_the_lines_of_a_note_stay(store):
    store.save(LOCAL, four_firms())
    store.follow(LOCAL, three_exchanges())
    key = store.worklist(LOCAL)["synergy_id"].iloc[0]
    store.update_synergy(LOCAL, key, 1, {"note": "called\ufeff\nno answer\tyet 🌱"})
    assert store.worklist(LOCAL, key)["note"].item() == "called\nno answer\tyet 🌱"
