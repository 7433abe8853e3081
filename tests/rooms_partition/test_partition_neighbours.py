"""Neighbours are judged on the streets: a river is crossed only where a bridge is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.plans import TeamPlan
from data.rules import Rules
from data.streets import BIKE, CAR, WALK, StreetNetwork
from partition import plan_teams, team_table, warning_before_move
from partition.teams.contiguity import clients_cut_off
from partition.teams.street_neighbours import flat_links, links_of_pairs, parts_of, street_links
from partition.teams.team_measures import CLIENT_COLUMNS, TEAM_COLUMNS, client_table


def grid(n_wide: int = 6, n_high: int = 5, bridge: int | None = 0) -> StreetNetwork:
    """A grid of streets, 100 m apart, with a river between columns 2 and 3 and one bridge."""
    x, y = (
        part.ravel().astype(float) * 100
        for part in np.meshgrid(np.arange(n_wide), np.arange(n_high), indexing="ij")
    )
    pairs = []
    for i in range(n_wide):
        for j in range(n_high):
            node = i * n_high + j
            if j + 1 < n_high:
                pairs.append((node, node + 1))
            if i + 1 < n_wide and (i != 2 or j == bridge):
                pairs.append((node, node + n_high))
    begin, end = np.array(pairs, dtype=np.int32).T
    n = len(pairs)
    xy = np.column_stack([x, y])
    shape_xy = np.stack([xy[begin], xy[end]], axis=1).reshape(-1, 2)
    anyone = np.full(n, WALK | BIKE | CAR, dtype=np.uint8)
    zeros = np.zeros(n, dtype=np.uint8)
    return StreetNetwork(
        node_x=x,
        node_y=y,
        node_osm_id=np.arange(len(x)),
        node_flags=np.zeros(len(x), np.uint8),
        segment_from=begin,
        segment_to=end,
        forward=anyone,
        backward=anyone,
        length_m=np.full(n, 100.0),
        road_class=zeros + 6,
        max_speed_kmh=zeros + 30,
        segment_flags=zeros,
        name_idx=np.full(n, -1, np.int32),
        way_osm_id=np.arange(n),
        shape_offset=np.arange(0, 2 * n + 1, 2),
        shape_xy=shape_xy,
    )


@pytest.fixture(name="river_town")
def _river_town() -> StreetNetwork:
    return grid()


def test_the_river_parts_neighbours_except_at_the_bridge(river_town: StreetNetwork) -> None:
    """Two clients 100 m apart over the water are no neighbours; at the bridge they are."""
    points = np.array([[200.0, 300.0], [300.0, 300.0], [200.0, 0.0], [300.0, 0.0]])
    start, link = street_links(river_town, points, "bike")
    around = [set(link[start[i] : start[i + 1]].tolist()) for i in range(4)]
    assert 1 not in around[0]
    assert 3 in around[2]
    assert around[0] == {2}
    as_the_crow_flies = flat_links(points)
    begin = as_the_crow_flies[0]
    assert 1 in as_the_crow_flies[1][begin[0] : begin[1]].tolist()


def test_cells_agree_with_a_search_from_every_client(river_town: StreetNetwork) -> None:
    """Network Voronoi cells against the plain distance to each client."""
    import networkx as nx

    from data.geo.street_cells import network_reach
    from data.streets import WALK

    sources = np.array([0, 12, 17, 29])
    cell, _ = network_reach(river_town, sources, WALK)
    graph = nx.Graph(
        zip(river_town.segment_from.tolist(), river_town.segment_to.tolist(), strict=True)
    )
    hops = [nx.single_source_shortest_path_length(graph, int(s)) for s in sources]
    for node in range(river_town.n_nodes):
        reach = [h[node] for h in hops]
        assert reach[int(cell[node])] == min(reach)


def test_clients_at_one_door_are_neighbours_and_share_neighbours(
    river_town: StreetNetwork,
) -> None:
    """B7: a building with three clients does not fall apart."""
    points = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [100.0, 0.0]])
    start, link = street_links(river_town, points, "walk")
    for i in range(4):
        assert set(link[start[i] : start[i + 1]].tolist()) == set(range(4)) - {i}


@pytest.mark.parametrize(
    "xy", [[[0, 0]], [[0, 0], [5, 5]], [[0, 0], [1, 1], [2, 2], [3, 3], [4, 4]], [[1, 1], [1, 1]]]
)
def test_few_points_or_points_on_a_line_have_neighbours_too(xy: list[list[float]]) -> None:
    """A village along one road must not crash the fallback without streets."""
    links = flat_links(np.array(xy, dtype=float))
    assert len(parts_of(list(range(len(xy))), links)) == 1


def test_removing_the_link_of_a_chain_names_those_cut_off() -> None:
    """D11: on a chain a-b-c-d, taking b away cuts a off; taking an end away cuts nobody."""
    links = links_of_pairs(np.array([[0, 1], [1, 2], [2, 3]]), 4)
    row_of = {name: i for i, name in enumerate("abcd")}
    assert clients_cut_off("abcd", "b", row_of, links) == ("a",)
    assert clients_cut_off("abcd", "a", row_of, links) == ()


def test_a_move_that_cuts_a_team_is_warned_of(town: Any) -> None:
    """D11 through the public function: every client of a team, against counting parts anew."""
    plan = plan_teams(town.municipality, town.travel, Rules(), n_iterations=1)
    xy = np.array([(c.x, c.y) for c in town.municipality.clients])
    links = flat_links(xy)
    row_of = {c.client_id: i for i, c in enumerate(town.municipality.clients)}
    team, other = plan.teams[0], plan.teams[1]
    for client_id in team.client_ids:
        told = warning_before_move(town.municipality, plan, client_id, other.team_id)
        rest = [row_of[c] for c in team.client_ids if c != client_id]
        assert ("delas" in told) == (len(parts_of(rest, links)) > 1)


def test_tables_have_exactly_the_columns_of_the_files(town: Any) -> None:
    """design.md section 2: teams.csv and clients.csv; protected clients in neither list of ids."""
    clients = list(town.municipality.clients)
    clients[3] = replace(clients[3], protected=True)
    municipality = replace(town.municipality, clients=tuple(clients))
    plan = plan_teams(municipality, town.travel, Rules(), n_iterations=1)
    rows = team_table(municipality, plan, town.travel, None)
    assert all(tuple(row) == TEAM_COLUMNS for row in rows)
    assert sum(row["n_clients"] for row in rows) == len(clients)
    client_rows = client_table(municipality, plan)
    assert all(tuple(row) == CLIENT_COLUMNS for row in client_rows)
    assert {row["client_id"] for row in client_rows} == {c.client_id for c in clients} - {"c0003"}


def test_a_good_division_measures_better_than_a_bad_one(town_maker: Callable[..., Any]) -> None:
    """The measures tell planned teams from clients dealt out by id."""
    town = town_maker(120, seed=4)
    plan = plan_teams(town.municipality, town.travel, Rules(), n_iterations=2)
    ids = [c.client_id for c in town.municipality.clients]
    dealt = tuple(
        replace(team, client_ids=tuple(ids[k :: len(plan.teams)]))
        for k, team in enumerate(plan.teams)
    )
    bad: TeamPlan = replace(plan, teams=dealt)
    good_rows = team_table(town.municipality, plan, town.travel, None)
    bad_rows = team_table(town.municipality, bad, town.travel, None)

    def mean(rows: list[dict[str, Any]], column: str) -> float:
        return float(np.mean([row[column] for row in rows]))

    assert mean(good_rows, "travel_within_min") < 0.7 * mean(bad_rows, "travel_within_min")
    assert mean(good_rows, "compactness") > 0.7 > 0.5 > mean(bad_rows, "compactness")
    assert all(row["contiguous"] for row in good_rows)
    assert not any(row["contiguous"] for row in bad_rows)


def test_shape_counts_far_clients_more_and_drift_is_zero_for_the_same_division(town: Any) -> None:
    """Moment of inertia by hand for one team, and drift between a table and itself."""
    from partition import drift_table, shape_table

    plan = plan_teams(town.municipality, town.travel, Rules(), n_iterations=1)
    rows = shape_table(town.municipality, plan, town.travel)
    assert [row["team_id"] for row in rows] == [team.team_id for team in plan.teams]
    assert all(row["n_parts"] == 1 for row in rows)
    assert all(row["moment_of_inertia_min2"] > 0 for row in rows)
    table = team_table(town.municipality, plan, town.travel)
    assert all(row["drift_pct"] == 0 for row in drift_table(table, table))
    grown = [dict(row) for row in table]
    heaviest = max(grown, key=lambda row: row["care_min_week"])
    heaviest["care_min_week"] *= 2
    drift = {row["team_id"]: row["drift_pct"] for row in drift_table(table, grown)}
    assert drift[heaviest["team_id"]] == max(drift.values()) > 0
