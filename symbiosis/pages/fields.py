"""Number fields that take what people write: ``0,08``, ``1 200,5``, ``1,200.5``.

A browser's own number field refuses the comma in some languages and shows a point in all; this one
is text, read on the server, and written back as the language writes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from symbiosis.flows.numbers import parse_number
from symbiosis.maps import numbers
from symbiosis.pages import parts
from symbiosis.pages.words import _, language


@dataclass(frozen=True)
class Field:
    """What a number field takes.

    Parameters
    ----------
    key
        Of the widget.
    value
        What it holds at first, in the unit that its label names.
    most
        The largest number taken; the smallest is 0.
    help
        Where the number comes from, shown on demand.
    empty
        What an empty field means; None where it is a mistake.
    """

    key: str
    value: float
    most: float
    help: str = ""
    empty: float | None = None


def number(
    label: str, field: Field, changed: Callable[[float], None] | None = None
) -> float | None:
    """Draw a number field and return its number, None (and a sentence under it) if it holds none.

    Parameters
    ----------
    label
        What is asked, with its unit.
    field
        What it takes.
    changed
        Called with each new number; not inside a form, which is read when it is sent.
    """
    lang, written_in = language(), f"{field.key}_lang"
    text = st.session_state.get(field.key)
    # The text was written for the language that the page had: 1,234 is not the same in both.
    found = field.value if text is None else read(text, st.session_state[written_in], field)
    if found is not None:
        st.session_state[field.key] = numbers.exact(found, lang)
    st.session_state[written_in] = lang
    # A form allows no callback, and none is needed there.
    told = {"on_change": _tell, "args": (field, changed)} if changed else {}
    st.text_input(label, key=field.key, help=field.help or None, autocomplete="off", **told)
    if found is None:
        parts.fault(_refused(str(text), field))
    return found


def _tell(field: Field, changed: Callable[[float], None]) -> None:
    """Hand a new number on before the page is drawn again."""
    found = read(st.session_state[field.key], st.session_state[f"{field.key}_lang"], field)
    if found is not None:
        changed(found)


def read(text: str, lang: str, field: Field) -> float | None:
    """Return the number that a text means, None if it means none that the field takes.

    A comma alone is a decimal mark, except between groups of three digits in English, where it
    parts thousands; what was understood is written back, so that the reader sees it.

    Parameters
    ----------
    text
        As typed.
    lang
        The language in which it was typed.
    field
        What is taken.
    """
    if not text.strip():
        return field.empty
    value, _guess = parse_number(text, comma_separated=lang == "en")
    return value if math.isfinite(value) and 0 <= value <= field.most else None


def _refused(text: str, field: Field) -> str:
    lang = language()
    value, _guess = parse_number(text, comma_separated=lang == "en")
    if math.isfinite(value):
        return _("Write a number between {low} and {high}.").format(
            low=numbers.exact(0.0, lang), high=numbers.exact(field.most, lang)
        )
    return _("“{text}” is not a number: write it as {one} or {two}.").format(
        text=text[:40], one=numbers.exact(0.08, lang), two=numbers.exact(1200.5, lang)
    )
