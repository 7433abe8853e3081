"""OpenStreetMap files as JOSM, Overpass, osmium, Osmosis and ogr2osm write them.

A street left out, or one that was taken away, is a wrong minute in every plan, and nobody sees it.
So each dialect is read as the same town, or refused by its own name.
"""

import bz2
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import osmium
import pytest

from data.errors import NetworkError
from data.streets import BIKE, CAR, SEGMENT_DISMOUNT, WALK
from routing.network import digest_of, load_network, load_osm, save_network
from routing.network.way_rules import as_street, judge_way
from routing.travel.speed_profile import SpeedProfile, drive_ms

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
NODES = {1: (59.60, 17.08), 2: (59.60, 17.09), 3: (59.61, 17.09), 4: (59.61, 17.08)}
WAYS = {10: ("Ettan", [1, 2]), 11: ("Tvåan", [2, 3]), 12: ("Trean", [3, 4, 1])}


def node(osm_id, extra="", place=None, inside=""):
    lat, lon = place or NODES.get(osm_id, (59.6, 17.0))
    return f'<node id="{osm_id}" lat="{lat}" lon="{lon}" {extra}>{inside}</node>'


def way(osm_id, name, nodes, extra="", tags="", inside=""):
    refs = "".join(f'<nd ref="{ref}"/>' for ref in nodes)
    return (
        f'<way id="{osm_id}" {extra}>{inside}{refs}<tag k="highway" v="residential"/>'
        f'<tag k="name" v="{name}"/>{tags}</way>'
    )


def town(*more, nodes=NODES, ways=WAYS, root='<osm version="0.6">', end="</osm>"):
    body = [node(at) for at in nodes] + [way(at, *said) for at, said in ways.items()]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', root, *body, *more, end])


def read(tmp_path, text, name="by.osm"):
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_osm(path)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The town of three streets as every tool agrees on it."""
    return read(tmp_path_factory.mktemp("plain"), town())


def same(network, plain):
    return digest_of(network) == digest_of(plain)


def street_names(network):
    return {network.name(idx) for idx in range(network.n_segments)}


def test_new_streets_of_an_editor_are_read(tmp_path, plain):
    """JOSM gives what is not yet uploaded negative ids; osmium alone places none of them."""
    more = [
        node(-1, 'action="modify" visible="true"', (59.605, 17.085)),
        way(-2, "Nya stigen", [1, -1, 3], 'action="modify"'),
    ]
    network = read(tmp_path, town(*more))
    assert street_names(network) == {"Ettan", "Tvåan", "Trean", "Nya stigen"}
    assert -2 in network.way_osm_id.tolist()
    assert network.notes == {"new": 2}
    junctions = set(network.node_osm_id.tolist())
    assert {1, 3} <= junctions
    assert -1 not in junctions  # only a bend of the path
    assert np.isclose(plain.length_m.sum(), network.length_m[network.way_osm_id > 0].sum())


def test_a_file_of_new_objects_alone(tmp_path, plain):
    """A municipality that draws its own streets, or converts them with ogr2osm, has only those."""
    text = town()
    for at in (*NODES, *WAYS):
        text = text.replace(f'id="{at}"', f"id='-{at}'").replace(f'ref="{at}"', f"ref = '-{at}'")
    network = read(tmp_path, text)
    assert np.allclose(np.sort(network.length_m), np.sort(plain.length_m))
    assert set(network.way_osm_id.tolist()) == {-10, -11, -12}
    assert set(network.node_osm_id.tolist()) <= {-1, -2, -3, -4}


@pytest.mark.parametrize(
    "extra", ['action="delete" visible="true"', 'visible="false"', "action='delete'",
              'version="3" visible = "false"'],
)  # fmt: skip
def test_what_is_deleted_is_left_out(tmp_path, plain, extra):
    """A way that JOSM marks as deleted was ridden."""
    network = read(tmp_path, town(way(99, "Borttagna", [1, 3], extra)))
    assert same(network, plain)
    assert network.notes == {"deleted": 1}


def test_only_the_last_version_of_an_object_counts(tmp_path, plain):
    """Histories and merged files hold an object several times, in any order."""
    older = way(10, "Gammalt namn", [1, 3], 'version="2"')
    text = town().replace('<way id="10" ', '<way id="10" version="7" ')
    for more in ([older], []):
        whole = text.replace("</osm>", "".join(more) + "</osm>")
        whole = whole if more else text.replace('<way id="10"', older + '<way id="10"', 1)
        network = read(tmp_path, whole)
        assert same(network, plain)
        assert network.notes == {"older": 1}
    gone = read(tmp_path, town(way(10, "Ettan", [1, 2], 'version="9" visible="false"')))
    assert street_names(gone) == {"Tvåan", "Trean"}


def test_places_inside_ways(tmp_path, plain):
    """Overpass ``out geom`` and osmium ``add-locations-to-ways`` write no nodes at all."""
    text = town(nodes={})
    bare = text
    for at, (lat, lon) in NODES.items():
        text = text.replace(f'<nd ref="{at}"/>', f'<nd ref="{at}" lat="{lat}" lon="{lon}"/>')
        bare = bare.replace(f'<nd ref="{at}"/>', f'<nd lat="{lat}" lon="{lon}"/>')
    assert same(read(tmp_path, text), plain)
    without_ids = read(tmp_path, bare)
    assert np.allclose(without_ids.length_m, plain.length_m)
    assert without_ids.n_nodes == plain.n_nodes


def test_places_inside_ways_of_a_pbf(tmp_path, plain):
    """The same as osmium writes it packed: a header says so."""
    (tmp_path / "by.osm").write_text(town(), encoding="utf-8")
    path = tmp_path / "by.osm.pbf"
    file = osmium.io.File(str(path), "pbf,locations_on_ways=true")
    with osmium.SimpleWriter(file) as writer:
        for thing in osmium.FileProcessor(tmp_path / "by.osm").with_locations():
            if not thing.is_node():
                writer.add(thing)
    assert same(load_osm(path), plain)


def test_new_and_older_objects_in_a_pbf(tmp_path, plain):
    """ogr2osm writes negative ids into PBF; osmium keeps versions in a history."""
    path = tmp_path / "by.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for at, (lat, lon) in NODES.items():
            writer.add_node(osmium.osm.mutable.Node(id=-at, location=(lon, lat)))
        for at, (name, nodes) in WAYS.items():
            tags = {"highway": "residential", "name": name}
            writer.add_way(osmium.osm.mutable.Way(id=-at, nodes=[-n for n in nodes], tags=tags))
    network = load_osm(path)
    assert np.allclose(np.sort(network.length_m), np.sort(plain.length_m))
    history = tmp_path / "by.osh.pbf"
    with osmium.SimpleWriter(osmium.io.File(str(history), "osh.pbf")) as writer:
        for at, (lat, lon) in NODES.items():
            for version in (1, 2):
                where = (lon, lat) if version == 2 else (lon + 1, lat)
                writer.add_node(osmium.osm.mutable.Node(id=at, version=version, location=where))
        for at, (name, nodes) in WAYS.items():
            tags = {"highway": "residential", "name": name}
            writer.add_way(osmium.osm.mutable.Way(id=at, version=1, nodes=nodes, tags=tags))
        gone = osmium.osm.mutable.Way(id=99, version=4, visible=False, nodes=[1, 3])
        writer.add_way(gone)
    assert np.allclose(load_osm(history).length_m, plain.length_m)


def test_only_middles_of_streets_are_refused_by_name(tmp_path):
    """Overpass ``out center`` has no line to travel along."""
    text = town(nodes={}).replace("<nd ", '<center lat="59.6" lon="17.08"/><nd ', 1)
    with pytest.raises(NetworkError, match="out center"):
        read(tmp_path, text)


@pytest.mark.parametrize("name", ["BY.OSM", "By.Osm.GZ", "by.OSM.BZ2", "by.osm.xml", "gator.osm"])
def test_suffixes_in_any_case_and_content_before_suffix(tmp_path, plain, name):
    """Windows writes suffixes as it likes, and people rename what they unpack."""
    pack = {"gz": gzip.compress, "bz2": bz2.compress}.get(name.lower().rsplit(".")[-1], bytes)
    assert same(read(tmp_path, pack(town().encode()), name), plain)
    assert same(read(tmp_path, town().encode("utf-16").replace(b"U\0T\0F\0-\x008\0",
                b"U\0T\0F\0-\x001\x006\0"), "utf16.osm"), plain)  # fmt: skip
    whole = tmp_path / "by.osm"
    whole.write_text(town(), encoding="utf-8")
    packed = tmp_path / "x.PBF"
    with osmium.SimpleWriter(osmium.io.File(str(packed), "pbf")) as writer:
        for thing in osmium.FileProcessor(whole):
            writer.add(thing)
    assert same(load_osm(packed), plain)
    assert same(load_osm(packed.rename(tmp_path / "fel.osm")), plain)


REFUSED = {
    "osc": ('<osmChange version="0.6"><create/></osmChange>', "ny.osc", "ändringsfil"),
    "osmChange in .osm": ('<osmChange version="0.6"/>', "ny.osm", "ändringsfil"),
    "augmented diff": (
        '<osm version="0.6"><action type="modify"><old/></action></osm>', "a.osm", "augmented",
    ),
    "remark": (
        town("<remark> runtime error: Query timed out in \"query\" at line 3 </remark>"),
        "o.osm", "Overpass",
    ),
    "web page": ("<!DOCTYPE html><html><body>429</body></html>", "o.osm", "webbsida"),
    "overpass json": ('{"version": 0.6, "elements": []}', "o.osm", "out:xml"),
    "old version": (town(root='<osm version="0.5">'), "o.osm", "version"),
    "gpx": ('<gpx version="1.1"></gpx>', "o.osm", "GPX"),
    "zip": (b"PK\x03\x04" + b"\0" * 40, "o.osm", "zip"),
    "xz": (b"\xfd7zXZ\x00" + b"\0" * 40, "o.osm.bz2", "xz"),
    "sqlite": (b"SQLite format 3\0" + b"\0" * 40, "o.osm", "databas"),
    "entities": ('<!DOCTYPE osm [<!ENTITY a "b">]>' + town()[38:], "o.osm", "dokumenttyp"),
    "empty": (b"", "o.osm", "tom"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(REFUSED))
def test_what_is_no_extract_is_refused_by_its_own_name(tmp_path, kind):
    """ "Filen är skadad" sends the user to fetch the same wrong file again."""
    text, name, word = REFUSED[kind]
    with pytest.raises(NetworkError, match=word) as caught:
        read(tmp_path, text, name)
    assert str(caught.value).startswith(name)
    assert str(tmp_path) not in str(caught.value)


def test_a_remark_that_is_no_error_is_read(tmp_path, plain):
    """Overpass and tools write notes and copyrights too."""
    more = '<note>The data is licensed under ODbL.</note><meta osm_base="2026-01-01T00:00:00Z"/>'
    assert same(read(tmp_path, town(more)), plain)


ODD = {
    "an old bound": town('<bound box="59,17,60,18" origin="Osmosis"/>'),
    "a changeset": town('<changeset id="1"><tag k="a" v="b"/></changeset>'),
    "a user": town('<user id="1"/>'),
    "no version": town(root="<osm>"),
    "JOSM's root": town(root="<osm version='0.6' upload='never' download='never'>"),
    "a namespace": town(root='<osm version="0.6" xmlns="http://openstreetmap.org/osm/0.6">'),
    "single quotes": town().replace('"', "'"),
    "places with exponents": town().replace('"59.6"', '"5.96e1"'),
    "a comment like a dialect": town('<!-- <way id="-1" action="delete"/> -->'),
    "a value like a dialect": town(node(9, inside='<tag k="note" v="action=&quot;delete"/>')),
    "a place in the south-west": town(node(9, place=(-59.6, -17.0))),
}


@pytest.mark.parametrize("what", list(ODD))
def test_what_tools_write_besides_streets(tmp_path, plain, what):
    """Bounds, changesets and users are no streets; found by trying: a changeset was a crash."""
    assert same(read(tmp_path, ODD[what]), plain)


def test_a_gate_with_hours_is_told(tmp_path):
    """access:conditional stands on barriers too."""
    gate = '<tag k="barrier" v="gate"/><tag k="access:conditional" v="no @ (22:00-06:00)"/>'
    assert read(tmp_path, town(node(8, inside=gate))).notes["conditional"] == 1


WALKED = [
    ({"railway": "platform"}, WALK),
    ({"public_transport": "platform"}, WALK),
    ({"man_made": "pier"}, WALK),
    ({"man_made": "pier", "bicycle": "yes"}, WALK | BIKE),
    ({"man_made": "pier", "foot": "no"}, 0),
    ({"area:highway": "footway"}, WALK),
    ({"railway": "abandoned", "bicycle": "yes"}, WALK | BIKE),
    ({"waterway": "dam", "foot": "yes"}, WALK | BIKE),
]


@pytest.mark.parametrize(("tags", "mask"), WALKED)
def test_what_people_walk_on_that_is_no_highway(tags, mask):
    """R11: a platform or a pier joins streets that would hang loose."""
    street = as_street(tags)
    assert street is not None
    rule = judge_way(street)
    assert rule.forward & ~CAR == mask
    assert not (rule.forward & CAR) or "waterway" in tags or "railway" in tags


@pytest.mark.parametrize(
    "tags", [{"railway": "rail", "foot": "yes"}, {"railway": "abandoned"}, {"waterway": "river"},
             {"waterway": "dam"}, {"leisure": "park", "foot": "yes"}, {"building": "yes"},
             {"area:highway": "residential"}, {"amenity": "parking"}],
)  # fmt: skip
def test_what_nobody_travels_on(tags):
    """Rails, parks and outlines of roads are no streets of their own."""
    assert as_street(tags) is None


def test_a_square_that_is_a_relation(tmp_path):
    """Tags on a relation count as on its ring: people walk around a square."""
    ring = '<way id="50">' + "".join(f'<nd ref="{at}"/>' for at in (1, 2, 3, 1)) + "</way>"
    square = (
        '<relation id="5"><member type="way" ref="50" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/>'
        '<tag k="area" v="yes"/><tag k="name" v="Torget"/></relation>'
    )
    network = read(tmp_path, town(ring, square))
    on_square = network.way_osm_id == 50
    assert on_square.sum() == 3
    assert "Torget" in street_names(network)
    assert set(network.forward[on_square].tolist()) == {WALK | BIKE}


@pytest.mark.parametrize("highway", ["path", "cycleway", "residential", "footway", "pedestrian"])
def test_who_must_dismount_walks(tmp_path, highway):
    """R10: 996 m of ``bicycle=dismount`` took 256 s by bicycle, and takes 797 s."""
    tags = {"highway": highway, "bicycle": "dismount", "oneway": "yes"}
    rule = judge_way(tags)
    assert rule.flags & SEGMENT_DISMOUNT
    assert rule.forward & rule.backward & BIKE  # who leads a bicycle is a walker
    text = (
        town()
        .replace("residential", highway)
        .replace('<tag k="highway"', '<tag k="bicycle" v="dismount"/><tag k="highway"')
    )
    network = read(tmp_path, text)
    for mode in ("bike", "ebike"):
        ms = drive_ms(network, mode, SpeedProfile())
        assert np.allclose(ms, network.length_m / 4.5 * 3600, atol=1)
    assert drive_ms(network, "walk", SpeedProfile()).tolist() == ms.tolist()


def test_stairs_and_closed_ways_stay_closed_to_bicycles():
    """A sign to dismount opens no stairs, and no way where nobody may walk."""
    assert judge_way({"highway": "steps", "bicycle": "dismount"}).forward == WALK
    assert not judge_way({"highway": "path", "bicycle": "dismount", "foot": "no"}).forward & BIKE
    assert not judge_way({"highway": "motorway", "bicycle": "dismount"}).forward & BIKE


def test_several_values_are_read_together():
    """``private;no`` closes; a value of each kind says nothing sure."""
    assert judge_way({"highway": "service", "access": "private;no"}).forward == 0
    assert judge_way({"highway": "service", "access": "No "}).forward == 0
    assert judge_way({"highway": "footway", "bicycle": "yes;designated"}).forward & BIKE


def test_what_is_not_modelled_is_counted_and_kept(tmp_path):
    """Rules by the hour, forbidden turns and cut streets are told, not passed over."""
    conditional = '<tag k="motor_vehicle:conditional" v="no @ (22:00-06:00)"/>'
    turn = (
        '<relation id="9"><member type="way" ref="10" role="from"/>'
        '<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>'
    )
    more = [way(20, "Nattgatan", [1, 3], tags=conditional), way(21, "Kantgatan", [4, 777]), turn]
    network = read(tmp_path, town(*more))
    assert network.notes == {"conditional": 1, "turn_restrictions": 1, "cut_ways": 1}
    save_network(network, tmp_path / "nat")
    assert load_network(tmp_path / "nat").notes == network.notes
    from hemrunda.workfolder.network_facts import doubts_sv

    said = " ".join(doubts_sv(network))
    assert "conditional" in said
    assert "1 svängförbud" in said
    assert "inga adresser" in said
    assert "conditional" not in " ".join(doubts_sv(replace(network, notes={})))


def test_limits_of_the_xml(tmp_path):
    """One attribute of megabytes, or a million elements in each other, fill the memory."""
    with pytest.raises(NetworkError, match="stor tagg"):
        read(tmp_path, town(f'<note a="{"x" * 3_000_000}"/>'))
    with pytest.raises(NetworkError, match="kapslad"):
        read(tmp_path, town("<a>" * 300_000))
    bomb = gzip.compress(b'<osm version="0.6">' + b"<bounds/>" * 12_000_000)
    with pytest.raises(NetworkError, match="hårt packad"):
        read(tmp_path, bomb, "bomb.osm.gz")


def test_only_regular_files(tmp_path):
    """A named pipe would wait for ever."""
    import os

    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this system")
    os.mkfifo(tmp_path / "ror.osm")
    for path in (tmp_path / "ror.osm", tmp_path):
        with pytest.raises(NetworkError, match="ingen vanlig fil"):
            load_osm(path)


@pytest.mark.skipif(not CASES.exists(), reason="the small cases are not on this machine")
@pytest.mark.parametrize(
    ("case", "n_segments"),
    [("00-base/by.osm", 84), ("01-josm-negative/en_ny.osm", 85), ("01-josm-negative/alla_nya.osm",
     24), ("02-josm-delete/by.osm", 84), ("33-addresses/by.osm", 84)],
)  # fmt: skip
def test_the_small_cases(case, n_segments):
    """The files by which the faults were told."""
    assert load_osm(CASES / case).n_segments == n_segments


@pytest.mark.skipif(not CASES.exists(), reason="the small cases are not on this machine")
def test_the_small_case_of_dismounting():
    """Case 17: about 797 s, walking pace."""
    network = load_osm(CASES / "17-dismount" / "by.osm")
    (ms,) = drive_ms(network, "bike", SpeedProfile()).tolist()
    assert 790_000 < ms < 800_000
