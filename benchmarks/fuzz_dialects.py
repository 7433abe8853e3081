"""What `benchmarks.fuzz_targets` begins from for maps: each dialect of OSM, graphs, networks."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.addresses import Query, geocode
from data.addresses.lines import numbers_of
from data.addresses.normal import normalise
from data.geo.outline import read_area
from data.tables.address_lists import read_register
from routing.network import (
    load_geopackage,
    load_graphml,
    load_network,
    load_osm,
    read_corrections,
    save_network,
    to_graph,
)

DIALECT = (
    b"<?xml version='1.0' encoding='UTF-8'?><osm version='0.6' generator='JOSM' upload='never'>"
    b"<node id='-1' action='modify' visible='true' lat='59.6' lon='17.0'/>"
    b"<node id='2' version='3' lat='59.61' lon='17.01'><tag k='addr:street' v='Storgatan'/>"
    b"<tag k='addr:housenumber' v='16;18'/></node><node id='2' version='2' lat='1' lon='1'/>"
    b"<node id='3' lat='59.62' lon='17.02'><tag k='addr:street' v='Storgatan'/>"
    b"<tag k='addr:housenumber' v='24'/></node><node id='4' visible='false' version='9'/>"
    b"<way id='-5'><nd ref='-1'/><nd ref='2'/><tag k='highway' v='path'/>"
    b"<tag k='bicycle' v='dismount'/><tag k='access:conditional' v='no @ (22:00-06:00)'/></way>"
    b"<way id='6' action='delete'><nd ref='2'/><nd ref='3'/><tag k='highway' v='path'/></way>"
    b"<way id='7'><nd ref='2'/><nd ref='3'/><tag k='addr:interpolation' v='even'/></way>"
    b"<way id='8'><center lat='59.6' lon='17'/><nd ref='900'/><tag k='addr:place' v='Ekby'/></way>"
    b"<way id='9'><nd ref='10' lat='59.6' lon='17.03'/><nd lat='59.61' lon='17.03'/>"
    b"<tag k='railway' v='platform'/></way>"
    b"<relation id='1'><member type='way' ref='11' role='outer'><nd lat='59.6' lon='17.1'/>"
    b"<nd lat='59.61' lon='17.1'/><nd lat='59.61' lon='17.11'/><nd lat='59.6' lon='17.1'/></member>"
    b"<tag k='type' v='multipolygon'/><tag k='building' v='apartments'/>"
    b"<tag k='addr:street' v='Hyllgatan'/><tag k='addr:housenumber' v='9A-C'/></relation>"
    b"<remark>note</remark></osm>"
)
POLY = b"Ekhamn\n1\n 17.0 59.6\n 17.2 59.6\n 17.2 59.8\nEND\n!2\n 17.1 59.62\n 17.12 59.62\n 17.12 59.64\nEND\nEND\n"  # noqa: E501
CORRECTIONS = (
    "Gata;Åtgärd;Fart_procent;X;Y;Radie_m;Färdsätt\r\nStorgatan;fart;50;;;;cykel\r\n"
).encode("cp1252")
LINE = "c/o Anna Svensson, Kungsgatan 12 B, 2 tr ö g (port A), lgh 1102, 721 30 Provby".encode()

WORDS = (
    *("id='-", "ref='", "action='delete'", "visible='false'", "<center", "<nd", "lat='", "lon='"),
    *("<osmChange>", "<remark>", "timed out", "<action", "<member", "role='inner'", "pier", "END"),
    *("addr:interpolation", "alphabetic", "odd", "12-14", ";18", "A-C", "nb", "highway", "!", "-1"),
    *("type='multipolygon'", "associatedStreet", "area:highway", "dismount", "u.h.", "c/o", "lgh"),
    *("man_made", ":conditional", "1tr", "(port", "srs_id", "404000"),
)

File = Callable[[str, Callable[[Path], object]], Callable[[bytes], object]]


def map_targets(folder: Path, file: File, make: Callable[..., Any]) -> list[Any]:
    """Targets of maps; ``file`` and ``make`` are those of `benchmarks.fuzz_targets`."""
    import osmnx as ox

    (folder / "by.osm").write_bytes(DIALECT)
    network = load_osm(folder / "by.osm")
    save_network(network, folder / "by.nat")
    ox.io.save_graphml(to_graph(network), folder / "by.graphml")
    _lines(folder / "gator.gpkg")
    points = list(network.addresses)

    def ask(content: bytes) -> object:
        text = content.decode(errors="replace")
        normalise(text)
        numbers_of(text)
        return geocode([Query("k", text, "72130", "Provby")], points)

    return [
        make("streets:dialect", DIALECT, file("a.osm", load_osm)),
        make("streets:gz", gzip.compress(DIALECT), file("a.osm.gz", load_osm)),
        make("streets:bz2", bz2.compress(DIALECT), file("a.osm.bz2", load_osm)),
        make("streets:opl", b"n1 v1 x17 y59.6\nn2 v1 x17.1 y59.6\nw1 v1 Thighway=path Nn1,n2\n",
             file("a.opl", load_osm)),
        make("streets:any", DIALECT, file("a.pbf", load_osm)),
        make("streets:gpkg", (folder / "gator.gpkg").read_bytes(), file("g.gpkg", load_geopackage)),
        make("streets:graphml", (folder / "by.graphml").read_bytes(),
             file("g.graphml", load_graphml)),
        make("network", (folder / "by.nat").read_bytes(), file("nat", load_network)),
        make("corrections", CORRECTIONS, file("r.csv", read_corrections)),
        make("register:dialect", DIALECT, file("a.osm", read_register)),
        make("outline:poly", POLY, file("a.poly", read_area)),
        make("address", LINE, ask),
    ]  # fmt: skip


def _lines(path: Path) -> None:
    import geopandas as gpd
    import shapely

    shape = shapely.LineString([(17.0, 59.6), (17.01, 59.6), (17.01, 59.61)])
    table = gpd.GeoDataFrame(
        {"osm_id": ["7"], "highway": ["path"], "other_tags": ['"foot"=>"yes"']},
        geometry=[shape], crs=4326,
    )  # fmt: skip
    table.to_file(path, layer="lines", driver="GPKG")
