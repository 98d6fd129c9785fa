"""The documents that a visit leaves with."""

from __future__ import annotations

import streamlit as st

from symbiosis.pages import parts
from symbiosis.pages.words import _, language
from symbiosis.reports import Results, html, pdf, xlsx
from symbiosis.study import Study


def offer(study: Study) -> None:
    """Offer the report, the workbook and the page; each is made when it is asked for."""
    st.header(_("Take away"), anchor=False)
    lang = language()
    one, two, three = st.columns(3, gap="medium")
    one.download_button(
        _("Report (PDF)"), data=lambda: pdf(Results.of(study), lang),
        file_name=_("symbiosis_report.pdf"), mime="application/pdf", width="stretch",
        icon=":material/picture_as_pdf:", key="pdf",
    )  # fmt: skip
    two.download_button(
        _("Workbook (Excel)"), data=lambda: xlsx(Results.of(study), lang),
        file_name=_("symbiosis.xlsx"), width="stretch", icon=":material/table_view:", key="xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )  # fmt: skip
    three.download_button(
        _("Page that opens offline (HTML)"), data=lambda: html(Results.of(study), lang),
        file_name=_("symbiosis.html"), mime="text/html", width="stretch",
        icon=":material/public:", key="html",
    )  # fmt: skip
    parts.note(
        _("The command line writes more: symbiosis report RESULTS --out study.gpkg, .geojson, "
          ".parquet, .graphml.")
    )  # fmt: skip
