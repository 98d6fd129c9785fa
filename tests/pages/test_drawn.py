"""A large territory says what of it is drawn."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    from types import SimpleNamespace

    import pydeck as pdk

    from symbiosis.maps import Picture
    from symbiosis.pages import drawn

    def layer(name: str, rows: int) -> pdk.Layer:
        return pdk.Layer("ScatterplotLayer", id=name, data=[{"id": i} for i in range(rows)])

    sent = pdk.Deck([layer("firms-0", 6000), layer("exchanges-0", 40), layer("pipes-0", 2)])
    crowd = {"shipments": range(48_213), "firms": range(50_000)}
    small = {"shipments": range(42), "firms": range(6000)}
    for rows in (crowd, small):
        picture: Picture = SimpleNamespace(**rows)
        drawn.left_out(sent, picture)


def test_what_is_left_out_is_told_once_and_what_is_whole_is_not():
    app = AppTest.from_function(page)
    app.query_params["lang"] = "fr"
    app.run()
    assert not app.exception
    words = [" ".join(part.value.split()) for part in app.get("html")]
    assert len(words) == 2
    assert "42 échanges dessinés sur 48 213" in words[0]
    assert "6 000 entreprises dessinées sur 50 000" in words[1]
