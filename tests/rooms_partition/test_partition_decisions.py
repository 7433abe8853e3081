"""What a planner asks before deciding: layers, ceiling, load of contacts, cover, a move tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from data.errors import SettingsError
from data.model import Visit
from data.plans import TeamPlan
from data.rules import Rules, preset
from partition import (
    contact_loads,
    evening_groups,
    make_layers,
    make_redesign,
    move_effect,
    next_covers,
    plan_teams,
    roster_ceiling,
    staff_need,
)
from partition.annealing.annealer import cost_of
from partition.annealing.partition_problem import make_problem
from partition.annealing.set_partitioning import Columns
from partition.contacts.contact_peaks import most_crowded, peak_shortage


@pytest.fixture(scope="module")
def plan(town_maker: Callable[..., Any]) -> tuple[Any, TeamPlan]:
    town = town_maker(240, seed=4)
    return town, plan_teams(town.municipality, town.travel, Rules(), seed=1, n_iterations=2)


def test_layers_nest(plan: tuple[Any, TeamPlan]) -> None:
    """Area, section, resource area: each a union of whole units of the level below."""
    town, team_plan = plan
    rows = make_layers(town.municipality, team_plan, town.travel, Rules())
    assert [row["team_id"] for row in rows] == [team.team_id for team in team_plan.teams]
    for below, above in (("resource_area_id", "section_id"), ("section_id", "area_id")):
        pairs = {(row[below], row[above]) for row in rows}
        assert len({unit for unit, _ in pairs}) == len(pairs)
    groups = evening_groups(town.municipality, team_plan, town.travel, Rules())
    inside = [team for group in groups for team in group["team_ids"]]
    assert sorted(inside) == [team.team_id for team in team_plan.teams]


def test_the_ceiling_is_what_the_roster_lets_a_contact_make(plan: tuple[Any, TeamPlan]) -> None:
    """Between nothing and all; nothing for a contact who never works (requirements 4.2)."""
    town, team_plan = plan
    m = town.municipality
    ceiling = roster_ceiling(m, team_plan, town.travel)
    assert ceiling
    assert all(0 <= pct <= 100 for pct in ceiling.values())
    client_id = max(ceiling, key=lambda c: (ceiling[c], c))
    contact_id = team_plan.contact[client_id]
    assert ceiling[client_id] > 0
    absent = replace(m, roster=tuple(s for s in m.roster if s.staff_id != contact_id))
    assert roster_ceiling(absent, team_plan, town.travel)[client_id] == 0


def test_an_overloaded_contact_is_told_whom_to_hand_over(plan: tuple[Any, TeamPlan]) -> None:
    """MA-37: nine clients on one contact is one too many, and somebody else takes one."""
    town, team_plan = plan
    carer = next(iter(team_plan.contact.values()))
    team_id = team_plan.staff_team[carer]
    mine = [c for c in team_plan.team_by_id[team_id].client_ids if c in team_plan.contact][:9]
    crowded = replace(team_plan, contact={**team_plan.contact, **dict.fromkeys(mine, carer)})
    found = contact_loads(town.municipality, crowded, town.travel, Rules())
    one = next(load for load in found if load.staff_id == carer)
    assert one.n_clients >= 9
    assert "högst 8" in one.imbalance
    assert re.fullmatch(r"lämna c\d+ till s\d+", one.suggestion)
    assert one.suggestion.split()[1] in mine or one.n_clients > 9
    named = one.suggestion.split()[1]
    hidden = tuple(replace(c, protected=c.client_id == named) for c in town.municipality.clients)
    again = contact_loads(replace(town.municipality, clients=hidden), crowded, town.travel, Rules())
    assert named not in next(load for load in again if load.staff_id == carer).suggestion


def test_staff_need_is_rounds_times_shifts_over_hours(plan: tuple[Any, TeamPlan]) -> None:
    """LU-25, LU-26: one round each day of the week asks for 56 hours: 1.5 of 37 hours full time."""
    town, team_plan = plan
    m = town.municipality
    team = team_plan.teams[0]
    one = team.client_ids[0]
    minutes = (8 * 60 - 40) - 60
    visits = (Visit("v", one, "lunch", minutes * 60, 7 * 3600, 8 * 3600, mode="digital"),)
    rules = replace(Rules(), layers=replace(Rules().layers, absence_pct=0))
    need = staff_need(replace(m, visits=visits), team_plan, town.travel, rules)
    rounds = minutes / (8 * 60 - 40)
    assert need[0]["full_time_needed"] == round(rounds * 7 * 8 / 37, 1)
    assert all(row["full_time_needed"] == 0 for row in need[1:])
    half = replace(rules, layers=replace(rules.layers, absence_pct=50))
    double = staff_need(replace(m, visits=visits), team_plan, town.travel, half)
    assert double[0]["full_time_needed"] == round(2 * rounds * 7 * 8 / 37, 1)


def test_next_cover_follows_the_cover_model(plan: tuple[Any, TeamPlan]) -> None:
    """A floater in Lund's model, the pool in Malmö's (requirements 1.6)."""
    town, team_plan = plan
    role = {carer.staff_id: carer.role for carer in town.municipality.staff}
    for model, wanted in (("floater", "floater"), ("twin_pool", "pool")):
        cover = next_covers(town.municipality, team_plan, cover_model=model)
        assert {role[staff_id] for staff_id in cover.values()} == {wanted}
        for client_id, staff_id in cover.items():
            assert staff_id not in (team_plan.contact[client_id], team_plan.vice.get(client_id))
    assert preset("lund").contacts.cover_model == "floater"


def test_a_move_is_judged_before_it_is_made(plan: tuple[Any, TeamPlan]) -> None:
    """D9, D11: locks, bounds and cut-off neighbours are told; counts add up."""
    town, team_plan = plan
    first, second = team_plan.teams[:2]
    client_id = first.client_ids[0]
    locked = replace(
        town.municipality,
        clients=tuple(
            replace(c, locked_team=c.client_id == client_id) for c in town.municipality.clients
        ),
    )
    effect = move_effect(locked, team_plan, town.travel, Rules(), client_id, second.team_id)
    n_moving = 1 + len(effect.with_client)
    before_left, after_left, before_joined, after_joined = effect.n_clients
    assert before_left - after_left == after_joined - before_joined == n_moving
    assert any("låst" in warning for warning in effect.warnings)
    with pytest.raises(SettingsError, match="redan"):
        move_effect(locked, team_plan, town.travel, Rules(), client_id, first.team_id)


def test_columns_join_the_good_halves_of_two_divisions() -> None:
    """Each division has one good half; only put together are both good."""
    xy = np.array([[0, 0], [0, 1], [9, 0], [9, 1], [50, 0], [50, 1], [59, 0], [59, 1]])
    dist = np.abs(xy[:, None] - xy[None]).sum(axis=2).astype(np.int32)
    two = np.full((4, 1), 2)
    p = make_problem(dist, np.ones(8), np.ones((8, 1), dtype=np.int64), two, two, np.ones(1))
    columns = Columns(p)
    columns.add(np.array([0, 0, 1, 1, 2, 3, 2, 3]))
    columns.add(np.array([0, 1, 0, 1, 2, 2, 3, 3]))
    joined = columns.combined()
    assert joined is not None
    assert cost_of(p, joined) == cost_of(p, np.array([0, 0, 1, 1, 2, 2, 3, 3]))


def test_the_aim_of_short_ways_shortens_them(town_maker: Callable[..., Any]) -> None:
    """What a manager sees of travel must be true of every point: shorter, never longer."""
    town = town_maker(120, seed=6)
    m = town.municipality
    by_x = sorted(m.clients, key=lambda c: (c.x, c.client_id))
    home = {c.client_id: f"T{k % 5}" for k, c in enumerate(by_x)}
    for c in m.clients:
        if c.household_id:
            mate = next(o for o in m.clients if o.household_id == c.household_id)
            home[c.client_id] = home[mate.client_id]
    bad = replace(m, clients=tuple(replace(c, team_id=home[c.client_id]) for c in m.clients))
    front = make_redesign(bad, town.travel, Rules(), seed=1, aim="travel")
    assert front[-1].travel_gain_min_week > 0
    assert all(point.aim == "travel" for point in front)
    for point in front:
        saved = front[0].travel_min_week - point.travel_min_week
        assert point.travel_gain_min_week == saved


def visit(name: str, earliest: str, latest: str, minutes: int, **other: Any) -> Visit:
    times = [int(t[:2]) * 3600 + int(t[3:]) * 60 for t in (earliest, latest)]
    return Visit(name, "c", other.pop("task", "morning"), 60 * minutes, *times, **other)


def test_a_crowded_peak_is_the_window_that_asks_for_most() -> None:
    """MA-36: three half-hours that begin between seven and half past do not fit in the hour."""
    tight = [visit(str(i), "07:00", "07:30", 30) for i in range(3)]
    found = most_crowded(tight, 0)
    assert found is not None
    assert (found.from_s, found.to_s, found.least_s) == (7 * 3600, 8 * 3600, 90 * 60)
    assert "07:00–08:00: minst 90 min besök på 60 min" in found.text()
    assert most_crowded(tight[:2], 0) is None
    loose = [visit(str(i), "07:00", "09:30", 30) for i in range(6)]
    assert most_crowded(loose, 0) is None
    assert most_crowded([*loose, visit("7", "08:00", "08:15", 45)], 0) is not None
    assert most_crowded([visit("8", "07:00", "07:00", 90, weekdays=(1,))] * 2, 0) is None


@pytest.mark.parametrize("seed", range(8))
def test_what_one_carer_can_make_is_never_called_crowded(seed: int) -> None:
    """Visits laid out one after another, each with a window around its start, always fit."""
    rng = np.random.default_rng(seed)
    at, visits = 7 * 3600, []
    for i in range(12):
        minutes = int(rng.integers(10, 60))
        early, late = (int(v) * 60 for v in rng.integers(0, 90, 2))
        visits.append(Visit(str(i), "c", "lunch", minutes * 60, max(0, at - early), at + late))
        at += minutes * 60
    assert most_crowded(visits, 0) is None


def test_contacts_are_told_where_their_peaks_are_full(plan: tuple[Any, TeamPlan]) -> None:
    """MA-36: own daily visits first, then the week's big tasks, then the twin's daily visits."""
    town, team_plan = plan
    m = town.municipality
    one = next(s for s in sorted(team_plan.twin) if m.staff_by_id[s].shift_group == "day")
    other = team_plan.twin[one]
    a, b = "c0001", "c0002"
    clients_of = {one: [a], other: [b]}

    def told(mine: list[Visit], twins: list[Visit]) -> tuple[str, bool]:
        visits = [replace(v, client_id=a, visit_id=f"a{i}") for i, v in enumerate(mine)]
        visits += [replace(v, client_id=b, visit_id=f"b{i}") for i, v in enumerate(twins)]
        return peak_shortage(replace(m, visits=tuple(visits)), team_plan, clients_of, one)

    morning = visit("m", "07:30", "08:00", 40)
    shower = visit("s", "07:30", "08:00", 40, task="shower", weekdays=(1,))
    assert told([morning], [])[0] == ""
    text, is_own = told([morning, morning], [])
    assert is_own
    assert text.startswith("egna dagliga besök krockar, måndagar 07:30")
    text, is_own = told([morning, shower], [])
    assert not is_own
    assert text.startswith("veckans insatser tar tiden för dagliga besök, tisdagar")
    text, is_own = told([morning], [morning])
    assert not is_own
    assert text.startswith("ingen plats för tvillingens dagliga besök")
    assert told([morning], [replace(morning, weekdays=(1,))])[0] == ""
