"""Perimeters as people send them: read right, or refused with a sentence."""

import io
import json
import sqlite3
import struct
import zipfile
from functools import partial
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import pyproj
import pytest
import shapefile
import shapely
from shapely.geometry import Point, box

import symbiosis as sy
from symbiosis.child_process import in_child
from symbiosis.errors import DataError
from symbiosis.geography import open_territories, read_territories, received_territories
from symbiosis.language import translator
from tests.reports.strings import ROOT, in_python, of_room

WEST = [[2.2, 50.8], [2.4, 50.8], [2.4, 51.1], [2.2, 51.1], [2.2, 50.8]]
EAST = [[2.5, 50.6], [2.8, 50.6], [2.8, 50.8], [2.5, 50.8], [2.5, 50.6]]
FIRMS = (
    "Entreprise;Identifiant;Longitude;Latitude;Sens;Code déchet;Quantité;Unité\n"
    "Aciérie des Oyats;a;2.30;50.95;sortie;10 02 02;12000;t\n"
    "Cimenterie du Cap;b;2.65;50.70;entrée;10 02 02;9000;t\n"
)


def feature(ring, kind="Polygon", **properties):
    coordinates = [ring] if kind == "Polygon" else ring
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features, **members):
    return {"type": "FeatureCollection", **members, "features": list(features)}


TWO = collection(feature(WEST, code="C1", nom="Ouest"), feature(EAST, code="C2", nom="Est"))


@pytest.fixture
def saved(tmp_path):
    def save(document, name="areas.geojson"):
        path = tmp_path / name
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text, encoding="utf-8")
        return path

    return save


def sentence(path_or_bytes, name="a.geojson"):
    """Return the one refusal that a file gets, alike from a path and from a sender."""
    sent = isinstance(path_or_bytes, bytes)
    read = partial(received_territories, name) if sent else read_territories
    with pytest.raises(DataError) as error:
        read(path_or_bytes)
    (problem,) = error.value.problems
    assert problem.file
    return str(problem.problem)


def territories_of(tmp_path, areas):
    path = tmp_path / "flux.csv"
    path.write_text(FIRMS, encoding="utf-8")
    return sy.read(path, territories=areas).firms["territory"].tolist()


def test_two_perimeters_hold_their_firms(tmp_path, saved):
    assert territories_of(tmp_path, saved(TWO)) == ["C1", "C2"]


def test_a_number_stays_a_number_beside_a_null_one(tmp_path, saved):
    path = saved(
        collection(feature(WEST, siren=245900428, nom="Ouest"), feature(EAST, siren=None, nom=None))
    )
    areas = read_territories(path)
    assert areas[["code", "name"]].to_numpy().tolist() == [["245900428", "Ouest"], ["2", "2"]]
    assert territories_of(tmp_path, path) == ["245900428", "2"]


def test_a_code_of_its_own_is_nobody_elses(saved):
    path = saved(collection(feature(WEST, code=None), feature(EAST, code=1)))
    assert read_territories(path)["code"].tolist() == ["n1", "1"]


def test_metres_without_a_system_are_refused(saved):
    ring = [[643493, 7078455], [657619, 7078330], [657874, 7111774], [643493, 7078455]]
    assert "no degrees" in sentence(saved(collection(feature(ring, code="C1"))))


@pytest.mark.parametrize(
    "name",
    ["EPSG:2154", "urn:ogc:def:crs:EPSG::2154", "http://www.opengis.net/def/crs/EPSG/0/2154"],
)
def test_an_older_geojson_names_its_system(tmp_path, saved, name):
    areas = gpd.GeoDataFrame({"code": ["C1"]}, geometry=[box(2.2, 50.8, 2.4, 51.1)], crs=4326)
    document = json.loads(areas.to_crs(2154).to_json())
    document["crs"] = {"type": "name", "properties": {"name": name}}
    assert territories_of(tmp_path, saved(document)) == ["C1", ""]


@pytest.mark.parametrize(
    "name", ["EPSG:999999", "+proj=lcc +nadgrids=/etc/passwd", "/etc/passwd", "file:///etc/passwd"]
)
def test_a_system_that_is_not_known_opens_nothing(saved, name):
    crs = {"type": "name", "properties": {"name": name}}
    assert "is not known" in sentence(saved(TWO | {"crs": crs}))


def test_swapped_axes_are_told(tmp_path, saved):
    def swapped(ring):
        return [[y, x] for x, y in ring]

    path = saved(collection(feature(swapped(WEST), code="C1"), feature(swapped(EAST), code="C2")))
    with pytest.raises(DataError, match="changed places"):
        territories_of(tmp_path, path)


def test_perimeters_elsewhere_are_told(tmp_path, saved):
    ring = [[x + 3, y - 5] for x, y in WEST]
    with pytest.raises(DataError, match="no firm lies in any"):
        territories_of(tmp_path, saved(collection(feature(ring, code="C1"))))


def test_firms_that_name_their_territory_need_no_perimeter(tmp_path, saved):
    path = tmp_path / "flux.csv"
    head, *lines = FIRMS.splitlines()
    path.write_text("\n".join([head + ";Territoire", *(f"{line};T" for line in lines)]), "utf-8")
    far = saved(collection(feature([[x + 3, y - 5] for x, y in WEST], code="C1")))
    assert sy.read(path, territories=far).firms["territory"].tolist() == ["T", "T"]


def test_an_unclosed_ring_is_refused(saved):
    path = saved(collection(feature(WEST[:-1], code="C1"), feature(EAST, code="C2")))
    assert sentence(path) == (
        "perimeter 1: a ring is not closed: its last position is not its first"
    )


def test_a_collection_gives_its_polygons(tmp_path, saved):
    parts = [
        {"type": "Polygon", "coordinates": [WEST]},
        {"type": "Point", "coordinates": [2.3, 50]},
    ]
    whole = {
        "type": "Feature",
        "properties": {"code": "C1"},
        "geometry": {"type": "GeometryCollection", "geometries": parts},
    }
    assert territories_of(tmp_path, saved(collection(whole))) == ["C1", ""]


def test_points_beside_polygons_are_said_to_be_left_out(tmp_path, saved):
    path = saved(collection(*TWO["features"], feature([2, 50], "Point", code="C3")))
    (note,) = open_territories(path).notes
    assert str(note.problem) == "features that are no polygon were left out: 1"
    flux = tmp_path / "flux.csv"
    flux.write_text(FIRMS, encoding="utf-8")
    assert str(note.problem) in sy.read(flux, territories=path).notes["problem"].tolist()


def test_an_outline_that_crosses_itself_is_repaired_and_said(saved):
    bowtie = [[2, 50], [3, 52], [3, 50], [2, 52], [2, 50]]
    read = open_territories(saved(collection(feature(bowtie, code="C1"))))
    assert read.areas.geometry.iloc[0].area == pytest.approx(1.0)
    assert [str(note.problem) for note in read.notes] == [
        "perimeter 1: its outline crosses itself and was repaired"
    ]


def test_two_polygons_of_one_code_are_one_perimeter(saved):
    read = open_territories(saved(collection(feature(WEST, code="C"), feature(EAST, code="C"))))
    assert len(read.areas) == 1
    assert read.areas.geometry.iloc[0].area == pytest.approx(0.06 + 0.06)
    assert "put together: 2" in str(next(iter(read.notes)).problem)


def test_one_code_for_two_names_is_refused(saved):
    path = saved(collection(feature(WEST, code="C", nom="A"), feature(EAST, code="C", nom="B")))
    assert "stands for two perimeters: A and B" in sentence(path)


def test_unseen_characters_leave_a_name_and_are_noted(saved):
    read = open_territories(saved(collection(feature(WEST, code="C1", nom="﻿Ou\x7fest"))))
    assert read.areas["name"].tolist() == ["Ouest"]
    assert "cannot be seen" in str(next(iter(read.notes)).problem)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 200_000, id="200,000 brackets"),  # the name goes to child processes
        '{"type": "FeatureCollection", "features": 3}',
        '{"type": "FeatureCollection"}',
        "3",
        "null",
        json.dumps(TWO).replace("2.2", "NaN"),
        json.dumps(TWO).replace("2.2", "1e999"),
        json.dumps(TWO).replace("2.2", '"2.2"'),
        json.dumps(TWO).replace("2.2", "true"),
        json.dumps(TWO).replace("2.2", "9" * 5000),
        json.dumps(collection({"type": "Feature", "geometry": {"type": "Curve"}})),
        json.dumps(collection(feature([[2, 50]], code="C"))),
        json.dumps(collection(feature("xy", code="C"))),
        json.dumps(collection(feature([[2, 50], None, [2, 51], [2, 50]], code="C"))),
        json.dumps(collection(7)),
        json.dumps(TWO).replace('"code": "C1"', '"code": "C1", "code": "C9"'),
        json.dumps(collection(feature(WEST, code="C" * 600))),
        "<OGRVRTDataSource><OGRVRTLayer name='l'><SrcDataSource>CSV:/etc/passwd</SrcDataSource>"
        "</OGRVRTLayer></OGRVRTDataSource>",
        "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><gml>&e;</gml>",
    ],
)
def test_what_is_no_geojson_gets_a_sentence(saved, text):
    path = saved(text)
    assert sentence(path) == sentence(saved(text, "a.gpkg")) == sentence(path.read_bytes())


def geopackage(path, **layers):
    for name, frame in layers.items():
        frame.to_file(path, layer=name, driver="GPKG")
    return path


SQUARES = gpd.GeoDataFrame(
    {"code": ["C1", "C2"], "nom": ["Ouest", "Est"]},
    geometry=[box(2.2, 50.8, 2.4, 51.1), box(2.5, 50.6, 2.8, 50.8)],
    crs=4326,
)
DOTS = gpd.GeoDataFrame({"code": ["P"]}, geometry=[Point(2.3, 51)], crs=4326)


def test_the_layer_with_polygons_is_found_among_others(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", dots=DOTS, squares=SQUARES)
    assert territories_of(tmp_path, path) == ["C1", "C2"]
    (note,) = open_territories(path).notes
    assert "not read: dots" in str(note.problem)


def test_two_layers_of_polygons_are_refused_by_name(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", one=SQUARES, two=SQUARES)
    assert sentence(path) == "several layers hold polygons: one, two"


def test_our_own_results_give_their_territories(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", zones=SQUARES, territories=SQUARES.iloc[:1])
    assert read_territories(path)["code"].tolist() == ["C1"]


@pytest.mark.parametrize("system", [2154, 3857, 32631, 27572])
def test_a_geopackage_in_another_system_is_converted(tmp_path, system):
    path = geopackage(tmp_path / "a.gpkg", squares=SQUARES.to_crs(system))
    read = read_territories(path)
    apart = shapely.symmetric_difference(read.geometry.array, SQUARES.geometry.array)
    assert shapely.area(apart).max() < 1e-5


def altered(path, *statements):
    database = sqlite3.connect(path)
    # what the writer's triggers call is not at hand here
    for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type='trigger'"
    ).fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


def test_a_view_in_a_geopackage_is_not_followed(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", squares=SQUARES)
    content = altered(
        path,
        "ALTER TABLE squares RENAME TO base",
        "CREATE VIEW squares AS SELECT fid, geom, code, nom FROM base",
    )
    assert "no table of its own" in sentence(content, "a.gpkg")


def test_a_recursive_view_for_the_list_of_layers_is_not_followed(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", squares=SQUARES)
    content = altered(
        path,
        "DROP TABLE gpkg_contents",
        "CREATE VIEW gpkg_contents AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 "
        "FROM n) SELECT x AS table_name, 'features' AS data_type FROM n",
    )
    assert "no GeoPackage" in sentence(content, "a.gpkg")


def test_a_computed_column_calls_nothing(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", squares=SQUARES)
    content = altered(
        path, "ALTER TABLE squares ADD COLUMN x AS (hex(zeroblob(1000000000))) VIRTUAL"
    )
    assert received_territories("a.gpkg", content).areas["code"].tolist() == ["C1", "C2"]
    named = altered(path, "ALTER TABLE squares ADD COLUMN name AS (hex(zeroblob(1000000000)))")
    assert "cannot be read" in sentence(named, "a.gpkg")


def test_a_database_that_is_no_geopackage_and_a_damaged_one(tmp_path):
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE flows (price REAL)")
    database.close()
    assert "no GeoPackage" in sentence(path)
    content = path.read_bytes()
    assert "cannot be read" in sentence(content[:100] + b"\xff" * 4000, "a.gpkg")
    assert "cannot be read" in sentence(content[:17], "a.gpkg")


def test_a_geometry_that_claims_billions_of_points(tmp_path):
    path = geopackage(tmp_path / "a.gpkg", squares=SQUARES)
    claim = b"GP\0\x01" + struct.pack("<i", 4326) + struct.pack("<BIII", 1, 3, 1, 2**31 - 1)
    content = altered(path, f"UPDATE squares SET geom = x'{claim.hex()}'")
    assert "perimeter 1" in sentence(content, "a.gpkg")


def zipped(frame, prj=True, folder="", **more):
    """Return a shapefile of polygons in a ZIP archive, as a desktop program makes it."""
    parts = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    writer = shapefile.Writer(**parts, encoding="utf-8")
    writer.field("CODE", "N", size=12)
    writer.field("NOM", "C", size=40)
    for row in frame.itertuples():
        writer.poly([[list(xy) for xy in reversed(row.geometry.exterior.coords)]])
        writer.record(245900000 + row.Index, row.nom)
    writer.close()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, part in parts.items():
            archive.writestr(f"{folder}areas.{suffix}", part.getvalue())
        if prj:
            archive.writestr(f"{folder}areas.prj", pyproj.CRS(frame.crs).to_wkt("WKT1_ESRI"))
        for name, content in more.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("system", [4326, 2154])
def test_a_shapefile_in_a_zip_archive(tmp_path, system):
    path = tmp_path / "areas.zip"
    path.write_bytes(zipped(SQUARES.to_crs(system), folder="export/"))
    assert read_territories(path)["name"].tolist() == ["Ouest", "Est"]
    assert territories_of(tmp_path, path) == ["245900000", "245900001"]
    assert territories_of(tmp_path, received_territories("a.zip", path.read_bytes())) == [
        "245900000", "245900001",
    ]  # fmt: skip


def test_a_shapefile_in_metres_without_its_system_is_refused():
    assert "no degrees" in sentence(zipped(SQUARES.to_crs(2154), prj=False), "a.zip")


def test_a_definition_that_names_a_file_is_not_followed():
    wkt = (
        'PROJCS["x",GEOGCS["x",DATUM["x",SPHEROID["x",6378137,298.257],EXTENSION["PROJ4_GRIDS",'
        '"/etc/passwd"]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
        'PROJECTION["Mercator_1SP"],UNIT["metre",1],EXTENSION["PROJ4","+proj=merc '
        '+nadgrids=/etc/passwd"]]'
    )
    content = zipped(SQUARES, prj=False, **{"areas.prj": wkt})
    assert "is not known" in sentence(content, "a.zip")


def test_a_part_of_a_shapefile_alone_and_an_archive_of_something_else():
    body = zipfile.ZipFile(io.BytesIO(zipped(SQUARES))).read("areas.shp")
    assert "one part alone" in sentence(body, "a.shp.zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/cron.d/x", "x")
    assert "holds no shapefile" in sentence(out.getvalue(), "a.zip")


@pytest.mark.slow
def test_an_archive_that_unpacks_to_gigabytes():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(9):
            archive.writestr(f"{number}.shp", b"\0" * 50_000_000)
    assert "unpacks to more than" in sentence(out.getvalue(), "a.zip")


def test_a_shapefile_that_claims_billions_of_points(tmp_path):
    content = bytearray(zipfile.ZipFile(io.BytesIO(zipped(SQUARES))).read("areas.shp"))
    content[100 + 48 : 100 + 52] = struct.pack("<i", 2**31 - 1)
    (tmp_path / "a.shp").write_bytes(content)
    assert "damaged" in sentence(tmp_path / "a.shp")


def test_a_missing_file_and_a_folder(tmp_path):
    assert "no such file" in sentence(tmp_path / "none.geojson")
    assert "no such file" in sentence(tmp_path)


def test_perimeters_are_read_alike_in_a_child(saved):
    path = saved(TWO)
    ours, theirs = read_territories(path), received_territories("x.geojson", path.read_bytes())
    geopandas.testing.assert_geodataframe_equal(ours, theirs.areas)


def swallow(content, how, folder):
    """Do in a child what a hostile file would do to a parser."""
    del content
    yield {"how": how}
    if how == "memory":
        yield len(bytearray(5_000_000_000))
    elif how == "time":
        while True:
            pass
    elif how == "crash":
        import ctypes

        ctypes.string_at(0)
    elif how == "fault":
        raise LookupError("inside")
    elif how == "write":
        (Path(folder) / "written").write_bytes(b"x" * 10)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("memory", "more memory"),
        ("time", "more time"),
        ("crash", "damaged"),
        ("fault", "LookupError"),
        ("write", "OSError"),
    ],
)
def test_whatever_a_child_does_the_caller_gets_a_sentence(tmp_path, how, words):
    work = f"{__name__}:swallow"
    with pytest.raises(DataError, match=words):
        list(
            in_child(
                work,
                b"x" * 3_000_000,
                {"how": how, "folder": str(tmp_path)},
                file="a.csv",
                seconds=1 if how == "time" else 300,
            )
        )
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) == 0


def test_every_sentence_of_the_room_is_french_too():
    sentences = of_room("geography") | in_python(ROOT / "symbiosis" / "child_process.py")
    assert {text for text in sentences if translator("fr")(text) == text} == set()
