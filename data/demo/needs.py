"""The visits of the demo's clients, by the distributions of the requirements' section 5.

Classes service/low/medium/high/very high: 24/22/24/17/13 % of the clients with about
0.2/1.5/2.8/5.0/6.8 visits a day; median durations by task from Kristianstad and Solna; windows
±15 minutes for insulin, ±30 for medication, ±45–60 for meals, ±60 for mornings and evenings,
whole days or weeks for service.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from data.model import DATE_MAX, SERVICE_TASKS, Client, TimeLag, Visit, VisitMode
from data.units import HOUR_S, MINUTE_S

CLASSES = ("service", "low", "medium", "high", "very_high")
CLASS_SHARES = (0.24, 0.22, 0.24, 0.17, 0.13)


@dataclass(frozen=True)
class Task:
    """One task's duration and time of day: median minutes, spread, middle and spread of start."""

    median_min: float
    spread: float
    middle_h: float
    sd_min: float
    half_window_min: int


TASKS = {
    "morning": Task(30, 0.28, 8.6, 54, 60),
    "medication": Task(12, 0.25, 8.3, 40, 30),
    "forenoon": Task(20, 0.3, 10.4, 22, 45),
    "lunch": Task(20, 0.25, 12.1, 22, 50),
    "afternoon": Task(15, 0.3, 14.0, 15, 45),
    "dinner": Task(18, 0.28, 16.6, 34, 50),
    "check_in": Task(12, 0.25, 18.2, 30, 60),
    "evening": Task(23, 0.3, 18.9, 68, 60),
    "late_evening": Task(19, 0.3, 20.8, 20, 45),
    "shower": Task(40, 0.15, 10.5, 60, 120),
    "cleaning": Task(80, 0.15, 11.0, 0, 240),
    "laundry": Task(30, 0.2, 11.0, 0, 240),
    "shopping": Task(50, 0.15, 11.0, 0, 240),
    "walk": Task(40, 0.15, 13.0, 30, 120),
}
"""Medians of requirements section 5 (Kristianstad, Solna); spreads are [inf]."""

DAILY: dict[int, tuple[tuple[float, tuple[str, ...]], ...]] = {
    1: (
        (0.62, ("morning",)),
        (0.28, ("medication",)),
        (0.10, ("lunch",)),
    ),
    2: (
        (0.5, ("morning", "evening")),
        (0.28, ("morning", "lunch")),
        (0.12, ("medication", "evening")),
        (0.10, ("medication", "medication_pm")),
    ),
    3: (
        (0.62, ("morning", "lunch", "evening")),
        (0.2, ("morning", "lunch", "dinner")),
        (0.18, ("medication", "lunch", "evening")),
    ),
    4: (
        (0.4, ("morning", "lunch", "dinner", "evening")),
        (0.35, ("morning", "forenoon", "lunch", "evening")),
        (0.25, ("morning", "lunch", "afternoon", "evening")),
    ),
    5: (
        (0.55, ("morning", "forenoon", "lunch", "dinner", "evening")),
        (0.45, ("morning", "lunch", "afternoon", "dinner", "evening")),
    ),
    6: (
        (0.6, ("morning", "forenoon", "lunch", "afternoon", "dinner", "evening")),
        (0.4, ("morning", "forenoon", "lunch", "dinner", "evening", "late_evening")),
    ),
    7: ((1.0, ("morning", "forenoon", "lunch", "afternoon", "dinner", "evening",
               "late_evening")),),
    8: ((1.0, ("morning", "forenoon", "lunch", "afternoon", "dinner", "check_in", "evening",
               "late_evening")),),
}  # fmt: skip
"""Which daily visits go together, by their number; weighted."""

N_DAILY = {
    "service": ((1.0,), (0,)),
    "low": ((0.78, 0.22), (1, 2)),
    "medium": ((0.58, 0.39, 0.03), (2, 3, 4)),
    "high": ((0.36, 0.48, 0.16), (4, 5, 6)),
    "very_high": ((0.12, 0.42, 0.36, 0.10), (5, 6, 7, 8)),
}
WEEKLY = {
    "service": {"cleaning": 0.8, "shopping": 0.62, "laundry": 0.5, "walk": 0.1},
    "low": {"shower": 0.5, "cleaning": 0.6, "shopping": 0.5, "laundry": 0.3},
    "medium": {"shower": 0.8, "cleaning": 0.6, "shopping": 0.45, "laundry": 0.4, "walk": 0.2},
    "high": {"shower": 0.95, "cleaning": 0.5, "shopping": 0.3, "laundry": 0.3, "walk": 0.15},
    "very_high": {"shower": 1.0, "cleaning": 0.4, "shopping": 0.2, "laundry": 0.2},
}
"""Chance of each task that is not daily; cleaning and laundry every second week."""

FACTORS = {"low": 0.84, "medium": 0.98, "high": 0.92, "very_high": 0.97}
"""How long the daily visits of each class are against the median of the task."""

P_MEDICATION = {"service": 0.0, "low": 0.55, "medium": 0.72, "high": 0.82, "very_high": 0.88}
P_INSULIN = {"service": 0.0, "low": 0.05, "medium": 0.10, "high": 0.13, "very_high": 0.16}
P_STOMA = {"service": 0.0, "low": 0.02, "medium": 0.04, "high": 0.07, "very_high": 0.10}
P_STOCKINGS = {"service": 0.0, "low": 0.2, "medium": 0.27, "high": 0.28, "very_high": 0.28}
P_DOUBLE = {"service": 0.0, "low": 0.0, "medium": 0.0, "high": 0.03, "very_high": 0.28}

DAY_FROM_S, DAY_TO_S = 7 * HOUR_S, 14 * HOUR_S + 35 * MINUTE_S
EVENING_FROM_S, EVENING_TO_S = 15 * HOUR_S, 21 * HOUR_S + 35 * MINUTE_S


def draw_classes(n_clients: int, rng: np.random.Generator) -> list[str]:
    """Classes of need in their exact shares, in random order."""
    edges = np.round(np.cumsum(CLASS_SHARES) * n_clients).astype(int)
    ordered = np.searchsorted(edges, np.arange(n_clients), side="right")
    return [CLASSES[i] for i in rng.permutation(ordered).tolist()]


def _duration_s(task: Task, factor: float, rng: np.random.Generator) -> int:
    minutes = task.median_min * factor * float(np.exp(rng.normal(0, task.spread)))
    step = 5 if minutes > 20 else 1
    return max(5, round(minutes / step) * step) * MINUTE_S


def _timed(
    visit_id: str, client_id: str, slot: str, factor: float, half_min: int | None,
    rng: np.random.Generator,
) -> Visit:  # fmt: skip
    """One visit with its window inside the shift it belongs to."""
    name = "medication" if slot == "medication_pm" else slot
    task = TASKS[name]
    middle_h = 19.5 if slot == "medication_pm" else task.middle_h
    duration_s = _duration_s(task, factor, rng)
    evening = middle_h >= 15
    low, high = (EVENING_FROM_S, EVENING_TO_S) if evening else (DAY_FROM_S, DAY_TO_S)
    high -= duration_s
    half_s = (half_min if half_min is not None else task.half_window_min) * MINUTE_S
    wished = middle_h * 60 + rng.normal(0, task.sd_min)
    wished_s = int(np.clip(round(wished / 5) * 5 * MINUTE_S, low + half_s // 3, high - half_s // 3))
    wished_s -= wished_s % (5 * MINUTE_S)
    return Visit(
        visit_id=visit_id,
        client_id=client_id,
        task=name,
        duration_s=duration_s,
        earliest_s=max(low, wished_s - half_s),
        latest_s=min(high, wished_s + half_s),
        wished_s=wished_s if rng.random() < 0.75 else None,
        priority=2,
    )


def daily_visits(client: Client, level: str, rng: np.random.Generator) -> list[Visit]:
    """The client's visits of every day, with delegations, double staffing and gaps."""
    chances, counts = N_DAILY[level]
    n_daily = counts[int(rng.choice(len(counts), p=chances))]
    if n_daily == 0:
        return []
    options = DAILY[n_daily]
    slots = options[int(rng.choice(len(options), p=[p for p, _ in options]))][1]
    has = {
        "läkemedel": rng.random() < P_MEDICATION[level] or "medication" in slots,
        "insulin": rng.random() < P_INSULIN[level],
        "stomi": rng.random() < P_STOMA[level],
        "stödstrumpor": rng.random() < P_STOCKINGS[level],
    }
    double = rng.random() < P_DOUBLE[level]
    factor = FACTORS[level]
    visits = []
    for k, slot in enumerate(slots, start=1):
        skills = _skills(slot, has)
        half_min = 15 if "insulin" in skills else 30 if slot.startswith("medication") else None
        visit = _timed(f"{client.client_id}-{k}", client.client_id, slot, factor, half_min, rng)
        care = skills & {"läkemedel", "insulin", "stomi"}
        visits.append(
            replace(
                visit,
                skills=skills,
                window_source="HSL" if half_min is not None else "SoL",
                priority=1 if care or level in ("high", "very_high") else 2,
                carers_required=2 if double and slot in _HEAVY else 1,
                mode=_digital(slot, skills, double, rng),
            )
        )
    return _with_gaps(visits)


_HEAVY = frozenset({"morning", "forenoon", "evening", "dinner"})


def _skills(slot: str, has: dict[str, bool]) -> frozenset[str]:
    """Delegations that this visit needs, by time of day."""
    wanted = set()
    if has["läkemedel"] and (slot in ("morning", "evening") or slot.startswith("medication")):
        wanted.add("läkemedel")
    if has["insulin"] and slot in ("morning", "dinner", "medication"):
        wanted.add("insulin")
    if has["stomi"] and slot in ("morning", "evening"):
        wanted.add("stomi")
    if has["stödstrumpor"] and slot in ("morning", "evening"):
        wanted.add("stödstrumpor")
    return frozenset(wanted)


def _digital(
    slot: str, skills: frozenset[str], double: bool, rng: np.random.Generator
) -> VisitMode:
    """A few check-ins and late evenings are made by video (NO-05)."""
    suits = slot in ("check_in", "late_evening", "afternoon") and not skills and not double
    return "digital" if suits and rng.random() < 0.08 else "physical"


def _with_gaps(visits: list[Visit]) -> list[Visit]:
    """At least four hours between medication visits, where their windows allow it."""
    timed = [v for v in visits if "läkemedel" in v.skills]
    gaps = {
        first.visit_id: TimeLag(second.visit_id, 4 * HOUR_S)
        for first, second in pairwise(timed)
        if first.latest_s + first.duration_s + 4 * HOUR_S <= second.latest_s
    }
    return [replace(v, gap_after=(gaps[v.visit_id],)) if v.visit_id in gaps else v for v in visits]


def weekly_visits(
    client: Client, level: str, first_number: int, rng: np.random.Generator
) -> list[Visit]:
    """Tasks that are not daily: on a free weekday as a rule, some on days agreed upon (MA-20)."""
    visits: list[Visit] = []
    for task, chance in WEEKLY[level].items():
        if rng.random() >= chance:
            continue
        visit = _timed(f"{client.client_id}-{first_number + len(visits)}", client.client_id, task,
                       1.0, None, rng)  # fmt: skip
        fixed = rng.random() < (0.35 if task in ("shower", "shopping") else 0.1)
        twice = task == "shower" and level in ("high", "very_high") and rng.random() < 0.4
        day = int(rng.integers(0, 5))
        weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
        if twice:
            weekdays, fixed = (day % 2, day % 2 + 3), True
        elif fixed:
            weekdays = (day,)
        service = task in SERVICE_TASKS
        visits.append(
            replace(
                visit,
                weekdays=weekdays,
                every_weeks=2 if task in ("cleaning", "laundry") else 1,
                n_per_period=0 if fixed else 1,
                wished_s=None if service else visit.wished_s,
                priority=3 if service else 2,
                window_source="SoL",
                mode="external" if task == "laundry" and rng.random() < 0.08 else "physical",
            )
        )
    return visits


def make_visits(
    clients: list[Client], levels: list[str], first_day: dt.date, rng: np.random.Generator
) -> list[Visit]:
    """All visits of all clients; every client has at least one."""
    visits: list[Visit] = []
    for client, level in zip(clients, levels, strict=True):
        own = daily_visits(client, level, rng)
        own += weekly_visits(client, level, len(own) + 1, rng)
        if not own:
            own = [
                replace(
                    _timed(f"{client.client_id}-1", client.client_id, "cleaning", 1.0, None, rng),
                    weekdays=(0, 1, 2, 3, 4), every_weeks=2, n_per_period=1, wished_s=None,
                    priority=3,
                )
            ]  # fmt: skip
        if rng.random() < 0.02:
            until = first_day + dt.timedelta(int(rng.integers(3, 15)))
            own[-1] = replace(own[-1], valid_to=until if until < DATE_MAX else DATE_MAX)
        visits += own
    return visits
