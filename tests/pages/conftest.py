from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def own_store(tmp_path_factory, monkeypatch):
    """A store of the tests' own: nobody's worklist is touched."""
    folder = tmp_path_factory.mktemp("store")
    monkeypatch.setenv("SYMBIOSIS_DATABASE_URL", f"sqlite:///{folder}/store.db")
    monkeypatch.delenv("SYMBIOSIS_PATH", raising=False)
    from symbiosis.pages import keeping, worklist

    worklist._store.clear()
    keeping._flows.clear()  # its key counts changes, and two stores may have made as many
    yield
    worklist._store.clear()


@pytest.fixture
def opened() -> Callable[..., AppTest]:
    """Open a page in a language, as a first visit would."""

    def open_page(page: str = "", lang: str = "fr", **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.query_params["lang"] = lang
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        if page:
            app.switch_page(f"symbiosis/pages/{page}.py").run()
        return app

    return open_page
