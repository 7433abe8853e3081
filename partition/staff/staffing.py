"""Staff to teams, areas and bases: with the clients they know, where the work is.

Each group of staff (by role, shift group and title) is dealt out in proportion to the teams' work
in its shift, by a linear assignment that keeps people with the clients they know; then swaps
within the groups see to it that every team holds the delegations its clients need.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.care.decisions import of_kind
from data.model import Municipality, Staff
from data.plans import Team
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.annealing.care_work import Work, make_work
from partition.staff.peak_need import peak_milli_rounds
from partition.staff.premises import carer_base, team_bases
from partition.staff.qualification import Qualifier, make_qualifier
from partition.staff.roster_cover import even_out, make_cover
from partition.staff.skill_cover import even_out_skills, make_skill_cover

KNOWN_AS_CONTACT = 5
KNOWN_AS_VICE = 2
"""What a client of one's own weighs against a client of one's present team (1).

Of three demo towns' 323 contacts and 271 vices 108 and 84 stay, 52 carers change team and 10.4 are
lacking (``python -m benchmarks.staffing_weights``, as all figures here). 3 and 10 for a contact:
108 and 110 stay, 51 and 65 change; 1 and 4 for a vice: 105 and 112, 53 and 60."""

SKILL_WORTH = 40
"""Familiar clients that may be given up for one more carer with a skill that a team lacks. 20 gives
the same, 80 one contact less."""

N_SWAPS_TRIED = 40
"""Carers tried against each, those who would lose least by it first. 20 and 80 give the same."""

EXTRA_SEAT = 12
MAX_EXTRA_SEATS = 2
"""The first seat above a team's share costs as much as twelve familiar clients, the next thrice.

6 and 24: 111 contacts stay, 94 and 83 vices; 11.7 and 7.9 carers are lacking. One extra seat: 113
and 85 stay; four give what two give."""

STAYING_WEIGHT, STAYING_EXTRA_SEATS = 25, 6
"""How much more familiar clients weigh, and how many seats above its share a team may have, where
a redesign asks what must change: then carers stay where most of their clients are.

153 contacts stay, 43 carers move and 16.5 are lacking (`benchmarks.staffing_weights --keeps`); ten:
145, 47, 12.6; sixty: 154, 41, 20.9. Three and twelve seats give the same."""


@dataclass(frozen=True)
class Staffing:
    """Where everyone belongs; the fields of `data.plans.TeamPlan` of the same names."""

    teams: tuple[Team, ...]
    staff_team: dict[str, str]
    staff_area: dict[str, str]
    staff_base: dict[str, str]


def shares(work: NDArray[np.int64], n_people: int) -> NDArray[np.int64]:
    """People per team in proportion to work, by largest remainders; ties to the lower number."""
    total = int(work.sum())
    if total == 0:
        work, total = np.ones_like(work), len(work)
    scaled = work * n_people
    people = scaled // total
    order = np.lexsort((np.arange(len(work)), -(scaled % total)))
    people[order[: n_people - int(people.sum())]] += 1
    return people


def group_of(carer: Staff) -> tuple[str, str, bool]:
    """Role, shift and contact title: those who can stand in for each other in a team."""
    shift = "evening" if carer.shift_group == "evening" else "day"
    return carer.role, shift, carer.may_be_contact


def _familiarity(
    municipality: Municipality, teams: Sequence[Team], staff: Sequence[Staff]
) -> NDArray[np.int64]:
    """How well each carer knows each team's clients, shape (n_staff, n_teams)."""
    known = np.zeros((len(staff), len(teams)), dtype=np.int64)
    row = {carer.staff_id: s for s, carer in enumerate(staff)}
    for k, team in enumerate(teams):
        clients = [municipality.client_by_id[client_id] for client_id in team.client_ids]
        present = Counter(client.team_id for client in clients if client.team_id)
        for s, carer in enumerate(staff):
            known[s, k] = present[carer.team_id] if carer.team_id else 0
        for client in clients:
            for staff_id, weight in (
                (client.contact_id, KNOWN_AS_CONTACT),
                (client.vice_id, KNOWN_AS_VICE),
            ):
                if staff_id in row:
                    known[row[staff_id], k] += weight
    for s, carer in enumerate(staff):
        twin = row.get(carer.twin_id)
        if twin is not None and twin > s:
            # Twins share their clients, so they are drawn to the same team.
            known[s] = known[twin] = known[s] + known[twin]
    return known


FIXED_WORTH = 10**7
"""Familiar clients that no shortage outweighs: for a carer whose team is decided."""


def _fixed_teams(
    municipality: Municipality, teams: Sequence[Team], staff: Sequence[Staff], holds: bool
) -> dict[int, int]:
    """Team of each carer who may not be dealt out: by a decision, or because staff stay.

    Who is decided to be somebody's contact stays in her present team where that is in the area of
    those clients, or else goes to the team of most of them; decided twins go to one team.
    """
    number = {team.team_id: k for k, team in enumerate(teams)}
    row = {carer.staff_id: s for s, carer in enumerate(staff)}
    team_of_client = {member: k for k, team in enumerate(teams) for member in team.client_ids}
    fixed: dict[int, int] = {}
    if holds:
        fixed = {s: number[c.team_id] for s, c in enumerate(staff) if c.team_id in number}
    votes: dict[int, Counter[int]] = {}
    for client_id, decision in of_kind(municipality, "contact").items():
        if decision.staff_id in row and client_id in team_of_client:
            votes.setdefault(row[decision.staff_id], Counter())[team_of_client[client_id]] += 1
    for s, counted in sorted(votes.items()):
        now = number.get(staff[s].team_id, -1)
        is_near = now >= 0 and {teams[k].area_id for k in counted} == {teams[now].area_id}
        most = min(counted, key=lambda k: (-counted[k], k != now, k))
        fixed.setdefault(s, now if is_near else most)
    for decision in of_kind(municipality, "twin").values():
        pair = [row[who] for who in (decision.staff_id, decision.twin_id) if who in row]
        places = [fixed[s] for s in pair if s in fixed]
        places += [number[staff[s].team_id] for s in pair if staff[s].team_id in number]
        for s in pair if places else ():
            fixed.setdefault(s, places[0])
    return fixed


def _deal(
    known: NDArray[np.int64], people: NDArray[np.int64], n_extra: int = MAX_EXTRA_SEATS
) -> NDArray[np.int64]:
    """Team of each carer of a group: the familiar ones, about ``people[k]`` in team k.

    Seats beyond the share are there at a rising price, so that one person more or less is
    accepted where it keeps somebody with the clients she knows.
    """
    from scipy.optimize import linear_sum_assignment

    n_extra = n_extra if known.any() else 0
    seats = np.repeat(np.arange(len(people)), people + n_extra)
    within = np.concatenate([np.arange(n + n_extra) - n for n in people])
    price = EXTRA_SEAT * np.maximum(0, 2 * within + 1)
    rows, columns = linear_sum_assignment(known[:, seats] - price[None, :], maximize=True)
    team = np.empty(len(known), dtype=np.int64)
    team[rows] = seats[columns]
    return team


def _skill_needs(
    teams: Sequence[Team], qualifier: Qualifier, per_contact: int
) -> list[Counter[str]]:
    """How many contacts each team needs with each skill: clients who need it, per contact."""
    needs = []
    for team in teams:
        asked = Counter(skill for client in team.client_ids for skill in qualifier.skills[client])
        needs.append(Counter({skill: -(-n // per_contact) for skill, n in asked.items()}))
    return needs


def _spread_skills(
    staff: Sequence[Staff],
    team: NDArray[np.int64],
    known: NDArray[np.int64],
    needs: Sequence[Counter[str]],
    qualifier: Qualifier,
) -> None:
    """Swap carers of one group between teams until no team lacks a skill another can spare."""
    held = [
        frozenset(skill for skill in carer.skills if carer.holds(skill, qualifier.last))
        for carer in staff
    ]
    n_held = [Counter[str]() for _ in needs]
    for s, k in enumerate(team):
        n_held[k].update(held[s])

    def short(k: int) -> int:
        return sum(max(0, n - n_held[k][skill]) for skill, n in needs[k].items())

    def swap(s: int, t: int) -> None:
        a, b = int(team[s]), int(team[t])
        n_held[a].subtract(held[s])
        n_held[b].subtract(held[t])
        n_held[a].update(held[t])
        n_held[b].update(held[s])
        team[s], team[t] = b, a

    for _ in range(2 * len(needs)):
        lacking = [k for k in range(len(needs)) if short(k) > 0]
        best: tuple[int, int, int, int] | None = None
        for k in lacking:
            wanted = {q for q, n in needs[k].items() if n_held[k][q] < n}
            mine = np.flatnonzero(team == k).tolist()
            givers = [t for t in range(len(staff)) if team[t] != k and held[t] & wanted]
            for s in mine:
                # Familiarity is cheap to compare, shortages are not: the likeliest few are tried.
                losses = known[s, k] - known[s, team[givers]]
                losses = losses + known[givers, team[givers]] - known[givers, k]
                for q in np.argsort(losses, kind="stable")[:N_SWAPS_TRIED].tolist():
                    t, loss = givers[q], int(losses[q])
                    other = int(team[t])
                    before = short(k) + short(other)
                    swap(s, t)
                    gain = before - short(k) - short(other)
                    swap(s, t)
                    worth = gain > 0 and loss <= SKILL_WORTH * gain
                    if worth and (best is None or (-gain, loss, s, t) < best):
                        best = (-gain, loss, s, t)
            if best is not None:
                break
        if best is None:
            return
        swap(best[2], best[3])


def _rounds_per_team(teams: Sequence[Team], work: Work) -> NDArray[np.int64]:
    """Thousandths of rounds of each team: seven weekdays by day, then seven by evening."""
    row = {client: i for i, client in enumerate(work.client_ids)}
    return np.array(
        [
            work.milli_rounds[[row[client] for client in team.client_ids]].sum(axis=0)
            for team in teams
        ],
        dtype=np.int64,
    )


def assign_staff(
    municipality: Municipality,
    teams: Sequence[Team],
    travel: TravelTimes,
    rules: Rules,
    *,
    mode: str = "bike",
    stays: bool = False,
    holds: bool = False,
) -> Staffing:
    """Give every carer an area and a base, and all but the pool a team.

    Parameters
    ----------
    teams : sequence of Team
        With ``area_id``; ``base_id`` is filled in here.
    stays : bool
        Keep carers with their clients although teams get more hands than others, or fewer.
    holds : bool
        Keep every carer in the team that the staff table says, where there is such a team.
    """
    staff = sorted(municipality.staff, key=lambda carer: carer.staff_id)
    work = make_work(municipality, travel, rules, mode=mode)
    rounds = _rounds_per_team(teams, work)
    nearest = rules.teams.premises == "nearest"
    base_ids = team_bases(
        municipality, teams, travel, rounds.sum(axis=1), mode=mode, nearest=nearest
    )
    teams = tuple(replace(t, base_id=base) for t, base in zip(teams, base_ids, strict=True))
    day, evening = rounds[:, :7].sum(axis=1), rounds[:, 7:].sum(axis=1)
    known = _familiarity(municipality, teams, staff) * (STAYING_WEIGHT if stays else 1)
    fixed = _fixed_teams(municipality, teams, staff, holds)
    for s, k in fixed.items():
        known[s, k] += FIXED_WORTH
    n_extra = STAYING_EXTRA_SEATS if stays else MAX_EXTRA_SEATS
    names = sorted({group_of(carer) for carer in staff})
    group = np.array([names.index(group_of(carer)) for carer in staff], dtype=np.int64)
    team_of = np.zeros(len(staff), dtype=np.int64)
    for g, (role, shift, _) in enumerate(names):
        rows = np.flatnonzero(group == g)
        load = day + evening if role == "pool" else (evening if shift == "evening" else day)
        taken = Counter(fixed[s] for s in rows.tolist() if s in fixed)
        seats = np.maximum(shares(load, len(rows)), [taken[k] for k in range(len(teams))])
        team_of[rows] = _deal(known[rows], seats, n_extra)
    peak = peak_milli_rounds(municipality, teams, work, rules.rounds.slack_s_per_visit)
    cover = make_cover(municipality, teams, staff, np.maximum(rounds, peak))
    even_out(cover, team_of, group, known)
    titled = np.flatnonzero([group_of(carer) == ("contact", "day", True) for carer in staff])
    qualifier = make_qualifier(municipality)
    needs = _skill_needs(teams, qualifier, max(1, rules.contacts.clients_max))
    placed = team_of[titled]
    _spread_skills([staff[s] for s in titled], placed, known[titled], needs, qualifier)
    team_of[titled] = placed
    stays_put = np.isin(np.arange(len(staff)), [*titled, *fixed])
    skills = make_skill_cover(municipality, teams, staff, cover)
    even_out_skills(cover, skills, team_of, np.where(stays_put, -1, group), known)
    return _staffing(municipality, teams, staff, team_of, nearest=nearest)


def _staffing(
    municipality: Municipality,
    teams: tuple[Team, ...],
    staff: Sequence[Staff],
    team_of: NDArray[np.int64],
    *,
    nearest: bool,
) -> Staffing:
    bases = municipality.base_by_id
    staff_team, staff_area, staff_base = {}, {}, {}
    for carer, k in zip(staff, team_of, strict=True):
        team = teams[k]
        if carer.role != "pool":
            staff_team[carer.staff_id] = team.team_id
        staff_area[carer.staff_id] = team.area_id
        base_id = carer_base(carer, team, bases, nearest=nearest)
        if base_id:
            staff_base[carer.staff_id] = base_id
    return Staffing(teams, staff_team, staff_area, staff_base)
