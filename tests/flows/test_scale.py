"""Large declarations: fast, within their memory, and no problem lost in the crowd."""

import numpy as np
import pytest

import symbiosis as sy
from symbiosis.catalogue import load
from symbiosis.flows import survey
from symbiosis.flows.table import MOST

HEAD = "Entreprise;Sens;Matière;Quantité;Unité;Longitude;Latitude\n"


@pytest.mark.slow
def test_fifty_thousand_lines_are_read_whole(tmp_path):
    draw = np.random.default_rng(1)
    codes = draw.choice(load().low.index.to_numpy(), 50_000)
    text = "".join(
        f"Site {i};{'sortie' if i % 2 else 'entrée'};{codes[i]};{i % 900 + 1},5;t/an;"
        f"{2 + i / 1e5:.5f};{48 + i / 1e5:.5f}\n".replace(".", ",")
        for i in range(50_000)
    )
    (tmp_path / "flux.csv").write_text(HEAD + text, encoding="utf-8")
    flows = sy.read(tmp_path / "flux.csv")
    assert len(flows.offers) + len(flows.needs) == 50_000


def test_a_crowd_of_unknown_words_hides_no_known_one(tmp_path):
    unknown = "".join(f"V{i};sortie;qqzz{i};1;t;2,4;51\n" for i in range(1000))
    (tmp_path / "flux.csv").write_text(
        HEAD + unknown + "A;sortie;10 11 12;1;t;2,4;51\n", encoding="utf-8"
    )
    found = survey(tmp_path / "flux.csv")
    assert len(found.problems) == 1000
    assert found.tables["offers"]["material"].tolist() == ["10 11 12"]


def test_a_crowd_of_one_problem_is_counted_beyond_a_limit(tmp_path):
    many = MOST + 50
    bad = "".join(f"V{i};sortie;10 11 12;-1;t;2,4;51\n" for i in range(many))
    (tmp_path / "flux.csv").write_text(HEAD + bad, encoding="utf-8")
    problems = list(survey(tmp_path / "flux.csv").problems)
    assert len(problems) == MOST + 1
    assert str(problems[-1].problem).startswith("50 more lines")


def test_a_crowd_of_one_line_is_counted_with_its_sentence(tmp_path):
    same = "V;sortie;10 11 12;1;t;2,4;51\n"
    (tmp_path / "flux.csv").write_text(HEAD + same * (MOST + 52))
    problems = list(survey(tmp_path / "flux.csv").problems)
    assert len(problems) == MOST + 1
    assert str(problems[-1].problem) == (
        f"51 more lines have the same problem: {problems[0].problem}"
    )
