"""A code is the code that is written, in every style; a hazardous one is never a harmless one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.catalogue import identify, load, suggest
from symbiosis.catalogue.names import low_code
from symbiosis.catalogue.search import hazardous_twins
from symbiosis.flows import survey
from tests.cases import cases

LOW = load().low
HAZARDOUS = LOW.index[LOW["hazardous"]].tolist()
HARMLESS = LOW.index[~LOW["hazardous"]].tolist()
SPACES = [" ", "", ".", "-", "/", "_", "\u00a0", "\u202f", "\u2009", "\u2007", "\u3000", "  ",
          " . ", "\u2011", "\u200b"]  # fmt: skip
PREFIXES = ["", "LoW ", "EWC ", "EWC-", "CED ", "LER ", "Code CED : ", "code ", "Code déchet n° ",
            "n°", "N° ", "# ", "rubrique ", "CER: ", "AVV ", '="', "«\u00a0", "'", '"']  # fmt: skip
SUFFIXES = ["", " ", ".0", ".00", ",0", '"', "\u00a0»", "'", "\u200b"]
STARS = ["*", " *", "\u00a0*", "＊", "∗", "(*)"]


def written(code, space, prefix, suffix, star=""):
    return f"{prefix}{code.replace(' ', space)}{suffix}{star}"


def test_there_are_408_hazardous_codes():
    assert len(HAZARDOUS) == 408


def test_every_hazardous_code_in_every_style_is_itself():
    styles = {(space, prefix) for space in SPACES for prefix in ("", "LoW ", "«\u00a0")}
    styles |= {(space, prefix) for space in (" ", "", "\u00a0") for prefix in PREFIXES}
    for code in HAZARDOUS:
        for space, prefix in sorted(styles):
            text = written(code, space, prefix, "", "*")
            assert identify(text, load()).material == code, text
        for suffix in SUFFIXES:
            for star in ("", *STARS):
                text = written(code, " ", "", suffix, star)
                assert identify(text, load()).material == code, text


def test_every_hazardous_code_as_a_number_cell_is_itself_or_asked_about():
    for code in HAZARDOUS:
        number = int(code.replace(" ", ""))
        for text in (str(number), f"{number}.0", f"{number}*", f"CED {number}"):
            assert low_code(text, load()) == code, text


@settings(deadline=None)
@given(
    code=st.sampled_from(HAZARDOUS),
    words=st.sampled_from(["terres polluées", "huiles (usées)", "DIB", "lot n° 3", "boues 2024"]),
    form=st.sampled_from(["{c}* {w}", "{w} {c}*", "{c} - {w}", "{w} ({c})", "Déchet {c}* : {w}"]),
    space=st.sampled_from([" ", "\u00a0", ".", "\u202f"]),
)
def test_words_beside_a_hazardous_code_never_make_it_harmless(code, words, form, space):
    text = form.format(c=code.replace(" ", space), w=words)
    found = identify(text, load())
    assert found.material in (code, ""), text
    assert all(item.target == code for item in (*found.suggestions, *suggest(text, load())))


@settings(deadline=None)
@given(text=st.text("0123456789 .*-/\u00a0LoWCED", max_size=16), code=st.sampled_from(HAZARDOUS))
def test_a_text_around_a_hazardous_code_never_names_a_harmless_one(text, code):
    """Damaged as it may be: the code, or a question."""
    found = identify(f"{text} {code}*", load())
    assert found.material in ("", code) or found.material in HAZARDOUS


def test_a_star_that_the_list_does_not_have_names_the_hazardous_twin():
    mirrored = 0
    for code in HARMLESS:
        found = identify(f"{code}*", load())
        assert (found.material, found.how) == ("", "star")
        twins = hazardous_twins(code, load())
        assert [item.target for item in found.suggestions] == [*twins, code]
        mirrored += bool(twins)
    assert mirrored > 150
    assert hazardous_twins("17 05 04", load()) == ("17 05 03",)
    assert low_code("17 05 04*", load()) == ""


@pytest.mark.parametrize(
    "text",
    ["17 05 03 01", "17 05", "1705", "17 05 033", "03 28 12 34 56", "2006-03-01T00:00:00",
     "lot 1705034", "12,5", "17 05 3"],
)  # fmt: skip
def test_what_is_no_complete_code(text):
    assert low_code(text, load()) == ""


@pytest.mark.parametrize(
    "text",
    ["17 05 03* et 17 05 04", "17 05 99", "terres autres que celles de la rubrique 17 05 03",
     "soil other than 17 05 03", "170503 / 170504"],
)  # fmt: skip
def test_several_codes_or_none_of_the_list_are_asked_about(text):
    found = identify(text, load())
    assert (found.material, found.how) == ("", "codes")


HEAD = "Entreprise;Longitude;Latitude;Sens;Code déchet;Quantité;Unité;Codes autorisés\n"


def survey_of(folder, code, authorised="", accept=True):
    path = folder / "flux.csv"
    path.write_text(f"{HEAD}A;2.3;50.9;entrée;{code};120;t;{authorised}\n", encoding="utf-8")
    return survey(path, accept_suggestions=accept)


@pytest.mark.parametrize("code", ["17\u00a005\u00a003*", "17 05 03", "LoW 17 05 03", "170503.0"])
def test_a_hazardous_code_of_a_file_stays_hazardous(tmp_path, code):
    """NHSDigital/manage-vaccinations-in-schools#3410: spaces that do not break."""
    found = survey_of(tmp_path, code)
    assert found.tables["needs"]["material"].tolist() == ["17 05 03"]


def test_a_wrong_star_in_a_file_is_a_problem_that_no_option_accepts(tmp_path):
    """MTES-MCT/trackdechets#1177, #2467."""
    problem = next(iter(survey_of(tmp_path, "17 05 04*").problems))
    assert "without a star" in str(problem.problem)
    assert "17 05 03*" in str(problem.cure)
    problem = next(iter(survey_of(tmp_path, "10 02 02*").problems))
    assert "10 02 02 without a star" in str(problem.cure)


@pytest.mark.parametrize(
    "text",
    [
        "17 05 99*",
        "17 05 03/04",
        "17 05 03-04",
        "LER 17 05 03/04",
        "17 05 03 04",
        "17 05",
        "1705036",
    ],
)
def test_what_resembles_a_code_is_never_another(tmp_path, text):
    found = survey_of(tmp_path, text)
    assert [(p.column, p.value) for p in found.problems] == [("Code déchet", text)]


def test_a_list_of_authorised_codes(tmp_path):
    found = survey_of(tmp_path, "17 05 04", "17\u00a005\u00a003* ,EWC 170504 et 17.05.06")
    assert found.tables["needs"]["authorised"].tolist() == ["17 05 03|17 05 04|17 05 06"]
    found = survey_of(tmp_path, "17 05 04", "17 05 04*|17 05 03*")
    assert "“17 05 04*”" in str(next(iter(found.problems)).problem)


@pytest.mark.slow
@settings(max_examples=cases(10_000, 3_000), deadline=None)
@given(
    code=st.sampled_from(LOW.index.tolist()),
    space=st.sampled_from(SPACES),
    prefix=st.sampled_from(PREFIXES),
    suffix=st.sampled_from(SUFFIXES),
    star=st.sampled_from(["", *STARS]),
)
def test_many_codes_in_every_style(code, space, prefix, suffix, star):
    text = written(code, space, prefix, suffix, star if code in HAZARDOUS else "")
    assert low_code(text, load()) == code
    assert [item.target for item in suggest(text, load())] == [code]
