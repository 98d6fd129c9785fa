"""Pieces that every page shares: the style sheet, figures, notices, small tables of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape

import pandas as pd
import streamlit as st

from symbiosis.errors import DataError, Message, SymbiosisError
from symbiosis.language import translator
from symbiosis.pages import pulse
from symbiosis.pages.words import _, language

# Colours come from the theme (currentColor) so that one sheet serves light and dark.
STYLE = """
<style>
.block-container, [data-testid="stMainBlockContainer"] {padding: 3.1rem 2.4rem 2.5rem !important;
  max-width: 1560px;}
[data-testid="stHeader"] {background: transparent; height: 3rem;}
[class*="st-key-go_"] button {justify-content: flex-start; text-align: left; padding: .3rem .5rem;
  border-radius: 8px; min-height: 0;}
[class*="st-key-go_"] button p {font-size: .86rem; line-height: 1.3; text-align: left;
  white-space: normal !important; overflow-wrap: anywhere;}
[class*="st-key-go_"] button > div {width: 100%; justify-content: flex-start;}
[class*="st-key-go_"] button:is(:hover, :focus, :active) {color: inherit !important;
  background: color-mix(in srgb, currentColor 6%, transparent);}
[data-testid="stAppDeployButton"] {display: none;}
h1 {font-size: 1.9rem !important; letter-spacing: -0.015em; padding: 0 0 .15rem !important;}
h2 {font-size: 1.3rem !important; letter-spacing: -0.01em;}
h3 {font-size: 1.08rem !important;}
.sy-lead {font-size: 1rem; margin: 0; max-width: 96ch; opacity: .86; text-wrap: pretty;}
.sy-figures {display: grid; gap: .8rem; margin: .2rem 0 .3rem;
  grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr));}
.sy-figure {border: 1px solid color-mix(in srgb, currentColor 16%, transparent);
  border-radius: 12px; padding: .7rem 1rem .6rem; min-width: 0;}
.sy-figure .what {font-size: .86rem; opacity: .86; display: block;}
.sy-figure .value {font-size: 1.85rem; font-weight: 640; line-height: 1.2; letter-spacing: -.02em;
  font-variant-numeric: tabular-nums; display: block;}
.sy-figure .unit {font-size: .95rem; font-weight: 500; letter-spacing: 0; opacity: .86;}
.sy-figure .range {font-size: .8rem; opacity: .82; display: block;
  font-variant-numeric: tabular-nums;}
.sy-figure[title] {cursor: help;}
.st-key-beside .sy-figures {grid-template-columns: 1fr 1fr;}
[class*="st-key-figures_"] {display: grid !important; gap: .8rem !important; width: 100%;
  grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr));}
[class*="st-key-figures_"] > div {width: 100% !important; min-width: 0 !important;}
[class*="st-key-figure_"] {gap: 0 !important; border-radius: 12px; height: 100%;
  border: 1px solid color-mix(in srgb, currentColor 16%, transparent);}
[class*="st-key-figure_"] .sy-figure {border: 0; padding-bottom: 0;}
[class*="st-key-figure_"] [data-testid="stPopover"] button,
[class*="st-key-figure_"] [data-testid="stPopover"] button:is(:hover, :focus, :active,
[aria-expanded="true"]) {padding: .1rem 1rem .45rem; min-height: 0; color: inherit !important;}
[class*="st-key-origin_text_"] {gap: .55rem !important;}
[class*="st-key-figure_"] [data-testid="stPopover"] button p {font-size: .8rem; color: inherit;
  text-decoration: underline dotted; text-underline-offset: 3px;}
[data-testid="stCaptionContainer"] {color: inherit !important; opacity: .86;}
.sy-note {font-size: .84rem; opacity: .86; margin: 0; max-width: 110ch;}
.sy-fault {font-size: .86rem; margin: -.4rem 0 0; padding: .3rem .6rem; border-radius: 6px;
  border-left: 3px solid #b3261e; background: color-mix(in srgb, #b3261e 9%, transparent);}
.sy-legend {display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; font-size: .84rem;
  margin: 0 !important; padding: 0 !important; list-style: none;}
.sy-legend li {display: inline-flex; align-items: center; gap: .4rem; margin: 0 !important;}
.sy-dot {width: .78rem; height: .78rem; border-radius: 50%; display: inline-block; flex: none;}
.sy-list {list-style: none; margin: 0 !important; padding: 0 !important; font-size: .9rem;}
.sy-list li {margin: 0 !important; padding: .42rem 0 !important;
  border-top: 1px solid color-mix(in srgb, currentColor 12%, transparent);}
.sy-list li:first-child {border-top: 0;}
.sy-list .amount {float: right; font-variant-numeric: tabular-nums; padding-left: .6rem;
  font-weight: 600; white-space: nowrap;}
.sy-list .under {display: block; font-size: .82rem; opacity: .84; clear: both;}
.sy-head {display: flex; gap: .5rem; align-items: center; font-size: .84rem; opacity: .86;}
.sy-pair {display: grid; grid-template-columns: auto 1fr; gap: .22rem .9rem; font-size: .9rem;
  margin: .2rem 0 !important; padding: 0 !important;}
.sy-pair dt {opacity: .84;} .sy-pair dd {margin: 0 !important; text-align: right; font-weight: 560;
  font-variant-numeric: tabular-nums;}
.sy-tag {display: inline-block; font-size: .76rem; border-radius: 99px; padding: .05rem .55rem;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent);}
.sy-bars {display: grid; gap: .42rem; font-size: .88rem; margin: .3rem 0;}
.sy-bar {display: grid; align-items: center; gap: .8rem;
  grid-template-columns: minmax(6rem, 14rem) minmax(5rem, 1fr) minmax(6.5rem, auto);}

.sy-bar b {font-weight: 600; font-variant-numeric: tabular-nums; text-align: right;
  white-space: nowrap;}
.sy-track {position: relative; height: 1.15rem; border-radius: 4px;
  background: color-mix(in srgb, currentColor 6%, transparent);}
.sy-track i {position: absolute; display: block;}
.sy-fill {top: 0; bottom: 0; border-radius: 3px;}
.sy-zero {top: -2px; bottom: -2px; width: 1px; background: currentColor; opacity: .5;}
.sy-whisker {top: 50%; height: 1.5px; background: currentColor; opacity: .75; margin-top: -1px;}
.sy-whisker::before, .sy-whisker::after {content: ""; position: absolute; top: -3px; height: 7px;
  width: 1.5px; background: currentColor;}
.sy-whisker::before {left: 0;} .sy-whisker::after {right: 0;}
.sy-stack {display: flex; height: 1.7rem; border-radius: 8px; overflow: hidden; gap: 2px;
  margin: .1rem 0 .5rem;}
.sy-stack i {display: block; min-width: 2px;}
.sy-sankey {width: 100%; height: auto; max-height: 560px; font-size: 13px;}
.sy-sankey text {fill: currentColor;}
.sy-sankey path:hover {stroke-opacity: .75;}
[data-testid="stStatusWidget"] {display: none;}
/* What the browser would save of a table goes past the rule on formulas (`flows.formulas`). */
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) {display: none;}
[data-testid="stSidebar"] ol {font-size: .86rem; padding-left: 1.1rem;}
@media (max-width: 640px) {
  .sy-bar {grid-template-columns: 1fr auto; gap: .1rem .6rem;} .sy-track {grid-column: 1 / -1;
    grid-row: 2;} .sy-sankey {font-size: 22px;}
  .block-container, [data-testid="stMainBlockContainer"] {padding: 3.1rem 1rem 2rem !important;}
  .sy-figures, [class*="st-key-figures_"] {grid-template-columns: 1fr 1fr; gap: .55rem !important;}
  [class*="st-key-figure_"] [data-testid="stPopover"] button {padding: .1rem .7rem .4rem;}
  .sy-figure {padding: .55rem .7rem;} .sy-figure .value {font-size: 1.3rem;}
  .sy-figure .unit {font-size: .8rem;} .sy-figure .range {font-size: .72rem; white-space: normal;}
  h1 {font-size: 1.45rem !important;}
}
</style>
"""


@dataclass(frozen=True)
class Card:
    """One large figure: what it is, its value and unit, its interval, its explanation."""

    what: str
    value: str
    unit: str = ""
    interval: str = ""
    help: str = ""


def style() -> None:
    """Add the style sheet to the page, and the words that Streamlit has only in English."""
    words = {
        "button": _("Choose files"),
        "limit": _("or drop them here, 100 MB each"),
        "enter": _("Enter to confirm"),
        "refused": _(
            "This file was not sent: it is above 100 MB, or is no table (CSV, Excel) nor perimeter "
            "(GeoJSON, GeoPackage), or too much was sent from here already. Remove it, then save "
            "it as CSV or in several files."
        ),
    }
    ink = _DARK_INK if st.context.theme.type == "dark" else ""
    st.html(STYLE + ink + _UPLOADER.format(**{key: css(text) for key, text in words.items()}))
    pulse.watch()


# White on the light green of the dark theme is too pale to read (WCAG 1.4.3).
_DARK_INK = """
<style>
[data-testid^="stBaseButton-primary"], [data-testid^="stBaseButton-primary"] * {
  color: #10191b !important;}
</style>
"""


_UPLOADER = """
<style>
[data-testid="stFileUploaderDropzone"] button p {{font-size: 0;}}
[data-testid="stFileUploaderDropzone"] button p::after {{content: "{button}"; font-size: .95rem;}}
[data-testid="stFileUploaderDropzoneInstructions"] span {{font-size: 0;}}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{content: "{limit}";
  font-size: .86rem;}}
[data-testid="stFileUploader"]:has([aria-invalid="true"])::after {{content: "{refused}";
  display: block; font-size: .9rem; margin-top: .4rem; padding: .5rem .8rem; border-radius: 8px;
  border: 1px solid #b3261e; background: color-mix(in srgb, #b3261e 9%, transparent);}}
[data-testid="InputInstructions"] {{font-size: 0 !important;}}
[data-testid="InputInstructions"]::after {{content: "{enter}"; font-size: .75rem;}}
[data-testid="stTooltipErrorHoverTarget"] {{pointer-events: none;}}
[data-testid="stTooltipErrorHoverTarget"] button {{pointer-events: auto;}}
[data-testid="stFileChip"] [role="alert"] {{display: none;}}
[data-testid="stFileChipName"] + * {{display: none;}}
</style>
"""


def css(text: str) -> str:
    """Return a text that cannot end a CSS string."""
    return "".join(c for c in text if c not in '"\\<>\n')


# What Streamlit replaces in any text, escaped or not: addresses, emojis, icons, arrows.
_REPLACED = re.compile(r":(?=[\w+/-])|@(?=\w)|(?<=www)(?=\.)|[-<>=](?=[-<>=])", re.I)
_UNSEEN = "\N{WORD JOINER}"
_LINES = re.compile(r"[^\S \u00a0\u202f]+")
_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")


def plain(text: object) -> str:
    r"""Return what a user wrote as Markdown that shows it letter by letter, and does nothing else.

    Every text that is not ours goes through here before any element of Streamlit that reads
    Markdown (labels, alerts and headings too): no image is fetched, no link made, no emoji, icon,
    colour or formula put in its place. Texts in tables and in `st.html` need not.

    Examples
    --------
    >>> plain("Sable & fils (SA)")
    'Sable \\& fils \\(SA\\)'
    """
    return _MARKUP.sub(r"\\\g<0>", _unreplaced(str(text)))


def _unreplaced(text: str) -> str:
    return _REPLACED.sub(lambda m: m[0] + _UNSEEN, _LINES.sub(" ", text).strip())


def title(text: str, lead: str = "") -> None:
    """Show the page's title and one sentence under it."""
    st.title(text, anchor=False)
    if lead:
        st.html(f'<p class="sy-lead">{escape(lead)}</p>')


def cards(figures: Iterable[Card]) -> None:
    """Show large figures side by side, two by two on a telephone."""
    row = list(figures)
    third = any(card.interval for card in row)  # a row of bare counts has no empty line
    boxes = "".join(_box(card, third=third) for card in row)
    st.html(f'<div class="sy-figures">{boxes}</div>')


def figure(card: Card) -> None:
    """Show one large figure by itself."""
    st.html(_box(card))


def _box(card: Card, *, third: bool = True) -> str:
    under = f'<span class="range">{escape(card.interval) or "&nbsp;"}</span>' if third else ""
    return (
        f'<div class="sy-figure"{_title(card.help)}><span class="what">{escape(card.what)}</span>'
        f'<span class="value">{escape(card.value)}{_unit(card.unit)}</span>'
        f"{under}</div>"
    )


def _title(text: str) -> str:
    return f' title="{escape(text)}"' if text else ""


def _unit(text: str) -> str:
    return f' <span class="unit">{escape(text)}</span>' if text else ""


def drawing(svg: str) -> None:
    """Show an SVG of our own, its texts escaped where it is made.

    Only `st.markdown` lets an SVG through, and it reads Markdown between the tags too.
    """
    inert = re.sub(r"(?<=>)[^<]+(?=<)", lambda m: _inert(unescape(m[0])), svg)
    st.markdown(inert, unsafe_allow_html=True)


def _inert(text: str) -> str:
    """Return a text whose punctuation is character references, which Markdown does not read."""
    return _MARKUP.sub(lambda m: f"&#{ord(m[0])};", _unreplaced(text))


def note(text: str) -> None:
    """Show a quiet sentence."""
    st.html(f'<p class="sy-note">{escape(text)}</p>')


def fault(text: str) -> None:
    """Show what is wrong with the field above, read aloud at once by a screen reader."""
    st.html(f'<p class="sy-fault" role="alert">{escape(text)}</p>')


def legend(entries: Sequence[tuple[str, str]], shape: str = "50%") -> None:
    """Show colours with their meaning: pairs of ``#rrggbb`` and words."""
    items = "".join(
        f'<li><span class="sy-dot" style="background:{colour};border-radius:{shape}"></span>'
        f"{escape(words)}</li>"
        for colour, words in entries
    )
    st.html(f'<ul class="sy-legend">{items}</ul>')


def rows(entries: Iterable[tuple[str, str, str]]) -> None:
    """Show lines with an amount on the right and a second line: name, amount, under."""
    items = "".join(
        f'<li><span class="amount">{escape(amount)}</span>{escape(name)}'
        f'<span class="under">{escape(under)}</span></li>'
        for name, amount, under in entries
    )
    st.html(f'<ul class="sy-list">{items}</ul>')


def pairs(entries: Iterable[tuple[str, str]]) -> None:
    """Show a short list of names and values."""
    items = "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in entries)
    st.html(f'<dl class="sy-pair">{items}</dl>')


def strong(text: str) -> None:
    """Show a few words in bold."""
    st.html(f'<p style="margin:.3rem 0 0"><strong>{escape(text)}</strong></p>')


def refusal(error: SymbiosisError) -> None:
    """Show what is wrong in the reader's data, with the cure; never a traceback."""
    if isinstance(error, DataError):
        st.error(_("This dataset cannot be used as it is. Here is each problem with its cure."))
        problems_table(error.problems.table(translator(language())))
    else:
        said = error.args[0] if error.args else ""
        words = said.render(translator(language())) if isinstance(said, Message) else str(error)
        st.error(plain(words))


def problems_table(table: pd.DataFrame) -> None:
    """Show problems as a table with its columns named in the reader's language."""
    named = {
        "file": _("File"), "row": _("Row"), "column": _("Column"), "value": _("Value"),
        "problem": _("Problem"), "cure": _("Cure"),
    }  # fmt: skip
    st.dataframe(table, hide_index=True, column_config=dict(named))
