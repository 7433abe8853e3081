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
from routing.engine.search_params import SearchParams
from routing.engine.weights import SoftRules
from routing.horizon.area_split import split_by_area
from routing.rounds.build import build
from routing.rounds.round_problem import softened
from tests.rooms_routing.quality_worlds import WEIGHTS
from tests.rooms_routing.test_rounds_plan import H, faults, plan_of, random_world


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
    columns = [
        k.NODE_LOC,
        k.NODE_DUR,
        k.NODE_EARLIEST,
        k.NODE_LATEST,
        k.NODE_CLIENT,
        k.NODE_PARTNER,
        k.NODE_PINNED_STAFF,
    ]
    assert digest(
        problem.cand_ptr, problem.cand, problem.leg, problem.lag, problem.near,
        problem.node[:, columns],
    ) == {1: "13011f7061a8", 2: "966d186e864c", 3: "eacbd3cac41b"}[seed]  # fmt: skip


@pytest.mark.parametrize(("seed", "has_pins"), [(1, False), (3, True)])
def test_a_bad_day_is_the_rounds_arrays_with_windows_at_a_price(seed, has_pins):
    """Who may come and how far it is are the rounds' own; what was a rule of time has a price."""
    world = random_world(seed)
    town = pinned(world) if has_pins else world.municipality
    sources, _, _ = split_by_area(
        town, world.team_plan, world.travel, world.rules, tuple(world.dates), WEIGHTS
    )
    area, _ = build(sources[0])
    source = replace(sources[0], soft=SoftRules())
    soft = softened(source, area.keys, build(source)[0].problem)
    hard, n = area.problem, len(area.keys)
    assert np.array_equal(soft.leg, hard.leg)
    for u in range(n):
        own = {tuple(row) for row in hard.cand[hard.cand_ptr[u] : hard.cand_ptr[u + 1]].tolist()}
        found = {tuple(row) for row in soft.cand[soft.cand_ptr[u] : soft.cand_ptr[u + 1]].tolist()}
        assert own <= found
    held = hard.node[:n, k.NODE_EARLIEST] == hard.node[:n, k.NODE_LATEST]
    assert (soft.node[:n][~held][:, k.NODE_LATEST] == k.FAR).all()
    assert np.array_equal(soft.soft[:n, k.SOFT_LATE], hard.node[:n, k.NODE_LATEST])
    assert (
        soft.route[:, k.ROUTE_END] - hard.route[:, k.ROUTE_END] == SoftRules().overtime_max_s
    ).all()
    is_break = hard.node[:, k.NODE_KIND] == k.BREAK
    assert np.array_equal(soft.node[is_break, k.NODE_LATEST], hard.node[is_break, k.NODE_LATEST])


@pytest.mark.parametrize("seed", range(3))
def test_a_search_beside_what_is_near_keeps_all_rules(seed):
    """Breaks, meetings and handovers have no list of what is near."""
    world = random_world(seed)
    plan = plan_of(world, params=SearchParams(nearest=5), n_iterations=2000)
    assert faults(world, plan) == ()
