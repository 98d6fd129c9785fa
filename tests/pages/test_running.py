"""A matching under way: its words, and the processes that it starts from a page."""

import runpy
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest


def page(gap: float) -> None:
    import streamlit as st

    from symbiosis.matching.progress import Step
    from symbiosis.pages.running import said

    st.markdown(said(Step(1, 30, 4, 7.0, gap, 9)))


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.0384, "Partie 1 sur 30, tour 4 : au plus 3,8 % sous le meilleur résultat"),
        (1.97, "Partie 1 sur 30, tour 4"),
        (float("inf"), "Partie 1 sur 30, tour 4"),
        (3e-7, "Partie 1 sur 30, tour 4"),
    ],
)
def test_the_gap_is_told_while_it_says_something(gap, words):
    app = AppTest.from_function(page, args=(gap,))
    app.query_params["lang"] = "fr"
    app.run()
    assert not app.exception
    assert " ".join(app.markdown[0].value.split()) == words


def test_a_process_that_the_solver_starts_from_a_page_runs_no_app():
    """Such a process reads the main script again, which is the app, under this name."""
    script = str(Path(__file__).parents[2] / "app.py")
    there = runpy.run_path(script, run_name="__mp_main__")
    assert [name for name in there if not name.startswith("__")] == []
