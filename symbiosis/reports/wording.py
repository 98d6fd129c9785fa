"""What a study says in words and printed figures, the same in every document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from babel.dates import format_date

from symbiosis import __version__
from symbiosis.catalogue import Catalogue
from symbiosis.errors import N_
from symbiosis.reports.figures import NO_BREAK, Speaker
from symbiosis.reports.results import Results
from symbiosis.reports.rows import records

_METHOD = (
    N_(
        "Every offer may go to every need that a pathway of the catalogue leads to, where law and"
        " quality allow it. An exchange is worth the disposal and the purchase that it avoids, less"
        " treatment and freight, plus the value of the emissions that it avoids. The set of"
        " exchanges printed here is the one of greatest worth for the territory as a whole."
    ),
    N_(
        "Emissions avoided are those of the primary production and of the disposal that no longer"
        " take place, less those of processing and transport. Low and high figures follow the"
        " uncertainty of the factors, each with its source; they may fall below zero."
    ),
    N_(
        "These are potentials: of the synergies found in the French pilot, 23% were carried out."
        " What a firm did not declare (a price, a gate fee) was taken from the catalogue and is"
        " marked as assumed."
    ),
    N_(
        "The net gain is that of the two firms of an exchange together, before any price between"
        " them. Investments (studies, connections, equipment) are not counted apart."
    ),
)


def place(results: Results, speaker: Speaker) -> str:
    """Return what the study covers: territories by name, else communes or firms by number."""
    names = [str(name) for name in results.territories.get("name", pd.Series(dtype=str))]
    if 1 <= len(names) <= 3:
        return ", ".join(names)
    if names:
        return speaker.plural("{count} territory", "{count} territories", len(names))
    count = results.firms.loc[results.firms["commune"] != "", "commune"].nunique()
    if count:
        return speaker.plural("{count} commune", "{count} communes", int(count))
    return speaker.plural("{count} firm", "{count} firms", len(results.firms))


def perimeter(results: Results, speaker: Speaker, most: int = 9) -> str:
    """Return the territories by name, empty where there is none or where `place` has said them."""
    names = [str(name) for name in results.territories.get("name", pd.Series(dtype=str))]
    return some(names, most, speaker) if len(names) > 3 else ""


def some(names: list[str], most: int, speaker: Speaker) -> str:
    """Return the first names, and how many more there are."""
    told, rest = ", ".join(names[:most]), len(names) - most
    more = speaker.tr("and {count} more").format(count=speaker.number(rest))
    return f"{told} {more}" if rest > 0 else told


def fictional(results: Results, speaker: Speaker) -> str:
    """Return a warning where the firms say themselves that they are fictional, else nothing."""
    if not results.firms["source"].astype(str).str.lower().isin(["fictif", "fictional"]).any():
        return ""
    return speaker.tr("Demonstration: the firms are fictional; no figure describes a real site.")


def summary(results: Results, speaker: Speaker) -> str:
    """Return the study in two sentences: what was declared, what was found."""
    lines = results.shipments
    partners = pd.concat([lines["offer_firm_id"], lines["need_firm_id"]]).nunique()
    declared = speaker.plural(
        "{count} firm declared {offers} and {needs}.",
        "{count} firms declared {offers} and {needs}.",
        len(results.firms),
    ).format(
        offers=speaker.plural("{count} residue", "{count} residues", len(results.offers)),
        needs=speaker.plural("{count} need", "{count} needs", len(results.needs)),
    )
    found = speaker.plural(
        "{count} exchange between {partners} of them is worth most for the territory.",
        "{count} exchanges between {partners} of them make the best set for the territory.",
        len(lines),
    ).format(partners=speaker.number(partners))
    none = speaker.tr("No exchange between them pays.")
    return f"{declared} {found if len(lines) else none}"


def costly(results: Results, speaker: Speaker) -> str:
    """Return how many exchanges lose money for their two firms, nothing where none does."""
    count = int((results.lines()["net_gain_eur"] < 0).sum())
    if not count:
        return ""
    return speaker.plural(
        "{count} of these exchanges would cost the firms more than it brings: the value set on"
        " emissions, waste or jobs carries it.",
        "{count} of these exchanges would cost the firms more than they bring: the value set on"
        " emissions, waste or jobs carries them.",
        count,
    )


def proof(results: Results, speaker: Speaker) -> str:
    """Return the certificate in plain words."""
    certificate = results.certificate
    if not certificate.pairs_covered:
        return speaker.tr("No residue declared could serve a need declared: no pair is possible.")
    pairs = speaker.number(certificate.pairs_covered)
    if certificate.optimal and certificate.searched_eur is not None:
        said = speaker.tr(
            "Proof: no other set of exchanges among the {pairs} possible pairs that keeps the"
            " smallest lots is worth more. A complete search of the lots that could be worth more"
            " shows it."
        )
        return said.format(pairs=pairs)
    if certificate.optimal:
        said = speaker.tr(
            "Proof: no other set of exchanges among the {pairs} possible pairs is worth more. The"
            " prices found with the optimum show it for each pair."
        )
        return said.format(pairs=pairs)
    said = speaker.tr(
        "Proof: no set of exchanges among the {pairs} possible pairs is worth {gap} more than"
        " this one."
    )
    return said.format(pairs=pairs, gap=speaker.percent(certificate.relative_gap, 2))


def method(results: Results, speaker: Speaker) -> list[str]:
    """Return the method in paragraphs, the proof second."""
    paragraphs = [speaker.tr(text) for text in _METHOD]
    paragraphs[0] += " " + distances(results, speaker)
    return [paragraphs[0], proof(results, speaker), *paragraphs[1:]]


def distances(results: Results, speaker: Speaker) -> str:
    """Return which distances the exchanges stand on: measured roads, or the great circle."""
    inputs, factor = results.record["inputs"], results.record["parameters"]["detour_factor"]
    count, measured = len(results.shipments), int(inputs.get("measured_exchanges", 0))
    if not measured:
        said = speaker.tr("Distances are great circles times {factor}.")
        return said.format(factor=speaker.number(factor))
    said = speaker.tr(
        "Of {count} exchanges, {measured} lie as far apart as the table of measured roads says; the"
        " distances of the others are great circles times {factor}."
    )
    return said.format(
        count=speaker.number(count), measured=speaker.number(measured),
        factor=speaker.number(factor),
    )  # fmt: skip


def sources(results: Results, speaker: Speaker, most: int) -> list[str]:
    """Return the sources of the factors in use, those behind most factors first.

    Parameters
    ----------
    results
        The study.
    speaker
        The language.
    most
        How many at most; a last line says how many more there are.
    """
    table = results.factors if len(results.factors) else results.catalogue.factors
    cited = pd.Series([_cited(row) for row in records(table)])
    cited = cited[~cited.isin(["", "constant"])]
    counts = cited.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    told = [f"{short(str(text), 120)} ({count})" for text, count in counts.head(most).items()]
    if len(counts) > most:
        said = speaker.tr("… and {count} more, named in the workbook.")
        told.append(said.format(count=speaker.number(len(counts) - most)))
    return told


def _cited(row: Mapping[Any, Any]) -> str:
    source, year = str(row.get("source", "")).strip(), str(row.get("year", "")).split(".")[0]
    return f"{source} ({year})" if source and year.isdigit() and year not in source else source


def material(name: str, catalogue: Catalogue, lang: str) -> str:
    """Return a material in words, with a capital, its units kept on one line.

    Examples
    --------
    >>> from symbiosis.catalogue import load
    >>> material("10 02 02", load(), "fr")
    'Laitiers non traités'
    """
    known = name in catalogue.entries.index
    label = str(catalogue.label(name, lang)) if known else name
    return (label[:1].upper() + label[1:]).replace(" °C", f"{NO_BREAK}°C")


def short(text: str, most: int) -> str:
    """Return text cut between words to a length, with an ellipsis.

    Examples
    --------
    >>> short("Laitiers non traités", 14)
    'Laitiers non…'
    """
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"


def pathway(name: str, catalogue: Catalogue, speaker: Speaker) -> str:
    """Return a pathway in words; a treating site that takes a code as it is says so."""
    if name in catalogue.pathways.index:
        return str(catalogue.pathways.at[name, f"label_{speaker.lang}"])
    if name.startswith("site:"):
        said = speaker.tr("Taken by a treating site ({operation})")
        return said.format(operation=name.removeprefix("site:"))
    return name


def overrides(results: Results, speaker: Speaker) -> str:
    """Return the rows of the bundled tables that the user's own replaced, empty where none was."""
    names = list(results.record.get("overrides", []))
    if not names:
        return ""
    said = speaker.tr("Replaced by the user's own values: {names}.")
    return said.format(names=", ".join(names))


def footer(results: Results, speaker: Speaker) -> str:
    """Return what identifies the study: version, engine, hash of the inputs."""
    said = speaker.tr(
        "Made by symbiosis {version} from inputs {hash}; scenario.json runs it again."
    )
    return said.format(version=__version__, hash=str(results.record["inputs"]["sha256"])[:12])


def made_on(speaker: Speaker) -> str:
    """Return the day on which a document is printed, in words."""
    day = format_date(datetime.now(UTC).date(), format="long", locale=speaker.lang)
    return speaker.tr("Printed on {day}.").format(day=day)


def map_alt(results: Results, speaker: Speaker) -> str:
    """Return the map in words, for who cannot see it."""
    lines = results.lines()
    if lines.empty:
        return speaker.tr("Map of the firms; no exchange pays.")
    first = lines.iloc[0]
    said = speaker.plural(
        "Map of {count} exchange between firms; the one of most worth goes from {giver} to"
        " {taker}. The table of the best synergies says the same in words.",
        "Map of {count} exchanges between firms; the one of most worth goes from {giver} to"
        " {taker}. The table of the best synergies says the same in words.",
        len(lines),
    )
    return said.format(giver=first["offer_firm"], taker=first["need_firm"])


def widest(results: Results, speaker: Speaker) -> str:
    """Return what the widest line of a map stands for."""
    largest = results.shipments.groupby("unit")["quantity"].max().sort_index(ascending=False)
    if largest.empty:
        return ""
    amounts = ", ".join(speaker.quantity(value, str(unit)) for unit, value in largest.items())
    return speaker.tr("The widest: {amounts}.").format(amounts=amounts)


def drawn(shown: int, count: int, speaker: Speaker) -> str:
    """Return how many exchanges a map shows, empty when it shows all of them."""
    if shown == count:
        return ""
    said = speaker.tr("The {shown} largest of {count} exchanges are drawn.")
    return said.format(shown=speaker.number(shown), count=speaker.number(count))


def more(count: int, shown: int, speaker: Speaker, file: str) -> str:
    """Return where the rows that a document leaves out are found, empty when it has them all."""
    if count <= shown:
        return ""
    said = speaker.tr("The first {shown} of {count} rows; {file} has them all.")
    return said.format(shown=speaker.number(shown), count=speaker.number(count), file=file)
