"""Many uploads at once on each kind: nothing lost, nothing doubled, nobody turned away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest

from symbiosis.storage import LOCAL, Conflict, open_store
from tests import needs
from tests.storage.crashes import forks, upload_once
from tests.storage.worlds import four_firms, many, three_exchanges

LINES = 20


def upload(store, number):
    return store.save(LOCAL, many(LINES, float(number), prefix=f"u{number}x"), origin=str(number))


@pytest.fixture(params=[8, pytest.param(100, marks=pytest.mark.slow)])
def uploads(request):
    """How many upload at once."""
    return request.param


def test_many_at_once(store, uploads):
    with ThreadPoolExecutor(uploads) as pool:
        receipts = list(pool.map(lambda n: upload(store, n), range(uploads)))
    assert {receipt.added for receipt in receipts} == {LINES + LINES // 10}
    offers = store.flows(LOCAL).offers
    assert len(offers) == uploads * LINES
    assert offers["flow_id"].is_unique
    assert offers.groupby("quantity").size().tolist() == [LINES] * uploads
    assert sorted(store.uploads(LOCAL)["origin"], key=int) == [str(n) for n in range(uploads)]
    assert store.status(LOCAL).broken_at is None


def test_many_at_once_of_the_same_firms(store, uploads):
    """Every one rewrites the same lines: each is one whole version, in some order."""
    with ThreadPoolExecutor(uploads) as pool:
        list(pool.map(lambda n: store.save(LOCAL, many(LINES, float(n + 1))), range(uploads)))
    offers = store.flows(LOCAL).offers
    assert len(offers) == LINES
    assert offers["quantity"].nunique() == 1
    told = store.history(LOCAL)
    assert len(told) == LINES * (uploads - 1)
    chain = told[told["key"] == offers["flow_id"].iloc[0]].sort_values("version")
    steps = [change["quantity"] for change in chain["changes"]]
    assert all(one[1] == other[0] for one, other in pairwise(steps))
    assert sorted([steps[0][0], *(s[1] for s in steps)]) == [float(n + 1) for n in range(uploads)]


@needs.posix
def test_several_processes_at_once(url):
    with forks().Pool(2) as pool:
        added = pool.map(upload_once, [(url, n, LINES) for n in range(8)], chunksize=1)
    assert added == [LINES + LINES // 10] * 8
    with open_store(url) as store:
        assert len(store.flows(LOCAL).offers) == 8 * LINES
        assert store.status(LOCAL).broken_at is None


def test_readers_see_one_moment_while_others_write(store):
    """Half of an upload is never seen: all lines have one quantity at every look."""
    store.save(LOCAL, many(LINES, 1.0))
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(store.save, LOCAL, many(LINES, float(n))) for n in range(2, 12)]
        looks = [store.flows(LOCAL).offers["quantity"] for _ in range(15)]
        for write in writes:
            write.result()
    assert {(len(look), look.nunique()) for look in looks} == {(LINES, 1)}


def test_of_many_who_save_one_synergy_exactly_one_wins(store):
    store.follow(LOCAL, three_exchanges())
    key = store.worklist(LOCAL).loc[0, "synergy_id"]

    def save(number):
        try:
            store.update_synergy(LOCAL, key, 1, {"note": str(number)})
        except Conflict:
            return None
        return str(number)

    with ThreadPoolExecutor(12) as pool:
        won = [who for who in pool.map(save, range(12)) if who is not None]
    row = store.worklist(LOCAL, key).iloc[0]
    assert won == [row["note"]]
    assert row["version"] == 2


def test_two_who_agree_at_the_same_moment_both_count(store):
    store.save(LOCAL, four_firms())
    study = three_exchanges()
    store.follow(LOCAL, replace(study, match=replace(study.match)))
    row = store.worklist(LOCAL).iloc[0]
    firms = [row["offer_firm_id"], row["need_firm_id"]]
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda f: store.agree(LOCAL, row["synergy_id"], f), firms))
    assert sorted(told) == [False, True]
    assert (store.audit_log(LOCAL)["action"] == "reveal").sum() == 1
