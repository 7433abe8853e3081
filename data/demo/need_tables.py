"""Tables behind the demo's visits: classes of need, tasks, which visits go together.

Classes service/low/medium/high/very high: 24/22/24/17/13 % of the clients with about
0.2/1.5/2.8/5.0/6.8 visits a day; median durations by task from Kristianstad and Solna; windows
±15 minutes for insulin, ±30 for medication, ±45–60 for meals, ±60 for mornings and evenings,
whole days or weeks for service (requirements section 5).
"""

from __future__ import annotations

from dataclasses import dataclass

from data.units import HOUR_S, MINUTE_S

CLASSES = ("service", "low", "medium", "high", "very_high")
CLASS_SHARES = (0.24, 0.22, 0.24, 0.17, 0.13)
VISITS_A_DAY = (0.2, 1.45, 2.8, 5.05, 6.8)
"""Visits a day and client in each class, as drawn."""


@dataclass(frozen=True)
class Task:
    """One task's duration and time of day: median minutes, spread, middle and spread of start."""

    median_min: float
    spread: float
    middle_h: float
    sd_min: float
    half_window_min: int


TASKS = {
    "morning": Task(30, 0.28, 8.7, 60, 60),
    "medication": Task(12, 0.25, 8.3, 40, 30),
    "forenoon": Task(20, 0.3, 10.4, 22, 45),
    "lunch": Task(20, 0.25, 12.1, 22, 50),
    "afternoon": Task(15, 0.3, 14.0, 15, 45),
    "dinner": Task(18, 0.28, 16.6, 34, 50),
    "check_in": Task(12, 0.25, 18.2, 30, 60),
    "evening": Task(23, 0.3, 18.8, 72, 60),
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
        (0.44, ("morning", "evening")),
        (0.34, ("morning", "lunch")),
        (0.12, ("medication", "evening")),
        (0.10, ("medication", "medication_pm")),
    ),
    3: (
        (0.57, ("morning", "lunch", "evening")),
        (0.19, ("morning", "lunch", "dinner")),
        (0.06, ("morning", "forenoon", "lunch")),
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
    "low": ((0.74, 0.26), (1, 2)),
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

P_FAMILY = 0.2
"""Of the low class: family comes at weekends, care on workdays only [inf]."""
FACTORS = {"low": 0.84, "medium": 0.98, "high": 0.92, "very_high": 0.97}
"""How long the daily visits of each class are against the median of the task."""

TRAITS: dict[str, dict[str, float]] = {
    "läkemedel": {"low": 0.46, "medium": 0.68, "high": 0.80, "very_high": 0.86},
    "insulin": {"low": 0.06, "medium": 0.11, "high": 0.14, "very_high": 0.17},
    "stomi": {"low": 0.02, "medium": 0.05, "high": 0.08, "very_high": 0.10},
    "stödstrumpor": {"low": 0.20, "medium": 0.28, "high": 0.30, "very_high": 0.30},
    "time_critical": {"low": 0.05, "medium": 0.09, "high": 0.1, "very_high": 0.11},
    "double": {"high": 0.03, "very_high": 0.28},
}
"""Share of each class with delegated tasks (55, 8, 4 and 20 % of all clients), with medicine that
must come on the quarter of an hour, and with two carers (28 % of the very high)."""

DAY_FROM_S, DAY_TO_S = 7 * HOUR_S, 14 * HOUR_S + 35 * MINUTE_S
EVENING_FROM_S, EVENING_TO_S = 15 * HOUR_S, 21 * HOUR_S + 35 * MINUTE_S
