"""Coordinate systems that files say, do not say, or say wrong; nothing of PROJ reaches the user."""

import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest

from data.errors import InputError, NetworkError, SettingsError
from data.geo import crs
from data.geo.geopackage import Layer, system_of, write_geopackage
from data.geo.outline import read_outline
from data.tables import read_input
from data.tables.address_lists import load_decisions, read_register, save_decisions
from routing.network import load_osm

CASE = Path(__file__).resolve().parents[3] / "shared" / "cases" / "34-gpkg" / "srs_-1"
TOWN = (
    '<osm version="0.6"><node id="1" lat="59.60" lon="17.08"/>'
    '<node id="2" lat="59.61" lon="17.09"/>'
    '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>'
)


@pytest.mark.parametrize(
    ("epsg", "kind", "word"),
    [
        (3006, "tm", ""),
        (3011, "zone", ""),
        (3021, "rt90", ""),
        (25833, "other", ""),
        (5845, "other", ""),  # SWEREF 99 TM with heights
        (4326, "degrees", "grader"),
        (4619, "degrees", "grader"),  # SWEREF 99 in degrees
        (4258, "degrees", "grader"),
        (404000, "other", "inget känt"),
        (-1, "other", "inget känt"),
        (0, "other", "inget känt"),
        (99999999, "other", "inget känt"),
        (2225, "other", "inte i meter"),  # feet
        (4978, "other", "inget känt"),  # from the middle of the Earth
        (5613, "other", "inget känt"),  # heights alone
    ],
)
def test_what_may_be_a_networks_system(epsg, kind, word):
    """Engines and maps measure in metres; a network in degrees is 0 × 0 km."""
    assert crs.kind_of(epsg) == kind
    assert word in crs.why_unusable(epsg)
    assert bool(word) == bool(crs.why_unusable(epsg))


@pytest.mark.parametrize("epsg", [404000, 4326, 4619, -5, 0, 2225, 3857, 2193])
def test_a_network_in_an_impossible_system_is_refused_by_a_sentence(tmp_path, epsg):
    """Unknown codes crashed, degrees gave nothing, and 3857 makes every street twice as long."""
    (tmp_path / "by.osm").write_text(TOWN, encoding="utf-8")
    with pytest.raises((SettingsError, NetworkError), match=f"{epsg}.*3006"):
        load_osm(tmp_path / "by.osm", epsg=epsg)


@pytest.mark.parametrize("epsg", [3006, 3007, 3011, 3018, 3021, 25833, 32633, 5845])
def test_networks_in_systems_that_fit(tmp_path, epsg):
    """Every zone of Sweden measures every Swedish street to within 2 %."""
    (tmp_path / "by.osm").write_text(TOWN, encoding="utf-8")
    network = load_osm(tmp_path / "by.osm", epsg=epsg)
    assert network.epsg == epsg
    assert network.length_m[0] == pytest.approx(1248, abs=3)


def test_transforming_from_an_unknown_system_is_one_sentence():
    """The last guard: whatever comes in, PROJ's own words stay out."""
    with pytest.raises(SettingsError, match="EPSG:404000"):
        crs.transform(np.zeros(1), np.zeros(1), 404000, 3006)


def layer(path, srs_id, organization=None, definition="undefined", code=None):
    """A GeoPackage of two addresses whose layer says ``srs_id``."""
    columns = {"gata": "TEXT", "nummer": "TEXT"}
    points = [(600_000.0, 6_600_000.0), (600_100.0, 6_600_000.0)]
    write_geopackage(path, [Layer("adr", columns, [("A", "1"), ("B", "2")], points)], 3006)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gpkg_geometry_columns SET srs_id = ?", (srs_id,))
        if organization:
            connection.execute(
                "INSERT INTO gpkg_spatial_ref_sys VALUES ('x', ?, ?, ?, ?, NULL)",
                (srs_id, organization, code if code is not None else srs_id, definition),
            )
    connection.close()


@pytest.mark.parametrize("srs_id", [-1, 0, 99999, 404000, -7, None])
def test_layers_without_a_system_are_named(tmp_path, srs_id):
    """A layer without a system gave "Oväntat fel (CRSError)"."""
    path = tmp_path / "a.gpkg"
    try:
        layer(path, srs_id)
    except sqlite3.IntegrityError:
        layer(path, -1)
    with pytest.raises(InputError) as caught:
        read_register(path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.sheet) == ("a.gpkg", "adr")
    assert "koordinatsystem" in fault.problem
    with pytest.raises(SettingsError, match=r"adr.*koordinatsystem"):
        read_outline(path, 3006)


def test_the_files_own_numbers_of_systems(tmp_path):
    """srs_id is the file's own number: its table says which code it is, or defines it."""
    from pyproj import CRS

    layer(tmp_path / "a.gpkg", 100_001, "EPSG", code=3011)
    layer(tmp_path / "b.gpkg", 100_002, "NONE", CRS.from_epsg(3011).to_wkt("WKT1_GDAL"))
    layer(tmp_path / "c.gpkg", 100_003, "NONE", "PROJCS[nonsense")
    found = []
    for name in "abc":
        connection = sqlite3.connect(tmp_path / f"{name}.gpkg")
        (srs_id,) = connection.execute("SELECT srs_id FROM gpkg_geometry_columns").fetchone()
        found.append(system_of(connection, srs_id)[0])
        connection.close()
    assert found == [3011, 3011, None]


def test_decisions_know_their_system(tmp_path):
    """A decision made with a network in a local zone counts with one in SWEREF 99 TM too."""
    path = tmp_path / "beslut.json"
    save_decisions(path, {"a|1|": (150_000.0, 6_600_000.0)}, 3011)
    assert load_decisions(path, 3011) == {"a|1|": (150_000.0, 6_600_000.0)}
    x, y = load_decisions(path, 3006)["a|1|"]
    back = crs.transform(np.array([x]), np.array([y]), 3006, 3011)
    assert np.allclose(np.ravel(back), (150_000.0, 6_600_000.0), atol=0.01)
    save_decisions(path, {"b|2|": (1.0, 2.0)}, 3006)
    assert set(load_decisions(path, 3006)) == {"a|1|", "b|2|"}
    path.write_text('{"koordinatsystem": [404000, 0], "a": [1, 2]}', encoding="utf-8")
    with pytest.raises(Exception, match="skadad"):
        load_decisions(path)


def test_points_of_geopackages_say_where_to_mend_them(tmp_path):
    """Advice to declare on Kommun what the layer itself overrides sends people in a circle."""
    columns = {"Brukare": "TEXT", "Boende": "TEXT"}
    points = [(600_000.0 + at, 6_600_000.0) for at in range(3)]
    rows = [(f"B{at}", "villa") for at in range(3)]
    write_geopackage(tmp_path / "brukare.gpkg", [Layer("Brukare", columns, rows, points)], 3011)
    with pytest.raises(InputError) as caught:
        read_input(tmp_path, network_bounds=(599_000, 6_599_000, 601_000, 6_601_000), epsg=3006)
    said = [fault for fault in caught.value.faults if fault.sheet == "Brukare"]
    assert any("GIS-programmet" in fault.allowed for fault in said)
    assert not any("bladet Kommun" in fault.allowed for fault in said)


@pytest.mark.skipif(not CASE.exists(), reason="the small cases are not on this machine")
def test_the_small_case_of_a_layer_without_a_system():
    """Case 34: a fault that names the layer."""
    with pytest.raises(InputError) as caught:
        read_input(CASE)
    assert any(
        fault.file == "brukare.gpkg" and fault.sheet and "koordinatsystem" in fault.problem
        for fault in caught.value.faults
    )


def test_a_point_is_no_system():
    """Whatever stands where a number should, the layer has no system."""
    connection = sqlite3.connect(":memory:")
    for srs_id in ("x", 1.5, struct.pack("<d", 1), 10**30 % 2**62):
        assert system_of(connection, srs_id) == (None, "lagret har ett okänt koordinatsystem")
    connection.close()
