"""From an extract to a network: topology, names, basemap, addresses, and bad files."""

import bz2
import gzip
import threading

import numpy as np
import pytest

from data.errors import NetworkError
from data.progress import Progress
from data.streets import BIKE, CAR, NODE_BARS_CAR, NODE_SIGNAL, ROAD_CLASSES, WALK
from routing.network import digest_of, load_osm


def _segments(network, name):
    return [idx for idx in range(network.n_segments) if network.name(idx) == name]


def test_streets_are_cut_at_junctions_only(net_town):
    """Node 8 is a junction by the steps, the bollard by its barrier; shape points are not."""
    ids = set(net_town.node_osm_id.tolist())
    assert ids == {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
    assert len(_segments(net_town, "Storgatan")) == 3
    assert len(_segments(net_town, "Norra gatan")) == 2
    flags = dict(zip(net_town.node_osm_id.tolist(), net_town.node_flags.tolist(), strict=True))
    assert flags[7] & NODE_BARS_CAR
    assert flags[2] & NODE_SIGNAL


def test_a_way_is_cut_where_the_extract_ends(net_town):
    """Way 18 has a node that the extract lacks: what lies beyond it stays, unjoined (OSMnx stops
    here with "Some edges missing nodes")."""
    (idx,) = _segments(net_town, "Gränsgatan")
    ends = {net_town.node_osm_id[net_town.segment_from[idx]]}
    ends.add(net_town.node_osm_id[net_town.segment_to[idx]])
    assert ends == {11, 12}


def test_directions_and_limits(net_town):
    """The one-way street lets cyclists back; the private yard stays, closed to all."""
    (one_way,) = _segments(net_town, "Envägen")
    assert net_town.forward[one_way] == WALK | BIKE | CAR
    assert net_town.backward[one_way] == WALK | BIKE
    closed = np.flatnonzero((net_town.forward | net_town.backward) == 0)
    assert net_town.way_osm_id[closed].tolist() == [19]
    assert set(net_town.max_speed_kmh[_segments(net_town, "Storgatan")].tolist()) == {40}


def test_a_ferry_takes_the_time_it_says(net_town):
    """870 m... in ten minutes: the speed is made from the duration tag."""
    ferry = int(np.flatnonzero(net_town.road_class == ROAD_CLASSES.index("ferry"))[0])
    minutes = net_town.length_m[ferry] / 1000 / net_town.max_speed_kmh[ferry] * 60
    assert minutes == pytest.approx(10, rel=0.1)


def test_lengths_and_shapes_agree(net_town):
    """The projected shape is as long as the great circle, but for the projection's scale."""
    for idx in range(net_town.n_segments):
        planar = np.hypot(*np.diff(net_town.shape(idx), axis=0).T).sum()
        assert planar == pytest.approx(net_town.length_m[idx], rel=0.006)
        begin, end = net_town.segment_from[idx], net_town.segment_to[idx]
        assert net_town.shape(idx)[0] == pytest.approx(
            [net_town.node_x[begin], net_town.node_y[begin]]
        )
        assert net_town.shape(idx)[-1] == pytest.approx(
            [net_town.node_x[end], net_town.node_y[end]]
        )


def test_the_lake_has_its_island(net_town):
    """Two ways make one ring, and the island is bridged in, so that it is not drawn as water."""
    import shapely

    (lake,) = [feature for feature in net_town.features if feature.kind == "water"]
    shape = shapely.Polygon(lake.xy).buffer(0)
    assert shape.area == pytest.approx(900 * 900 - 200 * 200 / 2, rel=0.02)


def test_addresses(net_town):
    """A building's own address, an entrance inside it (so a flat), and a house."""
    found = {(a.street, a.number): a.dwelling for a in net_town.addresses}
    assert found == {
        ("Storgatan", "1"): "flat",
        ("Storgatan", "1B"): "flat",
        ("Storgatan", "7"): "house",
    }


@pytest.mark.parametrize("suffix", ["osm.gz", "osm.bz2"])
def test_packed_files_are_the_same_town(tmp_path, net_town, net_town_text, suffix):
    """Extracts come packed in two ways."""
    pack = gzip.compress if suffix.endswith("gz") else bz2.compress
    path = tmp_path / f"town.{suffix}"
    path.write_bytes(pack(net_town_text.encode()))
    assert digest_of(load_osm(path)) == digest_of(net_town)


def test_ways_before_nodes(tmp_path, net_town, net_town_text):
    """Some editors write ways first; the file is then read twice."""
    lines = net_town_text.splitlines()
    nodes = [line for line in lines if "<node" in line]
    rest = [line for line in lines[2:-1] if "<node" not in line]
    path = tmp_path / "town.osm"
    path.write_text("\n".join([*lines[:2], *rest, *nodes, lines[-1]]), encoding="utf-8")
    assert digest_of(load_osm(path)) == digest_of(net_town)


def test_bad_files_are_told(tmp_path, net_town_text):
    """Each bad file gets one Swedish sentence with its name and never its path."""
    cut = tmp_path / "avbruten.osm"
    cut.write_text(net_town_text[:2000], encoding="utf-8")
    empty = tmp_path / "tom.osm.pbf"
    empty.write_bytes(b"")
    junk = tmp_path / "skrap.osm.pbf"
    junk.write_bytes(b"PK\x03\x04" * 100)
    streetless = tmp_path / "utan.osm"
    streetless.write_text("<osm version='0.6'><node id='1' lat='59' lon='15'/></osm>")
    far = tmp_path / "utanför.osm"  # found by fuzzing: a corner off the globe
    far.write_text(net_town_text.replace('lon="', 'lon="9999', 5), encoding="utf-8")
    other = tmp_path / "karta.xlsx"
    other.write_bytes(b"x")
    for path in (cut, empty, junk, streetless, far, other, tmp_path / "saknas.osm"):
        with pytest.raises(NetworkError) as caught:
            load_osm(path)
        assert path.name in str(caught.value)
        assert str(tmp_path) not in str(caught.value)


def test_reading_can_be_stopped(net_town_file):
    """The first Ctrl-C ends a long reading."""
    stop = threading.Event()
    stop.set()
    with pytest.raises(NetworkError, match="Avbrutet"):
        load_osm(net_town_file, progress=Progress(stop=stop))
