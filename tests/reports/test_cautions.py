"""What is said of the exchanges that somebody will challenge."""

from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.reports import Speaker
from symbiosis.reports.cautions import cautions
from tests.reports import world

ENGLISH = Speaker("en")


@pytest.fixture
def lowered(results):
    """The hand-written study, its slag going from recycling to recovery, with two warnings."""
    warnings = pd.DataFrame(
        [
            ("downgrade", "s0", "told elsewhere", "dit ailleurs"),
            ("emits_more", "s2", "told elsewhere", "dit ailleurs"),
            (
                "dependence",
                "s0",
                "X would depend on 10 02 02, from blast furnaces",
                "X de 10 02 02",
            ),
            ("carbon_per_tonne", "s2", "3.3 tCO2e a tonne", "3,3 tCO2e par tonne"),
        ],
        columns=["check", "shipment_id", "message", "message_fr"],
    )
    places = {
        "downgrade": [True, False, False], "hierarchy_before": ["recycling", "", ""],
        "hierarchy_after": ["recovery", "", ""],
    }  # fmt: skip
    return replace(results, by_shipment=results.by_shipment.assign(**places), warnings=warnings)


def chapters(results, speaker, most=6):
    """Return the chapters by title, the spaces that do not break as plain ones."""
    parts = cautions(results, speaker, most)
    for part in parts:
        part["lines"] = [line.replace("\u00a0", " ") for line in part["lines"]]
    return {part["title"]: part for part in parts}


def test_each_chapter_tells_its_exchanges_with_their_figures(lowered):
    told = chapters(lowered, ENGLISH)
    paper = f"{world.EVIL} → {world.FORMULA}: Paper and cardboard, 500 t/yr"
    assert told["Exchanges that emit more than they save"]["lines"] == [
        f"{paper} over 140 km, −50 tCO₂e"
    ]
    assert told["Exchanges that cost the firms more than they bring"]["lines"] == [
        f"{paper}, −€10 a year"
    ]
    assert told["Exchanges that go down the waste hierarchy"]["lines"] == [
        "Aciérie de Flandre → Cimenterie des Dunes: Unprocessed slag, 80,000 t/yr, "
        "from recycling to recovery"
    ]


def test_a_warning_names_the_material_and_is_told_once(lowered):
    told = chapters(lowered, ENGLISH)
    assert told["What may not last"]["lines"] == [
        "X would depend on Unprocessed slag, from blast furnaces"
    ]
    assert told["What looks implausible"]["lines"] == ["3.3 tCO₂e a tonne"]
    french = chapters(lowered, Speaker("fr"))
    assert french["Ce qui pourrait ne pas durer"]["lines"] == ["X de Laitiers non traités"]
    assert "recyclage à valorisation" in str(french)


def test_the_others_are_counted(lowered):
    many = replace(lowered, warnings=pd.concat([lowered.warnings] * 5, ignore_index=True))
    part = chapters(many, ENGLISH, most=2)["What looks implausible"]
    assert part["count"] == "5"
    assert part["lines"] == ["3.3 tCO₂e a tonne"] * 2 + ["… and 3 more"]


def test_a_study_without_blemish_has_no_chapter(nothing):
    assert cautions(nothing, ENGLISH, 6) == []
