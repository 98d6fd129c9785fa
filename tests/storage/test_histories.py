"""Territories that live at random, and someone who keeps every map and solves for each firm."""

import json

import numpy as np
import pytest
from sqlalchemy import select

from symbiosis.storage import LOCAL, Grant, Role, open_store, publications
from symbiosis.storage.engine import reading
from symbiosis.storage.tables import PUBLISHED_FIGURES
from tests.cases import cases
from tests.storage.attackers import attack
from tests.storage.worlds import firm, flow, flows_of

PLACES = ((2.35, 51.05), (2.25, 51.05), (2.45, 51.15))
MATERIALS = ("10 11 12", "17 02 02")
LEVELS = ("private", "private", "private", "members", "public")
READS = {"a visitor": {"public"}, "a member": {"public", "members"}}


class Territory:
    """Firms that come, go, move and change their minds; what each onlooker read of them."""

    def __init__(self, store, seed):
        self.store, self.chance = store, np.random.default_rng(seed)
        self.lines, self.sites = {}, {}
        self.read = {who: set() for who in READS}
        for name in ("a", "b", "c", "d", "e", "f", "g"):
            self.sites[name] = ("south", PLACES[self.chance.integers(2)])
            self.add(name)
        store.grant(LOCAL, "north@x.example", [Grant(Role.OFFICER, "north")])
        self.north = store.bearer(store.issue_token(LOCAL, "north@x.example"))
        self.save()

    def pick(self, things):
        return things[self.chance.integers(len(things))]

    def add(self, name):
        quantity = float(self.chance.lognormal(4, 0.8))
        self.lines[name, self.pick(MATERIALS)] = (quantity, self.pick(LEVELS))

    def step(self):
        """One thing that happens to one firm or to all."""
        deed, (name, material) = self.chance.integers(9), self.pick(list(self.lines))
        quantity, level = self.lines[name, material]
        if deed == 0:
            new = f"n{len(self.sites)}"
            self.sites[new] = ("south", self.pick(PLACES))
            self.add(new)
        elif deed == 1 and len(self.lines) > 5:
            del self.lines[name, material]
        elif deed == 2:  # everyone declares nearly the same again
            self.lines = {
                key: (q * float(1 + self.chance.normal() / 1e4), v)
                for key, (q, v) in self.lines.items()
            }
        elif deed == 3:  # a new year
            self.lines = {
                key: (q * float(self.chance.uniform(0.6, 1.6)), v)
                for key, (q, v) in self.lines.items()
            }
        elif deed == 4:
            self.sites[name] = (self.sites[name][0], self.pick(PLACES))
        elif deed == 5:
            self.lines[name, material] = (quantity, self.pick(LEVELS))
        elif deed == 6:  # the same under another code
            del self.lines[name, material]
            self.lines[name, self.pick(MATERIALS)] = (quantity, level)
        elif deed == 7:
            self.lines[name, material] = (quantity * 10, level)
        else:  # an officer of another territory invents a firm in the middle of these
            new = f"x{len(self.sites)}"
            self.sites[new] = ("north", self.pick(PLACES))
            self.lines[new, material] = (quantity, "private")

    def save(self):
        for who, territory in ((LOCAL, "south"), (self.north, "north")):
            names = [n for n, (t, _) in self.sites.items() if t == territory]
            names = [n for n in names if any(key[0] == n for key in self.lines)]
            if not names:
                continue
            firms = [
                firm(n, territory=territory, longitude=x, latitude=y)
                for n in names for x, y in (self.sites[n][1],)
            ]  # fmt: skip
            offers = [
                flow(f"{name}-{MATERIALS.index(material)}", quantity, level, material=material)
                for (name, material), (quantity, level) in self.lines.items()
                if name in names
            ]
            self.store.save(who, flows_of(firms, offers, []), replace=True)
        there = {f"{name}-{MATERIALS.index(material)}" for name, material in self.lines}
        gone = set(self.store.flows(LOCAL).offers["flow_id"]) - there
        self.store.forget(LOCAL, gone)
        for (name, material), (quantity, level) in self.lines.items():
            for who, levels in READS.items():
                if level in levels:
                    self.read[who].add((name, f"offer:{material}", quantity))

    def live(self, steps):
        for _ in range(steps):
            for _ in range(self.chance.integers(1, 4)):
                self.step()
            self.save()
            self.store.publish(self.pick((LOCAL, LOCAL, self.north)))

    def figures(self):
        with reading(self.store.engine) as connection:
            rows = connection.execute(select(PUBLISHED_FIGURES)).all()
        return [
            {(atom[0], row.material): atom[-1] for atom in json.loads(row.atoms)} for row in rows
        ]

    def told(self):
        """Return who can tell something of fewer than three firms, and of which."""
        figures = self.figures()
        found = {
            who: attack(figures, lambda key, q, read=read: (*key, q) in read)
            for who, read in self.read.items()
        }
        member = self.read["a member"]
        found["the officer of the north"] = attack(
            figures, lambda key, q: key[0].startswith("x") or (*key, q) in member
        )
        return {who: what for who, what in found.items() if what}


def lived(new_url, seed, steps=8):
    with open_store(new_url("sqlite")) as store:
        territory = Territory(store, seed)
        territory.live(steps)
        return territory.told(), len(territory.figures())


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))]
)
def test_no_history_tells_of_fewer_than_three_firms(new_url, seed):
    told, figures = lived(new_url, seed)
    assert told == {}
    assert figures


@pytest.mark.slow
def test_no_history_of_many_does(new_url):
    outcomes = [lived(new_url, seed, 12) for seed in range(100, 100 + cases(120, 16))]
    assert [told for told, _ in outcomes if told] == []
    # Refusing everything would be no publication: these small worlds tell two figures on average.
    assert np.mean([figures for _, figures in outcomes]) > 1


def test_the_attacker_wins_where_the_guard_is_off(new_url, monkeypatch):
    """Or the tests above would prove nothing."""

    def whoever_is_there(group, atoms):
        found = [(f, atoms.get((f, group.material))) for f in sorted(group.members)]
        return [atom.atom(firm_id) for firm_id, atom in found if atom]

    monkeypatch.setattr(publications, "_version", whoever_is_there)
    monkeypatch.setattr(publications, "_may_follow", lambda past, version: past[-1] != version)
    assert any(lived(new_url, seed)[0] for seed in range(4))


def test_the_attacker_wins_where_moved_quantities_are_new_ones(new_url, monkeypatch):
    monkeypatch.setattr(publications, "_gone", lambda groups, atoms: {})
    monkeypatch.setattr(publications, "gather", lambda atoms: [list(atoms)])
    assert any(lived(new_url, seed)[0] for seed in range(4))
