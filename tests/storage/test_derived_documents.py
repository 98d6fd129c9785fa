"""Nothing hidden can be worked out from the documents that a role takes away (#12).

As `tests.storage.test_derived` of what is read: twins, words, and numbers that one or two others
give. A report prints few digits, so that the twins here differ by a hundredth, and by much more
where the document rests on nothing that is hidden.
"""

from functools import partial

import pytest

from symbiosis.errors import DataError
from symbiosis.reports import ENDINGS, Results, firm_sheet, html, pdf, synergy_sheet, xlsx
from symbiosis.storage import disclosure, open_store, seen
from tests.storage.attacker import (
    ODD,
    ROLES,
    World,
    betrayed,
    differing,
    hidden_flows,
    hidden_prices,
    loot,
    secrets,
    worked_out,
)
from tests.storage.documents import PRINTED, documents, printed
from tests.storage.test_derived import same_plan

DEARER = 0.01  # by no more: the plan is the same
QUICK = ("na",)
EACH = [pytest.param(r, marks=() if r in QUICK else pytest.mark.slow) for r in ROLES]
EACH_SLOW = [pytest.param(r, marks=pytest.mark.slow) for r in ROLES]
FILES = tuple(ending for ending in ENDINGS if ending not in PRINTED)
few = partial(documents, endings=(".geojson",), sheets=False)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """A function: a world with what `World` takes; each is made once."""
    made = {}

    def world(dearer=(), *, by=DEARER, larger=None):
        key = (*dearer, by, *(larger or {}).items())
        if key not in made:
            url = f"sqlite:///{tmp_path_factory.mktemp('documents') / 'store.db'}"
            open_store(url, create=True).close()
            made[key] = World(url, dearer, by=by, larger=larger)
        return made[key]

    yield world
    for one in made.values():
        one.close()


def others(worlds, role):
    """Return a world in which all that a role may not read is quite another."""
    return worlds(hidden_prices(role), by=0.4, larger=dict.fromkeys(hidden_flows(role), 1.37))


@pytest.mark.parametrize("role", EACH)
def test_a_hidden_price_changes_no_file_of_a_kept_study(worlds, role):
    one, two = worlds(), worlds(hidden_prices(role))
    same_plan(one, two)
    files = (".csv", ".geojson", ".graphml") if role in QUICK else FILES
    taken = partial(documents, endings=files, sheets=False)
    assert differing(one, two, role, taken) == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("role", ROLES)
def test_a_hidden_price_changes_no_printed_document(worlds, role, lang):
    one, two = worlds(), worlds(hidden_prices(role))
    same_plan(one, two)
    taken = partial(documents, endings=PRINTED, lang=lang)
    assert differing(one, two, role, taken) == []


@pytest.mark.parametrize("role", EACH_SLOW)
def test_what_the_app_prints_rests_on_nothing_hidden(worlds, role):
    """Prices and quantities that a role may not read are others by far: not a letter changes."""
    taken = partial(documents, kept=False)
    assert differing(worlds(), others(worlds, role), role, taken) == []


@pytest.mark.slow
def test_what_a_firm_takes_out_rests_on_nothing_hidden(worlds):
    taken = partial(few, kept=False)
    assert differing(worlds(), others(worlds, "na"), "na", taken) == []


@pytest.mark.parametrize("role", EACH_SLOW)
def test_nothing_hidden_stands_in_a_document(worlds, role):
    assert betrayed(worlds(), role, documents) == []


@pytest.mark.parametrize("role", EACH_SLOW)
def test_no_two_numbers_give_a_hidden_one(worlds, role):
    world = worlds(tuple(ODD), larger=ODD)
    assert worked_out(world, role, loot, documents) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", ["na", "officer", "both"])
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_same_on_the_other_database(kind, new_url, role):
    one, two = World(new_url(kind)), World(new_url(kind), hidden_prices(role), by=DEARER)
    with one.store, two.store:
        same_plan(one, two)
        assert differing(one, two, role, documents) == betrayed(one, role, documents) == []
        assert worked_out(one, role, loot, documents) == []


@pytest.mark.parametrize("make", [pdf, html, xlsx])
def test_a_study_shown_in_part_has_no_document_of_totals(worlds, make):
    results = Results.of(worlds().store.study(worlds().people["na"]))
    with pytest.raises(DataError, match="shown in part"):
        make(results, "fr")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_whoever_may_read_no_price_gets_sheets_without_money(worlds, lang):
    results = Results.of(worlds().store.study(worlds().people["analyst of all"]))
    text = printed(lambda: firm_sheet(results, "na", lang))
    assert "Alder" in text
    assert "€" not in text.replace("/€", "")


def test_nor_has_it_sheets(worlds):
    results = Results.of(worlds().store.study(worlds().people["na"]))
    with pytest.raises(DataError, match="shown in part"):
        firm_sheet(results, "na", "fr")
    with pytest.raises(DataError, match="shown in part"):
        synergy_sheet(results, results.shipments["shipment_id"].iloc[0], "fr")


# -- with one leak put back, each attack finds it --------------------------------------------------


def test_the_twins_find_money_in_the_layers(worlds, monkeypatch):
    column = "taker_gain_eur"
    real = disclosure.is_open
    monkeypatch.setattr(disclosure, "is_open", lambda n, *of: n == column or real(n, *of))
    one, two = worlds(), worlds(hidden_prices("na"))
    assert {door for door, *_ in differing(one, two, "na", few)} >= {"kept 0.geojson"}


@pytest.mark.slow
@pytest.mark.parametrize("ending", PRINTED)
def test_the_twins_find_a_total_that_is_printed(worlds, monkeypatch, ending):
    monkeypatch.setattr(seen, "_totals", lambda totals, everything: totals)
    one, two = worlds(), worlds(hidden_prices("analyst of all"))
    taken = partial(documents, endings=(ending,), sheets=False)
    found = differing(one, two, "analyst of all", taken)
    assert f"kept 0{ending}" in {door for door, *_ in found}


@pytest.mark.slow
def test_two_numbers_find_a_rest_beside_a_hidden_partner(worlds, monkeypatch):
    monkeypatch.setattr(seen, "_unmatched_seen", lambda match, flows, shipments: match.unmatched)
    world = worlds(tuple(ODD), larger=ODD)
    assert worked_out(world, "sa", loot)


def test_there_is_something_to_find(worlds):
    found = secrets(worlds(), "nb")
    assert {what.split()[0] for what in found} == {"price", "quantity", "exchange"}
