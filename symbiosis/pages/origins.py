"""Large figures, each with the way to where it comes from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from symbiosis.language import translator
from symbiosis.maps import numbers
from symbiosis.maps.figures import Figure
from symbiosis.maps.origins import Origin, likely, origin
from symbiosis.pages import parts, session, vocabulary
from symbiosis.pages.words import _, language, n_


def cards(figures: Sequence[Figure], where: str, shipments: Collection[str] | None = None) -> None:
    """Show large figures side by side; each opens on its terms and sources.

    Parameters
    ----------
    figures
        What to show.
    where
        The page, so that two pages do not share a widget.
    shipments
        Identifiers of the exchanges that are counted; all of the study if None.
    """
    with st.container(horizontal=True, key=f"figures_{where}"):
        for figure in figures:
            with st.container(key=f"figure_{where}_{figure.key}"):
                parts.figure(vocabulary.card(figure))
                opened = st.popover(
                    _("Where it comes from"), type="tertiary", on_change="rerun",
                    key=f"origin_{where}_{figure.key}",
                )  # fmt: skip
                if opened.open:  # worked out only for who asks
                    with opened, st.container(key=f"origin_text_{where}_{figure.key}"):
                        _explain(figure, where, shipments)


def _explain(figure: Figure, where: str, shipments: Collection[str] | None) -> None:
    what, helps = vocabulary.figures()[figure.key]
    parts.strong(what)
    parts.note(helps)
    found = origin(session.study(), figure.key, shipments)
    if found.lines:
        parts.pairs(_terms(figure, found))
    parts.strong(_("How sure it is"))
    parts.pairs(_ends(figure, shipments))
    parts.note(
        _("The interval under the figure is its outer bound: all factors unfavourable together, "
          "then all favourable.")
    )  # fmt: skip
    if found.lines:
        parts.strong(_("Sources that weigh most"))
        parts.rows(_sources(found))
    if where != "impact":
        st.page_link(
            st.session_state["pages"]["impact"], label=_("All the accounts"),
            icon=":material/arrow_forward:",
        )  # fmt: skip


def _ends(figure: Figure, shipments: Collection[str] | None) -> list[tuple[str, str]]:
    """Return the likely interval and the outer bound; the first shares each factor's error."""
    found = likely(session.study(), figure.key, shipments)
    bounds = [(_("At the outermost"), (figure.low, figure.high))]
    if found is not None:
        bounds.insert(0, (_("Nine chances in ten"), found))
    return [
        (words, _("{low} to {high}").format(
            low=vocabulary.bare(figure, low), high=vocabulary.said(figure.key, high)))
        for words, (low, high) in bounds
    ]  # fmt: skip


def _terms(figure: Figure, found: Origin) -> list[tuple[str, str]]:
    translate = translator(language())
    lines = []
    for words, value in found.terms:
        name = translate(words)
        sign = "+" if value > 0 else ""
        lines.append((name[:1].upper() + name[1:], sign + vocabulary.said(figure.key, value)))
    return [*lines, (_("Total"), vocabulary.said(figure.key, figure.central))]


def _sources(found: Origin) -> list[tuple[str, str, str]]:
    count = n_("{count} line added up", "{count} lines added up", found.lines).format(
        count=numbers.number(found.lines, language())
    )
    lines = [
        (name, numbers.percent(share, language()), str(year) if year else "")
        for name, year, share in found.sources
    ]
    return [*lines, (_("What the firms declared, and these factors"), "", count)]
