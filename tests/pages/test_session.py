"""The study of a visit: a matching that takes too long is shown as far as it got, and says so."""

from symbiosis.pages import session


def test_a_matching_stopped_before_its_end_says_how_much_better_any_other_can_be(
    opened, monkeypatch
):
    session._shelf.clear()
    monkeypatch.setattr(session, "MOST_MATCHING_S", 0.0)
    try:
        app = opened("carte", "fr")
        assert not app.exception
        [(study, _)] = session._shelf().values()
        assert study.match.certificate.relative_gap > 0
        assert any("arrêté avant sa fin" in note.value for note in app.info)
    finally:
        session._shelf.clear()


def test_a_matching_that_comes_to_its_end_says_nothing_of_it(opened):
    session._shelf.clear()
    app = opened("carte", "fr")
    assert not app.exception
    assert not any("arrêté" in note.value for note in app.info)
