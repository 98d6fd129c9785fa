"""The public map over time: k firms in every figure, and no month tells of one firm."""

import geopandas as gpd
from shapely.geometry import box
from sqlalchemy import text

from symbiosis.storage import LOCAL, VISITOR, Grant, Role, open_store
from symbiosis.storage.engine import writing
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
    assert declare(store, more, places=places) == {"0.4:5:127": 7.0, "0.1:23:510": 56.0}


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


# What was tried against the first rule, and gave one firm's quantity to the tonne.


def test_a_visibility_that_changes_does_not_make_a_newcomer_show(store):
    three = {"a": 111.5, "b": 222.25, "c": 333.125}
    assert declare(store, three, visibility="members") == {"0.1:23:510": 666.875}
    four = {**three, "d": 4711.75}
    assert declare(store, four, visibility="private") == {"0.1:23:510": 666.875}


def test_declaring_nearly_the_same_again_does_not_make_a_newcomer_show(store):
    three = {"a": 111.5, "b": 222.25, "c": 333.125}
    seen = declare(store, three)
    almost = {name: quantity * 1.0001 for name, quantity in three.items()}
    assert declare(store, {**almost, "d": 4711.75}) == seen
    doubled = {name: quantity * 2 for name, quantity in three.items()}
    assert declare(store, {**doubled, "d": 4711.75}) == {"0.1:23:510": 1333.75}


def test_a_firm_that_dwarfs_the_others_is_not_published_with_them(store):
    assert declare(store, {"a": 1.0, "b": 2.0, "c": 4711.75}) == {}


def test_firms_that_move_between_cells_are_not_counted_anew(store):
    places = {"d": NEAR, "e": NEAR, "f": NEAR}
    six = {"a": 10.0, "b": 20.0, "c": 30.0, "d": 40.0, "e": 50.0, "f": 60.0}
    seen = declare(store, six, places=places)
    assert seen == {"0.1:23:510": 60.0, "0.1:22:510": 150.0}
    moved = {**places, "a": NEAR, "b": NEAR, "g": NEAR}
    assert declare(store, {**six, "g": 44.0}, places=moved) == seen


def test_a_quantity_that_moves_to_another_material_is_not_counted_anew(store):
    declare(store, {"a": 10.0, "b": 20.0, "c": 30.0})
    other = {"a": 10.0, "b": 20.0, "d": 25.0}
    assert sorted(declare(store, other, material="17 02 02").values()) == [0.0]
    # Quantities that nobody has seen yet are published.
    declare(store, {"a": 15.0, "b": 25.0, "d": 25.0}, material="17 02 02")
    assert sorted(store.public_map()["quantity"]) == [0.0, 65.0]


def officer(store, territory):
    store.grant(LOCAL, f"{territory}@x.example", [Grant(Role.OFFICER, territory)])
    return store.bearer(store.issue_token(LOCAL, f"{territory}@x.example"))


def test_an_officer_of_another_territory_cannot_surround_a_firm_with_invented_ones(store):
    """Neither by publishing it oneself nor by waiting for whoever publishes everything."""
    place = {"longitude": 3.05, "latitude": 50.63}
    store.save(LOCAL, flows_of([firm("victim", territory="south", **place)],
                               [flow("victim-1", 47.0, "private")], []))  # fmt: skip
    north = officer(store, "north")
    fakes = [firm(f"f{i}", territory="north", **place) for i in range(4)]
    store.save(north, flows_of(fakes, [flow(f"f{i}-1", 10.0 + i, "private") for i in range(4)], []))
    store.publish(north)
    store.publish(LOCAL)
    assert figures(store) == {"0.1:30:506": 46.0}


def test_a_firm_outside_the_perimeter_of_its_territory_does_not_count(store):
    perimeter = gpd.GeoDataFrame(
        {"code": ["north"], "name": ["Nord"]}, geometry=[box(2.3, 51, 2.36, 51.1)], crs="EPSG:4326"
    )
    places = {"a": HERE, "b": HERE, "c": (2.38, 51.05)}
    firms = [firm(n, territory="north", longitude=x, latitude=y) for n, (x, y) in places.items()]
    offers = [flow(f"{name}-1", 10.0, "private") for name in places]
    store.save(LOCAL, flows_of(firms, offers, [], perimeter))
    assert store.publish(LOCAL) == 0


def test_the_firms_of_one_account_that_is_no_officer_count_once(store):
    grants = [Grant(Role.FIRM, name) for name in "abc"]
    store.grant(LOCAL, "sybil@x.example", grants)
    sybil = store.bearer(store.issue_token(LOCAL, "sybil@x.example"))
    store.save(sybil, world({"a": 10.0, "b": 20.0, "c": 30.0}))
    store.publish(LOCAL)
    assert figures(store) == {}
    store.save(LOCAL, world({"d": 10.0, "e": 20.0}))
    store.publish(LOCAL)
    assert list(figures(store).values()) in ([40.0],)


def test_whoever_was_an_officer_when_declaring_is_believed_after_leaving(store):
    north = officer(store, "north")
    names = {"a": 10.0, "b": 20.0, "c": 30.0}
    firms = [firm(n, territory="north") for n in names]
    store.save(north, flows_of(firms, [flow(f"{n}-1", q, "private") for n, q in names.items()], []))
    store.grant(LOCAL, "north@x.example", [])
    assert store.publish(LOCAL) == 1


def test_an_officer_publishes_the_firms_of_the_territory_only(store):
    names = {f"{t}{i}": (t, 10.0 + i) for t in ("north", "south") for i in range(3)}
    firms = [firm(n, territory=t) for n, (t, _) in names.items()]
    offers = [flow(f"{n}-1", q, "private") for n, (_, q) in names.items()]
    store.save(LOCAL, flows_of(firms, offers, []))
    assert store.publish(officer(store, "south")) == 1
    assert list(figures(store).values()) == [33.0]


def test_a_map_of_an_older_version_goes_on(new_url):
    """Its groups may be large, and may have taken in three at a time; they are held to the rule."""
    with open_store(new_url("sqlite")) as store:
        declare(store, {"a": 1.0, "b": 2.0, "c": 4.0})
        store.migrate(LOCAL, "0003", lose_rows=True)
        old = '[["a","private",1.0],["b","private",2.0],["c","private",4.0]]'
        with writing(store.engine) as connection:
            connection.execute(
                text(
                    "INSERT INTO published_figures (group_id, version, at, area, material, unit, "
                    "quantity, firms, atoms) VALUES ('g', 1, '2025-01-01 00:00:00', '0.1:23:510', "
                    "'offer:10 11 12', 't', 7, 3, :atoms)"
                ),
                {"atoms": old},
            )
        store.migrate(LOCAL)
        assert declare(store, {"a": 1.0, "b": 2.0, "c": 4.0, "d": 8.0}) == {"0.1:23:510": 7.0}
        assert declare(store, {"a": 2.0, "b": 4.0, "c": 8.0, "d": 8.0}) == {"0.1:23:510": 14.0}
