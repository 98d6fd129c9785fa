"""Workbooks written by hand, part by part, as an attacker writes them."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADERS = ["firm", "longitude", "latitude", "direction", "material", "quantity", "unit", "firm_id"]
LINE = ["F1", "2.3", "51", "offer", "cullet", "10", "t", "F1"]


def links(**targets):
    return f'<Relationships xmlns="{PACKAGE}">' + "".join(
        f'<Relationship Id="{kind}" Type="{LINKS}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    ) + "</Relationships>"  # fmt: skip


def _write(archive, path, content):
    """Write a member without the time of day, so that the same call gives the same bytes."""
    archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)


def package(sheet, target="worksheets/sheet1.xml", texts=None, extra=(), book="xl/workbook.xml"):
    """Return a workbook of one sheet, given as XML."""
    out = io.BytesIO()
    folder, _, name = book.rpartition("/")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "_rels/.rels", links(officeDocument=book))
        _write(
            archive,
            book,
            f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="worksheet"/></sheets></workbook>',
        )
        more = {"sharedStrings": "sharedStrings.xml"} if texts is not None else {}
        _write(archive, f"{folder}/_rels/{name}.rels", links(worksheet=target, **more))
        path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        _write(archive, path, sheet)
        if texts is not None:
            _write(archive, f"{folder}/sharedStrings.xml", texts)
        for path, content in extra:
            _write(archive, path, content)
    return out.getvalue()


def cells(first="A1", last="XFD1048576", prefix="", quote='"', equals="="):
    """Return a sheet with two cells."""
    p, colon = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    rows = "".join(
        f"<{p}row><{p}c r{equals}{quote}{place}{quote}><{p}v>1</{p}v></{p}c></{p}row>"
        for place in (first, last)
    )
    return (
        f'<?xml version="1.0"?><{p}worksheet xmlns{colon}="{MAIN}"><{p}sheetData>{rows}'
        f"</{p}sheetData></{p}worksheet>"
    )


def row(number, texts):
    written = "".join(
        f'<c r="{letter}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCDEFGHIJ", texts, strict=False)
    )
    return f'<row r="{number}">{written}</row>'


def sheet(*rows, after=""):
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def good():
    return sheet(row(1, HEADERS), row(2, LINE))


def texts(*values):
    inside = "".join(f"<si><t>{value}</t></si>" for value in values)
    return f'<sst xmlns="{MAIN}">{inside}</sst>'


def shared(count, index=0):
    """Return a sheet whose cells all name one shared text."""
    return sheet(
        *(f'<row r="{n}"><c r="A{n}" t="s"><v>{index}</v></c></row>' for n in range(2, count + 2))
    )


def merged(*ranges):
    inside = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return sheet(
        row(1, HEADERS), row(2, LINE), row(3, LINE), after=f"<mergeCells>{inside}</mergeCells>"
    )


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9)
) + "]>"  # fmt: skip
FAR = "spreads over"
DAMAGED = "not an XLSX"
CASES = {
    "far": (lambda: package(cells()), FAR),
    "far, a prefix": (lambda: package(cells(prefix="x")), FAR),
    "far, single quotes": (lambda: package(cells(quote="'")), FAR),
    "far, spaces about the sign": (lambda: package(cells(equals=" = ")), FAR),
    "far, small letters": (lambda: package(cells("a1", "xfd1048576")), FAR),
    "far, another folder": (lambda: package(cells(), target="w/evil.xml"), FAR),
    "far, an absolute path": (lambda: package(cells(), target="/elsewhere/s.bin"), FAR),
    "far, a path that climbs": (lambda: package(cells(), target="../xl/x/../s.xml"), FAR),
    "far, another folder for all": (lambda: package(cells(), book="office/book.xml"), FAR),
    "moderately far": (lambda: package(cells(last="EWV60000", prefix="x")), FAR),
    "far without addresses": (
        lambda: package(sheet("<row r='1'><c><v>1</v></c></row>",
                              "<row r='1048576'>" + "<c><v>1</v></c>" * 16384 + "</row>")),
        FAR,
    ),
    "far by a row's number": (
        lambda: package(sheet("<row><c r='L1'><v>1</v></c></row>",
                              "<row r='1048576'><c><v>1</v></c></row>")),
        FAR,
    ),
    "a row beyond all": (lambda: package(sheet("<row r='9999999'><c><v>1</v></c></row>")), FAR),
    "a shared text of a megabyte in 3,000 cells": (
        lambda: package(shared(3_000), texts=texts("A" * 1_000_000)), "characters in all",
    ),
    "a shared text that is not there": (lambda: package(shared(2, 7), texts=texts("A")), DAMAGED),
    "no shared texts at all": (lambda: package(shared(2)), DAMAGED),
    "two texts for one cell": (
        lambda: package(sheet("<row><c t='s'><v>0</v><v>x</v></c></row>"), texts=texts("A")),
        DAMAGED,
    ),
    "merged 300 times over all": (lambda: package(merged(*["A2:XFD1048576"] * 300)), "overlap"),
    "merged backwards": (lambda: package(merged("B3:A2")), DAMAGED),
    "entities that grow": (
        lambda: package(LAUGHS + sheet("<row><c t='inlineStr'><is><t>&j;</t></is></c></row>")),
        DAMAGED,
    ),
    "an entity from a file": (
        lambda: package(
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
            + sheet("<row><c t='inlineStr'><is><t>&e;</t></is></c></row>")
        ),
        DAMAGED,
    ),
    "an entity in a part that is not read": (
        lambda: package(good(), extra=[("docProps/app.xml", LAUGHS + "<x>&j;</x>")]), DAMAGED,
    ),
    "tags without end": (lambda: package("<worksheet>" + "<row>" * 400_000), DAMAGED),
    "a tag of eight megabytes": (
        lambda: package(f"<worksheet x='{'ab' * 4_000_000}'/>"), DAMAGED,
    ),
    "twenty thousand names": (
        lambda: package(f"<worksheet>{''.join(f'<n{i}/>' for i in range(200_000))}</worksheet>"),
        DAMAGED,
    ),
    "three million empty shared texts": (
        lambda: package(good(), texts=f"<sst>{'<si/>' * 4_100_000}</sst>"), "more than",
    ),
    "a part twice": (
        lambda: package(good(), extra=[("XL/worksheets/SHEET1.xml", cells())]), DAMAGED,
    ),
    "eleven thousand parts": (
        lambda: package(good(), extra=[(f"x/{i}", "") for i in range(11_000)]), DAMAGED,
    ),
    "two workbooks": (
        lambda: package(good(), extra=[("xl/other.xml", f"<workbook xmlns='{MAIN}'/>")]), DAMAGED,
    ),
    "another spreadsheet's form": (
        lambda: package(good(), extra=[("mimetype", "application/vnd.oasis.opendocument")],
                        book="content.xml/x"),
        "",
    ),
    "in UTF-16": (lambda: package(cells().encode("utf-16")), "empty"),
    "another encoding than it says": (
        lambda: package(cells().replace("?>", " encoding='cp037'?>")), FAR,
    ),
    "hundred gigabytes of blanks": (lambda: package(" " * 120_000_000), "unpacks to more"),
}  # fmt: skip
