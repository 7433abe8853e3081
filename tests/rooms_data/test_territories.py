"""Territories: one diagram along the streets, disjoint, and telling nobody's address."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from data.geo.territories import REACH_M, team_areas, territories
from data.model import Client, Municipality
from data.streets import BIKE, CAR, WALK, StreetNetwork
from partition import polsby_popper

SIDE = 9
STEP_M = 100.0


def network_of(xy: np.ndarray, pairs: list[tuple[int, int]]) -> StreetNetwork:
    """Straight two-way streets for everyone between the nodes ``xy``."""
    begin, end = np.array(pairs, dtype=np.int32).T
    m = len(pairs)
    zeros = np.zeros(m, dtype=np.uint8)
    anyone = np.full(m, WALK | BIKE | CAR, dtype=np.uint8)
    return StreetNetwork(
        node_x=xy[:, 0].copy(),
        node_y=xy[:, 1].copy(),
        node_osm_id=np.arange(len(xy)),
        node_flags=np.zeros(len(xy), np.uint8),
        segment_from=begin,
        segment_to=end,
        forward=anyone,
        backward=anyone,
        length_m=np.hypot(*(xy[begin] - xy[end]).T),
        road_class=zeros,
        max_speed_kmh=zeros,
        segment_flags=zeros,
        name_idx=np.full(m, -1, np.int32),
        way_osm_id=np.arange(m),
        shape_offset=np.arange(0, 2 * m + 1, 2),
        shape_xy=np.stack([xy[begin], xy[end]], axis=1).reshape(-1, 2),
    )


@pytest.fixture(name="lattice")
def _lattice() -> StreetNetwork:
    """A square lattice of streets, 100 m apart."""
    x, y = (v.ravel().astype(float) * STEP_M for v in np.meshgrid(np.arange(SIDE), np.arange(SIDE)))
    across = [(i * SIDE + j, i * SIDE + j + 1) for i in range(SIDE) for j in range(SIDE - 1)]
    pairs = across + [
        (i * SIDE + j, i * SIDE + SIDE + j) for i in range(SIDE - 1) for j in range(SIDE)
    ]
    return network_of(np.column_stack([x, y]), pairs)


def division(seed: int, n_teams: int) -> tuple[Municipality, dict[str, str]]:
    """Sixty clients at corners of the lattice; those of a corner share a team."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, SIDE, size=(60, 2))
    clients = tuple(
        Client(f"k{i:02d}", x * STEP_M, y * STEP_M) for i, (x, y) in enumerate(corners.tolist())
    )
    team_of = {
        f"k{i:02d}": f"T{(x // 3 + 3 * (y // 3)) % n_teams}"
        for i, (x, y) in enumerate(corners.tolist())
    }
    return Municipality("M", clients, (), (), (), ()), team_of


@pytest.mark.parametrize(("seed", "n_teams"), [(1, 2), (2, 4), (3, 9)])
def test_territories_are_disjoint_and_hold_their_clients(lattice, seed, n_teams):
    """Areas that overlap, or leave a client outside its team's, would mislead on the map."""
    municipality, team_of = division(seed, n_teams)
    found = team_areas(municipality, team_of, lattice)
    areas = list(found.values())
    for i, one in enumerate(areas):
        assert one.is_valid
        assert 0 < polsby_popper(one) <= 1
        assert all(one.intersection(other).area < 1.0 for other in areas[i + 1 :])
    for client in municipality.clients:
        home = found[team_of[client.client_id]]
        assert home.buffer(30).contains(shapely.Point(client.x, client.y))


def test_protected_clients_draw_no_border(lattice):
    """C7: the territories are the same wherever a protected client lives."""
    municipality, team_of = division(8, 4)
    first, *rest = municipality.clients
    one, other = (
        team_areas(
            replace(municipality, clients=(replace(first, protected=True, x=x, y=x), *rest)),
            team_of, lattice,
        )
        for x in (37.0, 763.0)  # nobody else lives there: a household is hidden together
    )  # fmt: skip
    assert one.keys() == other.keys()
    assert all(one[team].equals(other[team]) for team in one)


def test_two_far_clients_make_no_hull(lattice):
    """G7: a team of two at opposite corners gets the streets around each, and nothing between."""
    clients = tuple(
        Client(f"k{i}", x, y)
        for i, (x, y) in enumerate([(0, 0), (800, 800), (400, 400), (400, 300), (300, 400)])
    )
    municipality = Municipality("M", clients, (), (), (), ())
    team_of = {"k0": "two", "k1": "two", "k2": "mid", "k3": "mid", "k4": "mid"}
    found = team_areas(municipality, team_of, lattice)
    assert len(shapely.get_parts(found["two"])) == 2
    assert not found["two"].intersects(shapely.Point(400, 400).buffer(80))


@pytest.mark.parametrize(("n_least", "is_there"), [(5, False), (4, True)])
def test_small_teams_leave_neither_area_nor_hole(lattice, n_least, is_there):
    """G7: where a team of four is left out, others have the streets, so that no gap shows it."""
    municipality, team_of = division(5, 2)
    few = [c.client_id for c in municipality.clients if c.x >= 600 and c.y >= 600][:4]
    team_of = {client: "few" if client in few else team for client, team in team_of.items()}
    found = team_areas(municipality, team_of, lattice, n_least=n_least)
    assert ("few" in found) == is_there
    streets = shapely.linestrings(lattice.shape_xy.reshape(-1, 2, 2))
    outside = shapely.union_all(streets).difference(
        shapely.union_all(list(found.values())).buffer(25)
    )
    assert outside.length < 1


def test_a_protected_client_does_not_count_towards_five(lattice):
    """G7 and C7: five of whom one is protected are four."""
    municipality, team_of = division(5, 2)
    few = [c.client_id for c in municipality.clients][:5]
    team_of = {client: "few" if client in few else team for client, team in team_of.items()}
    hidden = replace(
        municipality,
        clients=tuple(replace(c, protected=c.client_id == few[0]) for c in municipality.clients),
    )
    assert "few" in team_areas(municipality, team_of, lattice, n_least=5)
    assert "few" not in team_areas(hidden, team_of, lattice, n_least=5)


def test_a_longer_parallel_street_does_not_move_the_border():
    """Two streets between the same junctions are not one street as long as both."""
    xy = np.array([[0.0, 0.0], [400.0, 0.0], [1000.0, 0.0]])
    plain = network_of(xy, [(0, 1), (1, 2)])
    doubled = network_of(xy, [(0, 1), (0, 1), (1, 2)])
    doubled = replace(doubled, length_m=np.array([400.0, 900.0, 600.0]))
    ends, teams = np.array([[0.0, 0.0], [1000.0, 0.0]]), np.array([0, 1])
    border = [territories(net, ends, teams)[0].bounds[2] for net in (plain, doubled)]
    assert border[0] == pytest.approx(500, abs=40)
    assert border[1] == pytest.approx(border[0], abs=40)


def test_nothing_lies_far_from_a_street(lattice):
    municipality, team_of = division(4, 3)
    found = shapely.union_all(list(team_areas(municipality, team_of, lattice).values()))
    low, high = -REACH_M, (SIDE - 1) * STEP_M + REACH_M
    assert found.difference(shapely.box(low, low, high, high).buffer(1)).area < 1


def test_without_clients_or_streets_there_is_nothing(lattice):
    nobody = np.zeros((0, 2)), np.zeros(0, dtype=np.int64)
    assert territories(lattice, *nobody) == {}
