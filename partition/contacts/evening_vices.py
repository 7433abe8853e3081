"""Who makes a client's evenings: a named carer, and her twin on the other weekends (MA-11, LU-29).

Contacts work by day, so nearly all evenings would be by whoever is there. The evening carers of a
resource area are couples of twins, and singles without; each client with evening visits gets one
couple, from the team's own evening group (two or three neighbouring teams) where it has room, and
the one of the two who is at work on more of her evenings is the vice. Minutes are dealt out in
proportion to the evenings that each couple works. One assignment by HiGHS per area, stopped by
nodes, never by the clock. Whom the clients' table names, or the plan already has, stays.

Of the evening visits of a town of 150 clients, 14 days and seed 1, 31 % were by such a couple when
nobody was named, and 52 % where they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.care.eligibility import lacking, personal_bar
from data.model import Client, Municipality, Staff, Visit
from data.plans import Team, TeamPlan
from data.travel_times import TravelTimes
from partition.annealing.care_work import FAR_S, horizon, is_current, times_a_week
from partition.annealing.silence_stdout import silence_stdout
from partition.contacts.deputies import days_at_work

ROOM_PCT = 115
"""How much above its share of the area's evening minutes a couple may have before it costs."""
OTHER_TEAM, OTHER_GROUP = 1.0, 3.0
"""A visit a week by a couple of another team of the evening group, and of another group."""
UNCOVERED = 2.0
"""A visit a week on a weekday when neither of the two is at work."""
OVERLOAD_PER_MIN = 0.1
NONE = 1000.0
"""Price of having nobody, above all else."""
DOOR_S = 10 * 60
"""What a visit takes beside its own minutes, on the way and at the door."""
NODE_LIMIT = 500


@dataclass(frozen=True)
class _Couple:
    """Evening carers who stand in for each other; one alone where she has no twin."""

    carers: tuple[Staff, ...]
    team_id: str
    days: frozenset[dt.date]


def evening_group_of_teams(teams: Sequence[Team], travel: TravelTimes, mode: str) -> dict[str, str]:
    """The evening group of each team: two or three neighbouring teams of one area (LU-29).

    The team furthest from the others chooses first: its nearest, or its two nearest where three
    are left. A group is named by its first team.
    """
    group: dict[str, str] = {}
    for area_id in sorted({team.area_id for team in teams}):
        left = sorted((t for t in teams if t.area_id == area_id), key=lambda t: t.team_id)
        far = {(a.team_id, b.team_id): _between(a, b, travel, mode) for a in left for b in left}
        while left:
            first = max(left, key=lambda t: sum(far[t.team_id, o.team_id] for o in left))
            near = sorted(left, key=lambda t: (t is not first, far[first.team_id, t.team_id]))
            members = near[: 3 if len(left) in (1, 3) else 2]
            name = min(team.team_id for team in members)
            group |= {team.team_id: name for team in members}
            left = [team for team in left if team.team_id not in group]
    return group


def _between(a: Team, b: Team, travel: TravelTimes, mode: str) -> float:
    rows = [travel.client_idx(client_id) for client_id in a.client_ids]
    columns = [travel.client_idx(client_id) for client_id in b.client_ids]
    return float(np.minimum(travel.seconds[mode][np.ix_(rows, columns)], FAR_S).mean())


def with_evening_vices(
    plan: TeamPlan, municipality: Municipality, travel: TravelTimes, *, mode: str
) -> TeamPlan:
    """The plan with an evening vice for each client with evening visits, where anyone may come.

    Clients whose contact works in the evening need none. Whom the clients' table names stays
    while she may come and works in the area, and else whom ``plan`` has.
    """
    evenings = _evenings(plan, municipality)
    days = days_at_work(municipality)
    couples = _couples(plan, municipality, days)
    group = evening_group_of_teams(plan.teams, travel, mode)
    vice: dict[str, str] = {}
    for area_id in sorted({team.area_id for team in plan.teams}):
        clients = sorted(c for c in evenings if _team(plan, c).area_id == area_id)
        mine = [c for c in couples if plan.staff_area.get(c.carers[0].staff_id) == area_id]
        if clients and mine:
            asked = {client_id: evenings[client_id] for client_id in clients}
            vice |= _of_area(plan, municipality, asked, mine, group, days)
    return replace(plan, evening_vice=dict(sorted(vice.items())))


def _team(plan: TeamPlan, client_id: str) -> Team:
    return plan.team_by_id[plan.team_of_client[client_id]]


def _evenings(plan: TeamPlan, municipality: Municipality) -> dict[str, list[Visit]]:
    """The evening visits of each client who needs somebody for them."""
    first, last = horizon(municipality)
    evenings = {}
    for client_id in plan.team_of_client:
        contact = municipality.staff_by_id.get(plan.contact.get(client_id, ""))
        visits = [
            visit
            for visit in municipality.visits_of.get(client_id, ())
            if visit.shift == "evening" and is_current(visit, first, last)
        ]
        if visits and (contact is None or contact.shift_group != "evening"):
            evenings[client_id] = visits
    return evenings


def _couples(
    plan: TeamPlan, municipality: Municipality, days: Mapping[str, frozenset[dt.date]]
) -> list[_Couple]:
    """Regular evening carers of teams: twins together, others alone; those who work at all."""
    has_roster = any(days.values())
    couples: list[_Couple] = []
    seen: set[str] = set()
    for carer in sorted(municipality.staff, key=lambda carer: carer.staff_id):
        who = carer.staff_id
        is_evening = carer.shift_group == "evening" and carer.role == "contact"
        if who in seen or not is_evening or who not in plan.staff_team:
            continue
        twin = municipality.staff_by_id.get(plan.twin.get(who, ""))
        both = (carer,) if twin is None else (carer, twin)
        seen.update(member.staff_id for member in both)
        at_work = tuple(m for m in both if days[m.staff_id] or not has_roster)
        if at_work:
            worked = frozenset().union(*(days[m.staff_id] for m in at_work))
            couples.append(_Couple(at_work, plan.staff_team[who], worked))
    return couples


def _may(carer: Staff, client: Client, visits: Sequence[Visit], last: dt.date) -> bool:
    """Whether nothing keeps the carer from the client, and she holds what the evenings ask for."""
    skills = frozenset(skill for visit in visits for skill in visit.skills)
    enters = any(visit.mode != "digital" for visit in visits)
    return personal_bar(carer, client, enters=enters) is None and not lacking(carer, skills, last)


def _of_area(
    plan: TeamPlan,
    municipality: Municipality,
    evenings: Mapping[str, list[Visit]],
    couples: Sequence[_Couple],
    group: Mapping[str, str],
    days: Mapping[str, frozenset[dt.date]],
) -> dict[str, str]:
    """Who is the evening vice of each client of an area; those whom nobody may visit are absent."""
    last = municipality.dates[-1] if municipality.dates else dt.date(1900, 1, 1)
    fit: dict[tuple[int, int], tuple[Staff, ...]] = {}
    clients = list(evenings)
    kept = [""] * len(clients)
    cost = np.full((len(couples), len(clients)), np.inf)
    for c, client_id in enumerate(clients):
        client, visits = municipality.client_by_id[client_id], evenings[client_id]
        team_id = plan.team_of_client[client_id]
        for s, couple in enumerate(couples):
            able = tuple(m for m in couple.carers if _may(m, client, visits, last))
            if able:
                fit[s, c] = able
                cost[s, c] = _cost(couple, visits, team_id, group)
        kept[c] = _kept(plan, client, [fit.get((s, c), ()) for s in range(len(couples))])
        for s in range(len(couples)) if kept[c] else ():
            if all(member.staff_id != kept[c] for member in fit.get((s, c), ())):
                cost[s, c] = np.inf
    minutes = np.array([_minutes(evenings[client_id]) for client_id in clients])
    weight = np.array([max(1, len(couple.days)) for couple in couples], dtype=np.float64)
    room = minutes.sum() * weight / weight.sum() * ROOM_PCT / 100
    vice = {}
    for c, s in enumerate(_dealt(cost, minutes, room).tolist()):
        if s >= 0:
            able_ids = sorted(member.staff_id for member in fit[s, c])
            vice[clients[c]] = kept[c] or max(able_ids, key=lambda who: len(days[who]))
    return vice


def _kept(plan: TeamPlan, client: Client, able: Sequence[Sequence[Staff]]) -> str:
    """The first of those named by table and plan who may still be it; "" for nobody."""
    names = {member.staff_id for couple in able for member in couple}
    named = (client.evening_vice_id, plan.evening_vice.get(client.client_id, ""))
    return next((who for who in named if who in names), "")


def _minutes(visits: Sequence[Visit]) -> float:
    """Minutes a week, with the way there."""
    return sum((visit.duration_s + DOOR_S) / 60 * times_a_week(visit) for visit in visits)


def _cost(
    couple: _Couple, visits: Sequence[Visit], team_id: str, group: Mapping[str, str]
) -> float:
    """Visits a week, by how far off the couple's team is, and those on days that it has off."""
    n_week = sum(times_a_week(visit) for visit in visits)
    apart = 0.0 if couple.team_id == team_id else OTHER_TEAM
    if group.get(couple.team_id) != group[team_id]:
        apart = OTHER_GROUP
    weekdays = {day.weekday() for day in couple.days}
    uncovered = sum(
        times_a_week(visit) * sum(day not in weekdays for day in visit.weekdays)
        / max(1, len(visit.weekdays))
        for visit in visits
    )  # fmt: skip
    return apart * n_week + UNCOVERED * uncovered


def _dealt(
    cost: NDArray[np.float64], minutes: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The couple of each client, -1 for none: least cost, with minutes above the room priced."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    n_couples, n_clients = cost.shape
    s, c = np.nonzero(np.isfinite(cost))
    n = len(s)
    chosen = np.full(n_clients, -1, dtype=np.int64)
    if n == 0:
        return chosen
    k = np.arange(n)
    rows = np.concatenate([c, n_clients + s, n_clients + np.arange(n_couples)])
    columns = np.concatenate([k, k, n + np.arange(n_couples)])
    values = np.concatenate([np.ones(n), minutes[c], -np.ones(n_couples)])
    matrix = coo_array((values, (rows, columns)), shape=(n_clients + n_couples, n + n_couples))
    most = np.concatenate([np.ones(n_clients), room])
    with silence_stdout():
        result = milp(
            np.concatenate([cost[s, c] - NONE, np.full(n_couples, OVERLOAD_PER_MIN)]),
            integrality=np.concatenate([np.ones(n), np.zeros(n_couples)]),
            bounds=Bounds(0, np.concatenate([np.ones(n), np.full(n_couples, np.inf)])),
            constraints=LinearConstraint(matrix.tocsc(), -np.inf, most),
            options={"node_limit": NODE_LIMIT, "mip_rel_gap": 1e-4},
        )
    if result.x is not None:
        taken = np.flatnonzero(result.x[:n] > 0.5)
        chosen[c[taken]] = s[taken]
    return chosen
