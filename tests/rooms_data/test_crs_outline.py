"""The municipality's outline: read from three kinds of file, and what it tells of points (B2)."""

import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.errors import InputError, SettingsError
from data.geo import crs
from data.geo.outline import MARGIN_M, read_outline
from data.tables import read_input

# A municipality shaped as an L, 60 km by 60 km with its north-east third missing.
CORNERS = [(570_000, 6_570_000), (630_000, 6_570_000), (630_000, 6_600_000), (605_000, 6_600_000),
           (605_000, 6_630_000), (570_000, 6_630_000), (570_000, 6_570_000)]  # fmt: skip
IN_THE_GAP = (620_000.0, 6_620_000.0)


def in_degrees(corners=CORNERS):
    x, y = np.array(corners, dtype=float).T
    return [list(pair) for pair in zip(*crs.transform(x, y, 3006, 4326), strict=True)]


def geojson(path, features, **more):
    whole = {"type": "FeatureCollection", **more, "features": [
        {"type": "Feature", "properties": {"KnNamn": name, "n": 1},
         "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for name, ring in features
    ]}  # fmt: skip
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


@pytest.fixture
def sala(tmp_path):
    other = [[10 + x / 10, 60 + y / 10] for x, y in [(0, 0), (1, 0), (1, 1), (0, 0)]]
    return geojson(tmp_path / "kommuner.geojson", [("Heby", other), ("Sala", in_degrees())])


def tells(outline):
    points = np.array([(600_000.0, 6_590_000.0), IN_THE_GAP, (569_900.0, 6_600_000.0),
                       (569_000.0, 6_600_000.0)])  # fmt: skip
    return outline.inside(points[:, 0], points[:, 1]).tolist()


EXPECTED = [True, False, True, False]
"""Inside; in the gap; 100 m outside, within the margin; a kilometre outside."""


@pytest.mark.parametrize("name", ["Sala", "sala kommun", "SALA"])
def test_geojson_by_name(sala, name):
    assert tells(read_outline(sala, 3006, name)) == EXPECTED


def test_geojson_of_one_polygon_in_a_system_of_its_own(tmp_path):
    said = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3006"}}}
    path = geojson(tmp_path / "g.geojson", [("Sala", CORNERS)], **said)
    assert tells(read_outline(path, 3006)) == EXPECTED
    # The twin: the rule of crossings, point by point.
    ring = shapely.Polygon(CORNERS)
    rng = np.random.default_rng(3)
    x, y = rng.uniform(560_000, 640_000, 300), rng.uniform(6_560_000, 6_640_000, 300)
    naive = [ring.distance(shapely.Point(a, b)) < MARGIN_M for a, b in zip(x, y, strict=True)]
    found = read_outline(path, 3006).inside(x, y)
    assert np.mean(found == naive) > 0.99  # round corners of the margin aside
    assert found.tolist() == [bool(one) for one in naive]


@pytest.mark.parametrize("name", ["g.gpkg", "g.shp"])
def test_layers_as_gis_programs_save_them(tmp_path, name):
    frame = gpd.GeoDataFrame({"namn": ["Sala"]}, geometry=[shapely.Polygon(CORNERS)], crs=3006)
    frame.to_file(tmp_path / name)
    assert tells(read_outline(tmp_path / name, 3006, "Sala")) == EXPECTED


def osm_of(path, name="Sala kommun", level="7"):
    ring = in_degrees()
    nodes = "".join(
        f'<node id="{i}" version="1" lat="{lat}" lon="{lon}"/>'
        for i, (lon, lat) in enumerate(ring[:-1], 1)
    )
    refs = "".join(f'<nd ref="{i}"/>' for i in [*range(1, len(ring)), 1])
    tags = f'<tag k="name" v="{name}"/><tag k="admin_level" v="{level}"/>'
    path.write_text(
        f'<osm version="0.6">{nodes}<way id="9" version="1">{refs}</way>'
        '<relation id="5" version="1"><member type="way" ref="9" role="outer"/>'
        f'<tag k="type" v="boundary"/><tag k="boundary" v="administrative"/>{tags}'
        "</relation></osm>"
    )
    return path


def test_osm_extract(tmp_path):
    path = osm_of(tmp_path / "k.osm")
    assert tells(read_outline(path, 3006, "Sala")) == EXPECTED
    with pytest.raises(SettingsError, match="ange kommunens namn"):
        read_outline(path, 3006)
    for other in ("Heby", "Sal"):
        with pytest.raises(SettingsError, match="ingen yta"):
            read_outline(path, 3006, other)
    with pytest.raises(SettingsError, match="ingen yta"):  # a parish of the same name
        read_outline(osm_of(tmp_path / "s.osm", level="9"), 3006, "Sala")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.geojson", b"{"), ("g.geojson", b"[1]"), ("g.geojson", b'{"type": "FeatureCollection"}'),
        ("g.geojson", b'{"type": "Polygon", "coordinates": [[[1, 2], [3]]]}'),
        ("g.geojson", b'{"type": "Polygon", "coordinates": []}'),
        ("g.geojson", b'{"type": "Point", "coordinates": [1, 2]}'), ("g.geojson", b"[" * 90_000),
        ("g.gpkg", b"SQLite format 3\x00"), ("g.gpkg", b""), ("g.osm", b"<osm"), ("g.pbf", b"\x00"),
        ("g.shp", b"x"), ("g.geojson", b"\xff\xfe"),
    ],
)  # fmt: skip
def test_what_is_no_outline_is_told(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        read_outline(tmp_path / name, 3006, "Sala")
    assert name in str(caught.value)


def test_a_corner_off_the_globe_is_told(tmp_path):
    # Found by fuzzing: pyosmium's own error, of no common ancestor, came through.
    path = osm_of(tmp_path / "k.osm")
    path.write_text(re.sub(r'lon="[\d.]+"', 'lon="7210.5"', path.read_text(), count=1))
    with pytest.raises(SettingsError, match=r"k\.osm kan inte läsas"):
        read_outline(path, 3006, "Sala")


def test_several_and_none_of_that_name(sala, tmp_path):
    with pytest.raises(SettingsError, match="2 ytor"):
        read_outline(sala, 3006, "Norberg")
    with pytest.raises(SettingsError, match="kan inte läsas"):
        read_outline(tmp_path / "saknas.geojson", 3006)


def spread(tables, zone):
    """Clients all over the outline, in a local zone, one of them in the gap."""
    rng = np.random.default_rng(7)
    ring = shapely.Polygon(CORNERS)
    points = []
    while len(points) < 40:
        one = rng.uniform((570_000, 6_570_000), (630_000, 6_630_000))
        if ring.contains(shapely.Point(one)):
            points.append(one)
    points.append(np.array(IN_THE_GAP))
    east, north = crs.transform(*np.array(points).T, 3006, zone)
    header = tables["Brukare"][0]
    tables["Brukare"] = [header] + [
        [f"B{k:02d}", f"{x:.2f}", f"{y:.2f}", "Lag 1", "P01", "nej"]
        for k, (x, y) in enumerate(zip(east, north, strict=True), 1)
    ]
    return tables


@pytest.mark.parametrize("right", [3010, 3011, 3014])
def test_every_wrong_zone_is_caught_and_the_right_one_named(tables, write_folder, tmp_path, right):
    # B2: the outline is 60 km wide and the nearest zone 42 km off; bounds would still tell.
    outline = read_outline(geojson(tmp_path / "g.geojson", [("X", in_degrees())]), 3006)
    spread(tables, right)
    for said in range(3007, 3019):
        tables["Kommun"] = [["Kommun", "Koordinatsystem"], ["X", crs.NAMES[said]]]
        tables["Lokaler"] = [["Lokal", "E", "N"], ["Lokal A", *tables["Brukare"][1][1:3]]]
        folder = write_folder(tables)
        if said == right:
            found = read_input(folder, outline=outline, epsg=3006)
            assert [(w.row, w.problem) for w in found.warnings if "gräns" in w.problem] == [
                (42, "punkten ligger utanför kommunens gräns")
            ]
            continue
        with pytest.raises(InputError) as caught:
            read_input(folder, outline=outline, epsg=3006)
        told = [str(fault) for fault in caught.value.faults if "kommunens gräns" in fault.problem]
        assert told, crs.NAMES[said]
        assert all(crs.NAMES[right] in text for text in told)


def test_the_outline_tells_where_bounds_do_not(tables, write_folder, tmp_path):
    # Half of the clients in the gap of the L: within the network's bounds, outside the outline.
    outline = read_outline(geojson(tmp_path / "g.geojson", [("X", in_degrees())]), 3006)
    spread(tables, 3006)
    for row in tables["Brukare"][1:]:
        row[1:3] = ["620000", "6620000"]
    folder = write_folder(tables)
    bounds = (570_000.0, 6_570_000.0, 630_000.0, 6_630_000.0)
    read_input(folder, network_bounds=bounds, epsg=3006)
    with pytest.raises(InputError, match="fel"):
        read_input(folder, network_bounds=bounds, outline=outline, epsg=3006)
