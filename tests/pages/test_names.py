"""Whatever a firm calls itself, its material or its file, the page shows letters, nothing else."""

import re

import pandas as pd
import pytest

from symbiosis.maps.charts import Stream, sankey
from symbiosis.pages import parts, worklist
from symbiosis.storage import LOCAL
from tests.hostile_names import HOSTILE, declared

# An unescaped opening of each construct, and what Streamlit replaces without regard to escapes.
LIVE = re.compile(
    r"(?<!\\)(?:!\[|\]\(|<\w|`|\$|:\w+\[)|:(?:material/\w+|smile|red\b)|https?://|www\.|\w@\w|->|\n\n"
)


@pytest.mark.parametrize("name", HOSTILE)
def test_markup_in_a_name_is_letters(name):
    shown = parts.plain(name)
    assert not LIVE.search(shown), shown
    letters = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown).replace("\N{WORD JOINER}", "")
    assert letters == re.sub(r"\n+", " ", name).strip()


def test_no_space_of_french_typography_is_lost():
    assert parts.plain("812\u202f212\u00a0t") == "812\u202f212\u00a0t"


def markdown_of(app):
    """Return every text of a page that Streamlit reads as Markdown: bodies, labels, help."""
    messages = [element.proto for element in app.main]
    return [
        text
        for message in messages
        if type(message).__name__ != "Html" and not getattr(message, "allow_html", False)
        for field in ("body", "label", "help")
        if isinstance(text := getattr(message, field, None), str) and text
    ]


@pytest.mark.parametrize(
    "page",
    ["", *(pytest.param(p, marks=pytest.mark.slow)
           for p in ("synergies", "scenarios", "impact", "donnees"))],
)  # fmt: skip
def test_no_page_reads_a_stored_name_as_markup(opened, page):
    worklist.store().save(LOCAL, declared())
    app = opened(page, data="saved", lang="en")
    assert not app.exception
    seen = markdown_of(app)
    assert seen
    assert not [text for text in seen if "evil" in text and LIVE.search(text)]


def test_a_panel_shows_the_name_of_its_firm(opened):
    worklist.store().save(LOCAL, declared())
    app = opened(data="saved", lang="en", f="f0")
    assert parts.plain(HOSTILE[0]) in [heading.value for heading in app.subheader]


def test_the_words_of_a_drawing_are_no_markup(monkeypatch):
    shown = []
    monkeypatch.setattr(parts.st, "markdown", lambda text, **_: shown.append(text))
    nodes = {key: Stream(column, HOSTILE[0], "#000000") for column, key in enumerate("abc")}
    links = pd.DataFrame(
        {"source": ["a", "b"], "target": ["b", "c"], "value": [1.0, 1.0], "text": HOSTILE[:2]}
    )
    parts.drawing(sankey(nodes, links, "drawing"))
    assert "evil" in shown[0]
    texts = " ".join(re.findall(r">([^<]+)<", shown[0]))
    assert not LIVE.search(texts)
