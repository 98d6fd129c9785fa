"""What datasets/littoral/README.md claims, claim by claim."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import pytest
import shapely

import symbiosis as sy
from symbiosis.catalogue import load
from symbiosis.geography import great_circle_km
from symbiosis.matching.model import REASONS
from tests import needs

REAL = os.environ.get("SYMBIOSIS_REAL_DATA")
SECTORS = (
    "01", "03", "10", "11", "13", "17", "20", "21", "22", "23",
    "24", "35", "37", "38", "42", "43", "52", "63", "84", "86",
)  # fmt: skip


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def tonnes(frame: pd.DataFrame) -> float:
    return float(frame.loc[frame["unit"] == "t", "quantity"].sum())


class TestAsDeclared:
    def test_it_is_as_large_as_promised(self, flows: sy.Flows) -> None:
        assert len(flows.firms) >= 130
        assert len(flows.offers) + len(flows.needs) >= 430

    def test_the_readme_counts_right(self, folder: Path, flows: sy.Flows) -> None:
        text = (folder / "README.md").read_text(encoding="utf-8")
        offers, needs = len(flows.offers), len(flows.needs)
        assert f"{len(flows.firms)} firms and {offers + needs} flows" in text
        assert f"({offers} residues, {needs} needs)" in text

    def test_every_line_is_read_and_nothing_is_guessed_away(
        self, folder: Path, flows: sy.Flows
    ) -> None:
        written = table(folder, "flows")
        read = pd.concat([flows.offers["flow_id"], flows.needs["flow_id"]])
        assert sorted(read) == sorted(written["flow_id"])
        assert len(flows.firms) == len(table(folder, "firms"))
        assert len(flows.skipped) == 0

    def test_no_firm_without_a_flow(self, flows: sy.Flows) -> None:
        speaking = set(flows.offers["firm_id"]) | set(flows.needs["firm_id"])
        assert set(flows.firms["firm_id"]) == speaking

    def test_every_material_is_in_the_catalogue(self, flows: sy.Flows) -> None:
        catalogue = load()
        known = set(catalogue.materials.index) | set(catalogue.low.index)
        assert set(flows.offers["material"]) | set(flows.needs["material"]) <= known

    def test_every_contaminant_is_one_that_somebody_refuses(self, flows: sy.Flows) -> None:
        def words(column: pd.Series) -> set[str]:
            cells = column[column != ""].str.lower().str.split("|")
            return {word.strip() for cell in cells for word in cell} - {""}

        refused = words(load().pathways["excluded_contaminants"])
        refused |= words(flows.needs["contaminants"])
        assert words(flows.offers["contaminants"]) <= refused

    def test_every_activity_is_a_full_naf_code(self, folder: Path) -> None:
        assert set(table(folder, "firms")["naf"]) <= set(load().naf.index)
        assert table(folder, "firms")["naf"].str.fullmatch(r"\d\d\.\d\d[A-Z]").all()

    @pytest.mark.parametrize(
        "division",
        SECTORS,
    )
    def test_every_sector_of_the_coast_is_there(self, folder: Path, division: str) -> None:
        assert table(folder, "firms")["naf"].str.startswith(division).any()

    @pytest.mark.parametrize("kind", ["firm", "public", "social", "farm", "treatment"])
    def test_every_kind_of_actor_is_there(self, flows: sy.Flows, kind: str) -> None:
        assert (flows.firms["kind"] == kind).sum() >= 5

    @pytest.mark.parametrize("kind", ["material", "heat", "steam", "water", "co2"])
    def test_every_kind_of_flow_goes_out_and_comes_in(self, flows: sy.Flows, kind: str) -> None:
        assert (flows.offers["kind"] == kind).any()
        assert (flows.needs["kind"] == kind).any()

    def test_some_flows_are_estimated_and_some_private(self, flows: sy.Flows) -> None:
        offers = flows.offers
        assert 3 <= (offers["status"] == "estimated").sum() <= 20
        assert 3 <= (offers["visibility"] == "private").sum() <= 20


class TestFictional:
    def test_no_firm_has_a_registration_number(self, folder: Path) -> None:
        assert (table(folder, "firms")["siret"] == "").all()

    def test_the_readme_says_so_in_both_languages(self, folder: Path) -> None:
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert "The firms are fictional" in text
        assert "Les entreprises sont fictives" in text
        assert re.search(r"perimeters, \*\*approximate and drawn by us\*\*", text)

    @needs.register
    def test_no_name_is_that_of_a_registered_site(self, folder: Path) -> None:
        register = Path(str(REAL)) / "irep_2011_outside_hauts_de_france" / "etablissements.csv"
        rows = pd.read_csv(register, sep=";", dtype=str, keep_default_na=False)
        column = next(name for name in rows.columns if "nom" in name.lower())
        real = set(rows[column].str.strip().str.casefold())
        assert len(real) > 5000
        assert not real & set(table(folder, "firms")["name"].str.casefold())


class TestPlaces:
    def test_every_firm_stands_in_the_perimeter_it_names(self, flows: sy.Flows) -> None:
        areas = flows.territories.set_index("name").geometry
        firms = flows.firms
        assert set(firms["territory"]) == set(areas.index)
        for place, name in zip(firms.geometry, firms["territory"], strict=True):
            assert areas[name].contains(place)

    def test_perimeters_do_not_overlap(self, flows: sy.Flows) -> None:
        areas = list(flows.territories.geometry)
        assert all(area.is_valid for area in areas)
        whole = shapely.union_all(areas).area
        assert sum(area.area for area in areas) == pytest.approx(whole, rel=1e-6)

    @needs.register
    def test_communes_are_real_and_firms_within_two_kilometres(self, folder: Path) -> None:
        file = Path(str(REAL)) / "communes_hauts_de_france.csv"
        communes = pd.read_csv(file, dtype={"insee": str}).set_index("insee")
        firms = table(folder, "firms").astype({"longitude": float, "latitude": float})
        there = communes.loc[firms["insee"]]
        away = great_circle_km(
            firms["longitude"], firms["latitude"],
            there["longitude"].to_numpy(), there["latitude"].to_numpy(),
        )  # fmt: skip
        assert away.max() < 2
        for mine, real in zip(firms["commune"], there["commune"], strict=True):
            assert mine in {real, f"La {real}", f"Le {real}"}


class TestWhatItShows:
    @pytest.mark.parametrize("reason", REASONS)
    def test_every_reason_for_staying_unmatched_occurs(
        self, matched: sy.Match, reason: str
    ) -> None:
        assert (matched.unmatched["reason"] == reason).sum() >= 3

    def test_about_half_the_tonnage_finds_a_taker(self, flows: sy.Flows, matched: sy.Match) -> None:
        offered = flows.offers[
            (flows.offers["kind"] == "material") & (flows.offers["status"] != "estimated")
        ]
        sent = matched.shipments[matched.shipments["kind"] == "material"]
        assert 0.4 < tonnes(sent) / tonnes(offered) < 0.65

    def test_estimated_flows_stay_out(self, flows: sy.Flows, matched: sy.Match) -> None:
        guessed = set(flows.offers.loc[flows.offers["status"] == "estimated", "flow_id"])
        assert not guessed & set(matched.shipments["offer_flow"])

    @pytest.mark.parametrize("code", ["10 02 07", "13 02 05", "07 05 04"])
    def test_hazardous_residues_go_only_to_the_authorised_taker(
        self, flows: sy.Flows, matched: sy.Match, code: str
    ) -> None:
        takers = flows.needs[flows.needs["material"] == code].set_index("flow_id")["authorised"]
        assert (takers == "").any()
        used = matched.shipments.loc[matched.shipments["material"] == code, "need_flow"]
        assert len(used) > 0
        assert (takers[used[used.isin(takers.index)]] == code).all()

    def test_recovery_sites_are_not_sent_more_than_their_capacity(
        self, flows: sy.Flows, matched: sy.Match
    ) -> None:
        sites = flows.needs[flows.needs["material"].str.match(r"\d\d \d\d \d\d")]
        assert len(sites) >= 30
        received = matched.shipments.groupby("need_flow")["quantity"].sum()
        held = sites.set_index("flow_id")["quantity"]
        assert (received.reindex(held.index).fillna(0) <= held * (1 + 1e-9)).all()

    def test_a_study_of_one_perimeter_stays_inside(self, flows: sy.Flows) -> None:
        home = flows.firms.set_index("firm_id")["territory"]
        local = sy.match(sy.connect(flows, sy.Scenario(territory="Dunkerquois"))).shipments
        assert len(local) > 10
        assert (
            set(home[local["offer_firm_id"]]) == set(home[local["need_firm_id"]]) == {"Dunkerquois"}
        )

    def test_the_optimum_is_proven(self, matched: sy.Match) -> None:
        assert matched.certificate.optimal
