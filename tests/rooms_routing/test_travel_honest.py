"""Minutes that can be checked by hand, snaps that are told, ways that follow the streets."""

import numpy as np
import pytest

from data.errors import NetworkError, SettingsError
from data.model import Base, Client, Municipality
from data.units import MODES, UNREACHABLE_S
from routing.network import apply_corrections, corrections_of
from routing.travel import (
    SnapLimits,
    SpeedProfile,
    TravelEngine,
    load_prepared,
    prepare,
    travel_times,
)


@pytest.fixture(scope="module")
def engine(net_town):
    return TravelEngine(net_town)


def _at(network, *node_ids, east=0.0, north=0.0):
    """Places at junctions, by OSM id."""
    rows = [int(np.flatnonzero(network.node_osm_id == node)[0]) for node in node_ids]
    return np.column_stack([network.node_x[rows] + east, network.node_y[rows] + north])


def _seconds(engine, mode, *node_ids):
    snaps = engine.snap(_at(engine.network, *node_ids))
    return engine.matrix(mode, snaps)


def test_walking_storgatan_by_hand(engine):
    """398.6 m at 4.5 km/h is 318.9 s, each way; at a junction nobody on foot waits."""
    assert _seconds(engine, "walk", 1, 3).tolist() == [[0, 319], [319, 0]]


def test_cycling_waits_at_the_signal(engine):
    """398.6 m at 14 km/h is 102.5 s, and 5 s at the signal of node 2."""
    assert _seconds(engine, "bike", 1, 3)[0, 1] in (107, 108)


def test_cars_go_round(engine):
    """3 → 6 is one-way: back from 6 to 3 a car goes the long way round, a bicycle does not; and
    the bollard on 2–5 lets cyclists through only."""
    bike, car = _seconds(engine, "bike", 3, 6), _seconds(engine, "car", 3, 6)
    assert bike[1, 0] == bike[0, 1]
    assert car[1, 0] > 3 * car[0, 1]
    through = [_seconds(engine, mode, 2, 5)[0, 1] for mode in ("bike", "car")]
    assert through[0] < 60
    route = engine.route("car", engine.snap(_at(engine.network, 2, 5)), 0, 1)
    assert route.seconds == through[1]
    assert {stretch.name for stretch in route.stretches} >= {"Envägen"} or {"Västra gatan"} <= {
        stretch.name for stretch in route.stretches
    }


def test_each_rounding_is_small(net_random):
    """Milliseconds per street, one rounding at the end: never a second off the exact sum."""
    network = net_random(12, 10, 2)
    engine = TravelEngine(network)
    rng = np.random.default_rng(0)
    node = rng.integers(0, network.n_nodes, 40)
    snaps = engine.snap(np.column_stack([network.node_x, network.node_y])[node])
    seconds = engine.matrix("walk", snaps)
    for i, j in rng.integers(0, 40, (60, 2)).tolist():
        route = engine.route("walk", snaps, i, j)
        if route is not None and network.road_class[route.segment_idx].max() < 14:
            beyond = np.maximum(0, snaps.of_mode["walk"].distance_m[[i, j]] - 30).sum()
            exact = (route.length_m + beyond) / 1.25
            assert abs(seconds[i, j] - exact) <= 0.6 or i == j


def test_points_of_one_street(engine):
    """Along a one-way street a car drives on directly, and goes round the block to come back."""
    xy = _at(engine.network, 3, 3)
    xy[0, 1] += 50.0
    xy[1, 1] += 150.0
    snaps = engine.snap(xy)
    car = engine.matrix("car", snaps)
    assert car[0, 1] == pytest.approx(100 / (28 / 3.6), abs=1)
    assert car[1, 0] > 60
    assert engine.route("car", snaps, 0, 1).stretches[0].name == "Envägen"
    assert len(engine.path("car", snaps, 0, 1)) == 2


def test_paths_follow_streets(engine, net_town):
    """A drawn way begins and ends at the snapped points, and is as long as the streets."""
    snaps = engine.snap(_at(net_town, 1, 6, 4, 10, east=7.0))
    for mode in ("walk", "bike"):
        for i in range(4):
            for j in range(4):
                route = engine.route(mode, snaps, i, j)
                of = snaps.of_mode[mode]
                np.testing.assert_allclose(route.xy[0], of.xy[i], atol=1e-6)
                np.testing.assert_allclose(route.xy[-1], of.xy[j], atol=1e-6)
                drawn = np.hypot(*np.diff(route.xy, axis=0).T).sum() if i != j else 0.0
                assert drawn == pytest.approx(route.length_m, rel=0.006, abs=0.1)
                total = sum(stretch.length_m for stretch in route.stretches)
                assert total == pytest.approx(route.length_m)


def test_stairs_are_for_walkers(engine, net_town):
    """4 → 8 by the steps on foot where they are quicker than the way round; never by bicycle."""
    snaps = engine.snap(_at(net_town, 4, 8))
    assert engine.route("walk", snaps, 0, 1).length_m == pytest.approx(299, abs=1)
    engine = engine.with_profile(SpeedProfile(steps_kmh=4.0))
    assert engine.route("walk", snaps, 0, 1).length_m == pytest.approx(223.6, abs=1)
    assert engine.route("bike", snaps, 0, 1).length_m == pytest.approx(299, abs=1)


def test_the_ferry_lasts_and_is_waited_for(engine):
    """Ten minutes aboard and ten of waiting lie between node 6 and the island."""
    assert _seconds(engine, "walk", 6, 9)[0, 1] == pytest.approx(1200, rel=0.05)
    assert _seconds(engine, "car", 6, 9)[0, 1] == UNREACHABLE_S


def test_snaps_tell_side_distance_and_doubt(engine, net_town):
    """Left and right of a street, far from any, in the sea, and nowhere at all."""
    base = _at(net_town, 8)[0]
    xy = np.array(
        [base + [20, 10], base + [20, -10], base + [250, -300], base + [0, -5000], [np.nan, 1.0]]
    )
    of = engine.snap(xy).of_mode["walk"]
    assert of.side[:3].tolist() == [1, -1, -1]
    assert of.distance_m[:3] == pytest.approx([10, 10, 300], abs=0.1)
    from routing.travel.snap import FAULT_KINDS

    assert [FAULT_KINDS[code] for code in of.fault] == ["", "", "far", "outside", "unplaced"]
    seconds = engine.matrix("walk", engine.snap(xy))
    assert (seconds[3, :3] == UNREACHABLE_S).all()
    assert (np.diag(seconds) == 0).all()
    assert seconds[0, 2] == pytest.approx((230 + 270) / 1.25, abs=1), (
        "what is beyond 30 m is walked"
    )


def test_small_parts_are_left_where_the_main_part_is_near(engine, net_town):
    """A point by the clipped street stays there only if the town is out of reach."""
    at = _at(net_town, 11)
    near = engine.snap(at, ["walk"], limits=SnapLimits(other_part_m=2_000.0)).of_mode["walk"]
    far = engine.snap(at, ["walk"]).of_mode["walk"]
    assert near.distance_m[0] > 400
    assert far.distance_m[0] < 1
    from routing.travel.snap import FAULT_KINDS

    assert FAULT_KINDS[far.fault[0]] == "other_part"


def _municipality(network, places, epsg=3006):
    clients = tuple(Client(str(i), float(x), float(y)) for i, (x, y) in enumerate(places))
    x, y = _at(network, 2)[0]
    return Municipality("Ekhamn", clients, (), (), (), (Base("B1", float(x), float(y)),), epsg)


def test_travel_times_of_a_municipality(net_town):
    """Points by id, neighbours in one house at zero, and the doubtful ones by name and mode."""
    home, island = _at(net_town, 4)[0], _at(net_town, 10)[0]
    municipality = _municipality(net_town, [home, home, island, (0.0, 0.0)])
    times, engine, report = travel_times(net_town, municipality, ("walk", "car"))
    assert times.point_ids == ("client:0", "client:1", "client:2", "client:3", "base:B1")
    assert set(times.seconds) == {"walk", "car"}
    assert times.seconds["walk"].dtype == np.int32
    assert times.between("walk", 0, 1) == 0
    assert times.between("car", 0, 2) == UNREACHABLE_S
    direct = engine.matrix("walk", engine.snaps)
    np.testing.assert_array_equal(times.seconds["walk"], direct)
    assert {(f.point_id, f.mode, f.kind) for f in report.faults} == {
        ("client:2", "walk", "ferry"),
        ("client:2", "car", "other_part"),
        ("client:3", "walk", "outside"),
        ("client:3", "car", "outside"),
    }
    assert {f.point_id for f in report.unreachable} == {"client:2", "client:3"}
    assert all("client:" in line for line in report.lines())
    line = engine.leg_path("walk", "client:0", "base:B1")
    assert len(line) >= 2
    assert engine.leg_path("car", "client:0", "client:3").shape == (0, 2)
    with pytest.raises(SettingsError, match="okänd"):
        engine.leg_path("walk", "client:0", "client:9")


def test_foreign_networks_are_refused(net_town):
    """Another municipality's map, or another CRS, stops before any minute is made up (B9)."""
    with pytest.raises(NetworkError, match="rätt kommuns karta"):
        travel_times(net_town, _municipality_far(net_town))
    with pytest.raises(NetworkError, match="EPSG:3011"):
        travel_times(net_town, _municipality(net_town, [(0.0, 0.0)], epsg=3011))


def _municipality_far(network):
    far = Base("B", 1e5, 1e5)
    return Municipality("Annan", (Client("1", 1e5, 1e5),), (), (), (), (far,))


def test_corrections_reach_the_minutes(net_town):
    """A closed street is gone round; one at half speed takes twice the time."""
    before = _seconds(TravelEngine(net_town), "walk", 1, 3)[0, 1]
    slow, _ = apply_corrections(
        net_town, corrections_of([{"gata": "Storgatan", "åtgärd": "fart", "fart_procent": "50"}])
    )
    assert _seconds(TravelEngine(slow), "walk", 1, 3)[0, 1] == pytest.approx(2 * before, abs=1)
    closed, _ = apply_corrections(
        net_town, corrections_of([{"gata": "Storgatan", "åtgärd": "stängd"}])
    )
    snaps = TravelEngine(closed).snap(_at(net_town, 1, 3))
    assert TravelEngine(closed).matrix("walk", snaps)[0, 1] > 1.5 * before


def test_profiles_are_checked():
    """A comma in the wrong place must not make carers cycle at 140 km/h unseen."""
    for wrong in ({"walk_kmh": 0}, {"bike_kmh": 500}, {"turn_s": -1}, {"car_limit_factor": 9}):
        with pytest.raises(SettingsError):
            SpeedProfile(**wrong)
    with pytest.raises(SettingsError):
        SpeedProfile(signal_s={"walk": 0})
    with pytest.raises(SettingsError, match="flyg"):
        TravelEngine.graph(None, "flyg")


def test_prepared_engines(tmp_path, net_random):
    """The second start reads what the first one built; broken and foreign files are not used."""
    network = net_random(8, 7, 1)
    first = prepare(network, tmp_path)
    (file,) = tmp_path.iterdir()
    stamp = file.stat().st_mtime_ns
    second = prepare(network, tmp_path)
    assert file.stat().st_mtime_ns == stamp
    xy = np.column_stack([network.node_x, network.node_y])
    for mode in MODES:
        np.testing.assert_array_equal(
            first.matrix(mode, first.snap(xy)), second.matrix(mode, second.snap(xy))
        )
    with pytest.raises(NetworkError, match="annat gatunät"):
        load_prepared(net_random(8, 7, 2), file)
    file.write_bytes(file.read_bytes()[:-70])
    with pytest.raises(NetworkError, match="avhuggen"):
        load_prepared(network, file)
    prepare(network, tmp_path)
    load_prepared(network, file)
