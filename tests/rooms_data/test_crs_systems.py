"""Coordinate systems: recognised by range, named by people, transformed as the authority says."""

import math

import numpy as np
import pytest

from data.geo import crs

BOUNDS = (595_000.0, 6_595_000.0, 605_000.0, 6_605_000.0)


def town(epsg):
    """A hundred points of a town at 59.5° N, 16.8° E, in a system."""
    rng = np.random.default_rng(1)
    east, north = 596_000 + 8_000 * rng.random(100), 6_596_000 + 8_000 * rng.random(100)
    return crs.transform(east, north, 3006, epsg)


@pytest.mark.parametrize(
    ("epsg", "kind"),
    [(3006, "tm"), (3010, "zone"), (3011, "zone"), (3021, "rt90"), (4326, "degrees")],
)
def test_recognised_both_ways_round(epsg, kind):
    # B1, B3, B4.
    east, north = town(epsg)
    assert crs.recognise(east, north) == crs.Recognised(kind, False)
    assert crs.recognise(north, east) == crs.Recognised(kind, True)


def test_a_few_bad_points_do_not_hide_the_system():
    east, north = town(3006)
    east[:4] = 0
    assert crs.recognise(east, north).kind == "tm"
    east[:20] = 0
    assert crs.recognise(east, north).kind == "unknown"
    assert crs.recognise(east[:0], north[:0]).kind == "unknown"


@pytest.mark.parametrize("epsg", [*range(3006, 3019), 3021, 4326])
def test_each_system_fits_itself_and_no_other_zone(epsg):
    # B2: whichever of the twelve zones the file is in, the bounds tell which.
    east, north = town(epsg)
    assert crs.fitting(east, north, BOUNDS, 3006) == (epsg,)


@pytest.mark.parametrize("wrong", range(3007, 3019))
def test_a_wrong_zone_is_far_off_and_still_in_sweden(wrong):
    # B2 as measured: 42–434 km; the check against bounds is what catches it.
    right = 3011
    if wrong == right:
        return
    east, north = town(right)
    x, y = crs.transform(east, north, wrong, 3006)
    off_km = np.hypot(x - 600_000, y - 6_600_000).mean() / 1000
    assert 40 < off_km < 440
    assert crs.share_inside(x, y, BOUNDS) == 0


def gauss_kruger(lat, lon, lon0, k0, false_east):
    """The naive twin: Krüger's series on GRS 80, as Lantmäteriet publishes it (Gauss Conformal
    Projection, Transverse Mercator: Krüger's formulas)."""
    a, f = 6378137.0, 1 / 298.257222101
    e2, n = f * (2 - f), f / (2 - f)
    a_hat = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    big = (
        e2, (5 * e2**2 - e2**3) / 6, (104 * e2**3 - 45 * e2**4) / 120, 1237 * e2**4 / 1260,
    )  # fmt: skip
    beta = (
        n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16 + 41 * n**4 / 180,
        13 * n**2 / 48 - 3 * n**3 / 5 + 557 * n**4 / 1440,
        61 * n**3 / 240 - 103 * n**4 / 140,
        49561 * n**4 / 161280,
    )
    phi, d_lon = math.radians(lat), math.radians(lon - lon0)
    s = math.sin(phi)
    star = phi - s * math.cos(phi) * sum(c * s ** (2 * k) for k, c in enumerate(big))
    xi = math.atan2(math.tan(star), math.cos(d_lon))
    eta = math.atanh(math.cos(star) * math.sin(d_lon))
    terms = list(enumerate(beta, start=1))
    north = xi + sum(b * math.sin(2 * k * xi) * math.cosh(2 * k * eta) for k, b in terms)
    east = eta + sum(b * math.cos(2 * k * xi) * math.sinh(2 * k * eta) for k, b in terms)
    return k0 * a_hat * east + false_east, k0 * a_hat * north


@pytest.mark.parametrize("epsg", range(3006, 3019))
def test_against_the_published_series(epsg):
    # Every zone's meridian is in its name; one mixed up would be kilometres off.
    degrees, minutes = (15, 0) if epsg == 3006 else map(int, crs.NAMES[epsg].split()[-2:])
    k0, false_east = (0.9996, 500_000.0) if epsg == 3006 else (1.0, 150_000.0)
    for lat, lon in ((55.6, 13.0), (59.5, 16.8), (67.9, 20.2)):
        x, y = crs.transform(np.array([lon]), np.array([lat]), 4326, epsg)
        expected = gauss_kruger(lat, lon, degrees + minutes / 60, k0, false_east)
        assert abs(x[0] - expected[0]) < 0.01
        assert abs(y[0] - expected[1]) < 0.01


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        ("SWEREF 99 TM", 3006), ("sweref99tm", 3006), ("EPSG:3006", 3006), ("3008", 3008),
        ("SWEREF 99 13 30", 3008), ("sweref99 21 45", 3017), ("RT 90 2,5 gon V", 3021),
        ("RT90", 3021), ("WGS 84", 4326), ("EPSG 4326", 4326), ("", None), ("Marsvinsholm", None),
    ],
)  # fmt: skip
def test_names_that_people_write(text, epsg):
    assert crs.epsg_of(text) == epsg


def test_nothing_is_fetched(monkeypatch):
    # PROJ may fetch grids from a network where it is allowed to; here it never is.
    from pyproj import network

    monkeypatch.setenv("PROJ_NETWORK", "ON")
    network.set_network_enabled(True)
    town(3021)
    assert not network.is_network_enabled()
