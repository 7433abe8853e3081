"""To OSMnx and back, corrections, parts, information, and the one command that goes online."""

import http.server
import json
import threading
import urllib.parse
from typing import ClassVar

import numpy as np
import pytest

from data.errors import InputError, NetworkError
from data.streets import BIKE, CAR, WALK
from routing.network import (
    apply_corrections,
    compare_networks,
    corrections_of,
    digest_of,
    download_place,
    from_graph,
    load_geopackage,
    load_graphml,
    network_info,
    parts_of,
    problem_points,
    read_corrections,
    to_graph,
)
from routing.network.network_store import ARRAYS


def test_graph_round_trip(net_town, net_random):
    """Through a MultiDiGraph and back nothing is lost, whatever the directions."""
    for network in (net_town, net_random(6, 5, 3)):
        back = from_graph(to_graph(network))
        for name in ARRAYS:
            before, after = getattr(network, name), getattr(back, name)
            np.testing.assert_allclose(after, before, atol=1e-4, err_msg=name)
        assert back.names == network.names


def test_graph_faults():
    """A graph without CRS, edges or lengths says what it lacks."""
    import networkx as nx

    with pytest.raises(NetworkError, match="koordinatsystem"):
        from_graph(nx.MultiDiGraph())
    with pytest.raises(NetworkError, match="gator"):
        from_graph(nx.MultiDiGraph(crs="epsg:4326"))
    graph = nx.MultiDiGraph(crs="epsg:4326")
    graph.add_edge(1, 2)
    with pytest.raises(NetworkError, match="längder"):
        from_graph(graph)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1e308])
@pytest.mark.parametrize("where", ["x", "y", "length"])
def test_graphs_of_nowhere_are_refused(net_town, where, bad):
    """Found by fuzzing: a place or a length that is no number became a street all the same."""
    graph = to_graph(net_town)
    if where == "length":
        next(iter(graph.edges(data=True)))[2]["length"] = bad
    else:
        next(iter(graph.nodes(data=True)))[1][where] = bad
    with pytest.raises(NetworkError, match="koordinater eller längder"):
        from_graph(graph)


def test_geopackage_round_trip(tmp_path, net_town):
    """QGIS users get the streets; what comes back has the same streets and permissions."""
    path = tmp_path / "gator.gpkg"
    import osmnx as ox

    ox.io.save_graph_geopackage(to_graph(net_town), filepath=path, directed=True)
    back = load_geopackage(path)
    assert back.way_osm_id.tolist() == net_town.way_osm_id.tolist()
    assert back.forward.tolist() == net_town.forward.tolist()
    assert back.backward.tolist() == net_town.backward.tolist()
    np.testing.assert_allclose(back.length_m, net_town.length_m)
    with pytest.raises(NetworkError, match="finns inte"):
        load_geopackage(tmp_path / "saknas.gpkg")


def test_graphml_of_osmnx(tmp_path, net_town):
    """A graph that a municipality saved from OSMnx years ago: all values are text in it."""
    import osmnx as ox

    path = tmp_path / "gator.graphml"
    ox.io.save_graphml(to_graph(net_town), path)
    back = load_graphml(path)
    assert back.forward.tolist() == net_town.forward.tolist()
    assert back.backward.tolist() == net_town.backward.tolist()
    assert back.names == net_town.names
    np.testing.assert_allclose(back.shape_xy, net_town.shape_xy, atol=1e-4)
    path.write_text("<graphml>", encoding="utf-8")
    with pytest.raises(NetworkError, match="GraphML"):
        load_graphml(path)


def test_osmnx_graph_becomes_the_same_streets(net_town_file, net_town):
    """OSMnx's own reading of the town, taken over, has the same kilometres for every mode."""
    import osmnx as ox

    text = net_town_file.read_text(encoding="utf-8").replace('<nd ref="999"/>', "")
    whole = net_town_file.with_name("whole.osm")
    whole.write_text(text, encoding="utf-8")
    theirs = from_graph(ox.graph_from_xml(whole, retain_all=True))
    from routing.network import load_osm

    ours = load_osm(whole)
    for bit in (WALK, BIKE, CAR):
        ours_m, theirs_m = (
            network.length_m[((network.forward | network.backward) & bit) > 0].sum()
            for network in (ours, theirs)
        )
        # OSMnx takes works (way 34) for streets, and joins the ferry to the street on its far
        # side, which makes it a street for cars; neither is one here.
        works = theirs.length_m[theirs.way_osm_id == 34].sum()
        ferry = ours.length_m[ours.road_class == 15].sum() if bit == CAR else 0.0
        assert ours_m == pytest.approx(theirs_m - works - ferry, abs=0.01)


def test_parts(net_town):
    """The island hangs on the ferry; the clipped street is a part of its own; cars cannot leave
    the island at all, since the ferry takes none."""
    walk, car = parts_of(net_town, "walk"), parts_of(net_town, "car")
    ogatan = net_town.names.index("Ögatan")
    grans = net_town.names.index("Gränsgatan")
    assert walk.is_ferry_only[net_town.name_idx == ogatan].all()
    assert walk.part_of_segment[net_town.name_idx == grans].tolist() == [1]
    assert not walk.is_ferry_only[net_town.name_idx != ogatan][:5].any()
    assert (car.part_of_segment[net_town.name_idx == ogatan] > 0).all()
    assert {p["kind"] for p in problem_points(net_town, "car")} == {"isolated"}


def test_information_adds_up(net_town):
    """Kilometres by class sum to the whole; a network equals itself, and differs when closed."""
    info = network_info(net_town)
    total = net_town.length_m.sum() / 1000
    assert sum(info["km_by_class"].values()) == pytest.approx(total, abs=0.01)
    assert json.loads(json.dumps(info))["modes"]["walk"]["n_parts"] == 2
    same = compare_networks(net_town, net_town)
    assert (same["same"], same["n_gone"], same["n_added"]) == (True, 0, 0)
    (closed, _) = apply_corrections(
        net_town, corrections_of([{"gata": "storgatan", "åtgärd": "stängd"}])
    )
    changed = compare_networks(net_town, closed)
    assert (changed["same"], changed["n_permissions_changed"]) == (False, 3)


def test_corrections(net_town):
    """Staff close, open and slow streets by name, way or place; a miss is a warning."""
    rows = [
        {"Gata": "Västra gatan", "Åtgärd": "stängd", "Färdsätt": "bil"},
        {"väg-id": "19", "åtgärd": "öppen", "färdsätt": "gång, cykel"},
        {"gata": "Norra gatan", "åtgärd": "fart", "fart_procent": "50,0"},
        {"gata": "Finns ej", "åtgärd": "stängd"},
    ]
    changed, warnings = apply_corrections(net_town, corrections_of(rows))
    vastra = net_town.name_idx == net_town.names.index("Västra gatan")
    assert set(changed.forward[vastra].tolist()) == {WALK | BIKE}
    assert changed.forward[changed.way_osm_id == 19].tolist() == [WALK | BIKE]
    assert sorted(set(changed.speed_factor.tolist())) == [0.5, 1.0]
    assert [(fault.row, fault.is_warning) for fault in warnings] == [(5, True)]
    x, y = net_town.shape(0)[0]
    near = corrections_of([{"x": str(x), "y": str(y), "radie_m": "5", "åtgärd": "stängd"}])
    assert (apply_corrections(net_town, near)[0].forward == 0).sum() > 1


def test_corrections_faults_come_all_at_once(tmp_path):
    """A table with four faults names four cells, and no free text of its rows."""
    path = tmp_path / "rättelser.csv"
    path.write_bytes(
        "gata;åtgärd;färdsätt;fart_procent;kommentar\n"
        "Storgatan;spärrad;bil;;Anna bor här\n"
        ";stängd;;;\n"
        "Storgatan;fart;flyg;mycket;\n".encode("cp1252")
    )
    with pytest.raises(InputError) as caught:
        read_corrections(path)
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4, 4]
    assert "Anna" not in " ".join(map(str, caught.value.faults))


class _Overpass(http.server.BaseHTTPRequestHandler):
    """Answers Nominatim and Overpass from the town's own file, and notes what was asked."""

    asked: ClassVar[list[str]] = []
    answers: ClassVar[dict[str, bytes]] = {}

    def _reply(self, kind: str) -> None:
        body = self.answers[kind]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.asked.append(urllib.parse.unquote_plus(self.path))
        self._reply("nominatim" if "search" in self.path else "status")

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.asked.append(urllib.parse.unquote_plus(self.rfile.read(length).decode()))
        self._reply("overpass")

    def log_message(self, *args):
        """Silent."""


def _recorded(net_town_text):
    """The town as Overpass would answer for it, and a square around it as Nominatim would."""
    import xml.etree.ElementTree as ET

    elements = []
    for thing in ET.fromstring(net_town_text):
        tags = {tag.get("k"): tag.get("v") for tag in thing.findall("tag")}
        if thing.tag == "node":
            place = {axis: float(thing.get(axis)) for axis in ("lat", "lon")}
            elements.append({"type": "node", "id": int(thing.get("id")), **place, "tags": tags})
        elif thing.tag == "way" and "highway" in tags and tags["highway"] != "construction":
            refs = [int(nd.get("ref")) for nd in thing.findall("nd") if nd.get("ref") != "999"]
            elements.append(
                {"type": "way", "id": int(thing.get("id")), "nodes": refs, "tags": tags}
            )
    ring = [[14.9, 58.9], [15.1, 58.9], [15.1, 59.1], [14.9, 59.1], [14.9, 58.9]]
    place = {"place_id": 1, "osm_type": "relation", "osm_id": 1, "lat": "59", "lon": "15"}
    place |= {"class": "boundary", "type": "administrative", "importance": 0.5, "place_rank": 14}
    place |= {"display_name": "Ekhamn", "name": "Ekhamn", "addresstype": "municipality"}
    place["boundingbox"] = ["58.9", "59.1", "14.9", "15.1"]
    place["geojson"] = {"type": "Polygon", "coordinates": [ring]}
    return {
        "overpass": json.dumps({"elements": elements}).encode(),
        "nominatim": json.dumps([place]).encode(),
        "status": b"2 slots available now.",
    }


def test_download_asks_for_the_place_only(tmp_path, monkeypatch, net_town, net_town_text):
    """Online users get the same streets; OSMnx writes to the folder named and nowhere else."""
    monkeypatch.chdir(tmp_path)
    _Overpass.asked, _Overpass.answers = [], _recorded(net_town_text)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Overpass)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        got = download_place(
            "Ekhamns kommun",
            tmp_path / "cache",
            overpass_url=f"{url}/api",
            nominatim_url=f"{url}/",
        )
    finally:
        server.shutdown()
        server.server_close()
    assert set(got.names) == set(net_town.names)
    storgatan = [net_town.names.index("Storgatan"), got.names.index("Storgatan")]
    lengths = [
        n.length_m[n.name_idx == idx].sum()
        for n, idx in zip((net_town, got), storgatan, strict=True)
    ]
    assert lengths[0] == pytest.approx(lengths[1], abs=0.01)
    assert any("Ekhamns kommun" in line for line in _Overpass.asked)
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_download_failure_is_told(tmp_path, monkeypatch):
    """No server: one sentence, no traceback of a library."""
    url = "http://127.0.0.1:9/"
    with pytest.raises(NetworkError, match="hämtas"):
        download_place("Ekhamn", tmp_path, overpass_url=url, nominatim_url=url)


def test_digest_tells_permissions_apart(net_town):
    """A closed street makes another network, so old hierarchies are not used for it."""
    closed, _ = apply_corrections(net_town, corrections_of([{"väg-id": "10", "åtgärd": "stängd"}]))
    assert digest_of(closed) != digest_of(net_town)


def test_street_statistics_are_osmnx_own(net_town):
    """The same town, counted by OSMnx over the undirected graph that it counts streets in."""
    import osmnx as ox

    from routing.network.network_summary import street_statistics

    ours = street_statistics(net_town)
    streets = ox.convert.to_undirected(to_graph(net_town))
    per_node = dict(streets.degree())
    assert ours["n_junctions"] == sum(n > 1 for n in per_node.values())
    assert ours["n_dead_ends"] == sum(n == 1 for n in per_node.values())
    assert ours["streets_per_node"] == pytest.approx(np.mean(list(per_node.values())), abs=0.006)
    length_m = ox.stats.street_length_total(streets) / len(streets.edges)
    assert ours["street_length_mean_m"] == pytest.approx(length_m, abs=0.06)
