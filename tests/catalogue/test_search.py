"""From words to entries: exact names, near ones, and how often the right one is found."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis import bundled
from symbiosis.catalogue import Catalogue, contaminant, identify, load, search, suggest
from symbiosis.catalogue.names import low_code
from symbiosis.catalogue.recall import hits, recall
from symbiosis.catalogue.search import fold


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture(scope="module")
def small(catalogue):
    """A catalogue of three codes and three materials, whose answers can be read off."""
    synonyms = pd.DataFrame(
        [("laitier", "fr", "10 02 01"), ("laitier", "fr", "10 02 02"), ("GBS", "en", "10 02 02")],
        columns=["term", "lang", "target"],
    )
    return dataclasses.replace(
        catalogue,
        low=catalogue.low.loc[["10 02 01", "10 02 02", "20 01 02", "17 02 02"]],
        materials=catalogue.materials.loc[["cullet", "quicklime", "sand_foundry"]],
        synonyms=synonyms,
    )


@pytest.mark.parametrize(
    ("text", "material", "how"),
    [
        ("10 02 02", "10 02 02", "code"),
        ("10.02.02", "10 02 02", "code"),
        ("10.02.02*", "", "star"),  # the list has it without
        ("100202", "10 02 02", "code"),
        ("cullet", "cullet", "id"),
        ("Laitiers NON traités", "10 02 02", "label"),
        ("  chaux   VIVE ", "quicklime", "label"),
        ("gbs", "10 02 02", "synonym"),
        ("laitier", "", "none"),  # stands for two codes: the user chooses
        ("Glass", "", "none"),  # the name of two codes
        ("99 99 99", "", "codes"),
        ("", "", "none"),
    ],
)
def test_identify(small, text, material, how):
    found = identify(text, small)
    assert (found.material, found.how) == (material, how)
    assert bool(found.suggestions) == (how == "star" or text in ("laitier", "Glass"))


def test_an_ambiguous_word_suggests_all_it_stands_for(small):
    assert {item.target for item in identify("laitier", small).suggestions[:2]} == {
        "10 02 01",
        "10 02 02",
    }


def test_a_near_word_finds_the_entry_despite_accents_and_plurals(small):
    assert suggest("sables de fonderies", small, n=1)[0].target == "sand_foundry"
    assert suggest("CHAUX-VIVES", small, n=1)[0].target == "quicklime"


def test_only_codes_or_only_materials(catalogue):
    codes = suggest("sable de fonderie", catalogue, only="codes")
    materials = suggest("sable de fonderie", catalogue, only="materials")
    assert all(item.target in catalogue.low.index for item in codes)
    assert all(item.target in catalogue.materials.index for item in materials)
    assert len(codes) == 5


def test_labels_follow_the_language(catalogue):
    french = suggest("calcin", catalogue, n=1, lang="fr")[0]
    assert french.label == catalogue.label(french.target, "fr")


def test_scores_fall_and_targets_differ(catalogue):
    found = suggest("boues de papeterie", catalogue, n=20)
    scores = [item.score for item in found]
    assert scores == sorted(scores, reverse=True)
    assert len({item.target for item in found}) == len(found)
    assert 0 < scores[-1] <= scores[0] <= 1


def test_what_resembles_nothing(catalogue):
    assert suggest("12345 67", catalogue) == () or suggest("12345 67", catalogue)[0].score < 0.5
    assert suggest("99 99 99", catalogue) == ()  # a code that is none is like no other
    assert suggest("", catalogue) == ()
    assert suggest("***", catalogue) == ()


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered(text):
    found = identify(text, load())
    assert (found.how in ("none", "star", "codes")) == (found.material == "")
    assert fold(fold(text)) == fold(text)


def test_every_code_is_read_in_its_usual_spellings(catalogue):
    for code in catalogue.low.index:
        for text in (code, code.replace(" ", ""), code.replace(" ", ".")):
            assert low_code(text, catalogue) == code


def test_the_words_of_the_trade_that_are_named_in_every_handbook(catalogue):
    known = {
        "laitier de haut fourneau": "10 02 02",
        "lactosérum": "02 05 01",
        "drêches": "02 07 04",
        "calcin": "cullet",
        "soude": "sodium_hydroxide",
        "fraisats": "17 03 02",
        "MDF": "03 01 05",
    }
    for word, target in known.items():
        assert target in [item.target for item in suggest(word, catalogue)], word


def test_recall_among_the_first_five(catalogue):
    measured = recall(catalogue)
    assert measured.loc["all", "terms"] >= 150
    assert (measured["recall"] >= 0.85).all(), measured
    assert (recall(catalogue, only="codes")["recall"] >= 0.85).all()


def test_recall_counts_by_hand(small, monkeypatch):
    terms = pd.DataFrame(
        [("laitier", "fr", "10 02 02", "tuning"), ("GBS", "en", "20 01 02", "held_out")],
        columns=["term", "lang", "targets", "half"],
    )
    monkeypatch.setattr(bundled, "table", lambda _: terms)
    assert hits(small)["found"].tolist() == [True, False]
    assert recall(small).loc["all", ["terms", "recall"]].tolist() == [2, 0.5]


def test_the_trade_terms_point_to_what_exists(catalogue):
    terms = bundled.table("trade_terms")
    known = set(catalogue.entries.index)
    assert all(set(cell.split("|")) <= known for cell in terms["targets"])
    assert not terms["term"].duplicated().any()
    halves = terms["half"].value_counts()
    assert halves["tuning"] + halves["held_out"] >= 150
    assert halves["held_out"] >= halves["tuning"]


def test_a_disturbance_in_either_language(catalogue):
    for word in ("asbestos", "Amiante", "AMIANTE "):
        assert contaminant(word, catalogue) == "asbestos"
    assert contaminant("éléments traces", catalogue) == "heavy metals"
    assert contaminant("Poussière d'étoile", catalogue) == "poussière d'étoile"


def test_the_index_of_a_catalogue_is_built_once(catalogue):
    suggest("laitier", catalogue)
    built = search._index.cache_info().misses
    for word in ("boues", "chutes de bois", "old tyres", "huile de vidange"):
        suggest(word, catalogue)
    assert search._index.cache_info().misses == built


def test_two_catalogues_do_not_share_an_index(catalogue, small):
    assert isinstance(small, Catalogue)
    assert suggest("verre", small, n=1)[0].target in small.entries.index
    assert len(suggest("verre", catalogue, n=40)) > len(suggest("verre", small, n=40))
