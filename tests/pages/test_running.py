"""The words of a matching under way."""

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
