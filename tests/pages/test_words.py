"""Every string of the app is in French too, and none escapes the catalogue."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from symbiosis.language import translations

PACKAGE = Path(__file__).parents[2] / "symbiosis"
KEYWORDS = {"_": None, "n_": (1, 2), "N_": None, "translate": None}
FIELD = re.compile(r"{(\w+)}")


def marked(**more):
    found = {}
    for room in ("pages", "maps"):
        for file, line, message, _comments, _context in extract_from_dir(
            str(PACKAGE / room), keywords=KEYWORDS | more
        ):
            found[message if isinstance(message, str) else tuple(message)] = (file, line)
    return found


@pytest.fixture(scope="module")
def french():
    with (PACKAGE / "locale" / "fr" / "app.po").open("rb") as file:
        return read_po(file, locale="fr")


def test_every_string_has_its_french(french):
    missing = []
    for message, where in marked().items():
        entry = french.get(message if isinstance(message, str) else message[0])
        words = entry.string if entry else ""
        if not (words if isinstance(words, str) else all(words)):
            missing.append((where, message))
    assert not missing


def test_no_french_is_left_over(french):
    used = {m if isinstance(m, str) else m[0] for m in marked(say=None)}
    left = [
        e.id for e in french if e.id and (e.id if isinstance(e.id, str) else e.id[0]) not in used
    ]
    assert not left


def test_fields_are_the_same_in_both_languages():
    for message in marked():
        one = message if isinstance(message, str) else message[0]
        said = translations("fr").gettext(one)
        if isinstance(message, str):
            assert set(FIELD.findall(one)) == set(FIELD.findall(said)), one


@pytest.mark.parametrize("file", sorted((PACKAGE / "pages").glob("*.py")), ids=lambda f: f.stem)
def test_no_string_hides_inside_an_f_string(file):
    """The extractor does not look inside f-strings: a string there would never be translated."""
    assert not re.search(r"{n?_\(", file.read_text(encoding="utf-8"))


def test_widgets_speak_through_the_catalogue():
    """Labels are never bare literals."""
    widget = re.compile(
        r"\.(?:button|selectbox|multiselect|checkbox|toggle|text_input|number_input|header|info|"
        r"subheader|title|warning|success|error|expander|popover|download_button|pills|"
        r"segmented_control)\(\s*f?\"([^\"]*)\""
    )
    found = [
        (file.name, words)
        for file in (PACKAGE / "pages").glob("*.py")
        for words in widget.findall(file.read_text(encoding="utf-8"))
        if re.search(r"[A-Za-z]{3}", re.sub(r"{[^}]*}", "", words))
    ]
    assert not found


def test_french_typography(french):
    for entry in (one for one in french if one.id):
        words = entry.string if isinstance(entry.string, str) else " ".join(entry.string)
        assert "'" not in words, f"typewriter apostrophe: {words}"
        assert not re.search(r"\w[:;!?](\s|$)", words), f"no space before the mark: {words}"
