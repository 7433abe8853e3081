"""A small town made by hand: a grid of streets, two teams, two rounds. No engine is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from data.model import Base, Client, Municipality, Shift, Staff, Visit
from data.plans import PlanRow, RoundPlan, Team, TeamPlan, UnplannedRow
from data.streets import Feature, StreetNetwork

DAY = dt.date(2026, 3, 2)
EAST, NORTH = 540_000.0, 6_500_000.0
SPACING_M = 120.0
SIDE = 9


def _network() -> StreetNetwork:
    """A square grid of 9 by 9 junctions with a few classes and names, a river and a park."""
    xs, ys = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    x = EAST + SPACING_M * xs.ravel().astype(np.float64)
    y = NORTH + SPACING_M * ys.ravel().astype(np.float64)
    pairs, classes, names = [], [], []
    for row in range(SIDE):
        for column in range(SIDE):
            here = row * SIDE + column
            if column + 1 < SIDE:
                pairs.append((here, here + 1))
                classes.append(3 if row == 4 else 6)
                names.append(row)
            if row + 1 < SIDE:
                pairs.append((here, here + SIDE))
                classes.append(12 if column == 2 else 6)
                names.append(SIDE + column)
    ends = np.array(pairs, dtype=np.int32)
    n = len(ends)
    nodes = np.column_stack([x, y])
    river = np.array(
        [[EAST - 50, NORTH + 510], [EAST + 500, NORTH + 540], [EAST + 1100, NORTH + 500]]
    )
    park = np.array([[130, 130], [230, 130], [230, 230], [130, 230], [130, 130]]) + [EAST, NORTH]
    return StreetNetwork(
        node_x=x,
        node_y=y,
        node_osm_id=np.arange(len(x), dtype=np.int64),
        node_flags=np.zeros(len(x), dtype=np.uint8),
        segment_from=ends[:, 0].copy(),
        segment_to=ends[:, 1].copy(),
        forward=np.full(n, 7, dtype=np.uint8),
        backward=np.full(n, 7, dtype=np.uint8),
        length_m=np.full(n, SPACING_M),
        road_class=np.array(classes, dtype=np.uint8),
        max_speed_kmh=np.zeros(n, dtype=np.uint8),
        segment_flags=np.zeros(n, dtype=np.uint8),
        name_idx=np.array(names, dtype=np.int32),
        way_osm_id=np.arange(n, dtype=np.int64),
        shape_offset=np.arange(0, 2 * n + 1, 2, dtype=np.int64),
        shape_xy=nodes[ends.ravel()].copy(),
        names=tuple(f"Åkervägen {i}" for i in range(2 * SIDE)),
        features=(Feature("river", river), Feature("green", park)),
    )


def manhattan(_mode: str, from_xy: np.ndarray, to_xy: np.ndarray) -> np.ndarray:
    """A way along the grid: east or west first, then north or south."""
    return np.array([from_xy, [to_xy[0], from_xy[1]], to_xy], dtype=np.float64)


def _clients(ids: tuple[str, ...]) -> tuple[Client, ...]:
    """24 clients: the last four in one building, number 7 protected."""
    clients = []
    for i, client_id in enumerate(ids):
        column, row = (i % 6, i // 6) if i < 20 else (5, 5)
        clients.append(
            Client(
                client_id,
                EAST + 150 * column + 30.0,
                NORTH + SPACING_M * (row * 2 % SIDE),
                building_id="b1" if i >= 20 else "",
                team_id="T1" if i % 2 else "T2",
                protected=i == 7,
            )
        )
    return tuple(clients)


def _rows(ids: tuple[str, ...]) -> tuple[PlanRow, ...]:
    rows = []
    for number, (staff, chosen) in enumerate([("s1", range(0, 10)), ("s2", range(12, 24))]):
        round_id = f"2026-03-02-day-{staff}"
        clock = 7 * 3600

        def add(
            kind: str,
            client: int | None,
            travel: int,
            access: int,
            wait: int,
            last: int,
            tier: str = "",
            *,
            round_id: str = round_id,
            staff: str = staff,
            team: str = f"T{number + 1}",
        ) -> None:
            nonlocal clock
            arrive = clock + travel + access
            rows.append(
                PlanRow(
                    DAY, "day", round_id, team, staff, len(rows), kind,
                    f"v{client}" if client is not None else "",
                    ids[client] if client is not None else "",
                    0 if client is None else 1, arrive, arrive + wait, arrive + wait + last,
                    travel, access, wait, "bike", tier,
                )
            )  # fmt: skip
            clock = arrive + wait + last

        add("start", None, 0, 0, 0, 0)
        for k, client in enumerate(chosen):
            if k == 5:
                add("break", None, 240, 0, 0, 1800)
            tier = ("contact", "vice", "team", "floater", "pool")[k % 5]
            add("visit", client, 180 + 20 * k, 120, 300 if k == 2 else 0, 1200 + 60 * k, tier)
        add("handover", None, 200, 0, 0, 600)
        add("end", None, 0, 0, 0, 0)
    return tuple(rows)


@pytest.fixture(scope="session")
def make_town() -> Callable[..., SimpleNamespace]:
    """Build the town with ids of the test's choice; ids may be hostile, as users write them."""

    def make(
        ids: tuple[str, ...] | None = None,
        *,
        teams: tuple[str, str] = ("T1", "T2"),
        plan_id: str = "plan-1",
        is_open: bool = False,
    ) -> SimpleNamespace:
        ids = ids or tuple(f"k{i:02d}" for i in range(24))
        clients = _clients(ids)
        if is_open:  # nobody is protected: the rounds are told
            clients = tuple(replace(one, protected=False) for one in clients)
        visits = tuple(
            Visit(f"v{i}", one, "morning" if i % 3 else "shower", 1500, 7 * 3600, 9 * 3600)
            for i, one in enumerate(ids)
        )
        staff = (Staff("s1", team_id=teams[0]), Staff("s2", team_id=teams[1]))
        roster = tuple(Shift(one.staff_id, DAY, 7 * 3600, 15 * 3600) for one in staff)
        bases = (Base("b1", EAST + 480, NORTH + 480),)
        municipality = Municipality("Provköping", clients, visits, staff, roster, bases)
        team_plan = TeamPlan(
            teams=(Team(teams[0], "A", "b1", ids[:12]), Team(teams[1], "A", "b1", ids[12:])),
            contact={one: "s1" if i < 12 else "s2" for i, one in enumerate(ids) if i % 3},
            vice={one: "s2" if i < 12 else "s1" for i, one in enumerate(ids) if i % 3},
            staff_team={"s1": teams[0], "s2": teams[1]},
            staff_area={"s1": "A", "s2": "A"},
            staff_base={"s1": "b1", "s2": "b1"},
            twin={"s1": "s2", "s2": "s1"},
            without_contact={ids[0]: "ingen med tid"},
        )
        table = tuple(
            {
                "team_id": team, "area_id": "A", "n_clients": 12, "care_min_week": 5000 + 900 * i,
                "rounds_day": 2.0, "rounds_evening": 1.0, "travel_within_min": 4.2,
                "compactness": 0.8, "contiguous": True,
            }
            for i, team in enumerate(teams)
        )  # fmt: skip
        round_plan = RoundPlan(
            (DAY,), _rows(ids), (UnplannedRow(DAY, "v10", ids[10], 1, 3, "Ingen hinner."),)
        )
        places = {f"client:{c.client_id}": np.array([c.x, c.y]) for c in clients}
        places["base:b1"] = np.array([bases[0].x, bases[0].y])
        asked: list[tuple[str, str]] = []

        def leg_path(mode: str, here: str, there: str) -> np.ndarray:
            asked.append((here, there))
            return manhattan(mode, places[here], places[there])

        return SimpleNamespace(
            municipality=municipality, team_plan=team_plan, team_table=table, network=_network(),
            round_plan=round_plan, leg_path=leg_path, asked=asked, day=DAY, plan_id=plan_id,
            ids=ids,
        )  # fmt: skip

    return make
