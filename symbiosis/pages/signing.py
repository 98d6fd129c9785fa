"""Who is here, the buttons to sign in and out, and what a visit may open."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from symbiosis.errors import StorageError
from symbiosis.pages import parts, provider, worklist
from symbiosis.pages.words import _
from symbiosis.storage import VISITOR, Principal, Role
from symbiosis.storage.principals import EVERYWHERE


@dataclass(frozen=True)
class Visit:
    """Who is here.

    Parameters
    ----------
    who
        The person, or a visitor.
    asked
        Whether this server asks people to sign in.
    refused
        Why someone whom the provider knows is a visitor all the same; "" otherwise.
    trouble
        Why the store does not answer; "" when it does.
    """

    who: Principal
    asked: bool
    refused: str = ""
    trouble: str = ""

    @property
    def outside(self) -> bool:
        """Whether only what is public may be shown."""
        return self.asked and not self.who.signed_in

    def is_a(self, *roles: Role) -> bool:
        """Return whether one of these roles was granted, over whatever it be."""
        return any(grant.role in roles for grant in self.who.grants)

    @property
    def reads_everything(self) -> bool:
        """Whether no firm's prices are kept from this person."""
        whole = any(g.role is Role.OFFICER and g.scope == EVERYWHERE for g in self.who.grants)
        return whole or not self.asked


def visit() -> Visit:
    """Return who is here now: a session may end, and an account be shut, between two clicks."""
    asked = provider.configured()
    trouble = worklist.reachable()
    if trouble:
        return Visit(VISITOR, asked, trouble=trouble)
    try:
        return Visit(worklist.who(), asked)
    except StorageError as error:
        return Visit(VISITOR, asked, refused=worklist.sentence(error))


def outside() -> bool:
    """Return whether only what is public may be shown in this visit."""
    return visit().outside


def sidebar(here: Visit) -> None:
    """Say who is here, in the side bar, with the way in or out."""
    if not here.asked:
        _unasked(here)
        return
    if here.outside:
        _way_in(here)
        return
    parts.strong(here.who.name)
    parts.note(" · ".join(_role(grant.role, grant.scope) for grant in here.who.grants))
    st.button(_("Sign out"), icon=":material/logout:", key="sign_out", on_click=st.logout)


def _unasked(here: Visit) -> None:
    """Say what it means that nobody is asked who they are."""
    if here.who.signed_in:
        parts.note(
            _("Single-user mode: no sign-in is configured, and whoever uses this machine may do "
              "everything.")
        )  # fmt: skip
    elif not here.trouble:
        parts.note(
            _("The store has accounts and no sign-in is configured here: what it holds is not "
              "shown.")
        )  # fmt: skip


def _way_in(here: Visit) -> None:
    known = provider.claims()
    if here.refused:
        st.warning(parts.plain(here.refused), icon=":material/lock:")
    for name in provider.names():
        words = (
            _("Sign in with {provider}").format(provider=parts.plain(name))
            if name
            else _("Sign in")
        )
        st.button(
            words, icon=":material/login:", type="primary", key=f"sign_in_{name}",
            on_click=st.login, args=(name,) if name else (),
        )  # fmt: skip
    if known:
        parts.note(
            _("You are known to your provider as {address}.").format(
                address=known.get("email") or "–"
            )
        )
        st.button(_("Sign out"), icon=":material/logout:", key="sign_out", on_click=st.logout)


def _role(role: Role, scope: str) -> str:
    names = {
        Role.FIRM: _("firm {scope}"), Role.OFFICER: _("officer of {scope}"),
        Role.ANALYST: _("analyst of {scope}"), Role.ADMINISTRATOR: _("administrator"),
    }  # fmt: skip
    place = _("all territories") if scope == EVERYWHERE else scope
    return names.get(role, str(role)).format(scope=place)
