"""Every sentence of the documents and of the command line has its French."""

import re

import pytest
from babel.messages.pofile import read_po

from symbiosis.catalogue import load
from symbiosis.language import translations
from symbiosis.reports.figures import Speaker
from tests.reports.strings import ROOT, of_room


def fields(text):
    """Return the names that a template is filled with; doubled braces are braces."""
    return set(re.findall(r"\{(\w+)", str(text).replace("{{", "").replace("}}", "")))


@pytest.mark.parametrize("room", ["reports", "cli"])
def test_every_sentence_is_translated(room):
    """Rooms are merged into one catalogue: another room's file may say it."""
    known = {}
    for path in (ROOT / "symbiosis" / "locale" / "fr").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                one = message.id if isinstance(message.id, str) else message.id[0]
                known[one] = message.string
    missing = sorted(text for text in of_room(room) if not known.get(text))
    assert not missing


@pytest.mark.parametrize("room", ["reports", "cli"])
def test_no_translation_loses_a_field(room):
    with (ROOT / "symbiosis" / "locale" / "fr" / f"{room}.po").open("rb") as file:
        for message in read_po(file, locale="fr"):
            if message.id:
                assert fields(message.id) == fields(message.string), message.id


def test_the_law_of_every_pathway_is_told_in_french():
    """An officer reads it out on the telephone; it stands in a table, where no search finds it."""
    french = translations("fr").gettext
    texts = set(load().pathways["legal_text"]) - {""}
    assert len(texts) > 50
    assert {text for text in texts if french(text) == text} == set()


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (83599.4, "83\u202f599", "83,599"),
        (12.34, "12,3", "12.3"),
        (1.234, "1,23", "1.23"),
        (0.0528, "0,053", "0.053"),
        (0, "0", "0"),
        (-3.25, "−3,25", "−3.25"),
        (float("nan"), "–", "–"),
        (float("inf"), "–", "–"),
    ],
)
def test_numbers(value, french, english):
    assert Speaker("fr").number(value) == french
    assert Speaker("en").number(value) == english


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (4_560_000, "4,6\u00a0M€", "€4.6M"),
        (34_000, "34\u00a0k€", "€34k"),
        (-1234, "−1\u202f234\u00a0€", "−€1,234"),
        (1.2e9, "1,2\u00a0Md€", "€1.2B"),
    ],
)
def test_money(value, french, english):
    assert Speaker("fr").money(value) == french
    assert Speaker("en").money(value) == english


@pytest.mark.parametrize("value", [0.1649, 0.0449, 12.449, 9.9949])
def test_an_estimate_below_100_reads_as_the_same_number_in_a_table(value):
    """Rounded twice, 0.1649 became 0.165 and then 0.17 on the cover, and stayed 0.16 inside."""
    assert Speaker("en").rounded(value) == Speaker("en").number(value)
