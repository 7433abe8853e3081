"""Whether a carer could make a visit on a day, were it her only one: what ceilings are made of.

Teams (before any round is planned) and measures (of a finished plan) ask the same question; the
answer depends on roster, window, skills and the travel from the base alone (requirements 4.2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.care.eligibility import Standing, visit_bar
from data.model import Client, Shift, Staff, Visit


def is_feasible_alone(
    visit: Visit, client: Client, carer: Staff, day: dt.date, lines: Sequence[Shift],
    there_back_s: tuple[int, int],
) -> bool:  # fmt: skip
    """Whether the visit fits in the carer's work that day.

    Parameters
    ----------
    lines : sequence of Shift
        The roster's lines of the carer and day: work, meetings, leave, sickness.
    there_back_s : (int, int)
        Seconds from the base and back; (0, 0) where nobody goes (a screen).
    """
    if visit_bar(carer, visit, client, day, Standing.OWN) is not None:
        return False
    away = sorted((line for line in lines if line.kind != "work"), key=lambda line: line.start_s)
    there_s, back_s = there_back_s
    return any(
        _has_time(visit, line.start_s + there_s, line.end_s - back_s, away)
        for line in lines
        if line.kind == "work"
    )


def _has_time(visit: Visit, from_s: int, to_s: int, away: Sequence[Shift]) -> bool:
    """Whether some start in the window lies within ``from_s``–``to_s`` and outside ``away``."""
    earliest = max(visit.earliest_s, from_s)
    latest = min(visit.latest_s, to_s - visit.duration_s)
    for line in away:
        if earliest + visit.duration_s > line.start_s and earliest < line.end_s:
            earliest = line.end_s
    return earliest <= latest
