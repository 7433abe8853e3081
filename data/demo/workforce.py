"""The carers of the demo: how many each team needs, and what they may do.

Titles, delegations, licences and allergies by the requirements' section 5: 71 % assistant
nurses (Malmö), of whom 85 % hold läkemedel and 60 % insulin; 12 % without licence; 8 % with pet
allergy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.demo.delegations import draw_skills, ensure_in_teams
from data.model import Base, Client, Role, ShiftGroup, Staff, Title

WORK_H_PER_CARER = 23.5
"""Hours of care, travel and doors a week for each person employed, part-timers and absent ones
included. Gives 0.44 carers a client and 58–68 % client time [inf]; Malmö has 0.40 (MA-03)."""
SHARE_POOL = 0.14
SHARE_NURSES = 0.71
FAR_M = 2800.0
"""Clients farther from the base than this, along the axes, are reached by car [inf]."""
EMPLOYMENT: Mapping[ShiftGroup, tuple[tuple[int, float], ...]] = {
    "day": ((100, 0.72), (90, 0.1), (85, 0.07), (80, 0.05), (75, 0.06)),
    "evening": ((100, 0.2), (90, 0.15), (85, 0.2), (80, 0.2), (75, 0.25)),
    "both": ((100, 0.72), (90, 0.1), (85, 0.07), (80, 0.05), (75, 0.06)),
}
"""Full time is the norm (LU-27); contracts from 75 % [inf].

Evenings need as many on a Saturday as on a Tuesday, and everybody works every second weekend, so
evening groups have more people on smaller contracts.
"""


@dataclass(frozen=True)
class Load:
    """Seconds of work a week in one team, by part of the day: care, travel and the door."""

    day_s: float
    evening_s: float


def _n_by_part(loads: Mapping[str, Load], n_fixed: int) -> dict[tuple[str, ShiftGroup], int]:
    """Staff of each team and part, in proportion to load; at least four and two."""
    keys: list[tuple[str, ShiftGroup]] = []
    weight = []
    for team_id, load in sorted(loads.items()):
        keys += [(team_id, "day"), (team_id, "evening")]
        weight += [load.day_s / 7.0, load.evening_s / 4.75]
    exact = np.array(weight) / sum(weight) * n_fixed
    count = np.maximum(np.floor(exact), [4 if part == "day" else 2 for _, part in keys])
    rest = exact - count
    while count.sum() < n_fixed:
        k = int(np.argmax(rest))
        count[k] += 1
        rest[k] -= 1
    return {key: int(n) for key, n in zip(keys, count, strict=True)}


def travel_mode(share_far: float, rng: np.random.Generator) -> str:
    """How a carer goes: car where many clients live far from the base, else mostly by bike."""
    has_licence = rng.random() > 0.12
    if has_licence and rng.random() < max(0.1, 1.25 * share_far):
        return "car"
    return str(rng.choice(("bike", "ebike", "walk"), p=(0.4, 0.42, 0.18)))


@dataclass(frozen=True)
class _Post:
    """A place in the organisation, before anybody holds it."""

    role: Role
    group: ShiftGroup
    team_id: str
    base_id: str
    share_far: float


def _carer(
    staff_id: str, post: _Post, title: Title, first_day: dt.date, rng: np.random.Generator
) -> Staff:
    contracts = EMPLOYMENT[post.group]
    pct = int(rng.choice([p for p, _ in contracts], p=[w for _, w in contracts]))
    more = str(rng.choice(("fi", "ar", "so", "bs", "fa"))) if rng.random() < 0.15 else ""
    return Staff(
        staff_id=staff_id,
        role=post.role,
        shift_group=post.group,
        title=title,
        team_id=post.team_id,
        skills=draw_skills(title, first_day, rng),
        travel_mode=travel_mode(post.share_far, rng),
        employment_pct=pct,
        transition=title == "care_assistant" and bool(rng.random() < 0.35),
        pet_allergy=bool(rng.random() < 0.08),
        languages=frozenset({"sv", more} - {""}),
        base_id=post.base_id,
    )


def _titles(posts: Sequence[_Post], rng: np.random.Generator) -> list[Title]:
    """Nurses in their exact share; the pool has fewer of them than the teams [inf]."""
    lot = rng.random(len(posts)) + np.array([0.35 * (post.role == "pool") for post in posts])
    nurses = set(np.argsort(lot, kind="stable")[: round(SHARE_NURSES * len(posts))].tolist())
    return ["assistant_nurse" if i in nurses else "care_assistant" for i in range(len(posts))]


def make_staff(
    clients: Sequence[Client], bases: Sequence[Base], loads: Mapping[str, Load],
    first_day: dt.date, rng: np.random.Generator,
) -> list[Staff]:  # fmt: skip
    """Contacts and a floater in every team, a pool in every area."""
    work_h = sum(load.day_s + load.evening_s for load in loads.values()) / 3600
    n_staff = max(round(work_h / WORK_H_PER_CARER), 6 * len(loads))
    n_pool = max(len(bases), round(SHARE_POOL * n_staff))
    base_of = {team_id: base for base in bases for team_id in base.team_ids}
    gaps: dict[str, list[float]] = {team_id: [] for team_id in base_of}
    for client in clients:
        base = base_of[client.team_id]
        gaps[client.team_id].append(abs(client.x - base.x) + abs(client.y - base.y))
    far = {team_id: float(np.mean(np.array(gap) > FAR_M)) for team_id, gap in gaps.items()}
    posts: list[_Post] = []
    for (team_id, part), n_here in _n_by_part(loads, n_staff - n_pool).items():
        place = (team_id, base_of[team_id].base_id, far[team_id])
        if part == "day":
            posts.append(_Post("floater", "both", *place))
        posts += [_Post("contact", part, *place)] * (n_here - (part == "day"))
    for k in range(n_pool):
        base = bases[k % len(bases)]
        share = float(np.mean([far[team_id] for team_id in base.team_ids]))
        posts.append(_Post("pool", "both", "", base.base_id, max(share, 0.35)))
    number = rng.permutation(len(posts)) + 1
    staff = [
        _carer(f"P{int(k):04d}", post, title, first_day, rng)
        for k, post, title in zip(number, posts, _titles(posts, rng), strict=True)
    ]
    return ensure_in_teams(_twins(staff), first_day)


def _twins(staff: list[Staff]) -> list[Staff]:
    """Pair contacts of the same team and part (MA-11); an odd one stays alone."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i, carer in enumerate(staff):
        if carer.role == "contact":
            groups.setdefault((carer.team_id, carer.shift_group), []).append(i)
    twins = list(staff)
    for members in groups.values():
        for a, b in zip(members[::2], members[1::2], strict=False):
            twins[a] = replace(twins[a], twin_id=twins[b].staff_id)
            twins[b] = replace(twins[b], twin_id=twins[a].staff_id)
    return twins
