import json
import re
from html.parser import HTMLParser

import pytest

from symbiosis.reports import html
from tests.reports import world


class Reader(HTMLParser):
    """Collects the text, the tags and every address that the page could ask for."""

    def __init__(self):
        super().__init__()
        self.text, self.tags, self.addresses, self.ids = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"src", "href", "action", "data", "poster", "srcset"}:
                self.addresses.append(value)
            if name == "id":
                self.ids.append(value)

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module", params=["fr", "en"])
def page(request, results):
    text = html(results, request.param)
    reader = Reader()
    reader.feed(text)
    return request.param, text, reader


def test_it_asks_for_nothing(page):
    _, text, reader = page
    assert all(address.startswith("#") for address in reader.addresses)
    assert "default-src 'none'" in text
    assert not re.search(r"url\(\s*['\"]?http|@import|fetch\(|XMLHttpRequest", text)


def test_a_firm_called_script_stays_a_name(page):
    _, text, reader = page
    assert world.EVIL.split(" &")[0] in "".join(reader.text)
    assert "<script>alert" not in text
    assert reader.tags.count("script") == 2


def test_the_data_of_the_map_can_be_read(page):
    _, text, _ = page
    found = re.search(r'<script type="application/json" id="study">(.*?)</script>', text, re.S)
    data = json.loads(found.group(1))
    assert data["firms"]["fc"][0] == world.EVIL
    assert {line["id"] for line in data["lines"]} == {"ss0", "ss1", "ss2"}
    assert data["left"]["fa"][0][1].startswith("1")


def test_the_figures_stand_with_their_intervals(page):
    lang, _, reader = page
    told = "".join(reader.text)
    assert {"fr": "20\u202f000 à 50\u202f000", "en": "20,000 to 50,000"}[lang] in told


def test_every_exchange_and_every_reason_is_there(page):
    lang, text, _ = page
    assert text.count("<tr data-id=") == 3
    assert text.count('class="link') == 3
    assert {"fr": "Trop loin", "en": "Too far"}[lang] in text


def test_identifiers_are_unique(page):
    ids = page[2].ids
    assert len(ids) == len(set(ids))


def test_the_language_of_the_page_is_said(page):
    lang, text, _ = page
    assert f'<html lang="{lang}">' in text


def test_a_study_where_nothing_pays_says_so(nothing):
    text = html(nothing, "fr")
    assert "Aucun échange n’est rentable" in text
    assert "Tout ce qui était offert a trouvé preneur" in text
