"""What the search is given, held word for word: who may come, at what price, and how far it is.

A digest of the arrays of some worlds, with prices of its own: code that is moved or rewritten
must give the same arrays, or say in a commit why they were wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from data.model import Pin
from routing.engine import kernels_layout as k
from routing.late.team_day import TeamDay
from routing.late.team_input import soft_day
from routing.roster.shifts import usable_shifts
from routing.rounds.build import build
from routing.rounds.plan_horizon import split_by_area
from routing.soft.rules import SoftRules
from tests.rooms_routing.quality_worlds import WEIGHTS
from tests.rooms_routing.test_rounds_plan import H, random_world


def digest(*parts) -> str:
    """A short hash of arrays and of plain values."""
    found = hashlib.sha256()
    for part in parts:
        found.update(
            np.ascontiguousarray(part).tobytes()
            if isinstance(part, np.ndarray)
            else repr(part).encode()
        )
    return found.hexdigest()[:12]


def pinned(world):
    """The world with one visit locked to a carer and one round locked."""
    line = next(one for one in world.municipality.roster if one.kind == "work")
    pins = (
        Pin("C00-3", line.date, staff_id=line.staff_id, start_s=12 * H),
        Pin("", line.date, staff_id="D10"),
    )
    return replace(world.municipality, pins=pins)


@pytest.mark.parametrize(("seed", "has_pins"), [(1, False), (2, False), (3, True)])
def test_the_arrays_of_rounds_are_what_they_were(seed, has_pins):
    """Candidates with prices, legs, lags and near visits of a world of everything."""
    world = random_world(seed)
    town = pinned(world) if has_pins else world.municipality
    sources, _, _ = split_by_area(
        town, world.team_plan, world.travel, world.rules, tuple(world.dates), WEIGHTS
    )
    problem = build(sources[0])[0].problem
    columns = [k.N_LOC, k.N_DUR, k.N_EARLIEST, k.N_LATEST, k.N_CLIENT, k.N_MATE, k.N_MUST]
    assert digest(
        problem.cand_ptr, problem.cand, problem.leg, problem.lag, problem.near,
        problem.node[:, columns],
    ) == {1: "13011f7061a8", 2: "966d186e864c", 3: "eacbd3cac41b"}[seed]  # fmt: skip


@pytest.mark.parametrize(("seed", "has_pins"), [(1, False), (3, True)])
def test_the_arrays_of_a_bad_day_are_what_they_were(seed, has_pins):
    """Who may make each visit late, at what price, and how far it is."""
    world = random_world(seed)
    town = pinned(world) if has_pins else world.municipality
    date = world.dates[0]
    shifts, _ = usable_shifts(town, world.team_plan, world.rules.rounds, [date])
    members = set(world.team_plan.team_by_id["T0"].client_ids)
    clients = tuple(c for c in town.clients if c.client_id in members)
    visits = tuple(v for v in town.visits if v.client_id in members)
    day = soft_day(
        TeamDay(town, world.team_plan, world.travel, world.rules, SoftRules(), date, clients,
                visits, shifts, WEIGHTS)
    )  # fmt: skip
    who = [(v.visit_id, v.place, [sorted(n.carers.items()) for n in v.needs]) for v in day.visits]
    assert digest(np.asarray(day.travel), who) == {1: "a99e5540b657", 3: "a5412f4511e9"}[seed]
