"""Named scenarios: versions, and who changed what."""

import pytest

from symbiosis.errors import StorageError
from symbiosis.scenario import Scenario
from symbiosis.storage import LOCAL, Conflict
from tests.storage.worlds import OFFICER_NORTH, OFFICER_SOUTH, four_firms


def test_a_scenario_is_kept_and_changed_by_version(store):
    dear = Scenario(freight_eur_per_tkm=0.2)
    assert store.keep_scenario(OFFICER_NORTH, "cher", Scenario()) == 1
    assert store.keep_scenario(OFFICER_NORTH, "cher", dear, 1) == 2
    assert store.scenarios(OFFICER_SOUTH) == {"cher": (2, dear)}
    with pytest.raises(Conflict, match="lea@north"):
        store.keep_scenario(OFFICER_SOUTH, "cher", Scenario(), 1)
    with pytest.raises(Conflict):
        store.keep_scenario(OFFICER_SOUTH, "cher", Scenario())
    assert store.keep_scenario(OFFICER_SOUTH, "cher", dear, 2) == 2


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "1 to 200"), ("  ", "1 to 200"), ("\ufeff", "1 to 200"), ("x" * 201, "1 to 200"),
     ("a\x00", "no database keeps"), ("\udcff", "no database keeps")],
)  # fmt: skip
def test_a_name_that_is_none_is_refused(store, name, why):
    with pytest.raises(StorageError, match=why):
        store.keep_scenario(LOCAL, name, Scenario())


def test_a_scenario_names_no_hidden_firm_and_loses_none_to_an_editor_who_does_not_see_it(store):
    """#12: officers of any territory read scenarios, and private firms are not theirs to know."""
    store.save(LOCAL, four_firms())
    pairs = (("ash", "cedar"), ("ash", "dogwood"))
    store.keep_scenario(LOCAL, "x", Scenario(forbidden=pairs))
    version, seen = store.scenarios(OFFICER_NORTH)["x"]
    assert seen.forbidden == pairs[1:]
    with pytest.raises(Conflict) as error:
        store.keep_scenario(OFFICER_NORTH, "x", seen, 0)
    assert "cedar" not in str(error.value.current)
    store.keep_scenario(OFFICER_NORTH, "x", seen.model_copy(update={"forbidden": ()}), version)
    assert store.scenarios(LOCAL)["x"][1].forbidden == pairs[:1]
