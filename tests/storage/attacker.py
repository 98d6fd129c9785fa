"""An attacker with one role: takes all that every door gives, and solves for what is hidden.

Three ways, so that no leak has to be known beforehand:

- *Twins*: two stores that differ in nothing but the prices that a role may not read, by so little
  that the optimum stays. Whatever differs in what the role gets was worked out from a hidden price.
- *Guesses*: a digest of hidden things that can be compared with a guess is as good as the thing.
- *Linear algebra*: what is declared is what is exchanged and what stays. A hidden quantity that
  these equations determine is known, whoever meant to hide it.
"""

import re
import warnings
from contextlib import closing

import numpy as np
import pandas as pd

from symbiosis import Scenario, run
from symbiosis.api import Limits, create_app
from symbiosis.flows import Flows
from symbiosis.storage import LOCAL, VISITOR, AccessDenied, Grant, Role, open_store
from symbiosis.storage.rows import Declaration
from symbiosis.storage.studies import inputs_digest
from symbiosis.storage.worklist import LINK, identify
from tests.api.client import TestClient

FIRMS = [("na", "Alder", "north", 2.30, 51.00), ("nb", "Birch", "north", 2.38, 51.03),
         ("nc", "Cedar", "north", 2.35, 51.01), ("sa", "Sorrel", "south", 3.05, 50.63),
         ("sb", "Thyme", "south", 3.10, 50.70), ("sc", "Umbel", "south", 3.12, 50.66)]  # fmt: skip
# flow, direction, material, t/yr, visibility, EUR/t
LINES = [("na1", "offer", "15 01 07", 917.0, "private", 71.37),
         ("na2", "offer", "15 01 07", 5003.0, "members", 73.91),
         ("nb1", "need", "cullet", 301.0, "members", 21.43),
         ("nc1", "need", "cullet", 1207.0, "private", 27.77),
         ("sa1", "need", "cullet", 809.0, "private", 31.59),
         ("sb1", "need", "cullet", 3011.0, "public", 41.61),
         ("sc1", "offer", "15 01 07", 433.0, "private", 61.13)]  # fmt: skip
TERRITORY = {row[0]: row[2] for row in FIRMS}
ROLES = {
    "visitor": (), "na": (Grant(Role.FIRM, "na"),), "nb": (Grant(Role.FIRM, "nb"),),
    "sa": (Grant(Role.FIRM, "sa"),), "officer": (Grant(Role.OFFICER, "north"),),
    "south": (Grant(Role.OFFICER, "south"),), "analyst": (Grant(Role.ANALYST, "north"),),
    "analyst of all": (Grant(Role.ANALYST),), "administrator": (Grant(Role.ADMINISTRATOR),),
    "both": (Grant(Role.FIRM, "nb"), Grant(Role.ANALYST, "south")),
}  # fmt: skip
# Identifiers and moments that no two stores share.
_ALONE = re.compile(
    r"\b[0-9a-f]{16,64}\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.\d]*)(?:[+\-]\d\d:\d\d)?"
)


def firm_of(flow):
    return flow[:2]


def reads_price(role, flow):
    """Say by hand whether a role may read the price of a flow."""
    firm = firm_of(flow)
    return any(
        (g.role is Role.FIRM and g.scope == firm)
        or (g.role is Role.OFFICER and g.scope in {"*", TERRITORY[firm]})
        for g in ROLES[role]
    )


def reads_private(role, flow):
    """Say by hand whether a role may read a private flow."""
    firm = firm_of(flow)
    analyst = any(g.role is Role.ANALYST and g.scope in {"*", TERRITORY[firm]} for g in ROLES[role])
    return analyst or reads_price(role, flow)


def reads_flow(role, flow, visibility):
    return visibility == "public" or reads_private(role, flow) or (
        visibility == "members" and role != "visitor"
    )  # fmt: skip


class World:
    """A store with studies, a worklist, agreements, a public map, and an account for each role.

    Parameters
    ----------
    url
        Of a made, empty store.
    dearer
        Flows whose price is higher by a millionth.
    twice
        Whether a second study is kept, under another scenario.
    by
        By how much of it the price is higher.
    larger
        Flows whose quantity is higher, with the factor by which it is.
    """

    def __init__(self, url, dearer=(), *, twice=False, by=1e-6, larger=None):
        larger = larger or {}
        self.by, self.lines = by, [(*r[:3], r[3] * larger.get(r[0], 1.0), *r[4:]) for r in LINES]
        self.store = open_store(url)
        self.store.save(LOCAL, declaration(self.lines, dearer, by))
        declared = self.store.flows(LOCAL)
        self.studies = {}
        scenarios = {"June": Scenario(), "July": Scenario(detour_factor=1.3)}
        for name, scenario in list(scenarios.items())[: 2 if twice else 1]:
            study = run(declared, scenario)
            self.studies[self.store.keep_study(LOCAL, study, name)] = study
        self.first = next(iter(self.studies))
        self.store.follow(LOCAL, self.studies[self.first], self.first)
        self._agree("na", "nc")
        self.store.publish(LOCAL)
        self.people, self.tokens = {"visitor": VISITOR}, {}
        for role, grants in ROLES.items():
            if grants:
                login = f"{role.replace(' ', '-')}@x.example"
                self.store.grant(LOCAL, login, grants)
                self.tokens[role] = self.store.issue_token(LOCAL, login)
                self.people[role] = self.store.bearer(self.tokens[role])

    def _agree(self, *firms):
        table = self.store.worklist(LOCAL)
        for row in table[(table["offer_firm_id"] == firms[0])
                         & (table["need_firm_id"] == firms[1])].itertuples():  # fmt: skip
            for firm in firms:
                self.store.agree(LOCAL, row.synergy_id, firm)

    def close(self):
        self.store.close()


def declaration(lines=LINES, dearer=(), by=1e-6):
    firms = pd.DataFrame(
        [dict(zip(("firm_id", "name", "territory", "longitude", "latitude"), row, strict=True))
         | {"contact": f"CONTACT-{row[0]}"} for row in FIRMS]
    )  # fmt: skip
    rows = []
    for flow, direction, material, quantity, visibility, eur in lines:
        price = eur * (1 + by) if flow in dearer else eur
        money = {"route": "D1", "route_cost_eur_per_unit": price} if direction == "offer" else {
            "price_eur_per_unit": price}  # fmt: skip
        rows.append({"flow_id": flow, "firm_id": firm_of(flow), "direction": direction,
                     "material": material, "quantity": quantity, "unit": "t",
                     "visibility": visibility} | money)  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flows = pd.DataFrame(rows).astype(object)
        return Flows.from_tables(firms, flows.where(flows.notna(), ""))


def loot(world, role):
    """Return all that a role gets: door → text."""
    return {**_by_http(world, role), **_by_store(world, role)}


def _by_http(world, role):
    app = create_app(world.store, limits=Limits(api_per_minute=100_000, app_per_minute=100_000))
    client = TestClient(app)
    with closing(client):
        told = {"authorization": f"Bearer {world.tokens[role]}"} if role != "visitor" else {}
        paths = ["me", "flows", "matches", "meetings", "studies", "map"]
        for study_id in world.studies:
            paths += [f"studies/{study_id}", f"studies/{study_id}/shipments.geojson",
                      f"matches?study_id={study_id}"]  # fmt: skip
        answers = {path: client.get(f"/api/v1/{path}", headers=told) for path in paths}
    assert all(answer.status_code < 500 for answer in answers.values())
    names = {study_id: f"study {i}" for i, study_id in enumerate(world.studies)}
    found = {}
    for path, answer in answers.items():
        if path == "meetings":  # in an order of random names
            rows = answer.json().get("meetings", [])
            found[path] = "\n".join(sorted(_ALONE.sub("#", str(row)) for row in rows))
            continue
        door = path
        for study_id, name in names.items():
            door = door.replace(study_id, name)
        found[door] = answer.text
    return found


_VERBS = (
    "flows", "studies", "worklist", "meetings", "progress", "history", "uploads", "overrides",
    "override_history", "scenarios", "public_map", "audit_log", "accounts", "catalogue",
)  # fmt: skip


def _by_store(world, role):
    store, who = world.store, world.people[role]
    found = {}
    for verb in _VERBS:
        try:
            answer = getattr(store, verb)(who)
        except AccessDenied:
            continue
        if verb == "meetings":
            answer = answer.drop(columns="meeting_id").sort_values(["firm", "material", "partner",
                "within_km", "quantity"]).reset_index(drop=True)  # fmt: skip
        found[f"store.{verb}"] = _text(answer)
    for i, study_id in enumerate(world.studies):
        try:
            found[f"store.study {i}"] = _text(store.study(who, study_id))
        except AccessDenied:
            continue
    return found


def _text(answer):
    if isinstance(answer, pd.DataFrame):
        return pd.DataFrame(answer).to_csv(index=True, float_format="%.17g")
    if isinstance(answer, Flows):
        parts = (answer.firms, answer.offers, answer.needs, answer.skipped, answer.notes)
        return "\n".join(_text(part) for part in parts)
    if hasattr(answer, "impact"):
        match, impact = answer.match, answer.impact
        parts = (answer.flows, answer.graph.offers, answer.graph.needs, match.shipments,
                 match.prices, match.unmatched, match.blending, impact.by_shipment, impact.totals,
                 impact.emissions_terms, impact.not_counted, impact.warnings)  # fmt: skip
        return "\n".join([repr(match.certificate), repr(answer), *map(_text, parts)])
    return repr(answer)


# -- twins ---------------------------------------------------------------------------------------


def differing(one, two, role, taken=loot):
    """Return the lines in which what a role gets of two stores differs: (door, line, line)."""
    first, second = taken(one, role), taken(two, role)
    assert set(first) == set(second)
    found = []
    for door, text in first.items():
        lines = [re.split(r"[\n,]", _ALONE.sub("#", t)) for t in (text, second[door])]
        if len(lines[0]) != len(lines[1]):
            found.append((door, f"{len(lines[0])} cells", f"{len(lines[1])} cells"))
        found += [(door, a, b) for a, b in zip(*lines, strict=False) if a != b]
    return found


def hidden_prices(role, lines=LINES):
    return [line[0] for line in lines if not reads_price(role, line[0])]


def hidden_flows(role, lines=LINES):
    return [line[0] for line in lines if not reads_flow(role, line[0], line[4])]


# -- guesses and words ---------------------------------------------------------------------------


_PARTS = {"inputs of a study", "inputs alone"}  # the first digits of a digest


def confided(world, role):
    """Return what must stand nowhere in what a role gets: what it is → text."""
    words = {}
    for flow, _, _, quantity, visibility, price in world.lines:
        if not reads_price(role, flow):
            words[f"price of {flow}"] = f"{price}"
            words[f"contact of {firm_of(flow)}"] = f"CONTACT-{firm_of(flow)}"
        if not reads_flow(role, flow, visibility):
            words[f"quantity of {flow}"] = f"{quantity}"
            words[f"name of {flow}"] = flow
    for study in world.studies.values():
        if hidden_prices(role):
            words["inputs of a study"] = inputs_digest(study)[:12]
            words["inputs alone"] = Declaration.of(study.flows).digest()[:12]
        levels = {line[0]: line[4] for line in world.lines}
        for row in study.match.shipments.itertuples():
            ends = (row.offer_flow, row.need_flow)
            # An administrator's log names the firms that meet, and what they meet for.
            if role != "administrator" and not all(
                reads_flow(role, end, levels[end]) for end in ends
            ):
                words[f"name of {ends}"] = row.shipment_id
                words[f"synergy of {ends}"] = identify(tuple(getattr(row, n) for n in LINK))
    if {"na", "officer"} & {role}:  # these two met, and may know each other's contact
        words = {k: v for k, v in words.items() if "nc" not in k}
    return words


def betrayed(world, role, taken=loot):
    """Return which of the confided things stand in what a role gets: (door, what)."""
    words = {
        what: re.compile(text if what in _PARTS else rf"(?<![\w.]){re.escape(text)}(?!\d)")
        for what, text in confided(world, role).items()
    }
    return [(door, what) for door, text in taken(world, role).items()
            for what, pattern in words.items() if pattern.search(text)]  # fmt: skip


# -- linear algebra ------------------------------------------------------------------------------


def solved(world, role):
    """Return the hidden exchanges of each study that what a role gets determines.

    Unknown are each exchange that the role sees no quantity of, what stays of each offer and what
    each need still lacks; known are the declared quantities, the shown exchanges, the shown rests,
    and that a taker who is called full lacks nothing (or all but its recipe's share).
    """
    who = world.people[role]
    try:
        flows = world.store.flows(who)
        seen = [world.store.study(who, study_id) for study_id in world.studies]
    except AccessDenied:
        return []
    declared = pd.concat([flows.offers, flows.needs]).set_index("flow_id")["quantity"].to_dict()
    names = dict(zip(flows.firms["name"], flows.firms["firm_id"], strict=True))
    found = []
    for shown, truth in zip(seen, world.studies.values(), strict=True):
        system = _System()
        _exchanges(system, truth.match.shipments, shown.match.shipments, declared)
        _rests(system, shown, truth, role, declared)
        _full(system, shown.match.unmatched, flows, names, truth)
        found += system.determined()
    return found


class _System:
    def __init__(self):
        self.names, self.rows, self.hidden = {}, [], set()

    def know(self, terms, value):
        self.rows.append(({self.names.setdefault(n, len(self.names)): c for n, c in terms}, value))

    def determined(self):
        """Return (name, value) of the hidden unknowns that every solution agrees on."""
        matrix = np.zeros((len(self.rows), len(self.names)))
        values = np.array([value for _, value in self.rows])
        for i, (terms, _) in enumerate(self.rows):
            for j, factor in terms.items():
                matrix[i, j] += factor
        best, *_ = np.linalg.lstsq(matrix, values, rcond=None)
        _, sizes, right = np.linalg.svd(matrix)
        free = right[np.sum(sizes > 1e-9) :]
        return [(name, best[j]) for name, j in self.names.items()
                if name in self.hidden and np.abs(free[:, j]).max(initial=0) < 1e-9]  # fmt: skip


def _exchanges(system, truth, shown, declared):
    """Add each exchange to both of its ends: known where its quantity is shown."""
    shown = shown[(shown["hidden"] == "") & shown["quantity"].notna()]
    known = {(r.offer_flow, r.need_flow): r.quantity for r in shown.itertuples()}
    sums = {}
    for row in truth.itertuples():
        pair = (row.offer_flow, row.need_flow)
        for flow, factor in ((row.offer_flow, 1.0), (row.need_flow, row.gain)):
            sums.setdefault(flow, []).append((("exchange", *pair), factor))
        if pair in known:
            system.know([(("exchange", *pair), 1.0)], known[pair])
        else:
            system.hidden.add(("exchange", *pair))
    for flow, quantity in declared.items():
        # What a role cannot tell apart are several exchanges that it sees nothing of: it learns
        # their sum, which is a hidden thing too.
        unseen = [t for t in sums.get(flow, []) if t[0] in system.hidden]
        total = ("sum", flow)
        if len(unseen) > 1:
            system.know([*unseen, (total, -1.0)], 0.0)
            system.hidden.add(total)
        system.know([*sums.get(flow, []), (("rest", flow), 1.0)], quantity)


def _rests(system, shown, truth, role, declared):
    """Add what stays of an offer: as shown, or nothing where nothing is listed or hidden."""
    listed = shown.match.unmatched.set_index("flow_id")["quantity"].to_dict()
    table = shown.match.shipments
    partly = set(table.loc[table["hidden"] != "", "offer_flow"])
    if role == "analyst of all":
        partly = set()
    for flow in set(truth.match.shipments["offer_flow"]) & set(declared):
        if flow in listed:
            system.know([(("rest", flow), 1.0)], listed[flow])
        elif reads_private(role, flow) and flow not in partly:
            system.know([(("rest", flow), 1.0)], 0.0)


def _full(system, unmatched, flows, names, truth):
    """Add that a taker who is named as full, or as full as its recipe allows, lacks no more."""
    called = unmatched[unmatched["reason"].isin(["taker_full", "blending_limit"])]
    limits = truth.match.blending.set_index("flow_id")["limit_share"].to_dict()
    for row in called.itertuples():
        for need in flows.needs[flows.needs["firm_id"] == names.get(row.detail)].itertuples():
            share = limits.get(need.flow_id, 1.0) if row.reason == "blending_limit" else 1.0
            system.know([(("rest", need.flow_id), 1.0)], (1 - share) * need.quantity)


# -- numbers -------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(?<![\w.])-?\d+\.\d+(?:[eE][+-]?\d+)?(?![\w.])")
_DIGITS = 9  # of a number that tells which one it is; prices and quantities of `ODD` have 16
_ALIKE = 1e-11
# Every quantity and every price is a number of its own, that no two others give by chance.
ODD = {line[0]: 1 + (0.6180339887498949 * (i + 1)) % 1 / 9 for i, line in enumerate(LINES)}


def secrets(world, role):
    """Return the numbers that a role must not find: what it is → number.

    Not among them is what a hidden source gives to a need that the role may read: nobody tells that
    the need is full, but whoever guesses it knows the rest, as its own quantity is no secret to it.
    Nor is what a source that the role may read gives to its one hidden taker, where it gives all:
    nobody tells that it does, and what is declared less what is seen is only the most it can be.
    """
    levels = {line[0]: line[4] for line in world.lines}
    found = {}
    for flow, _, _, quantity, visibility, price in world.lines:
        if not reads_price(role, flow):
            found[f"price of {flow}"] = price * (1 + world.by)
        if not reads_flow(role, flow, visibility):
            found[f"quantity of {flow}"] = quantity
    for study in world.studies.values():
        for row in study.match.shipments.itertuples():
            ends = (row.offer_flow, row.need_flow)
            hidden = not all(reads_flow(role, end, levels[end]) for end in ends)
            if hidden and _the_rest(study, row, role, levels):
                continue
            met = {"na", "nc"} & set(map(firm_of, ends)) and role in {"na", "officer"}
            if hidden and not met and not reads_private(role, row.need_flow):
                found[f"exchange of {ends}"] = row.quantity
    return found


def _the_rest(study, row, role, levels):
    """Return whether an exchange is all that a source which a role may read gives unseen."""
    if not reads_flow(role, row.offer_flow, levels[row.offer_flow]):
        return False
    mine = study.match.shipments[study.match.shipments["offer_flow"] == row.offer_flow]
    unseen = [need for need in mine["need_flow"] if not reads_flow(role, need, levels[need])]
    declared = study.flows.offers.set_index("flow_id")["quantity"][row.offer_flow]
    return unseen == [row.need_flow] and mine["quantity"].sum() >= declared * (1 - 1e-9)


def worked_out(world, role, *taken):
    """Return the secrets that one number or two of all that a role gets give: (what, how).

    Two give their sum, difference, product, quotient and mean: what is left of a total, a value
    per tonne, the middle of an interval.
    """
    text = "\n".join(text for take in taken for text in take(world, role).values())
    known = {m[0] for m in _NUMBER.finditer(text) if len(m[0].split("e")[0]) > _DIGITS}
    numbers = np.unique(np.abs([float(word) for word in known]))
    numbers = numbers[numbers > 0]
    found = []
    for what, secret in secrets(world, role).items():
        others = {"alone": np.array([secret]), "sum": secret - numbers, "difference":
                  secret + numbers, "quotient": secret * numbers, "divided by": numbers / secret,
                  "product": secret / numbers, "mean": 2 * secret - numbers}  # fmt: skip
        found += [(what, how) for how, wanted in others.items() if _stands(wanted, numbers)]
    return found


def _stands(wanted, numbers):
    """Return whether any of some positive numbers stands among the known ones."""
    wanted = wanted[wanted > 0]
    if not len(wanted) or not len(numbers):
        return False
    after = np.searchsorted(numbers, wanted)
    near = [numbers[np.clip(after + step, 0, len(numbers) - 1)] for step in (-1, 0)]
    return bool(any((np.abs(n - wanted) <= _ALIKE * np.abs(wanted)).any() for n in near))
