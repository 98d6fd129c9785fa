"""What is checked after a small body was read costs the server little, whatever stands in it (#12).

Measured on bodies of 250 kB: 27,000 nameless firms held a thread for minutes, 19,000 different keys
for 17 s of a processor, 3,500 invented communes for 5 s. Steps are counted here, no time.
"""

import json

import numpy as np
import pandas as pd
import pytest

from symbiosis.errors import DataError
from symbiosis.flows import commune_lookup
from symbiosis.flows.firms import distinct_ids
from symbiosis.flows.json_bodies import MOST_VALUES
from symbiosis.storage.inbox import JSON, receive

FIRM = {"firm_id": "F1", "name": "A", "longitude": 2.3, "latitude": 50.95}
FLOW = {"firm_id": "F1", "direction": "offer", "material": "10 02 02", "quantity": 1, "unit": "t"}


def refused(firms, flows):
    with pytest.raises(DataError) as error:
        receive(json.dumps({"firms": firms, "flows": flows}).encode(), JSON, 1)
    return error.value.problems.table()


class Counted(str):
    """A name that counts how often another one is made of it."""

    made = 0

    def __format__(self, how):
        Counted.made += 1
        return super().__format__(how)


def test_firms_of_one_name_are_told_apart_in_as_many_steps_as_there_are_firms():
    Counted.made = 0
    count = 2_000
    ids = pd.Series([Counted("firm")] * count, dtype=object)
    given = np.zeros(count, dtype=bool)
    given[7] = True  # one that is called so, among those that are only named so
    made = distinct_ids(ids, given)
    assert made.is_unique
    assert made[7] == "firm"
    assert set(made) == {"firm", *(f"firm-{n}" for n in range(2, count + 1))}
    assert Counted.made <= count


def test_a_name_that_another_firm_gave_itself_is_passed_over():
    ids = pd.Series(["a", "a", "a-2", "a", "b"])
    given = np.array([False, False, True, False, False])
    assert distinct_ids(ids, given).tolist() == ["a", "a-3", "a-2", "a-4", "b"]


def test_every_row_may_not_bring_keys_of_its_own():
    rows = [{f"k{row}_{i}": 0 for i in range(10)} for row in range(1 + MOST_VALUES // 10)]
    for tables in (([FIRM], rows), (rows, [FLOW])):
        (problem,) = refused(*tables)["problem"]
        assert "200 different keys" in problem


def test_as_many_keys_as_may_be_are_read():
    row = FLOW | {f"k{i}": "" for i in range(MOST_VALUES - len(FLOW))}
    declared = receive(json.dumps({"firms": [FIRM], "flows": [row]}).encode(), JSON, 1)
    assert len(declared.offers) == 1


def test_likely_names_are_looked_for_a_few_times_only(monkeypatch):
    asked = []
    real = commune_lookup._like
    monkeypatch.setattr(commune_lookup, "_like", lambda stated: asked.append(1) or real(stated))
    count = 60
    firms = [
        {"firm_id": f"F{i}", "name": f"N{i}", "commune": f"Dunkerk{i:03}"} for i in range(count)
    ]
    found = refused(firms, [FLOW])
    assert len(asked) == 40
    assert found["cure"].str.startswith("if one of these is meant").sum() == 40
    assert (found["column"] == "commune").sum() == count
