"""Declaring: a table in, its problems beside its cells, its takers on the map."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from symbiosis.catalogue import identify, suggest
from symbiosis.errors import DataError, Problem, Problems
from symbiosis.flows import Findings
from symbiosis.flows.assemble import FAULTY, GOOD, LEFT_OUT
from symbiosis.flows.contract import fields
from symbiosis.flows.lines import REPEATED_CURE
from symbiosis.flows.received import (
    Grid,
    Received,
    check_received,
    flows_of,
    open_received,
    template_bytes,
    together,
)
from symbiosis.language import translator
from symbiosis.maps import numbers
from symbiosis.pages import (
    address,
    all_rows,
    drafts,
    firms_alone,
    keeping,
    parts,
    reopening,
    saving,
    session,
    several_lines,
    takers,
    whole_file,
)
from symbiosis.pages.drafts import EQUAL_LINES, FILES, GRIDS, MAPPING
from symbiosis.pages.words import _, language, n_

TYPES = ["csv", "xlsx", "xlsm", "tsv", "txt", "geojson", "gpkg", "zip"]
# From this many firms on, an upload is a territory of its own.
TERRITORY = 10


def render() -> None:
    """Draw the page."""
    parts.title(
        _("Declare what goes out and what comes in"),
        _("A plain table is enough: who, where, what, how much. Excel or CSV, as you keep it."),
    )
    if drafts.found():
        st.info(_("The page was reloaded: your table is still here, with your corrections."))
    _receive()
    received: Received | None = st.session_state.get(GRIDS)
    if received is None or not received.grids:
        if received is not None:
            parts.refusal(DataError(check_received(received).problems))
        _first_steps()
        reopening.offer()
        return
    drafts.keep((GRIDS, MAPPING, EQUAL_LINES))
    grids = received.grids
    found = check_received(
        received, mapping=st.session_state.get(MAPPING), catalogue=keeping.catalogue(),
        keep_repeated=st.session_state.get(EQUAL_LINES, False),
    )  # fmt: skip
    alone = firms_alone.holds_no_flow(received, found)
    if alone:
        found = firms_alone.without_refusal(found)
    _summary(found)
    if alone:
        firms_alone.next_step(received, found)
    _correct(grids, found)
    if found.tables is not None:
        _results(received, found)


def _receive() -> None:
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    files = left.file_uploader(
        _("Your table (CSV or Excel; firms and flows apart or together; perimeters as GeoJSON)"),
        type=TYPES, accept_multiple_files=True, key="upload",
    )  # fmt: skip
    right.download_button(
        _("Blank template"), data=lambda: template_bytes(language()),
        file_name=_("symbiosis_template.xlsx"), icon=":material/download:", width="stretch",
        help=_("A workbook with lists, an example line and the meaning of each column."),
    )  # fmt: skip
    stamp = "|".join(f"{file.file_id}" for file in files or ())
    if not stamp or stamp == st.session_state.get(FILES, ""):
        return  # nothing new: a declaration already open outlives a visit to another page
    st.session_state[FILES] = stamp
    drafts.begin(open_received([(file.name, file.getvalue()) for file in files or ()]))


def _first_steps() -> None:
    one, two, three = st.columns(3, gap="medium")
    for column, head, words in (
        (one, _("1. One line a flow"), _("Name, place, direction, material, quantity, unit.")),
        (two, _("2. Correct on the spot"), _("Each problem stands beside its row, with its cure.")),
        (
            three,
            _("3. See your takers"),
            _("The best partners appear as soon as one line is good."),
        ),
    ):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{head}**  \n{words}")
    parts.strong(_("For instance"))
    st.table(_example(), hide_index=True)
    parts.note(
        _("Nothing leaves this machine. Your declaration is shown to nobody until you save it.")
    )


def _example() -> pd.DataFrame:
    """Return two lines as a firm would write them; the template has every column."""
    firm, lang = _("Dune Glassworks"), language()
    amounts = [numbers.number(quantity, lang) for quantity in (1200, 5000)]
    return pd.DataFrame(
        {
            _("Firm"): [firm, firm],
            _("Commune"): ["Dunkerque", "Dunkerque"],
            _("Direction"): [_("output"), _("input")],
            _("Material"): [_("cullet"), _("sand")],
            _("Quantity"): amounts,
            _("Unit"): [_("t/yr"), _("t/yr")],
        }
    )


def _summary(found: Findings) -> None:
    lang = language()
    states = found.lines["state"].value_counts().to_dict()
    lines, bad, left_out = len(found.lines), states.get(FAULTY, 0), states.get(LEFT_OUT, 0)
    parts.cards(
        [
            parts.Card(_("Lines read"), numbers.number(lines, lang)),
            parts.Card(
                _("Good lines"),
                numbers.number(states.get(GOOD, 0), lang),
                interval=_sides(_count(found, "offers"), _count(found, "needs")),
            ),
            parts.Card(_("Lines to correct"), numbers.number(bad, lang)),
            parts.Card(_("Lines left out"), numbers.number(left_out, lang)),
            parts.Card(_("Accepted with a guess"), numbers.number(len(found.notes), lang)),
        ]
    )


def _sides(offers: int, needs: int) -> str:
    lang = language()
    given = n_("{count} offer", "{count} offers", offers).format(count=numbers.number(offers, lang))
    taken = n_("{count} need", "{count} needs", needs).format(count=numbers.number(needs, lang))
    return f"{given}, {taken}"


def _count(found: Findings, name: str) -> int:
    return len(found.tables[name]) if found.tables is not None else 0


def _correct(grids: dict[int, Grid], found: Findings) -> None:
    wrong, lang = len(found.problems), language()
    guesses = len(found.notes) + len(found.left_out)
    lines = sum(len(grid.cells) for grid in grids.values())
    names = [
        n_("To correct ({count})", "To correct ({count})", wrong).format(
            count=numbers.number(wrong, lang)
        ),
        _("Columns"),
        _("Guesses ({count})").format(count=numbers.number(guesses, lang)),
        _("All lines ({count})").format(count=numbers.number(lines, lang)),
    ]
    first, second, third, fourth = st.tabs(names)
    with first:
        _equal_lines(found)
        if wrong or any(grid.sheet.typed for grid in grids.values()):
            whole_file.show(grids, found)
            _unknown_materials(grids, found)
            several_lines.show(grids, found, set(_unknown(found)))
            for position, grid in grids.items():
                _faulty_rows(position, grid, found)
        if not wrong:
            st.success(_("Every line is good."))
    with second:
        _columns(found)
    with third:
        parts.problems_table(
            Problems([*found.left_out, *found.notes]).table(translator(language()))
        )
        parts.note(_("Each of these lines can be changed under “All lines”."))
    with fourth:
        all_rows.show(grids, found)


def _equal_lines(found: Findings) -> None:
    """Let equal lines be taken as flows of their own, where there are any."""
    kept = bool(st.session_state.get(EQUAL_LINES))
    if not kept and not any(p.cure == REPEATED_CURE for p in found.problems):
        return
    wanted = st.checkbox(
        _("Take equal lines as flows of their own"), value=kept, key=f"equal_lines_{kept}",
        help=_("Two equal weighing slips are two deliveries; a line copied twice is one."),
    )  # fmt: skip
    if wanted != kept:
        st.session_state[EQUAL_LINES] = wanted
        st.rerun()


def _faulty_rows(position: int, grid: Grid, found: Findings) -> None:
    """Show the rows at fault with their problem; a cell that is changed is checked at once."""
    mine = [p for p in found.problems if p.file == grid.label]
    unknown = set(_unknown(found))
    sentences: dict[int, list[str]] = {}
    for problem in mine:
        if problem.row is not None and problem.row in grid.cells.index:
            sentences.setdefault(problem.row, []).append(_sentence(problem, unknown))
    rows = sorted(sentences)
    if not rows:
        return
    shown = grid.cells.loc[rows]
    at_fault = [name for name in shown.columns if name in {p.column for p in mine}]
    others = [name for name in shown.columns[(shown != "").any()] if name not in at_fault]
    shown = shown[[*at_fault, *others]]  # what is to be changed stands in view, first
    shown.insert(len(at_fault), _("Problem and cure"), [" · ".join(sentences[row]) for row in rows])
    parts.note(_("{file}: change a cell, it is checked again at once.").format(file=grid.label))
    edited = st.data_editor(
        shown, key=f"edit_{position}_{drafts.digest(grid)}", disabled=[_("Problem and cure")],
        column_config={
            "_index": st.column_config.NumberColumn(_("Row"), format="%d"),
            _("Problem and cure"): st.column_config.TextColumn(width=460),
        },
        width="stretch", row_height=80,  # room for the cure: words go to the next line
    )  # fmt: skip
    changed = edited.drop(columns=[_("Problem and cure")]).fillna("").astype(str)
    if not changed.equals(grid.cells.loc[rows, changed.columns]):
        cells = grid.cells.copy()
        cells.loc[rows, changed.columns] = changed
        drafts.put(position, grid.corrected(cells))


def _key(received: Received) -> str:
    """Return what tells one declaration from another: its cells, what they mean, its perimeters."""
    whole = hashlib.sha256()
    mapping = st.session_state.get(MAPPING) or {}
    for grid in received.grids.values():
        sheet = grid.sheet
        traits = (grid.label, sheet.separator, sorted(sheet.typed.items()), sorted(sheet.removed))
        whole.update(f"{traits}\x1f{grid.cells.to_csv()}\x1f".encode())
    kept = st.session_state.get(EQUAL_LINES, False)
    whole.update(repr((sorted(mapping.items()), kept)).encode())
    if received.communes is not None:
        whole.update(repr(received.communes.communes).encode())
    if received.perimeters is not None:
        whole.update(received.perimeters.areas.to_json(default=str).encode())
    return whole.hexdigest()[:32]


def _said(problem: Problem) -> str:
    return problem.problem.render(translator(language()))


def _cure(problem: Problem) -> str:
    return problem.cure.render(translator(language()))


def _sentence(problem: Problem, unknown: set[tuple[str, str]]) -> str:
    where = f"{problem.column} : " if problem.column else ""
    cure = _cure(problem)
    if (problem.column, problem.value) in unknown:  # what the message lists can be chosen above
        cure = _("choose above what it is, or write a waste code")
    if problem.cure == REPEATED_CURE:
        cure = _("remove it, give each its number, or take equal lines as flows of their own above")
    return f"{where}{_said(problem)} → {cure}"


def _unknown(found: Findings) -> list[tuple[str, str]]:
    """Return the column and the words of every material that nothing is known of."""
    named = found.mapping["field"].isin(["material", "designation"])
    headers = set(found.mapping.loc[named, "header"])
    catalogue = keeping.catalogue()
    written = {(p.column, p.value): None for p in found.problems if p.column in headers}
    return [(c, v) for c, v in written if v and not identify(v, catalogue).material]


def _unknown_materials(grids: dict[int, Grid], found: Findings) -> None:
    """Offer the five nearest materials for each unknown one; a person confirms."""
    named = found.mapping["field"].isin(["material", "designation"])
    headers = set(found.mapping.loc[named, "header"])
    catalogue = keeping.catalogue()
    for value in list(dict.fromkeys(value for _column, value in _unknown(found)))[:8]:
        offered = suggest(value, catalogue, n=5, lang=language())
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        names = {s.target: f"{s.target} – {s.label}" for s in offered}
        chosen = left.selectbox(
            _("What is “{value}”?").format(value=parts.plain(value)), list(names),
            format_func=lambda target, names=names: names[target], key=f"material_{value}",
            index=None, placeholder=_("Choose the nearest material"),
        )  # fmt: skip
        if right.button(_("Use it"), key=f"use_{value}", disabled=chosen is None, width="stretch"):
            _rename(grids, headers, value, str(chosen))


def _rename(grids: dict[int, Grid], headers: set[str], value: str, target: str) -> None:
    received: Received = st.session_state[GRIDS]
    for position, grid in grids.items():
        cells = grid.cells.copy()
        for column in cells.columns:
            if column.rstrip(chr(0x200B)) in headers:
                cells[column] = cells[column].where(cells[column].str.strip() != value, target)
        received = received.corrected(position, grid.corrected(cells))
    st.session_state[GRIDS] = received
    st.rerun()


def _columns(found: Findings) -> None:
    """Show what each header was taken for; another choice is read at once."""
    lang = language()
    names = {"": _("(not read)")} | {
        field.name: field.label_fr if lang == "fr" else field.label_en
        for field in fields().values()
    }
    table = found.mapping.drop_duplicates("header")
    shown = pd.DataFrame(
        {
            _("Your column"): table["header"],
            _("Read as"): [names.get(name, name) for name in table["field"]],
        }
    )
    edited = st.data_editor(
        shown, hide_index=True, disabled=[_("Your column")], key=f"columns_{len(table)}_{lang}",
        column_config={
            _("Read as"): st.column_config.SelectboxColumn(options=list(names.values()))
        },
    )  # fmt: skip
    back = {words: name for name, words in names.items()}
    wanted = {
        header: back[words]
        for header, words in zip(edited[_("Your column")], edited[_("Read as")], strict=True)
        if words in back
    }
    if wanted != dict(zip(table["header"], table["field"], strict=True)):
        st.session_state[MAPPING] = wanted
        st.rerun()


def _results(received: Received, found: Findings) -> None:
    """Match the good lines at once, alone or within the territory shown."""
    grids = received.grids
    mine = flows_of(found, skip_bad=True)
    st.header(_("Your best partners"), anchor=False)
    base = session.base_source()
    whole = len(mine.firms) >= TERRITORY or received.perimeters is not None
    shown = parts.plain(base.name)
    within = st.toggle(
        _("Within the territory shown: {name}").format(name=shown), value=not whole,
        key=f"within_{whole}",
        help=_("Off: your declaration alone."),
    )  # fmt: skip
    flows, replaced = together(session.base_flows(), mine) if within else (mine, [])
    if replaced:
        st.warning(
            _("Already in the territory and replaced by your declaration: {firms}.").format(
                firms=parts.plain(", ".join(replaced[:5]))
            )
        )
    key = _key(received)
    label = next(iter(grids.values())).label
    session.hold_declared(f"{key}:{base.key if within else ''}", label, flows)
    if any((table["months"] != "").any() for table in (mine.offers, mine.needs)):
        st.info(
            _("Months and seasons are kept, and do not take part in the matching yet: the year is "
              "matched as a whole. Check with the partner that the months agree.")
        )  # fmt: skip
    if firms_alone.matched(mine):
        takers.show(mine)
    words = _("Show on the map") if within or not whole else _("Open as a territory")
    if st.button(words, type="primary", icon=":material/map:"):
        session.open_declared()
        address.keep("focus", str(mine.firms["firm_id"].iloc[0]) if len(mine.firms) == 1 else "")
        st.switch_page(st.session_state["home_page"])
    saving.offer(mine, label, key)


if __name__ == "__main__":
    render()
