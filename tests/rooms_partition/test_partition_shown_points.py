"""A redesign's shared figures are of those only who may be shown, and move with nobody hidden."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from data.care.hidden import hidden_clients
from data.rules import Rules
from data.travel_times import TravelTimes
from partition import make_redesign, shown_points
from partition.redesign.redesign_front import Move
from partition.redesign.shown_points import figures_of_point
from tests.rooms_partition.test_partition_hidden import with_hidden


def drifted(m):
    """Teams of today cut by longitude, unevenly."""
    by_x = sorted(m.clients, key=lambda c: c.x)
    cuts = [int(share * len(by_x)) for share in (0, 0.2, 0.5, 0.75, 1)]
    team_of = {c.client_id: f"T{k}" for k, (a, b) in enumerate(pairwise(cuts)) for c in by_x[a:b]}
    return replace(m, clients=tuple(replace(c, team_id=team_of[c.client_id]) for c in m.clients))


@pytest.fixture(scope="module")
def front(town):
    """A town of crooked teams with four hidden, some of them in a team far away, and its front."""
    m = with_hidden(drifted(town.municipality), 2)
    hidden, rng = hidden_clients(m), random.Random(3)
    clients = tuple(
        replace(c, team_id=rng.choice(["T0", "T3"])) if c.client_id in hidden else c
        for c in m.clients
    )
    m = replace(m, clients=clients)
    return m, make_redesign(m, town.travel, Rules(), seed=1)


FIGURES = (
    "n_moved", "n_new_contacts", "n_forced_contacts", "travel_min_week", "to_middle_min_week",
    "imbalance_pct", "rounds_off", "n_fragments", "travel_gain_min_week", "moves",
)  # fmt: skip


def figures(points):
    return [[getattr(point, name) for name in FIGURES] for point in points]


def test_nothing_told_of_a_point_is_of_the_hidden(town, front):
    m, points = front
    hidden = hidden_clients(m)
    assert any(move.client_id in hidden for point in points for move in point.moves)
    told = shown_points(points, m, town.travel, Rules())
    for point in told:
        assert point.n_moved == len(point.moves)
        assert not hidden & {move.client_id for move in point.moves}
        assert not any(re.search(r"\d (min|%)", move.reason) for move in point.moves)
    assert [point.plan for point in told] == [point.plan for point in points]

    at = [town.travel.client_idx(client_id) for client_id in sorted(hidden)]
    row = np.arange(len(town.travel.point_ids))
    row[at] = np.roll(at, 1)
    others = [town.travel.client_idx(c.client_id) for c in m.clients if c.client_id not in hidden]
    row[at[0]] = others[0]
    moved = TravelTimes(
        town.travel.point_ids,
        {mode: np.ascontiguousarray(t[np.ix_(row, row)])
         for mode, t in town.travel.seconds.items()},
    )  # fmt: skip
    visits = tuple(
        replace(v, duration_s=3 * v.duration_s) if v.client_id in hidden else v for v in m.visits
    )
    elsewhere = shown_points(points, replace(m, visits=visits), moved, Rules())
    assert figures(told) == figures(elsewhere)


def test_where_nobody_is_hidden_the_points_are_told_as_they_are(town, front):
    m, points = front
    open_town = replace(m, clients=tuple(replace(c, protected=False) for c in m.clients))
    assert shown_points(points, open_town, town.travel, Rules()) == list(points)


def test_figures_are_those_of_the_search_where_nobody_is_hidden(town):
    """The same figures, reckoned twice: by the search, and from the finished plan."""
    m = drifted(town.municipality)
    points = make_redesign(m, town.travel, Rules(), seed=1)
    again = [figures_of_point(point, m, town.travel, Rules()) for point in points]
    assert len(points) > 3
    assert figures(again) == figures(points)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("närmare: 4 min till mitten av lag L1 i stället för 7 min till mitten av lag 2",
         "närmare lag 2"),
        ("avlastar lag L 1 som har 107 % av medelarbetet", "avlastar lag L 1"),
        ("fyller lag 2 som har 90 % av medelarbetet", "fyller lag 2"),
        ("lag L02 hänger inte ihop på gatorna i dag",
         "lag L02 hänger inte ihop på gatorna i dag"),
    ],
)  # fmt: skip
def test_reasons_are_told_without_what_was_measured_of_all(town, front, reason, told):
    m, points = front
    shown = next(c.client_id for c in m.clients if not c.protected)
    point = replace(points[0], moves=(Move(shown, "L 1", "2", reason),))
    (one,) = shown_points([point], m, town.travel, Rules())
    assert [move.reason for move in one.moves] == [told]
