"""The synergies as printed rows, best first: the same cells in every document."""

from __future__ import annotations

import pandas as pd

from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.reports.kinds import group_of, groups
from symbiosis.reports.results import Results
from symbiosis.reports.wording import material, pathway


def listing(results: Results, speaker: Speaker, most: int | None = None) -> pd.DataFrame:
    """Return one row a shipment, each cell as printed.

    Parameters
    ----------
    results
        The study.
    speaker
        The language.
    most
        How many rows at most; all of them if None.

    Returns
    -------
    pandas.DataFrame
        ``rank``, ``shipment_id``, ``giver``, ``giver_id``, ``giver_place``, ``taker``,
        ``taker_id``, ``taker_place``, ``group``, ``colour``, ``material``, ``code`` (LoW),
        ``pathway``, ``assumed``, then text
        and number of each figure: ``quantity``, ``distance``, ``emissions``,
        ``emissions_interval``, ``jobs``, ``gain``, and the numbers as ``sort_…``.
    """
    lines, catalogue, lang = results.lines(), results.catalogue, speaker.lang
    lines = lines if most is None else lines.head(most)
    communes = results.firms.set_index("firm_id")["commune"].astype(str)
    group = group_of(lines, catalogue)
    labels = {name: material(name, catalogue, lang) for name in lines["material"].unique()}
    ways = {name: pathway(name, catalogue, speaker) for name in lines["pathway"].unique()}
    words = pd.DataFrame(
        {
            "rank": range(1, len(lines) + 1),
            "shipment_id": lines["shipment_id"],
            "giver": lines["offer_firm"],
            "giver_id": lines["offer_firm_id"],
            "giver_place": lines["offer_firm_id"].map(communes).fillna(""),
            "taker": lines["need_firm"],
            "taker_id": lines["need_firm_id"],
            "taker_place": lines["need_firm_id"].map(communes).fillna(""),
            "group": group,
            "colour": group.map(groups(lang)["colour"]),
            "material": lines["material"].map(labels),
            "code": lines["material"].where(lines["material"].isin(catalogue.low.index), ""),
            "pathway": lines["pathway"].map(ways),
            "assumed": lines["assumed"].fillna("").astype(str),
        }
    )
    return words.join(_figures(lines, speaker))


def _figures(lines: pd.DataFrame, speaker: Speaker) -> pd.DataFrame:
    emissions = [f"emissions_avoided_tco2e_{level}" for level in ("low", "central", "high")]
    quantities = zip(lines["quantity"], lines["unit"], strict=True)
    bounds = zip(lines[emissions[0]], lines[emissions[2]], strict=True)
    told = {
        "quantity": [speaker.quantity(value, unit) for value, unit in quantities],
        "distance": [f"{speaker.distance(km)}{NO_BREAK}km" for km in lines["distance_km"]],
        "emissions": [speaker.number(value) for value in lines[emissions[1]]],
        "emissions_interval": [
            speaker.interval("emissions_avoided_tco2e", low, high) for low, high in bounds
        ],
        "jobs": [speaker.number(value) for value in lines["jobs_fte_central"]],
        "gain": [speaker.money(value) for value in lines["net_gain_eur"]],
        "sort_quantity": lines["quantity"],
        "sort_distance_km": lines["distance_km"],
        "sort_emissions": lines[emissions[1]],
        "sort_jobs": lines["jobs_fte_central"],
        "sort_gain": lines["net_gain_eur"],
    }
    return pd.DataFrame(told, index=lines.index)
