"""Delegations where they are asked for: carers change areas until each date holds every set."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.model import Client, Municipality, Shift, Staff, Visit
from data.plans import Team
from data.rules import Rules
from partition.staff.roster_cover import Cover
from partition.staff.skill_cover import SkillCover, _Areas, even_out_skills, make_skill_cover
from partition.staff.staffing import assign_staff
from tests.rooms_partition.conftest import euclidean_travel

MONDAY = dt.date(2026, 3, 2)
HOUR_S = 3600
BOTH = frozenset({"insulin", "läkemedel"})
TEAMS = tuple(
    Team(team_id, f"O{team_id}", "", tuple(f"{team_id}{i}" for i in range(4))) for team_id in "AB"
)


def _town() -> Municipality:
    """Each team has one evening visit with two delegations; the three who hold both know A."""
    clients, visits = [], []
    for team in TEAMS:
        for i, client_id in enumerate(team.client_ids):
            clients.append(Client(client_id, 100.0 * i, 0.0, team_id=team.team_id))
            skills = BOTH if i == 0 else frozenset()
            visits.append(Visit(f"{client_id}-1", client_id, "evening", HOUR_S // 2, 18 * HOUR_S,
                                19 * HOUR_S, weekdays=tuple(range(7)), skills=skills))  # fmt: skip
    last = dt.date(2027, 1, 1)
    staff = [
        Staff(f"A{k}", team_id="A", shift_group="evening", skills=dict.fromkeys(BOTH, last))
        for k in range(3)
    ]
    # Each of B's holds one of the two: together they hold both, and none may go.
    staff += [
        Staff(f"B{k}", team_id="B", shift_group="evening", skills={sorted(BOTH)[k % 2]: last})
        for k in range(3)
    ]
    roster = [
        Shift(carer.staff_id, MONDAY + dt.timedelta(i), 15 * HOUR_S, 22 * HOUR_S)
        for carer in staff
        for i in range(7)
    ]
    return Municipality("skills", tuple(clients), tuple(visits), tuple(staff), tuple(roster), ())


def test_each_area_gets_somebody_who_holds_the_whole_set():
    """Two half holders are nobody: one who holds both goes to B, and one of B's to A."""
    town = _town()
    dealt = assign_staff(town, TEAMS, euclidean_travel(town), Rules())
    holds_both = {s.staff_id for s in town.staff if set(s.skills) == BOTH}
    areas = {dealt.staff_area[who] for who in holds_both}
    assert areas == {"OA", "OB"}
    n_in = [sum(area == one for area in dealt.staff_area.values()) for one in ("OA", "OB")]
    assert n_in == [3, 3]


def test_a_delegation_that_runs_out_is_no_supply_after_its_day():
    """Held through Tuesday: thousandths of carers on Monday and Tuesday evening, then none."""
    town = _town()
    short = Staff("C", skills=dict.fromkeys(BOTH, MONDAY + dt.timedelta(1)))
    town = Municipality(
        "skills", town.clients, town.visits, (short,),
        tuple(Shift("C", MONDAY + dt.timedelta(i), 15 * HOUR_S, 22 * HOUR_S) for i in range(7)), (),
    )  # fmt: skip
    cover = Cover(np.zeros((2, 14), np.int64), np.zeros((1, 14), np.int64),
                  np.array([0, 1]), np.array([False]))  # fmt: skip
    found = make_skill_cover(town, TEAMS, list(town.staff), cover)
    assert found.supply[0, 1].tolist() == [0] * 7 + [1000, 1000] + [0] * 5
    assert found.need[0, 1].tolist() == [0] * 7 + [1000] * 7


@given(st.integers(0, 10_000))
def test_an_exchange_never_makes_more_lacking(seed):
    """The sum of what is lacking falls or stays; groups keep their numbers in every team."""
    rng = np.random.default_rng(seed)
    n_staff, n_teams, n_slots, n_layers = 9, 3, 4, 3
    supply = rng.integers(0, 2, (n_staff, n_layers, n_slots)) * 1000
    need = rng.integers(0, 3, (n_teams, n_layers, n_slots)) * 1000
    area = np.arange(n_teams)
    cover = Cover(need[:, 0], supply[:, 0], area, np.zeros(n_staff, dtype=bool))
    skills = SkillCover(need, supply)
    team, group = rng.integers(0, n_teams, n_staff), rng.integers(-1, 2, n_staff)
    known = np.zeros((n_staff, n_teams), dtype=np.int64)
    before, was = _Areas(skills, team).lacks.sum(), team.copy()
    even_out_skills(cover, skills, team, group, known)
    assert _Areas(skills, team).lacks.sum() <= before
    assert (team[group < 0] == was[group < 0]).all()
    for g in (0, 1):
        assert sorted(team[group == g]) == sorted(was[group == g])


def test_known_clients_weigh_against_one_evening():
    """Who knows everybody stays: no single evening is worth a whole team's clients."""
    supply = np.zeros((2, 2, 1), dtype=np.int64)
    supply[0, 1] = 1000
    need = np.array([[[0], [0]], [[0], [1000]]], dtype=np.int64)
    cover = Cover(need[:, 0], supply[:, 0], np.array([0, 1]), np.zeros(2, dtype=bool))
    for clients, moves in ((100, True), (400, False)):
        team = np.array([0, 1])
        known = np.array([[clients, 0], [0, 0]])
        even_out_skills(cover, SkillCover(need, supply), team, np.zeros(2, np.int64), known)
        assert (team.tolist() == [1, 0]) is moves
