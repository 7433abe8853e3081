"""Territories, changes, basemap and charts: what is drawn is what is so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.geo.territories import territories
from data.streets import Feature
from maps.common.drawing import Frame, spread_out
from maps.common.lonlat import WebGrid, lonlat
from maps.reports.charts import bars, load_curve
from maps.screen.basemap import basemap
from maps.screen.team_changes import movers, same_team
from maps.screen.team_payload import LABEL_MAX, labels_of


def placed(town):
    clients = [c for c in town.municipality.clients if not c.protected]
    xy = np.array([(c.x, c.y) for c in clients])
    team = np.array([int(town.team_plan.team_of_client[c.client_id][1]) - 1 for c in clients])
    return xy, team


def test_clients_live_in_their_teams_territory(make_town):
    """The map may not show a client in another team's area (corners are rounded, so nearly)."""
    town = make_town()
    xy, team = placed(town)
    found = territories(town.network, xy, team)
    for point, t in zip(xy, team, strict=True):
        assert found[int(t)].buffer(25).contains(shapely.Point(point))
    assert found[0].intersection(found[1]).area < 1


def test_territories_cover_the_streets_and_little_more(make_town):
    """All streets are someone's, so that an edge does not point at a lone client (G7)."""
    town = make_town()
    found = list(territories(town.network, *placed(town)).values())
    lines = shapely.MultiLineString([town.network.shape(s) for s in range(town.network.n_segments)])
    outside = lines.difference(shapely.union_all(found).buffer(20))
    assert outside.length < 0.02 * lines.length
    assert shapely.union_all(found).difference(lines.buffer(145)).area < 1


def test_streets_that_nobody_reaches_belong_to_nobody(make_town):
    """B8: an island without clients is left white, and does not end the program."""
    town = make_town()
    net = town.network
    keep = ~np.isin(net.node_y[net.segment_from] - 6_500_000, (480.0,))
    keep &= ~np.isin(net.node_y[net.segment_to] - 6_500_000, (480.0,))
    idx = np.flatnonzero(keep)
    island = replace(
        net,
        **{
            name: getattr(net, name)[idx]
            for name in ("segment_from", "segment_to", "forward", "backward", "length_m",
                         "road_class", "max_speed_kmh", "segment_flags", "name_idx", "way_osm_id")
        },
        shape_offset=np.arange(0, 2 * len(idx) + 1, 2),
        shape_xy=np.concatenate([net.shape(int(s)) for s in idx]),
    )  # fmt: skip
    xy = np.array([[540_030.0, 6_500_000.0], [540_630.0, 6_500_120.0]])
    found = list(territories(island, xy, np.array([0, 1])).values())
    assert found
    assert not any(one.contains(shapely.Point(540_500, 6_500_840)) for one in found)


def test_no_clients_no_territories(make_town):
    town = make_town()
    assert territories(town.network, np.zeros((0, 2)), np.zeros(0, dtype=np.int64)) == {}


def test_teams_that_only_changed_names_move_nobody():
    """Before and after are compared by who belongs together, not by what teams are called."""
    before = {"a": "Nord", "b": "Nord", "c": "Syd", "d": "Syd"}
    now = {"a": "L1", "b": "L1", "c": "L2", "d": "L2"}
    assert same_team(before, now) == {"Nord": "L1", "Syd": "L2"}
    assert movers(before, now) == []


def test_one_who_changes_team_moves():
    before = {"a": "1", "b": "1", "c": "2", "d": "2", "e": "2"}
    assert movers(before, {**before, "c": "1"}) == ["c"]


@given(st.dictionaries(st.text(max_size=3), st.sampled_from("ABC"), max_size=12))
def test_nobody_moves_when_nothing_changes(division):
    assert movers(division, division) == []


def test_base_map_holds_every_segment_and_survives_empty_features(make_town):
    """A feature without points, as clipping leaves them, is skipped."""
    town = make_town()
    net = replace(
        town.network, features=(*town.network.features, Feature("water", np.zeros((0, 2))))
    )
    grid = WebGrid.around(np.array([net.bounds[:2], net.bounds[2:]]), net.epsg)
    made = basemap(net, grid)
    n_names = len(made["names"])
    assert {one["k"] for one in made["features"]} == {"river", "green"}
    assert n_names == len(set(net.name_idx.tolist()))


def test_grid_units_are_web_mercator_metres(make_town):
    """Half a metre on the ground at Swedish latitudes, and north is up."""
    grid = WebGrid.around(np.array([[540_000.0, 6_500_000.0]]), 3006)
    (x0, y0), (x1, y1) = grid.units(np.array([[540_000.0, 6_500_000.0], [540_100.0, 6_500_100.0]]))
    assert (x0, y0) == (0, 0)
    assert 180 < x1 < 205
    assert 180 < y1 < 205
    lon, lat = lonlat(np.array([[674_032.0, 6_580_822.0]]), 3006)[0]
    assert (lon, lat) == pytest.approx((18.06, 59.33), abs=0.02)


@given(st.integers(1, 60))
def test_marks_of_one_building_lie_apart(n):
    """B7: sixty clients at one door can all be told apart."""
    at = np.array(spread_out([(5.0, 5.0)] * n, 12.0))
    far = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 99 * np.eye(n)
    assert far.min() > 7


def test_frames_show_all_their_points():
    xy = np.array([[0.0, 0.0], [4000.0, 100.0]])
    frame = Frame.around(xy, 300.0, 200.0)
    at = frame.place(xy)
    assert (at > 0).all()
    assert (at < [300.0, 200.0]).all()


def test_charts_write_their_values_out():
    """I4: nobody needs to measure a bar; nothing divides by zero (C10)."""
    chart = bars(["A", "B"], [10.0, 20.0], [12.0, None], width=400.0)
    assert {"10", "20"} <= {word.text for word in chart.words}
    assert bars(["A"], [0.0], width=400.0).lines
    curve = load_curve(["07:00"], [2.0], [1.0], [4.0], width=400.0, names=("a", "b", "c"))
    assert "07:00" in {word.text for word in curve.words}
    assert load_curve([], [], [], [], width=400.0, names=("a", "b", "c")).words


def test_a_team_has_its_own_name_on_the_map():
    """Short names stand whole; long ones lose what all begin with, then their end."""
    assert labels_of(["L01", "Norr"]) == {"L01": "L01", "Norr": "Norr"}
    found = labels_of(["Hemtjänsten Centrum", "Hemtjänsten Solrosgårdarna"])
    assert found == {
        "Hemtjänsten Centrum": "Centrum", "Hemtjänsten Solrosgårdarna": "Solrosgårda…",
    }  # fmt: skip
    assert all(len(one) <= LABEL_MAX for one in found.values())
    assert labels_of(["Ett mycket långt namn"]) == {"Ett mycket långt namn": "Ett mycket…"}


def test_marks_near_each_other_are_pushed_apart_and_stay_near():
    """Ten in two houses of one street, and a base between them: no number lies on another."""
    from maps.common.spreading import apart

    at = [(50.0, 50.0)] * 5 + [(56.0, 50.0)] * 5 + [(150.0, 20.0)]
    base = (53.0, 51.0)
    moved = apart(at, 15.0, fixed=[base], within=(200.0, 100.0))
    whole = np.vstack([moved, base])
    far = np.hypot(*(whole[:, None] - whole[None]).transpose(2, 0, 1))
    np.fill_diagonal(far, np.inf)
    assert far.min() > 14.9
    assert tuple(moved[-1]) == (150.0, 20.0)
    assert np.hypot(*(moved - np.array(at)).T).max() < 45
    assert (moved > 7.4).all()
    assert (moved < [192.6, 92.6]).all()


def test_marks_that_have_room_stay_at_their_doors():
    from maps.common.spreading import apart

    at = [(20.0, 20.0), (60.0, 20.0)]
    assert apart(at, 15.0, within=(200.0, 100.0)).tolist() == [list(pair) for pair in at]
    assert apart([], 15.0, within=(200.0, 100.0)).shape == (0, 2)
