"""``symbiosis suggest``: from a word to codes, pathways, usual takers and those of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from symbiosis.cli._groups import grouped
from symbiosis.cli._show import console, language, plain, tell, words
from symbiosis.errors import N_, DataError, Problems, say
from symbiosis.language import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from symbiosis.catalogue import Catalogue, Suggestion
    from symbiosis.catalogue.advice import Advice
    from symbiosis.flows import Flows

_STATUS = {
    "waste": N_("waste"), "by_product": N_("by-product"), "end_of_waste": N_("end of waste"),
    "hazardous": N_("hazardous: authorised sites only"), "none": N_("no waste"),
}  # fmt: skip
_MATURITY = {
    "industrial": N_("industrial"), "demonstrated": N_("demonstrated"), "research": N_("research"),
}  # fmt: skip
_HOW = {
    "code": N_("this code"), "id": N_("this identifier"), "label": N_("its official name"),
    "synonym": N_("an exact synonym"),
}  # fmt: skip


_WITHIN = typer.Option("--in", help="A dataset: its nearest takers.", show_default=False)
_NEAR = typer.Option(
    "--near",
    help="Where from: LONGITUDE,LATITUDE or a firm of the dataset; by default the firm"
    " that offers most of it.",
    show_default=False,
)


@dataclass(frozen=True)
class Nearby:
    """Whose takers are looked for, and from where."""

    within: Annotated[Path | None, _WITHIN] = None
    near: Annotated[str, _NEAR] = ""


@grouped("nearby", Nearby)
def suggest(
    text: Annotated[
        str, typer.Argument(help="A word or a few, a LoW code, an identifier; or a NAF code.")
    ],
    *,
    for_firm: Annotated[
        bool,
        typer.Option("--for-firm", help="TEXT is a NAF code: usual residues, replaceable inputs."),
    ] = False,
    nearby: Nearby,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Most codes listed.")] = 5,
    pathways: Annotated[int, typer.Option("--pathways", min=0, help="Most pathways listed.")] = 8,
    lang: Annotated[
        str, typer.Option("--lang", help="Language of the labels: fr or en.", show_default=False)
    ] = "",
    catalogue: Annotated[
        Path | None,
        typer.Option(
            "--catalogue",
            help="Folder of your own materials, pathways or synonyms.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a word means, what it can become, and who takes it.

    LoW codes first, then materials, pathways, usual takers; with --in, the nearest of a dataset.

    Examples: symbiosis suggest "laitier de haut fourneau" --in datasets/littoral;
    symbiosis suggest 24.10Z --for-firm
    """
    from symbiosis.catalogue import load  # pandas takes half a second to load
    from symbiosis.catalogue.advice import advise

    if lang not in ("", *LANGUAGES):
        raise typer.BadParameter(
            f"{lang!r} is not one of {', '.join(LANGUAGES)}.", param_hint="--lang"
        )
    tongue = lang or language()
    known = load(catalogue)
    if for_firm:
        _show_firm(text, known, tongue)
        return
    advice = advise(text, known, count, tongue)
    _show_names(advice, known)
    _show_origins(advice, known, count)
    _show_pathways(advice, pathways)
    if nearby.within is not None:
        _show_takers(nearby.within, nearby.near, advice, known, tongue)


def _line(text: str, style: str = "") -> None:
    """Print one line, however long: a code is never cut in two."""
    console().print(Text(plain(text)), style=style or None, soft_wrap=True)


def _show_names(advice: Advice, catalogue: Catalogue) -> None:
    translate = words()
    if advice.identified.how in _HOW:
        tell(say("Named exactly: {how}", how=translate(_HOW[advice.identified.how])), style="green")
    elif advice.codes or advice.materials:
        tell("No exact name: to be confirmed.", style="yellow")
    if advice.codes:
        tell("LoW codes", style="bold")
        for item in advice.codes:
            mark = "*" if catalogue.is_hazardous(item.target) else " "
            _line(_named(item, mark))
    if advice.materials:
        tell("Materials of the catalogue", style="bold")
        for item in advice.materials:
            _line(_named(item, " "))


def _named(item: Suggestion, mark: str) -> str:
    return f"  {item.target}{mark} {item.score:4.2f}  {item.label}"


def _show_origins(advice: Advice, catalogue: Catalogue, most: int) -> None:
    if advice.origins.empty:
        return
    tell("Residues that can become it", style="bold")
    for row in advice.origins.head(most).to_dict("records"):
        mark = "*" if catalogue.is_hazardous(row["residue"]) else " "
        _line(f"  {row['residue']}{mark} {row['label']}")
    if len(advice.origins) > most:
        tell(say("… and {count} more", count=len(advice.origins) - most))


def _show_pathways(advice: Advice, most: int) -> None:
    translate = words()
    if advice.pathways.empty:
        tell("No pathway is known for it.", style="yellow")
        return
    tell("What it can become, best rank of the waste hierarchy first", style="bold")
    rows = advice.pathways
    for row in rows.head(most).to_dict("records"):
        _line(f"  {row['residue']} → {row['input_label']} ({row['input']})")
        operation = f"{row['operation_code']} " if row["operation_code"] else ""
        _line(
            f"      {row['label']} · {operation}· {row['yield_central']:g} {row['input_unit']}"
            f"/{row['unit']} · {translate(_STATUS[row['legal_status']])}"
            f" · {translate(_MATURITY[row['maturity']])}",
            "dim",
        )
        if row["takers"]:
            told = say("usual takers: {takers}", takers=row["takers"])
            _line("      " + told.render(translate), "dim")
    if len(rows) > most:
        tell(say("… and {count} more; see --pathways", count=len(rows) - most))


def _show_firm(naf: str, catalogue: Catalogue, lang: str) -> None:
    from symbiosis.catalogue.advice import division_of, inputs_of_firm, residues_of_firm

    translate = words()
    division = division_of(naf, catalogue)
    label = str(catalogue.naf.at[division, "label_fr" if lang == "fr" else "label_en"])
    _line(f"{division} {label}", "bold")
    tell("Residues that sites of this division declared in the State register", style="bold")
    residues = residues_of_firm(naf, catalogue, lang)
    for row in residues.to_dict("records"):
        mark = "*" if catalogue.is_hazardous(row["residue"]) else " "
        sites = f"{row['sites']:g} {translate('sites')}"
        _line(f"  {row['residue']}{mark} {row['label']} ({sites})")
    if residues.empty:
        tell("  The register shows none: fewer than three sites, or small ones.")
    tell("Inputs that it could replace by residues", style="bold")
    for row in inputs_of_firm(naf, catalogue, lang).head(12).to_dict("records"):
        _line(f"  {row['input']}: {row['label']}")


def _show_takers(path: Path, near: str, advice: Advice, catalogue: Catalogue, lang: str) -> None:
    from symbiosis.catalogue.advice import takers
    from symbiosis.flows import read

    translate = words()
    flows = read(path)
    found = takers(flows.needs, advice, catalogue)
    tell(say("Takers in {name}", name=path.name), style="bold")
    if found.empty:
        tell("  None asks for what it can become.")
        return
    sender, place = _place(near, flows, advice)
    firms = flows.firms.set_index("firm_id")
    found = found[found["firm_id"] != sender]
    found = found.assign(distance=_distances(found, firms, place))
    found = found.sort_values(["distance", "firm_id"], kind="stable")
    if place is None:
        tell("  Nobody in it offers this: give --near to see distances.")
    for row in found.head(10).to_dict("records"):
        far = "" if place is None else f"{row['distance']:6.1f} km  "
        firm = firms.loc[row["firm_id"]]
        _line(
            f"  {far}{firm['name']} ({firm['commune']}): {catalogue.label(row['material'], lang)},"
            f" {row['quantity']:,.0f} {row['unit']}/{translate('year')} [{row['pathway']}]"
        )
    if len(found) > 10:
        tell(say("… and {count} more", count=len(found) - 10))


Place = tuple[float, float]


def _place(near: str, flows: Flows, advice: Advice) -> tuple[str, Place | None]:
    """Return the firm it leaves (``""`` if none) with its place, or the place given."""
    firms = flows.firms
    named = firms[(firms["firm_id"] == near) | (firms["name"].str.casefold() == near.casefold())]
    if near and named.empty:
        return "", _place_given(near)
    if not near:
        meant = set(advice.pathways["residue"]) | {item.target for item in advice.codes[:1]}
        offers = flows.offers[flows.offers["material"].isin(meant)]
        if offers.empty:
            return "", None
        largest = offers["firm_id"].iloc[int(offers["quantity"].to_numpy().argmax())]
        named = firms[firms["firm_id"] == largest]
        told = say("  by road from {firm}, which offers most of it", firm=named["name"].iloc[0])
        tell(told)
    firm = named.iloc[0]
    return str(firm["firm_id"]), (float(firm["longitude"]), float(firm["latitude"]))


def _place_given(near: str) -> Place:
    try:
        longitude, latitude = (float(part) for part in near.split(","))
    except ValueError:
        problems = Problems()
        problems.add(
            say("no firm of the dataset has this name, and it is no place"),
            say("write --near 2.377,51.038 (longitude, latitude) or the name of a firm"),
            value=near,
        )
        raise DataError(problems) from None
    return longitude, latitude


def _distances(found: pd.DataFrame, firms: pd.DataFrame, place: Place | None) -> pd.Series:
    """Return road kilometres from a place to the firm of each row; zeros without a place."""
    import pandas as pd

    from symbiosis.geography import great_circle_km, road_km
    from symbiosis.scenario import Scenario

    if place is None:
        return pd.Series(0.0, index=found.index)
    at = firms.loc[found["firm_id"], ["longitude", "latitude"]].to_numpy(dtype=float)
    straight = great_circle_km(place[0], place[1], at[:, 0], at[:, 1])
    return pd.Series(road_km(straight, Scenario().detour_factor), index=found.index)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(suggest)
