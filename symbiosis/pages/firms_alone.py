"""A list of firms without a flow: what was read of it, and the two ways to go on."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from symbiosis.errors import Problems
from symbiosis.flows import Findings, Flows
from symbiosis.flows.assemble import NO_FLOW
from symbiosis.flows.estimates import estimate
from symbiosis.flows.received import Received, from_frame, template_bytes
from symbiosis.language import translator
from symbiosis.maps import numbers
from symbiosis.pages import drafts, parts, session
from symbiosis.pages.words import _, language, n_

ESTIMATED = "estimated"
"""Status of a flow that is deduced from the activity of its firm."""


def holds_no_flow(received: Received, found: Findings) -> bool:
    """Return whether a declaration lists firms, and no table lists flows."""
    return bool(len(found.lines)) and not any(grid.flows for grid in received.grids.values())


def without_refusal(found: Findings) -> Findings:
    """Return the findings less the sentence that a file without flows cannot be matched.

    The page says so itself, with the next step.
    """
    kept = Problems(p for p in found.problems if p.problem != NO_FLOW[0])
    return replace(found, problems=kept)


def next_step(received: Received, found: Findings) -> None:
    """Say how many firms were read and placed, and offer estimated flows or the template."""
    lang, firms = language(), found.firms
    placed = int(firms["longitude"].notna().sum()) if len(firms) else 0
    st.info(
        n_("{count} firm was read", "{count} firms were read", len(found.lines)).format(
            count=numbers.number(len(found.lines), lang)
        )
        + n_(", {count} of them is placed on the map. ",
             ", {count} of them are placed on the map. ", placed,
          ).format(count=numbers.number(placed, lang))
        + _("No flow is declared yet, so there is nothing to match.")
    )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown(
            _("**Begin with estimates.** The flows that are usual in the activity of each firm, "
              "from the declarations of the national register. They stay marked as estimates and "
              "are never counted unless you ask.")
        )  # fmt: skip
        if st.button(_("Add the usual flows as estimates"), type="primary", disabled=not placed):
            _add_estimates(received, found)
    with right.container(border=True, height="stretch"):
        st.markdown(
            _("**Or declare the flows.** Fill the template, one line a flow, with the firms named "
              "as in your list; then give both files together.")
        )  # fmt: skip
        st.download_button(
            _("Template to fill"), data=lambda: template_bytes(lang), key="template_of_firms",
            file_name=_("symbiosis_template.xlsx"), icon=":material/download:",
        )  # fmt: skip


def _add_estimates(received: Received, found: Findings) -> None:
    flows, problems = estimate(found.firms)
    if not len(flows):
        st.warning(_("Nothing usual is known of these firms. Here is why, firm by firm."))
        parts.problems_table(problems.table(translator(language())))
        return
    added = from_frame(_("Estimated flows"), flows)
    st.session_state[drafts.GRIDS] = received.joined(added)
    st.rerun()


def matched(mine: Flows) -> bool:
    """Say which flows are estimates, ask whether they count, and return whether any flow does.

    Parameters
    ----------
    mine
        The good lines of a declaration.
    """
    tables = (mine.offers, mine.needs)
    firms = {firm for t in tables for firm in t.loc[t["status"] == ESTIMATED, "firm_id"]}
    if not firms:
        return True
    lang, others = language(), len(mine.firms) - len(firms)
    st.info(
        n_("{count} firm has flows that are estimated from its activity, not declared.",
           "{count} firms have flows that are estimated from their activity, not declared.",
           len(firms)).format(count=numbers.number(len(firms), lang))
    )  # fmt: skip
    if others:
        parts.note(
            n_("{count} other firm has none: give its NAF code, or declare its flows.",
               "{count} other firms have none: give their NAF codes, or declare their flows.",
               others).format(count=numbers.number(others, lang))
        )  # fmt: skip
    asked = session.declared_scenario().use_estimated
    wanted = st.checkbox(
        _("With the estimated flows"), value=asked, key=f"estimates_declared_{asked}",
        help=_("Deduced from the firms' activity; kept apart, never counted unless you ask."),
    )  # fmt: skip
    st.session_state[session.DECLARED_ESTIMATES] = wanted
    if wanted and not session.scenario().use_estimated:
        parts.note(_("They count here; on the other pages once this declaration is shown there."))
    return wanted or any((table["status"] != ESTIMATED).any() for table in tables)
