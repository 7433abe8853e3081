"""Who may do what: delegations with their last valid dates, enough of them on every shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from data.model import Base, Client, Shift, Staff, Title, Visit

DELEGATIONS: Mapping[str, tuple[float, float]] = {
    "läkemedel": (0.70, 0.55),
    "insulin": (0.42, 0.15),
    "stomi": (0.45, 0.15),
    "stödstrumpor": (0.88, 0.7),
}
"""Share of assistant nurses and of care assistants who hold each before every team has been seen
to. Afterwards about 85 % of the nurses hold läkemedel and 60 % insulin (requirements section 5);
the rest is [inf]."""


def draw_skills(title: Title, first_day: dt.date, rng: np.random.Generator) -> dict[str, dt.date]:
    """Delegations with their last valid date: 2 % expired, 3 % ending within a fortnight.

    Experience is common to them all: who holds stomi nearly always holds läkemedel.
    """
    held = {}
    experience = rng.normal()
    for skill, (nurse, assistant) in DELEGATIONS.items():
        share = nurse if title == "assistant_nurse" else assistant
        if 0.85 * experience + 0.53 * rng.normal() < NormalDist().inv_cdf(share):
            chance = rng.random()
            if chance < 0.02:
                days = -int(rng.integers(1, 60))
            elif chance < 0.05:
                days = int(rng.integers(1, 14))
            else:
                days = int(rng.integers(30, 365))
            held[skill] = first_day + dt.timedelta(days)
    return held


def ensure_in_teams(staff: list[Staff], first_day: dt.date) -> list[Staff]:
    """See to it that in each team and part enough people hold each delegation to run shifts.

    Most evening visits have medicine in them, so evening groups are rounded up.
    """
    need = {"läkemedel": 0.8, "insulin": 0.5, "stomi": 0.4, "stödstrumpor": 0.75}
    late = first_day + dt.timedelta(200)
    groups: dict[tuple[str, str], list[int]] = {}
    for i, carer in enumerate(staff):
        groups.setdefault((carer.team_id or carer.base_id, carer.shift_group), []).append(i)
    sure = list(staff)
    for members in groups.values():
        for skill, share in need.items():
            lasting = [i for i in members if sure[i].holds(skill, first_day + dt.timedelta(35))]
            missing = [i for i in members if i not in lasting]
            missing.sort(key=lambda i: (skill in sure[i].skills, -len(sure[i].skills), i))
            evening = skill == "läkemedel" and sure[members[0]].shift_group == "evening"
            n_needed = max(round(share * len(members) + 0.5 * evening), 1)
            n_more = n_needed - len(lasting)
            for i in missing[: max(n_more, 0)]:
                sure[i] = replace(sure[i], skills={**sure[i].skills, skill: late})
    return sure


def ensure_on_duty(
    staff: Sequence[Staff], roster: Sequence[Shift], clients: Sequence[Client],
    visits: Sequence[Visit], bases: Sequence[Base],
) -> list[Staff]:  # fmt: skip
    """Train one more where an area's shift has nobody who may make one of its visits.

    The person on duty who lacks least gets what is missing. Two are wanted where four or more are
    on duty, since one may be elsewhere.
    """
    base_of = {team_id: base.base_id for base in bases for team_id in base.team_ids}
    team_of = {client.client_id: client.team_id for client in clients}
    wanted: dict[tuple[str, str], dict[frozenset[str], int]] = {}
    for visit in visits:
        if visit.skills:
            sets = wanted.setdefault((base_of[team_of[visit.client_id]], visit.shift), {})
            sets[visit.skills] = max(sets.get(visit.skills, 0), visit.carers_required)
    sure = {carer.staff_id: carer for carer in staff}
    on_duty: dict[tuple[dt.date, str, str], list[str]] = {}
    for shift in roster:
        if shift.kind == "work":
            key = (shift.date, sure[shift.staff_id].base_id, shift.part)
            on_duty.setdefault(key, []).append(shift.staff_id)
    for (day, base_id, part), people in sorted(on_duty.items()):
        sets = wanted.get((base_id, part), {})
        for skills, n_carers in sorted(sets.items(), key=lambda item: sorted(item[0])):
            lacking = {p: sum(not sure[p].holds(s, day) for s in skills) for p in people}
            n_needed = min(max(n_carers, 2 if len(people) >= 4 else 1), len(people))
            n_able = sum(n == 0 for n in lacking.values())
            order = sorted((n, p) for p, n in lacking.items() if n > 0)
            for _, person in order[: max(n_needed - n_able, 0)]:
                late = day + dt.timedelta(200)
                own = sure[person].skills
                more = {s: late for s in sorted(skills) if not sure[person].holds(s, day)}
                sure[person] = replace(sure[person], skills={**own, **more})
    return [sure[carer.staff_id] for carer in staff]
