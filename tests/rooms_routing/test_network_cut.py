"""A municipality cut out of a larger extract, and networks from graphs and GeoPackages."""

import json
import re
import sqlite3

import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from data.errors import NetworkError, SettingsError
from data.geo.outline import plain_names, read_area
from data.progress import Progress
from hemrunda.cli import group
from hemrunda.workfolder.street_sources import StreetSource, box_area, extract_in
from routing.network import (
    load_geopackage,
    load_network,
    load_osm,
    network_info,
    to_graph,
)
from routing.network.area_cut import MARGIN_M, AreaCut
from routing.network.line_layers import tags_of

# Two municipalities side by side: Västby 17.00-17.10, Östby 17.10-17.20; a road through both, one
# street every 0.01 degrees (570 m) across it.
WEST, MIDDLE, EAST, SOUTH, NORTH = 17.00, 17.10, 17.20, 59.60, 59.64


def boundary(osm_id, name, west, east, first, level="7", more=""):
    corners = [(west, SOUTH), (east, SOUTH), (east, NORTH), (west, NORTH)]
    nodes = "".join(
        f'<node id="{first + at}" lat="{lat}" lon="{lon}"/>'
        for at, (lon, lat) in enumerate(corners)
    )
    refs = "".join(f'<nd ref="{first + at}"/>' for at in (0, 1, 2, 3, 0))
    return (
        nodes,
        f'<way id="{first}">{refs}</way>',
        (
            f'<relation id="{osm_id}"><member type="way" ref="{first}" role="outer"/>'
            f'<tag k="type" v="boundary"/><tag k="boundary" v="administrative"/>'
            f'<tag k="admin_level" v="{level}"/><tag k="name" v="{name}"/>{more}</relation>'
        ),
    )


def county(*boundaries):
    nodes, ways = [], []
    middle = (SOUTH + NORTH) / 2
    for at in range(1, 20):
        lon = WEST + 0.01 * at
        nodes.append(f'<node id="{at}" lat="{middle}" lon="{lon:.3f}"/>')
        nodes.append(
            f'<node id="{100 + at}" lat="{middle + 0.01}" lon="{lon:.3f}">'
            f'<tag k="addr:street" v="Tvärgatan"/><tag k="addr:housenumber" v="{at}"/></node>'
        )
        ways.append(
            f'<way id="{100 + at}"><nd ref="{at}"/><nd ref="{100 + at}"/>'
            f'<tag k="highway" v="residential"/><tag k="name" v="Tvärgatan {at}"/></way>'
        )
    refs = "".join(f'<nd ref="{at}"/>' for at in range(1, 20))
    ways.append(
        f'<way id="1">{refs}<tag k="highway" v="tertiary"/><tag k="name" v="Länsvägen"/></way>'
    )
    turn = (
        '<relation id="900"><member type="way" ref="118" role="from"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
    )
    borders = list(boundaries)
    return "".join([
        '<osm version="0.6">', *nodes, *(one[0] for one in borders), *ways,
        *(one[1] for one in borders), *(one[2] for one in borders), turn, "</osm>",
    ])  # fmt: skip


@pytest.fixture
def lan(tmp_path):
    """A county of two municipalities."""
    path = tmp_path / "lan.osm"
    path.write_text(
        county(boundary(5, "Västbys kommun", WEST, MIDDLE, 1000),
               boundary(6, "Östby kommun", MIDDLE, EAST, 2000)), encoding="utf-8",
    )  # fmt: skip
    return path


def streets(network):
    return {network.name(idx) for idx in range(network.n_segments)}


def build(*arguments):
    return CliRunner().invoke(group, ["network", "build", *map(str, arguments)])


@pytest.mark.parametrize("place", ["Västby", "västby", "Västbys kommun", "VÄSTBY KOMMUN"])
def test_a_municipality_by_its_boundary(tmp_path, lan, place):
    """Its streets, its addresses, and a kilometre of road outside; nothing of the rest."""
    found = build("--osm", lan, "--place", place, "--out", tmp_path / "nat")
    assert found.exit_code == 0, found.output
    network = load_network(tmp_path / "nat")
    names = streets(network)
    assert {f"Tvärgatan {at}" for at in range(1, 12)} <= names  # 11: 570 m outside
    assert "Tvärgatan 13" not in names
    assert {int(one.number) for one in network.addresses} == set(range(1, 12))
    assert place in network.source
    assert "turn_restrictions" not in network.notes
    assert network.notes.get("cut_ways") is None  # the border is ours, not the extract's
    whole = load_osm(lan)
    assert whole.notes["turn_restrictions"] == 1
    assert network.length_m.sum() < 0.62 * whole.length_m.sum()


def test_what_is_cut_is_what_was_there(lan):
    """Twin: the cut network's streets are the whole one's, inside the area with its margin."""
    area = read_area(lan, "Östby")
    cut, whole = load_osm(lan, area=AreaCut(area, "Östby")), load_osm(lan)
    keys = {
        tuple(sorted((int(u), int(v))))
        for u, v in zip(whole.node_osm_id[whole.segment_from], whole.node_osm_id[whole.segment_to],
                        strict=True)
    }  # fmt: skip
    for u, v in zip(
        cut.node_osm_id[cut.segment_from], cut.node_osm_id[cut.segment_to], strict=True
    ):
        assert tuple(sorted((int(u), int(v)))) in keys
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(3006, 4326, always_xy=True)
    lon, lat = to_degrees.transform(whole.node_x, whole.node_y)
    near = shapely.distance(area, shapely.points(lon, lat)) * 111_195 * np.cos(np.radians(59.62))
    sure = set(whole.node_osm_id[near < MARGIN_M - 150].tolist())
    assert sure <= set(cut.node_osm_id.tolist())


def test_a_place_that_is_not_there_is_told_with_what_is(tmp_path, lan):
    """A misspelt name, and a municipality whose boundary the extract cut off."""
    found = build("--osm", lan, "--place", "Västbi", "--out", tmp_path / "nat")
    assert found.exit_code != 0
    assert "Menade du Västbys kommun" in str(found.exception)
    torn = lan.read_text(encoding="utf-8").replace('<node id="1002"', '<node id="9002"')
    torn = torn.replace('<way id="1000">', '<way id="9999">')
    lan.write_text(torn, encoding="utf-8")
    found = build("--osm", lan, "--place", "Västby", "--out", tmp_path / "nat")
    assert "avklippt" in str(found.exception)
    assert not (tmp_path / "nat").exists()


def test_a_parish_of_the_same_name_is_no_municipality(tmp_path):
    """Falkenberg is a town, a parish and a municipality."""
    path = tmp_path / "lan.osm"
    path.write_text(
        county(boundary(5, "Västby", MIDDLE, MIDDLE + 0.01, 1000, level="9"),
               boundary(6, "Västby kommun", WEST, MIDDLE, 2000)), encoding="utf-8",
    )  # fmt: skip
    assert read_area(path, "Västby").bounds == pytest.approx((WEST, SOUTH, MIDDLE, NORTH))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Falkenberg", "Falkenbergs kommun", True),
        ("Borås", "Borås kommun", True),
        ("Borås", "Borås stad", True),
        ("borås  stad", "Borås", True),
        ("Solna", "Solna stad", True),
        ("Gotland", "Region Gotland", True),
        ("Lund", "Lunds kommun", True),
        ("Lund", "Lundby kommun", False),
        ("Sala", "Sal", False),
        ("", "kommun", False),
    ],
)
def test_names_of_municipalities(one, other, is_same):
    """Stripping the s of "Borås kommun" left a place that nobody has heard of."""
    assert bool(plain_names(one) & plain_names(other)) == is_same


POLY = "Västby\n1\n  17.0 59.6\n  17.1 59.6\n  17.1 59.64\n  17.0 59.64\n  17.0 59.6\nEND\nEND\n"


def test_an_outline_of_its_own(tmp_path, lan):
    """A polygon file, or GeoJSON, where the extract does not have the boundary whole."""
    poly = tmp_path / "v.poly"
    poly.write_text(POLY, encoding="utf-8")
    other = tmp_path / "v.geojson"
    ring = [[17.0, 59.6], [17.1, 59.6], [17.1, 59.64], [17.0, 59.64], [17.0, 59.6]]
    other.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    sizes = set()
    for at, path in enumerate((poly, other)):
        found = build("--osm", lan, "--outline", path, "--out", tmp_path / f"n{at}")
        assert found.exit_code == 0, found.output
        sizes.add(load_network(tmp_path / f"n{at}").n_segments)
    build("--osm", lan, "--place", "Västby", "--out", tmp_path / "n2")
    assert sizes == {load_network(tmp_path / "n2").n_segments}
    with_hole = POLY.replace(
        "END\nEND", "END\n!2\n 17.02 59.6\n 17.05 59.6\n 17.05 59.64\nEND\nEND"
    )
    poly.write_text(with_hole, encoding="utf-8")
    assert read_area(poly).area < 0.004
    poly.write_text(POLY.replace("END", ""), encoding="utf-8")
    with pytest.raises(SettingsError, match="kan inte läsas"):
        read_area(poly)


def test_a_box(tmp_path, lan):
    """In degrees, or in metres of the network's system."""
    degrees = box_area("17.0,59.6,17.1,59.64", 3006)
    metres = box_area("612000;6608000;618000;6613000", 3006)
    assert degrees.bounds == (17.0, 59.6, 17.1, 59.64)
    assert metres.bounds == pytest.approx((16.99, 59.59, 17.1, 59.64), abs=0.02)
    found = build("--osm", lan, "--box", "17.0,59.6,17.1,59.64", "--out", tmp_path / "nat")
    assert found.exit_code == 0, found.output
    assert "Tvärgatan 13" not in streets(load_network(tmp_path / "nat"))
    for bad in ("1,2,3", "a,b,c,d", "17.1,59.6,17.0,59.64", "17.0,59.7,17.1,59.64"):
        with pytest.raises(SettingsError, match="--box"):
            box_area(bad, 3006)
    found = build("--osm", lan, "--box", "12.0,56.0,12.1,56.1", "--out", tmp_path / "tom")
    assert "inga gator" in str(found.exception)


def test_the_only_extract_of_the_folder(tmp_path, lan, monkeypatch):
    """``network build --place Västby`` alone, as the guide has it."""
    monkeypatch.chdir(tmp_path)
    found = build("--place", "Västby", "--out", "nat")
    assert found.exit_code == 0, found.output
    (tmp_path / "annat.osm.pbf").write_bytes(b"x")
    with pytest.raises(SettingsError, match=r"annat.osm.pbf, lan.osm"):
        extract_in(tmp_path)
    (tmp_path / "tom").mkdir()
    with pytest.raises(SettingsError, match="--osm"):
        extract_in(tmp_path / "tom")


def test_options_that_contradict_each_other(lan):
    """One source, one way to say the area."""
    for source in (
        StreetSource(osm=lan, gpkg=lan), StreetSource(gpkg=lan, place="Västby"),
        StreetSource(osm=lan, box="1,2,3,4", place="Västby"),
    ):  # fmt: skip
        with pytest.raises(SettingsError):
            source.load(3006, Progress(), lan.parent)


def test_graphs_of_osmnx(tmp_path, net_town):
    """What OSMnx or we have saved comes back street for street."""
    import osmnx as ox

    ox.io.save_graphml(to_graph(net_town), tmp_path / "by.graphml")
    ox.io.save_graph_geopackage(to_graph(net_town), filepath=tmp_path / "by.gpkg", directed=True)
    for option in ("graphml", "gpkg"):
        found = build(f"--{option}", tmp_path / f"by.{option}", "--out", tmp_path / option)
        assert found.exit_code == 0, found.output
        network = load_network(tmp_path / option)
        assert network.n_segments == net_town.n_segments
        assert np.allclose(network.forward, net_town.forward)
        assert np.allclose(network.length_m, net_town.length_m)
        assert found.output.count("hänger ihop") >= 3


@pytest.fixture
def lines(tmp_path):
    """A layer of street lines as QuickOSM or ogr2ogr saves it."""
    import geopandas as gpd

    shapes = [[(17.0, 59.6), (17.01, 59.6), (17.02, 59.6)], [(17.01, 59.6), (17.01, 59.61)],
              [(17.0, 59.5), (17.1, 59.5)]]  # fmt: skip
    table = gpd.GeoDataFrame(
        {"osm_id": ["7", "8", "9"], "highway": ["residential", "footway", None],
         "name": ["Ettan", None, "Ingen"],
         "other_tags": ['"oneway"=>"yes","maxspeed"=>"30"', '"bicycle"=>"dismount"', None]},
        geometry=[shapely.LineString(shape) for shape in shapes], crs=4326,
    )  # fmt: skip
    table.to_file(tmp_path / "lager.gpkg", layer="lines", driver="GPKG")
    return tmp_path / "lager.gpkg"


def test_a_layer_of_lines(tmp_path, lines):
    """Lines meet where they share a point; tags are judged as OSM's are."""
    network = load_geopackage(lines)
    assert network.n_segments == 3
    assert network.n_nodes == 4
    assert set(network.way_osm_id.tolist()) == {7, 8}
    one_way = network.way_osm_id == 7
    assert set(network.max_speed_kmh[one_way].tolist()) == {30}
    assert (network.forward[one_way] != network.backward[one_way]).all()
    assert network_info(network)["modes"]["walk"]["n_parts"] == 1
    found = build("--gpkg", lines, "--out", tmp_path / "nat")
    assert found.exit_code == 0, found.output


def test_columns_of_other_tags():
    """ogr2ogr keeps what has no column of its own in one; a column goes before it."""
    row = {"highway": "path", "name": None, "z": float("nan"), "lit": "",
           "other_tags": '"foot"=>"yes","highway"=>"steps","note"=>"a \\"b\\""'}  # fmt: skip
    assert tags_of(row) == {"highway": "path", "foot": "yes", "note": 'a "b"'}


def test_files_that_are_no_streets(tmp_path, lines):
    """Each is refused by a sentence with its name."""
    import geopandas as gpd

    points = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(17, 59)], crs=4326)
    points.to_file(tmp_path / "punkter.gpkg", layer="p", driver="GPKG")
    (tmp_path / "text.gpkg").write_text("inget", encoding="utf-8")
    (tmp_path / "skadad.gpkg").write_bytes(b"SQLite format 3\0" + b"\1" * 500)
    (tmp_path / "a.graphml").write_text("<graphml></graphml>", encoding="utf-8")
    (tmp_path / "b.graphml").write_text(
        '<!DOCTYPE g [<!ENTITY a "b">]><graphml>&a;</graphml>', encoding="utf-8"
    )
    (tmp_path / "c.graphml").write_text("<a>" * 5_000, encoding="utf-8")
    with sqlite3.connect(lines) as connection:
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = -1")
        connection.execute("UPDATE gpkg_contents SET srs_id = -1")
    connection.close()
    for option, names in (
        ("gpkg", ["punkter.gpkg", "text.gpkg", "skadad.gpkg", "lager.gpkg"]),
        ("graphml", ["a.graphml", "b.graphml", "c.graphml", "text.gpkg"]),
    ):
        for name in names:
            found = build(f"--{option}", tmp_path / name, "--out", tmp_path / "nat")
            assert isinstance(found.exception, NetworkError | SettingsError), (
                name,
                found.exception,
            )
            assert name in str(found.exception)


def test_info_says_at_once_what_is_doubtful(tmp_path, lan):
    """Without asking: parts that hang loose, no addresses, what is not modelled."""
    build("--osm", lan, "--out", tmp_path / "nat")
    found = CliRunner().invoke(group, ["network", "info", str(tmp_path / "nat")])
    assert "1 svängförbud" in found.output
    found = CliRunner().invoke(group, ["network", "info", str(tmp_path / "nat"), "--json"])
    assert any("svängförbud" in doubt for doubt in json.loads(found.output)["doubts"])


def test_ways_before_their_nodes_are_cut_too(tmp_path, lan):
    """Some tools write ways first; where they lie is then known after one more reading."""
    text = lan.read_text(encoding="utf-8")
    nodes = re.findall(r"<node[^>]*/>|<node[^>]*[^/]>.*?</node>", text)
    ways, relations = (re.findall(rf"<{kind} .*?</{kind}>", text) for kind in ("way", "relation"))
    turned = tmp_path / "omvand.osm"
    turned.write_text(
        f'<osm version="0.6">{"".join([*ways, *nodes, *relations])}</osm>', encoding="utf-8"
    )
    area = AreaCut(read_area(lan, "Östby"), "Östby")
    assert streets(load_osm(turned, area=area)) == streets(load_osm(lan, area=area)) != set()


def test_a_lake_is_whole_though_one_shore_lies_outside(tmp_path):
    """A ring of ways is kept with those of them that have no node in the area."""
    corners = [(17.09, 59.61), (17.11, 59.61), (17.15, 59.63), (17.09, 59.63)]
    nodes = "".join(
        f'<node id="{500 + at}" lat="{lat}" lon="{lon}"/>' for at, (lon, lat) in enumerate(corners)
    )
    shores = (
        '<way id="700"><nd ref="503"/><nd ref="500"/></way>'
        '<way id="701"><nd ref="500"/><nd ref="501"/><nd ref="502"/><nd ref="503"/></way>'
        '<way id="702"><nd ref="510"/><nd ref="511"/><nd ref="512"/><nd ref="510"/></way>'
    )
    far = "".join(f'<node id="{510 + at}" lat="59.62{at}" lon="17.19{at}"/>' for at in range(3))
    lake = (
        '<relation id="800"><member type="way" ref="700" role="outer"/><member type="way" '
        'ref="701" role="outer"/><member type="way" ref="702" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation>'
    )
    path = tmp_path / "sjo.osm"
    path.write_text(
        county(boundary(5, "Västby", WEST, MIDDLE, 1000)).replace("</osm>", "")
        .replace("<way ", nodes + far + "<way ", 1)
        + shores + lake + "</osm>"
    )  # fmt: skip
    network = load_osm(path, area=AreaCut(read_area(path, "Västby"), "Västby"))
    (water,) = [one for one in network.features if one.kind == "water"]
    assert len(water.xy) == 5


def test_ways_of_one_node_or_none_known_stop_nothing(tmp_path, lan):
    """Lines that osmium cannot draw are looked at one by one."""
    path = tmp_path / "lan2.osm"
    odd = '<way id="9001"><nd ref="3"/><tag k="highway" v="path"/></way><way id="9002"><nd ref="77777"/><nd ref="4"/><tag k="highway" v="path"/><tag k="name" v="Avklippta"/></way>'  # noqa: E501
    path.write_text(lan.read_text(encoding="utf-8").replace("<relation", odd + "<relation", 1))
    area = AreaCut(read_area(path, "Västby"), "Västby")
    assert streets(load_osm(path, area=area)) >= {"Tvärgatan 3", "Tvärgatan 4"}
