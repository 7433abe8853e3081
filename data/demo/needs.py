"""The visits of the demo's clients, drawn from `data.demo.need_tables`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data.demo.need_tables import (
    CLASS_SHARES,
    CLASSES,
    DAILY,
    DAY_FROM_S,
    DAY_TO_S,
    EVENING_FROM_S,
    EVENING_TO_S,
    FACTORS,
    N_DAILY,
    P_FAMILY,
    TASKS,
    TRAITS,
    VISITS_A_DAY,
    WEEKLY,
    Task,
)
from data.model import DATE_MAX, SERVICE_TASKS, Client, TimeLag, Visit, VisitMode
from data.units import HOUR_S, MINUTE_S

WORKDAYS = (0, 1, 2, 3, 4)
ALL_DAYS = (0, 1, 2, 3, 4, 5, 6)


def class_shares(visits_per_client: float) -> NDArray[np.float64]:
    """Shares of the classes that give this many visits a client and day.

    The shares of the requirements (2.76 a day) are tilted towards the heavier or lighter classes
    as little as needed, exponentially.
    """
    visits = np.array(VISITS_A_DAY)
    shares = np.array(CLASS_SHARES)
    low, high = -3.0, 3.0
    for _ in range(60):
        tilt = 0.5 * (low + high)
        tilted = shares * np.exp(tilt * visits)
        tilted /= tilted.sum()
        if tilted @ visits < visits_per_client:
            low = tilt
        else:
            high = tilt
    result: NDArray[np.float64] = tilted
    return result


def draw_classes(n_clients: int, rng: np.random.Generator, visits_per_client: float = 2.76
                 ) -> list[str]:  # fmt: skip
    """Classes of need in their exact shares, in random order."""
    edges = np.round(np.cumsum(class_shares(visits_per_client)) * n_clients).astype(int)
    ordered = np.searchsorted(edges[:-1], np.arange(n_clients), side="right")
    return [CLASSES[i] for i in rng.permutation(ordered).tolist()]


def draw_traits(levels: Sequence[str], rng: np.random.Generator) -> list[frozenset[str]]:
    """Who has which delegated tasks and needs, each in its exact share of each class.

    Those who get help with medicine are likelier to get the other help too.
    """
    traits: list[set[str]] = [set() for _ in levels]
    for trait, shares in TRAITS.items():
        for level in CLASSES:
            members = [i for i, own in enumerate(levels) if own == level]
            n_having = int(shares.get(level, 0.0) * len(members) + rng.random())
            apart = [0.22 * ("läkemedel" not in traits[i]) for i in members]
            lot = np.argsort(rng.random(len(members)) + apart, kind="stable")
            for k in lot[:n_having].tolist():
                traits[members[k]].add(trait)
    return [frozenset(own) for own in traits]


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


def daily_visits(
    client: Client, level: str, traits: frozenset[str], rng: np.random.Generator
) -> list[Visit]:
    """The client's visits of every day, with delegations, double staffing and gaps."""
    chances, counts = N_DAILY[level]
    n_daily = counts[int(rng.choice(len(counts), p=chances))]
    if n_daily == 0:
        return []
    options = DAILY[n_daily]
    slots = options[int(rng.choice(len(options), p=[p for p, _ in options]))][1]
    has = traits | ({"läkemedel"} if "medication" in slots else set())
    double = "double" in traits
    factor = FACTORS[level]
    weekdays = WORKDAYS if level == "low" and rng.random() < P_FAMILY else ALL_DAYS
    visits = []
    for k, slot in enumerate(slots, start=1):
        skills = _skills(slot, has)
        half_min = _half_min(slot, skills, "time_critical" in traits)
        visit = _timed(f"{client.client_id}-{k}", client.client_id, slot, factor, half_min, rng)
        care = skills & {"läkemedel", "insulin", "stomi"}
        visits.append(
            replace(
                visit,
                skills=skills,
                weekdays=weekdays,
                window_source="HSL" if half_min is not None else "SoL",
                priority=1 if care or level in ("high", "very_high") else 2,
                carers_required=2 if double and slot in _HEAVY else 1,
                mode=_digital(slot, skills, double, rng),
            )
        )
    return _with_gaps(visits)


_HEAVY = frozenset({"morning", "forenoon", "evening", "dinner"})


def _half_min(slot: str, skills: frozenset[str], time_critical: bool) -> int | None:
    """Half the window that nursing orders set, or None where the task's own holds."""
    if "insulin" in skills or (time_critical and "läkemedel" in skills):
        return 15
    return 30 if slot.startswith("medication") else None


def _skills(slot: str, has: frozenset[str]) -> frozenset[str]:
    """Delegations that this visit needs, by time of day."""
    wanted = set()
    if "läkemedel" in has and (slot in ("morning", "evening") or slot.startswith("medication")):
        wanted.add("läkemedel")
    if "insulin" in has and slot in ("morning", "dinner", "medication"):
        wanted.add("insulin")
    if "stomi" in has and slot in ("morning", "evening"):
        wanted.add("stomi")
    if "stödstrumpor" in has and slot in ("morning", "evening"):
        wanted.add("stödstrumpor")
    return frozenset(wanted)


def _digital(
    slot: str, skills: frozenset[str], double: bool, rng: np.random.Generator
) -> VisitMode:
    """A few check-ins and late evenings are made by video (NO-05)."""
    may_be_digital = slot in ("check_in", "late_evening", "afternoon") and not skills and not double
    return "digital" if may_be_digital and rng.random() < 0.08 else "physical"


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
        weekdays: tuple[int, ...] = WORKDAYS
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
    for client, level, traits in zip(clients, levels, draw_traits(levels, rng), strict=True):
        own = daily_visits(client, level, traits, rng)
        own += weekly_visits(client, level, len(own) + 1, rng)
        if not own:
            own = [
                replace(
                    _timed(f"{client.client_id}-1", client.client_id, "cleaning", 1.0, None, rng),
                    weekdays=WORKDAYS, every_weeks=2, n_per_period=1, wished_s=None,
                    priority=3,
                )
            ]  # fmt: skip
        if rng.random() < 0.02:
            until = first_day + dt.timedelta(int(rng.integers(3, 15)))
            own[-1] = replace(own[-1], valid_to=until if until < DATE_MAX else DATE_MAX)
        visits += own
    return visits
