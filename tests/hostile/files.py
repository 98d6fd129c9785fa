"""Hostile files from seeds: each number gives the same file for ever."""

import io
import json
import random
import sqlite3
import struct
import zipfile
from contextlib import closing
from functools import cache

import shapefile

from tests.hostile import workbooks

WEST = [[2.2, 50.8], [2.4, 50.8], [2.4, 51.1], [2.2, 51.1], [2.2, 50.8]]
HEAD = "firm,longitude,latitude,direction,material,quantity,unit\n"
LINE = "F1,2.3,51,offer,cullet,10,t\n"
ODD = ["\ufeff", "\x00", "\x1b[2J", "\u202e", "\x7f", "=1+1", "'", '"', "\r", "é" * 50, "9" * 400,
       "NaN", "-1e999", "<b>", "&amp;", "\U0001f331", "{0}", "%s", "../../etc/passwd"]  # fmt: skip


def hostile_file(seed):
    """Return the name and the content of one hostile file."""
    draw = random.Random(seed)
    kinds = [workbook, text, body, geojson, geopackage, shapefile_zip]
    return kinds[seed % len(kinds)](draw)


def damaged(draw, content):
    """Return a content with some bytes changed, cut off, or put in."""
    content = bytearray(content)
    for _ in range(draw.randint(1, 12)):
        at = draw.randrange(len(content))
        how = draw.randrange(4)
        if how == 0:
            content[at] = draw.randrange(256)
        elif how == 1:
            content[at : at + 4] = struct.pack("<I", draw.choice([0, 1, 2**31 - 1, 2**32 - 1]))
        elif how == 2:
            del content[at : at + draw.randint(1, 40)]
        else:
            content[at:at] = draw.randbytes(draw.randint(1, 40))
        content = content or bytearray(b"x")
    return bytes(content)


def workbook(draw):
    column, row = draw.choice(["A", "H", "ZZ", "XFD"]), draw.choice([3, 900, 70_000, 1_048_576])
    sheets = [
        workbooks.cells(
            draw.choice(["A1", "b2"]), f"{column}{row}", draw.choice(["", "x"]),
            draw.choice("\"'"), draw.choice(["=", " = "]),
        ),
        workbooks.merged(
            *(f"A{draw.randint(1, 9)}:{column}{row}" for _ in range(draw.randint(1, 400)))
        ),
        workbooks.shared(draw.choice([10, 30_000])),
        workbooks.sheet(workbooks.row(1, workbooks.HEADERS),
                        workbooks.row(2, draw.choices([*workbooks.LINE, "_x0000_"], k=8))),
        workbooks.good() + workbooks.LAUGHS,
        "<worksheet>" + draw.choice(["<row>", "<c/>", "<!---->"]) * draw.choice([9, 300_000]),
        f"<worksheet><sheetData>{'<row><c><v>1</v></c></row>' * draw.choice([2, 200_000])}"
        "</sheetData></worksheet>",
    ]  # fmt: skip
    texts = draw.choice(
        [None, workbooks.texts("A" * draw.choice([1, 500_000])), "<sst>" + "<si/>" * 90_000]
    )
    target = draw.choice(["worksheets/sheet1.xml", "/e.bin", "../../x", "workbook.xml", ""])
    content = workbooks.package(draw.choice(sheets), target=target or "s", texts=texts)
    return "a.xlsx", damaged(draw, content) if draw.random() < 0.4 else content


def text(draw):
    lines = [
        HEAD,
        *(LINE.replace("10", draw.choice(["10", *ODD])) for _ in range(draw.randint(0, 40))),
    ]
    whole = "".join(lines).replace("F1", draw.choice(ODD)) * draw.choice([1, 1, 300])
    whole = whole.replace(",", draw.choice(",;\t|"))
    if draw.random() < 0.2:
        whole = HEAD + draw.choice(['"', "a", ",", "\ufeff", "\n"]) * draw.choice([100, 4_500_000])
    content = whole.encode(draw.choice(["utf-8", "utf-16", "cp1252", "utf-8-sig"]), "replace")
    return "a.csv", damaged(draw, content) if draw.random() < 0.3 else content


def body(draw):
    firm = {"firm_id": "F1", "name": draw.choice(ODD), "longitude": 2.3, "latitude": 51}
    flow = {"firm_id": "F1", "direction": "offer", "material": "cullet", "quantity": 1, "unit": "t"}
    whole = [
        json.dumps({"firms": [firm] * draw.choice([1, 3000]), "flows": [flow] * 3000}),
        '{"firms": ' + draw.choice(["[", '{"a":']) * draw.choice([9, 400_000]),
        '{"firms": [' + "{}," * 900_000 + '{}], "flows": []}',
        '{"firms": [{"name": ' + "9" * 100_000 + '}], "flows": [{"a": 1}]}',
        json.dumps({"firms": [{str(i): i for i in range(90_000)}], "flows": [flow]}),
        json.dumps({"firms": [firm | {"name": "\ud800"}], "flows": [flow | {"quantity": True}]}),
    ]  # fmt: skip
    content = draw.choice(whole).encode()
    return "a.json", damaged(draw, content) if draw.random() < 0.3 else content


def geojson(draw):
    ring = [[draw.choice([x, 0, 1e308, -1e308, 643_493]), draw.choice([y, 91])] for x, y in WEST]
    shapes = [
        {"type": "Polygon", "coordinates": [draw.choice([WEST, ring, WEST[:-1], [], [[]]])]},
        {"type": "MultiPolygon", "coordinates": [[WEST]] * draw.choice([0, 1, 4000])},
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": 1}, None]},
        {"type": "Polygon", "coordinates": [[[2 + i % 7, 50 + i % 11] for i in range(20_020)]]},
        draw.choice([None, 3, "x", {}, {"type": "Curve"}, {"type": "Polygon"}]),
    ]  # fmt: skip
    for _ in range(draw.choice([0, 0, 5, 200])):
        shapes.append({"type": "GeometryCollection", "geometries": [shapes[-1]]})
    feature = {
        "type": "Feature",
        "properties": {draw.choice(["code", "x"]): draw.choice([*ODD, 1, None])},
    }
    features = [feature | {"geometry": draw.choice(shapes)} for _ in range(draw.randint(0, 4))]
    crs = {"properties": {"name": draw.choice(["EPSG:2154", "EPSG:0", "/etc/passwd", "EPSG:4326"])}}
    whole = {"type": "FeatureCollection", "features": features} | (
        {"crs": crs} if draw.random() < 0.3 else {}
    )
    content = (
        json.dumps(whole).encode() if draw.random() < 0.9 else b"[" * draw.choice([9, 900_000])
    )
    return "a.geojson", damaged(draw, content) if draw.random() < 0.3 else content


@cache
def good_geopackage():
    """Return a GeoPackage with one square, made by hand."""
    database = sqlite3.connect(":memory:")
    points = b"".join(struct.pack("<dd", *xy) for xy in WEST)
    blob = b"GP\0\x01" + struct.pack("<iBIII", 4326, 1, 3, 1, 5) + points
    for statement in (
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT)",
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name "
        "TEXT, srs_id INTEGER)",
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, "
        "organization_coordsys_id INTEGER, definition TEXT)",
        "CREATE TABLE areas (code TEXT, name TEXT, geom BLOB)",
        "INSERT INTO gpkg_contents VALUES ('areas', 'features')",
        "INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', 4326)",
        "INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '')",
    ):
        database.execute(statement)
    database.execute("INSERT INTO areas VALUES ('C1', 'Ouest', ?)", (blob,))
    database.commit()
    content = database.serialize()
    database.close()
    return content


def geopackage(draw):
    statement = draw.choice([
        "SELECT 1",
        "UPDATE areas SET geom = randomblob(200)",
        "UPDATE areas SET geom = zeroblob(20000000)",
        "UPDATE gpkg_geometry_columns SET column_name = 'x'",
        "UPDATE gpkg_geometry_columns SET srs_id = 99",
        "UPDATE gpkg_spatial_ref_sys SET organization = 'x', definition = '/etc/passwd'",
        "INSERT INTO areas SELECT code, name, geom FROM areas",
        "INSERT INTO gpkg_contents VALUES ('sqlite_master', 'features')",
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 250000) "
        "INSERT INTO areas SELECT x, x, geom FROM n, areas",
        "CREATE VIEW v AS SELECT load_extension('x')",
        "CREATE TRIGGER t AFTER INSERT ON areas BEGIN DELETE FROM areas; END",
    ])  # fmt: skip
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(good_geopackage())
        database.execute(statement)
        database.commit()
        content = database.serialize()
    return "a.gpkg", damaged(draw, content) if draw.random() < 0.6 else content


@cache
def good_shapefile():
    """Return a shapefile with one square, in a ZIP archive."""
    parts = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    writer = shapefile.Writer(**parts, encoding="utf-8")
    writer.field("CODE", "C", size=20)
    writer.poly([WEST[::-1]])
    writer.record("C1")
    writer.close()
    written = {f"a.{suffix}": part.getvalue() for suffix, part in parts.items()}
    table = written["a.dbf"]
    return written | {"a.dbf": table[:1] + b"\x7e\x0b\x1e" + table[4:]}  # not today's date


def shapefile_zip(draw):
    parts = dict(good_shapefile())
    for name in list(parts):
        if draw.random() < 0.4:
            parts[name] = damaged(draw, parts[name])
        if draw.random() < 0.1:
            del parts[name]
    parts["a.prj"] = draw.choice(
        ["", "GEOGCS[", "PROJCS[" * 9000, "EPSG:4326", "\x00", "/etc/passwd"]
    )
    parts["a.cpg"] = draw.choice(["UTF-8", "punycode", "idna", "\xff", "../x"])
    if draw.random() < 0.1:
        parts["b.shp"] = b"\0" * 60_000_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            path = draw.choice(["", "x/", "../", "/"]) + name
            archive.writestr(zipfile.ZipInfo(path), content, zipfile.ZIP_DEFLATED)
    return "a.zip", damaged(draw, out.getvalue()) if draw.random() < 0.3 else out.getvalue()
