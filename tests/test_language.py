import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from symbiosis.language import translations, translator

LOCALE = Path(__file__).parents[1] / "symbiosis" / "locale" / "fr"
FIELD = re.compile(r"\{(\w+)[^}]*\}")


def test_english_is_the_source():
    assert translator("en")("anything") == "anything"


def test_an_unknown_language_falls_back_to_english():
    assert translator("xx")("firm") == "firm"


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*.po")), ids=lambda path: path.stem)
def test_every_french_entry_is_translated_with_the_same_fields(path):
    with path.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    for message in catalogue:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        said = message.string if isinstance(message.string, str) else message.string[-1]
        assert said, f"not translated: {source}"
        assert not message.fuzzy, f"fuzzy: {source}"
        assert set(FIELD.findall(said)) == set(FIELD.findall(source)), source


@pytest.mark.parametrize("count", [0, 1, 2, 9, 428, 1_000_000])
def test_every_plural_is_french_for_every_count(count):
    """A catalogue that does not say its plural forms gets those of the library, which change."""
    messages = [
        message
        for path in LOCALE.glob("*.po")
        for message in read_po(BytesIO(path.read_bytes()), locale="fr")
        if message.pluralizable
    ]
    assert len(messages) > 10
    for message in messages:
        one, many = message.id
        said = translations("fr").ngettext(one, many, count)
        assert said == message.string[count > 1], one


def test_rooms_are_merged_and_no_sentence_is_said_in_two_ways():
    french = translations("fr").gettext
    said: dict[str, set[str]] = {}
    for path in LOCALE.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id and isinstance(message.id, str):
                    said.setdefault(message.id, set()).add(str(message.string))
    assert len(said) > 100
    assert {source: ways for source, ways in said.items() if len(ways) > 1} == {}
    assert [source for source, ways in said.items() if french(source) not in ways] == []
