"""Nothing hidden can be worked out from all that a role is given, through every door (#12).

Each attack also shows that it works: with one leak put back, it finds it.
"""

import pytest

from symbiosis.storage import disclosure, keyed, seen
from tests.storage.attacker import ROLES, World, betrayed, differing, hidden_prices, solved

# Those without a price at all share one twin; each of the others has its own.
LATER = {"nb", "sa", "south", "both"}
FIRST = {"na"}
EACH = [pytest.param(role, marks=() if role in FIRST else pytest.mark.slow) for role in ROLES]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    """A function: the world, or its twin whose flows of these names are dearer; SQLite."""
    from symbiosis.storage import open_store

    made = {}

    def world(dearer=(), *, twice=False):
        key = (*dearer, twice)
        if key not in made:
            url = f"sqlite:///{tmp_path_factory.mktemp('derived') / 'store.db'}"
            open_store(url, create=True).close()
            made[key] = World(url, dearer, twice=twice)
        return made[key]

    yield world
    for one in made.values():
        one.close()


def same_plan(one, two):
    for first, second in zip(one.studies.values(), two.studies.values(), strict=True):
        plans = [s.match.shipments.set_index("shipment_id")["quantity"] for s in (first, second)]
        assert plans[0].to_dict() == pytest.approx(plans[1].to_dict(), rel=1e-9)


@pytest.mark.parametrize("role", EACH)
def test_a_hidden_price_changes_nothing_that_a_role_gets(worlds, role):
    twice = role in LATER
    one, two = worlds(twice=twice), worlds(hidden_prices(role), twice=twice)
    same_plan(one, two)
    assert differing(one, two, role) == []


@pytest.mark.parametrize("role", EACH)
def test_nothing_hidden_stands_anywhere_nor_can_a_guess_be_compared(worlds, role):
    assert betrayed(worlds(twice=role in LATER), role) == []


@pytest.mark.parametrize("role", EACH)
def test_no_hidden_quantity_solves(worlds, role):
    assert solved(worlds(twice=role in LATER), role) == []


@pytest.mark.parametrize(("role", "of"), [("analyst of all", 5), ("officer", 1), ("na", 1)])
def test_the_world_has_something_to_hide(worlds, role, of):
    """Else the tests above could not fail."""
    assert len(hidden_prices(role)) >= of
    shown = worlds().store.study(worlds().people[role], worlds().first).match.shipments
    assert len(shown)
    if role != "analyst of all":
        assert (shown["hidden"] != "").any()


@pytest.mark.parametrize(
    "role", [pytest.param(r, marks=pytest.mark.slow) for r in ("na", "officer", "both")]
)
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_same_on_the_other_database(kind, new_url, role):
    one, two = World(new_url(kind)), World(new_url(kind), hidden_prices(role))
    with one.store, two.store:
        assert differing(one, two, role) == betrayed(one, role) == solved(one, role) == []


# -- with one leak put back, each attack finds it --------------------------------------------------


@pytest.mark.parametrize(
    "column", ["net_gain_eur_low", pytest.param("taker_gain_eur", marks=pytest.mark.slow)]
)
def test_the_twins_find_money_that_is_served(worlds, monkeypatch, column):
    real = disclosure.is_open
    monkeypatch.setattr(disclosure, "is_open", lambda n, *of: n == column or real(n, *of))
    assert differing(worlds(), worlds(hidden_prices("na")), "na")


def test_the_guess_finds_a_plain_digest(worlds, monkeypatch):
    monkeypatch.setattr(keyed, "marked", lambda connection, who, digests: digests)
    assert ("studies", "inputs of a study") in betrayed(worlds(), "na")


def test_the_algebra_finds_a_rest_beside_a_hidden_partner(worlds, monkeypatch):
    monkeypatch.setattr(seen, "_unmatched_seen", lambda match, flows, shipments: match.unmatched)
    names = {name for name, _ in solved(worlds(), "sa")} | {
        name for role in ROLES for name, _ in solved(worlds(), role)
    }
    assert names
