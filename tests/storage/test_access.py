"""The access rule, cell by cell: role x object x action, and the same through every door."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import column, create_engine, literal_column, select, text

from symbiosis.storage import LOCAL, VISITOR, AccessDenied, Grant, Principal, Role
from symbiosis.storage.access import (
    FLOW_KINDS,
    RULE,
    Action,
    Kind,
    Scope,
    require,
    scope,
    visible,
    visible_clause,
)
from symbiosis.storage.overrides import Cell
from symbiosis.storage.studies import with_flows
from tests.storage.worlds import (
    ADMINISTRATOR,
    ANALYST_NORTH,
    FIRM_ASH,
    FIRM_CEDAR,
    OFFICER_NORTH,
    four_firms,
    three_exchanges,
)

# For each object and action, how far each role goes: A everything, O only what is its own (the
# firm's own, the officer's and the analyst's territory), - nothing. Written by hand from the
# issue: prices and contacts never leave the firm and officer roles; an administrator administers.
# The catalogue is one for the whole store, so that an officer of every territory may change it.
MATRIX = """
object        action   visitor  firm  officer  analyst  administrator
public_flow   read     A        A     A        A        A
public_flow   write    -        O     O        -        -
members_flow  read     -        A     A        A        A
members_flow  write    -        O     O        -        -
private_flow  read     -        O     O        O        -
private_flow  write    -        O     O        -        -
price         read     -        O     O        -        -
price         write    -        O     O        -        -
contact       read     -        O     O        -        -
contact       write    -        O     O        -        -
history       read     -        O     O        -        -
history       write    -        -     -        -        -
synergy       read     -        O     O        O        -
synergy       write    -        -     O        -        -
agreement     read     -        O     O        -        -
agreement     write    -        O     O        -        -
study         read     -        O     O        O        -
study         write    -        -     O        O        -
scenario      read     -        -     A        A        -
scenario      write    -        -     A        A        -
override      read     -        A     A        A        A
override      write    -        -     O        -        A
aggregate     read     A        A     A        A        A
aggregate     write    -        -     O        -        A
account       read     -        -     -        -        A
account       write    -        -     -        -        A
audit         read     -        -     -        -        A
audit         write    -        -     -        -        -
store         read     -        -     -        -        A
store         write    -        -     -        -        A
"""
LINES = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [
    (Kind(kind), Action(action), Role(role), reach)
    for kind, action, *reaches in LINES[1:]
    for role, reach in zip(LINES[0][2:], reaches, strict=True)
]
WHO = {
    Role.VISITOR: VISITOR,
    Role.FIRM: Principal("f", (Grant(Role.FIRM, "ash"),)),
    Role.OFFICER: Principal("o", (Grant(Role.OFFICER, "north"),)),
    Role.ANALYST: Principal("n", (Grant(Role.ANALYST, "north"),)),
    Role.ADMINISTRATOR: Principal("a", (Grant(Role.ADMINISTRATOR),)),
}


def test_the_matrix_has_every_cell():
    assert {(k, a, r) for k, a, r, _ in CELLS} == {
        (k, a, r) for k in Kind for a in Action for r in Role
    }


@pytest.mark.parametrize(("kind", "action", "role", "reach"), CELLS)
def test_each_cell(kind, action, role, reach):
    own = ("ash", "elsewhere") if role is Role.FIRM else ("cedar", "north")
    reached = scope(WHO[role], kind, action)
    assert reached.covers(*own) is (reach in "AO")
    assert reached.covers("cedar", "south") is (reach == "A")
    assert reached.empty is (reach == "-")


@pytest.mark.parametrize(("kind", "action", "role", "reach"), CELLS)
def test_each_cell_refuses_in_words(kind, action, role, reach):
    if reach == "A":
        require(WHO[role], kind, action, firm_id="cedar", territory="south")
    else:
        with pytest.raises(AccessDenied, match="You may not"):
            require(WHO[role], kind, action, firm_id="cedar", territory="south")


def test_an_unknown_thing_is_nobodys():
    assert set(RULE) <= {(k, a) for k in Kind for a in Action}
    for who in WHO.values():
        assert scope(who, Kind.AUDIT, Action.WRITE).empty
        assert not scope(who, Kind.PRICE).covers("", "")


def test_a_firm_called_star_is_one_firm():
    star = Principal("x", (Grant(Role.FIRM, "*"),))
    assert not scope(star, Kind.PRICE).covers("ash", "north")


def test_roles_add_up():
    both = Principal("x", (Grant(Role.FIRM, "ash"), Grant(Role.OFFICER, "south")))
    reached = scope(both, Kind.PRICE)
    assert [reached.covers("ash", "north"), reached.covers("beech", "north"),
            reached.covers("cedar", "south")] == [True, False, True]  # fmt: skip


NAMES = st.sampled_from(["ash", "beech", "", "north", "south", "*", "it's"])
SCOPES = st.builds(Scope, st.booleans(), st.frozensets(NAMES), st.frozensets(NAMES))


@settings(deadline=None, max_examples=60)
@given(SCOPES, NAMES, NAMES)
def test_the_three_forms_of_a_scope_agree(reached, firm_id, territory):
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        clause = reached.clause(column("f"), column("t"))
        table = text("select :f as f, :t as t").bindparams(f=firm_id, t=territory)
        rows = select(literal_column("1")).select_from(
            table.columns(column("f"), column("t")).subquery()
        )
        found = connection.execute(rows.where(clause)).first() is not None
    engine.dispose()
    mask = reached.mask(pd.Series([firm_id]), pd.Series([territory])).iloc[0]
    assert found == bool(mask) == reached.covers(firm_id, territory)


LEVELS = st.sampled_from([*FLOW_KINDS, "", "PUBLIC"])


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(list(WHO.values())), st.sampled_from(["ash", "cedar"]),
       st.sampled_from(["north", "south"]), LEVELS)  # fmt: skip
def test_visible_in_memory_and_in_the_database_agree(who, firm_id, territory, level):
    row = pd.DataFrame({"firm_id": [firm_id], "territory": [territory], "visibility": [level]})
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        table = text("select :f as f, :t as t, :v as v").bindparams(f=firm_id, t=territory, v=level)
        source = table.columns(column("f"), column("t"), column("v")).subquery()
        clause = visible_clause(who, source.c.f, source.c.t, source.c.v)
        found = connection.execute(select(source).where(clause)).first() is not None
    engine.dispose()
    assert found == bool(visible(who, row).iloc[0])


# -- the same through the store: what each one sees of the four firms --------------------------

SEEN = {
    "visitor": (VISITOR, {"dogwood-1"}, set(), set()),
    "firm ash": (FIRM_ASH, {"ash-1", "ash-2", "beech-1", "dogwood-1"}, {"ash-1", "ash-2"}, {"ash"}),
    "firm cedar": (FIRM_CEDAR, {"ash-2", "beech-1", "cedar-1", "dogwood-1"}, {"cedar-1"},
                   {"cedar"}),
    "officer north": (OFFICER_NORTH, {"ash-1", "ash-2", "beech-1", "dogwood-1"},
                      {"ash-1", "ash-2", "beech-1"}, {"ash", "beech"}),
    "analyst north": (ANALYST_NORTH, {"ash-1", "ash-2", "beech-1", "dogwood-1"}, set(), set()),
    "administrator": (ADMINISTRATOR, {"ash-2", "beech-1", "dogwood-1"}, set(), set()),
    "alone": (LOCAL, {"ash-1", "ash-2", "beech-1", "cedar-1", "dogwood-1"},
              {"ash-1", "ash-2", "beech-1", "cedar-1", "dogwood-1"},
              {"ash", "beech", "cedar", "dogwood"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_what_each_one_sees_of_the_flows(store, name):
    who, flows, priced, reachable = SEEN[name]
    store.save(LOCAL, four_firms())
    found = store.flows(who)
    lines = pd.concat([found.offers, found.needs])
    assert set(lines["flow_id"]) == flows
    costs = lines[["route_cost_eur_per_unit", "price_eur_per_unit"]].notna().any(axis=1)
    assert set(lines.loc[costs, "flow_id"]) == priced
    assert set(found.firms.loc[found.firms["contact"] != "", "firm_id"]) == reachable


PRICE = Cell("materials", "cullet", "price_central_eur", "70", "survey")


def kept(store):
    return store.studies(LOCAL)["study_id"].iloc[0]


def seen_by(store, who):
    """A study of nothing but what one sees of the store."""
    study = with_flows(three_exchanges(), store.flows(who))
    return replace(study, match=replace(study.match, shipments=study.match.shipments.iloc[:0]))


DOORS = {
    "history": lambda store, who: store.history(who),
    "uploads": lambda store, who: store.uploads(who),
    "worklist": lambda store, who: store.worklist(who),
    "studies": lambda store, who: store.studies(who),
    "study": lambda store, who: store.study(who),
    "scenarios": lambda store, who: store.scenarios(who),
    "overrides": lambda store, who: store.overrides(who),
    "accounts": lambda store, who: store.accounts(who),
    "audit_log": lambda store, who: store.audit_log(who),
    "status": lambda store, who: store.status(who),
    "public_map": lambda store, who: store.public_map(who),
    "publish": lambda store, who: store.publish(who),
    "follow": lambda store, who: store.follow(who, three_exchanges(), kept(store)),
    "keep_study": lambda store, who: store.keep_study(who, seen_by(store, who), "mine"),
    "grant": lambda store, who: store.grant(who, "x@y.example", [Grant(Role.ADMINISTRATOR)]),
    "override_history": lambda store, who: store.override_history(who),
    "catalogue": lambda store, who: store.catalogue(who),
    "override": lambda store, who: store.override(who, [PRICE]),
    "drop_override": lambda store, who: store.drop_override(who, *PRICE[:2]),
    "save": lambda store, who: store.save(who, four_firms()),
}
OPEN_TO = {
    "history": "firm officer", "uploads": "firm officer", "worklist": "firm officer analyst",
    "studies": "firm officer analyst", "study": "firm officer analyst",
    "scenarios": "officer analyst", "overrides": "firm officer analyst administrator",
    "accounts": "administrator", "audit_log": "administrator", "status": "administrator",
    "public_map": "visitor firm officer analyst administrator",
    "publish": "officer administrator", "follow": "officer", "keep_study": "officer analyst",
    "grant": "administrator", "save": "",
    # The values are those of every territory: one officer's word is not enough.
    "override": "administrator", "drop_override": "administrator",
    "override_history": "firm officer analyst administrator",
    "catalogue": "firm officer analyst administrator",
}  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_every_door_opens_only_for_whom_it_should(new_url, role):
    from symbiosis.storage import open_store

    with open_store(new_url("sqlite")) as store:
        store.save(LOCAL, four_firms())
        store.keep_study(LOCAL, three_exchanges(), "first")
        opened = set()
        for name, door in DOORS.items():
            try:
                door(store, WHO[role])
            except AccessDenied:
                continue
            opened.add(name)
    assert opened == {name for name, roles in OPEN_TO.items() if role.value in roles.split()}
