"""The carers of the demo: how many each team needs, and what they may do.

Titles, delegations, licences and allergies by the requirements' section 5: 71 % assistant
nurses (Malmö), of whom 85 % hold läkemedel and 60 % insulin; 12 % without licence; 8 % with pet
allergy. About 0.4 carers per client (Malmö: 2 100 for 5 300).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.model import Base, Client, Role, ShiftGroup, Staff, Title

STAFF_PER_CLIENT = 0.436
SHARE_POOL = 0.14
SHARE_NURSES = 0.71
EMPLOYMENT: Mapping[ShiftGroup, tuple[tuple[int, float], ...]] = {
    "day": ((100, 0.72), (90, 0.1), (85, 0.07), (80, 0.05), (75, 0.06)),
    "evening": ((100, 0.2), (90, 0.15), (85, 0.2), (80, 0.2), (75, 0.25)),
    "both": ((100, 0.72), (90, 0.1), (85, 0.07), (80, 0.05), (75, 0.06)),
}
"""Full time is the norm (LU-27); contracts from 75 % [inf].

Evenings need as many on a Saturday as on a Tuesday, and everybody works every second weekend, so
evening groups have more people on smaller contracts.
"""

DELEGATIONS: Mapping[str, tuple[float, float]] = {
    "läkemedel": (0.85, 0.62),
    "insulin": (0.60, 0.28),
    "stomi": (0.55, 0.2),
    "stödstrumpor": (0.92, 0.8),
}
"""Share of assistant nurses and of care assistants who hold each; the first two of the nurses
from requirements section 5, the rest [inf]."""


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
        weight += [load.day_s / 7.0, load.evening_s / 5.0]
    exact = np.array(weight) / sum(weight) * n_fixed
    count = np.maximum(np.floor(exact), [4 if part == "day" else 2 for _, part in keys])
    rest = exact - count
    while count.sum() < n_fixed:
        k = int(np.argmax(rest))
        count[k] += 1
        rest[k] -= 1
    return {key: int(n) for key, n in zip(keys, count, strict=True)}


def _skills(title: Title, first_day: dt.date, rng: np.random.Generator) -> dict[str, dt.date]:
    """Delegations with their last valid date: 2 % expired, 3 % ending within a fortnight."""
    held = {}
    for skill, (nurse, assistant) in DELEGATIONS.items():
        if rng.random() < (nurse if title == "assistant_nurse" else assistant):
            chance = rng.random()
            if chance < 0.02:
                days = -int(rng.integers(1, 60))
            elif chance < 0.05:
                days = int(rng.integers(1, 14))
            else:
                days = int(rng.integers(30, 365))
            held[skill] = first_day + dt.timedelta(days)
    return held


def _mode(share_far: float, rng: np.random.Generator) -> str:
    """How a carer goes: car where many clients live far from the base, else mostly by bike."""
    has_licence = rng.random() > 0.12
    if has_licence and rng.random() < max(0.1, 1.25 * share_far):
        return "car"
    return str(rng.choice(("bike", "ebike", "walk"), p=(0.4, 0.42, 0.18)))


def _carer(
    staff_id: str, role: Role, group: ShiftGroup, team_id: str, base_id: str, share_far: float,
    first_day: dt.date, rng: np.random.Generator,
) -> Staff:  # fmt: skip
    title: Title = "assistant_nurse" if rng.random() < SHARE_NURSES else "care_assistant"
    if role == "contact" and title == "care_assistant" and rng.random() < 0.1:
        title = "assistant_nurse"
    pct = int(rng.choice([p for p, _ in EMPLOYMENT[group]], p=[w for _, w in EMPLOYMENT[group]]))
    more = str(rng.choice(("fi", "ar", "so", "bs", "fa"))) if rng.random() < 0.15 else ""
    return Staff(
        staff_id=staff_id,
        role=role,
        shift_group=group,
        title=title,
        team_id=team_id,
        skills=_skills(title, first_day, rng),
        travel_mode=_mode(share_far, rng),
        employment_pct=pct,
        transition=title == "care_assistant" and bool(rng.random() < 0.35),
        pet_allergy=bool(rng.random() < 0.08),
        languages=frozenset({"sv", more} - {""}),
        base_id=base_id,
    )


def make_staff(
    clients: Sequence[Client], bases: Sequence[Base], loads: Mapping[str, Load],
    first_day: dt.date, rng: np.random.Generator,
) -> list[Staff]:  # fmt: skip
    """Contacts and a floater in every team, a pool in every area."""
    n_staff = max(round(STAFF_PER_CLIENT * len(clients)), 6 * len(loads))
    n_pool = max(len(bases), round(SHARE_POOL * n_staff))
    counts = _n_by_part(loads, n_staff - n_pool)
    base_of = {team_id: base for base in bases for team_id in base.team_ids}
    far = {}
    for team_id, base in base_of.items():
        gap = [abs(c.x - base.x) + abs(c.y - base.y) for c in clients if c.team_id == team_id]
        far[team_id] = float(np.mean(np.array(gap) > 2800.0))
    ids = rng.permutation(n_staff + 4 * len(loads)) + 1
    staff: list[Staff] = []
    for (team_id, part), n_here in counts.items():
        for k in range(n_here):
            floats = k == 0 and part == "day"
            staff.append(
                _carer(f"P{int(ids[len(staff)]):04d}", "floater" if floats else "contact",
                       "both" if floats else part, team_id, base_of[team_id].base_id,
                       far[team_id], first_day, rng)
            )  # fmt: skip
    for k in range(n_pool):
        base = bases[k % len(bases)]
        share = float(np.mean([far[team_id] for team_id in base.team_ids]))
        staff.append(
            _carer(f"P{int(ids[len(staff)]):04d}", "pool", "both", "", base.base_id,
                   max(share, 0.35), first_day, rng)
        )  # fmt: skip
    return _ensure_delegations(_twins(staff), first_day)


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


def _ensure_delegations(staff: list[Staff], first_day: dt.date) -> list[Staff]:
    """See to it that in each team and part enough people hold each delegation to run shifts."""
    need = {"läkemedel": 0.62, "insulin": 0.42, "stomi": 0.34, "stödstrumpor": 0.6}
    late = first_day + dt.timedelta(200)
    groups: dict[tuple[str, str], list[int]] = {}
    for i, carer in enumerate(staff):
        groups.setdefault((carer.team_id or carer.base_id, carer.shift_group), []).append(i)
    sure = list(staff)
    for members in groups.values():
        for skill, share in need.items():
            lasting = [i for i in members if sure[i].holds(skill, first_day + dt.timedelta(35))]
            missing = [i for i in members if i not in lasting]
            missing.sort(key=lambda i: (sure[i].title != "assistant_nurse", i))
            n_more = int(np.ceil(share * len(members))) - len(lasting)
            for i in missing[: max(n_more, 0)]:
                sure[i] = replace(sure[i], skills={**sure[i].skills, skill: late})
    return sure
