"""What comes through the network is read as a file would be, under a name of ours."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.errors import DataError
from symbiosis.storage.inbox import JSON, KINDS, receive

FIRM = {"firm_id": "F1", "name": "Verrerie", "longitude": 2.38, "latitude": 51.03}
FLOW = {"firm_id": "F1", "direction": "offer", "material": "10 11 12", "quantity": 5, "unit": "t"}
CSV = """name,longitude,latitude,direction,material,quantity,unit
Verrerie,2.38,51.03,offer,10 11 12,5,t
"""


def body(**more):
    return json.dumps({"firms": [FIRM], "flows": [FLOW], **more}).encode()


def test_json_and_csv_say_the_same():
    one, other = receive(body(), JSON, 1), receive(CSV.encode(), "text/csv", 1)
    for flows in (one, other):
        row = flows.offers.iloc[0]
        assert (row["material"], row["quantity"], row["unit"]) == ("10 11 12", 5.0, "t")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\xfe", b"[]", b"null", b'"text"', b"{}", b'{"firms": [], "flows": []}',
        b'{"firms": [{}], "flows": [{}]}', b'{"firms": [1], "flows": [2]}',
        b'{"firms": {}, "flows": {}}', b'{"firms": [{"name": ["x"]}], "flows": [{"a": {}}]}',
        b'{"firms": [{"name": "x"}], "flows": [{"a": "y"}], "more": 1}',
        b'{"firms": [{"name": NaN}], "flows": [{"a": "y"}]}', b"[" * 100_000,
        rb'{"firms": [{"name": "\ud800"}], "flows": [{"a": "y"}]}',
        b'{"firms": [{"longitude": 1e400}], "flows": [{"quantity": 1e999}]}',
    ],
)  # fmt: skip
def test_what_is_not_a_declaration_is_a_table_of_problems(content):
    with pytest.raises(DataError) as error:
        receive(content, JSON, 1)
    assert len(error.value.problems) >= 1


def test_a_wrong_row_is_named():
    with pytest.raises(DataError) as error:
        receive(body(flows=[FLOW, {**FLOW, "material": "10 11 16", "unit": "zz"}]), JSON, 1)
    table = error.value.problems.table()
    assert set(table["row"]) == {3}
    assert "unit" in set(table["column"])


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*FIRM, *FLOW, "x"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_or_refused_in_words(given_):
    for content in (given_, {"firms": given_, "flows": [FLOW]}, {"firms": [FIRM], "flows": given_}):
        try:
            receive(json.dumps(content).encode("utf-8", "surrogatepass"), JSON, 1)
        except DataError as error:
            told = error.problems.table()
            if told.empty:
                pytest.fail("refused without a word")


@settings(max_examples=8, deadline=None)  # each is read in a process of its own
@given(st.binary(max_size=200), st.sampled_from(sorted(KINDS)))
def test_any_bytes_are_read_or_refused_in_words(content, kind):
    with pytest.raises(DataError):
        receive(content, kind, 1)
