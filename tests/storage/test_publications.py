"""The public map over time: k firms in every figure, and no month tells of one firm."""

import json

import numpy as np
import pytest
from sqlalchemy import select

from symbiosis.storage import LOCAL, VISITOR, open_store
from symbiosis.storage.anonymity import Atom, K
from symbiosis.storage.engine import reading
from symbiosis.storage.publications import assign
from symbiosis.storage.tables import PUBLISHED_FIGURES
from tests.storage.test_anonymity import leaks
from tests.storage.worlds import firm, flow, flows_of

HERE, NEAR, FAR = (2.35, 51.05), (2.25, 51.05), (7.35, 48.05)


def world(quantities, places=None, visibility="private", **more):
    """One offer of glass for each firm."""
    places = places or {}
    firms = [
        firm(name, longitude=places.get(name, HERE)[0], latitude=places.get(name, HERE)[1])
        for name in quantities
    ]
    offers = [flow(f"{n}-1", q, visibility, **more) for n, q in quantities.items()]
    return flows_of(firms, offers, [])


def figures(store):
    table = store.public_map()
    return dict(zip(table["area"], table["quantity"], strict=True))


def declare(store, quantities, **more):
    """Declare exactly these, remove the others, publish; return what the public sees."""
    flows = world(quantities, **more)
    gone = set(store.flows(LOCAL).offers["flow_id"]) - set(flows.offers["flow_id"])
    store.forget(LOCAL, gone)
    store.save(LOCAL, flows)
    store.publish(LOCAL)
    return figures(store)


def test_three_firms_make_a_figure_and_two_do_not(store):
    assert declare(store, {"a": 1.0, "b": 2.0}) == {}
    assert declare(store, {"a": 1.0, "b": 2.0, "c": 4.0}) == {"0.1:23:510": 7.0}


def test_small_neighbours_are_merged_into_a_larger_square(store):
    seen = declare(store, {"a": 1.0, "b": 2.0, "c": 4.0}, places={"c": NEAR})
    assert seen == {"0.4:5:127": 7.0}


def test_what_no_square_hides_is_in_the_whole_or_nowhere(store):
    seen = declare(store, {"a": 1.0, "b": 2.0, "c": 4.0}, places={"c": FAR})
    assert seen == {"whole": 7.0}
    assert store.public_map().geometry.iloc[0] is None


def test_one_newcomer_does_not_show_in_the_difference(store):
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0})
    assert declare(store, {"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0}) == {"0.1:23:510": 7.0}
    six = {"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0, "e": 16.0, "f": 32.0}
    assert declare(store, six) == {"0.1:23:510": 63.0}


def test_one_changed_quantity_does_not_show_either(store):
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0})
    assert declare(store, {"a": 1.0, "b": 2.0, "c": 5.0}) == {"0.1:23:510": 7.0}


def test_the_last_ones_to_stay_do_not_show(store):
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0})
    assert declare(store, {"a": 1.0}) == {"0.1:23:510": 15.0}


def test_all_gone_is_nothing_and_tells_of_all_of_them(store):
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0})
    assert declare(store, {}) == {"0.1:23:510": 0.0}


def test_a_square_that_grows_large_enough_does_not_leave_its_neighbours_bare(store):
    places = {"c": NEAR}
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0}, places=places)
    more = {"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0, "e": 16.0, "f": 32.0}
    assert declare(store, more, places=places) == {"0.4:5:127": 63.0}


def test_estimates_are_not_published(store):
    assert declare(store, {"a": 1.0, "b": 2.0, "c": 4.0}, status="estimated") == {}


def test_whoever_said_nothing_is_private(store):
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0}, visibility="")
    mixed = world({"d": 8.0}, visibility="")
    store.save(LOCAL, mixed)
    store.publish(LOCAL)
    assert figures(store) == {"0.1:23:510": 7.0}


def test_the_map_names_nobody(store):
    declare(store, {"a": 1.0, "b": 2.0, "c": 4.0})
    table = store.public_map(VISITOR)
    assert list(table.columns) == [
        "area", "direction", "material", "unit", "quantity", "firms", "at", "geometry",
    ]  # fmt: skip
    row = table.iloc[0]
    assert (row["direction"], row["material"], row["unit"], row["firms"]) == (
        "offer", "10 11 12", "t", 3,
    )  # fmt: skip


def test_groups_never_share_a_place():
    atoms = {
        (f"0.1:{i}:510", "offer:x"): [Atom(f"f{i}-{j}", "private", 1.0) for j in range(i % 4)]
        for i in range(40)
    }
    atoms = {place: found for place, found in atoms.items() if found}
    areas: dict[str, str] = {}
    first = assign(atoms, {}, areas)
    later = assign(atoms, first, areas)
    assert later == {}
    firms = {
        group: {a.firm_id for place, g in first.items() if g == group for a in atoms[place]}
        for group in set(first.values())
    }
    assert all(len(found) >= K for found in firms.values())


@pytest.mark.parametrize("seed", range(3))
def test_a_living_territory_tells_of_no_single_firm(new_url, seed):
    """Firms come, go and change at random; the onlooker combines all that was ever published."""
    rng = np.random.default_rng(seed)
    names = [f"f{i}" for i in range(9)]
    places = {name: (HERE, NEAR)[i % 2] for i, name in enumerate(names)}
    truth = {}
    with open_store(new_url("sqlite")) as store:
        quantities = {name: float(rng.integers(1, 99)) for name in names[:5]}
        for _ in range(8):
            for name in rng.choice(names, 3, replace=False):
                if name in quantities and rng.random() < 0.4:
                    del quantities[name]
                else:
                    quantities[name] = float(rng.integers(1, 99))
            declare(store, dict(quantities), places=places)
            for group, version, total, atoms in rows_of(store):
                truth.setdefault((group, version), (total, atoms, dict(quantities)))
    assert len(truth) > 1
    for total, atoms, then in truth.values():
        assert total == sum(atom.quantity for atom in atoms)
        assert all(then[atom.firm_id] == atom.quantity for atom in atoms)
    assert not leaks([atoms for _, atoms, _ in truth.values()], {"private"})


def rows_of(store):
    with reading(store.engine) as connection:
        for row in connection.execute(select(PUBLISHED_FIGURES)):
            atoms = [Atom(*atom) for atom in json.loads(row.atoms)]
            yield row.group_id, row.version, row.quantity, atoms
