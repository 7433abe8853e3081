"""Small worlds whose best plans are known well enough to hold a search to them.

Weights are written out, so that a new default price changes no canary; a search that plans worse
does.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import numpy as np

from data.care.care_calendar import occurrences
from data.model import Base, Client, Municipality, Shift, Staff, TimeLag, Visit
from data.plans import Team, TeamPlan
from data.rules import RoundRules, Rules
from data.travel_times import TravelTimes
from routing.engine.search_params import SearchParams
from routing.engine.weights import RoundWeights
from routing.horizon.area_split import split_by_area
from routing.rounds.area_search import AreaResult, search
from routing.rounds.round_problem import AreaInput

MONDAY = dt.date(2026, 3, 2)
H, M = 3600, 60
WEIGHTS = RoundWeights(
    unplanned={1: 4_000_000, 2: 600_000, 3: 100_000},
    tier={"contact": 0, "vice": 320, "team": 325, "floater": 330, "pool": 345},
    personal_care_pct=110, non_daily_pct=120, non_daily_unit_min=25, new_carer_daily=380,
    new_carer_other=80,
    lent=30_000, wish_pct=2, day_off=50, usual_pct=10, change=2000, move_pct=50,
    call_in=0, uneven_pct=0,
)  # fmt: skip
COOLED = SearchParams(hot=300.0, cold=10.0, n_batches=8)


def _visits(client_id: str, rng: random.Random, pair_share: float) -> list[Visit]:
    """Morning and lunch every day, with a lag for some; a shower on a free day for half."""
    two = 2 if rng.random() < pair_share else 1
    opens = rng.choice([7, 8, 9]) * H
    lunch = Visit(f"{client_id}-2", client_id, "lunch", 20 * M, 11 * H, 13 * H)
    lag = (TimeLag(lunch.visit_id, H, 24 * H),) if rng.random() < 0.3 else ()
    found = [
        Visit(f"{client_id}-1", client_id, "morning", 25 * M, opens, opens + 90 * M,
              carers_required=two, gap_after=lag, priority=1),
        lunch,
    ]  # fmt: skip
    if rng.random() < 0.5:
        found.append(
            Visit(f"{client_id}-3", client_id, "shower", 35 * M, 8 * H, 14 * H,
                  weekdays=(0, 1, 2, 3, 4), n_per_period=1, priority=3)
        )  # fmt: skip
    return found


def team_world(
    seed: int, n_clients: int, n_carers: int, n_days: int, pair_share: float = 0.0
) -> AreaInput:
    """One team in a square of three kilometres, everybody at work every day."""
    rng = random.Random(seed)
    clients = [
        Client(f"C{i:02d}", rng.uniform(0, 3000), rng.uniform(0, 3000)) for i in range(n_clients)
    ]
    visits = [one for client in clients for one in _visits(client.client_id, rng, pair_share)]
    staff = [Staff(f"S{i}") for i in range(n_carers)]
    dates = tuple(MONDAY + dt.timedelta(i) for i in range(n_days))
    roster = [Shift(one.staff_id, day, 7 * H, 15 * H) for one in staff for day in dates]
    contact = {one.client_id: f"S{i % n_carers}" for i, one in enumerate(clients)}
    vice = {one.client_id: f"S{(i + 1) % n_carers}" for i, one in enumerate(clients)}
    ids = tuple(one.client_id for one in clients)
    names = [one.staff_id for one in staff]
    points = np.array([[one.x, one.y] for one in clients] + [[1500.0, 1500.0]])
    seconds = (np.abs(points[:, None] - points[None]).sum(-1) / 4).astype(np.int32)
    town = Municipality(
        "Prov", tuple(clients), tuple(visits), tuple(staff), tuple(roster),
        (Base("B0", 1500.0, 1500.0),),
    )  # fmt: skip
    plan = TeamPlan(
        (Team("T0", "O1", "B0", ids),), contact, vice, dict.fromkeys(names, "T0"),
        dict.fromkeys(names, "O1"), dict.fromkeys(names, "B0"), {}, {},
    )  # fmt: skip
    travel = TravelTimes((*(f"client:{one}" for one in ids), "base:B0"), {"bike": seconds})
    rules = Rules(rounds=RoundRules(slack_s_per_visit=0, handover_s=0))
    sources, _, _ = split_by_area(town, plan, travel, rules, dates, WEIGHTS)
    assert len(sources) == 1
    assert sources[0].occurrences == occurrences(town, dates)
    return sources[0]


def annealed(
    source: AreaInput, n_iterations: int, params: SearchParams = COOLED, seed: int = 1
) -> AreaResult:
    """The search as users get it, at a fixed number of iterations."""
    return search(source, [seed], n_iterations, params, lambda: False, lambda *_: None)


__all__ = ["COOLED", "WEIGHTS", "annealed", "replace", "team_world"]
