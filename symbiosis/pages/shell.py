"""What surrounds every page: navigation, language, dataset, and words when something is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from symbiosis import bundled
from symbiosis.pages import address, door, drafts, parts, session, signing
from symbiosis.pages.guard import guarded
from symbiosis.pages.once import asking
from symbiosis.pages.words import LANG, _, language

HERE = Path(__file__).parent
HOME, ROOT, PUBLIC = "carte", "accueil", "publique"
ICON = "♻️"


@guarded
@asking
def main() -> None:
    """Draw the frame and run the page that was asked for."""
    st.set_page_config(page_title="Symbiosis", page_icon=ICON, layout="wide")
    if LANG not in st.session_state:
        st.session_state[LANG] = language()
    address.kept()
    here = signing.visit()
    _let_send_files(allowed=not here.outside)
    session.of_one_account(*drafts.NAMES, drafts.DRAFT)
    page = st.navigation(_outside() if here.outside else _pages(here))
    parts.style()
    _sidebar(here)
    guarded(page.run)()
    if not here.outside:
        address.publish(page.url_path)


def _let_send_files(*, allowed: bool) -> None:
    """Tell the door whether this visit may send files."""
    context = get_script_run_ctx()
    if context is None:
        return
    if runtime.exists():
        door.SESSIONS.forget(runtime.get_instance().is_active_session)
    door.SESSIONS.admit(context.session_id, allowed=allowed)


def _outside() -> list[st.Page]:
    """Return the one page of whoever did not sign in, at the address that was asked for too."""
    page = st.Page(HERE / f"{PUBLIC}.py", title=_("Public map"), url_path=ROOT, default=True)
    st.session_state["home_page"] = page
    asked = st.session_state.setdefault("asked", _asked())
    if not asked:
        return [page]
    again = st.Page(HERE / f"{PUBLIC}.py", title=_("Public map"), url_path=asked,
                    visibility="hidden")  # fmt: skip
    return [page, again]


def _pages(here: signing.Visit) -> list[st.Page]:
    """Return the pages; the map is at the root, and an unknown address has a page of its own.

    Streamlit opens a dialog in English for an address that it does not know, the default page's
    own name included; a hidden page at that address answers in the reader's language instead.
    """
    titles = {
        "carte": _("Map"), "declarer": _("Declare"), "synergies": _("Synergies"),
        "scenarios": _("Scenarios"), "impact": _("Impact"), "donnees": _("Data and method"),
    }  # fmt: skip
    if here.asked:
        titles[PUBLIC] = _("Public map")
    pages = [
        st.Page(HERE / f"{name}.py", title=words, url_path=ROOT if name == HOME else name,
                default=name == HOME)
        for name, words in titles.items()
    ]  # fmt: skip
    st.session_state["home_page"] = pages[0]
    st.session_state["pages"] = dict(zip(titles, pages, strict=True))
    asked = st.session_state.setdefault("asked", _asked())
    if asked and (asked == HOME or asked not in titles):
        file, words = (HOME, titles[HOME]) if asked == HOME else ("inconnu", _("Unknown address"))
        pages.append(st.Page(HERE / f"{file}.py", title=words, url_path=asked, visibility="hidden"))
    return pages


def _asked() -> str:
    """Return the page's name in the address, as the browser gave it when the visit began."""
    path = urlsplit(st.context.url or "").path.strip("/").split("/")[-1]
    return path if re.fullmatch(r"[\w-]{1,60}", path) else ""


def _sidebar(here: signing.Visit) -> None:
    st.logo(str(bundled.home() / "static" / "logo.svg"), size="large")
    with st.sidebar:
        if here.asked:
            signing.sidebar(here)
        if not here.outside:
            _datasets()
        st.segmented_control(
            _("Language"), ["fr", "en"], key=LANG, required=True,
            format_func=lambda code: {"fr": "Français", "en": "English"}[code],
        )  # fmt: skip
        if not here.outside:
            _hints()
        if not here.asked:
            signing.sidebar(here)


def _hints() -> None:
    """Guide a first visit in three lines, until they are closed."""
    if st.session_state.get("guided"):
        return
    with st.container(border=True):
        st.markdown(
            "\n".join(
                [
                    _("1. Click a firm or a curve: who it is, what it could exchange."),
                    _("2. Filter by territory or material: the figures follow."),
                    _("3. Declare your own flows: your best partners at once."),
                ]
            )
        )
        st.button(_("Understood"), on_click=_guided)


def _guided() -> None:
    st.session_state["guided"] = True


def _datasets() -> None:
    """Let the reader open another dataset; filters that it does not have are dropped."""
    names = {
        session.DEMO: _("Demonstration: the coast"),
        session.CASES: _("Published cases"),
        session.UPLOADED: _("My declaration"),
        session.SAVED: _("Saved declarations"),
        session.GIVEN: session.source().name,
    }
    choices = session.openable()
    st.session_state["dataset"] = session.opened()
    st.selectbox(
        _("Data shown"), choices, key="dataset", format_func=lambda key: names[key],
        on_change=_open,
    )  # fmt: skip


def _open() -> None:
    st.session_state[session.OPENED] = st.session_state["dataset"]
    address.keep("focus", "")
