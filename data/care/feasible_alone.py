"""Whether a carer could make a visit on a day, were it her only one, and what nobody can alone.

Teams (before any round is planned) and measures (of a finished plan) ask the same question; the
answer depends on roster, window, skills and the travel from the base alone (requirements 4.2).

A watch is a visit longer than anybody may work without a break (NO-18). It is handed on from one
carer to the next: parts of equal length, each tied to those before it, so that one begins at the
second when the one before is over. The first keeps the visit's id, so that what is locked or
decided of it holds when it begins; the others are laid beside it and stand in no table.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from data.care.eligibility import Standing, visit_bar
from data.model import Client, Shift, Staff, TimeLag, Visit
from data.units import HOUR_S, MINUTE_S

ALONE_MOST_S = 5 * HOUR_S
"""Nobody works longer without a break (arbetstidslagen 15 §)."""
PART_MOST_S = 3 * HOUR_S
"""Of a part: in a shift of eight hours one fits on either side of the break, with the ways."""


def is_watch(visit: Visit) -> bool:
    """Whether the visit is handed on: too long for one, by day and evening, on days that are given.

    Where the day is free its parts could fall on different ones, and the night is another layer.
    """
    ends_s = visit.latest_s + visit.duration_s
    return (
        visit.duration_s > ALONE_MOST_S
        and visit.mode == "physical"
        and visit.n_per_period == 0
        and visit.shift != "night"
        and ends_s <= visit.hours.evening_to_s
    )


def watch_parts(visit: Visit, taken: Collection[str] = ()) -> tuple[Visit, ...]:
    """The parts of a watch, in order; whole minutes each, the first ones the longest.

    Parameters
    ----------
    taken : collection of str
        Ids that are in use.
    """
    n = -(-visit.duration_s // PART_MOST_S)
    whole, over = divmod(visit.duration_s // MINUTE_S, n)
    length_s = [MINUTE_S * (whole + (i < over)) for i in range(n)]
    length_s[-1] += visit.duration_s % MINUTE_S
    ordered_s = [visit.ordered_s * part_s // visit.duration_s for part_s in length_s]
    ordered_s[-1] += visit.ordered_s - sum(ordered_s)
    names = [visit.visit_id]
    for i in range(1, n):
        name = f"{visit.visit_id}-del{i + 1}"
        while name in taken:
            name += "x"
        names.append(name)
    begins_s = [sum(length_s[:i]) for i in range(n)]
    return tuple(
        replace(
            visit, visit_id=names[i], duration_s=length_s[i], ordered_s=ordered_s[i],
            earliest_s=visit.earliest_s + begins_s[i], latest_s=visit.latest_s + begins_s[i],
            wished_s=_later(visit.wished_s, begins_s[i]),
            usual_s=_later(visit.usual_s, begins_s[i]),
            gap_after=(
                *(visit.gap_after if i == n - 1 else ()),
                *(_exactly(names[j], begins_s[j] - begins_s[i] - length_s[i])
                  for j in range(i + 1, n)),
            ),
        )
        for i in range(n)
    )  # fmt: skip


def _later(at_s: int | None, by_s: int) -> int | None:
    return None if at_s is None else at_s + by_s


def _exactly(visit_id: str, gap_s: int) -> TimeLag:
    return TimeLag(visit_id, gap_s, gap_s)


def is_feasible_alone(
    visit: Visit, client: Client, carer: Staff, day: dt.date, entries: Sequence[Shift],
    there_back_s: tuple[int, int],
) -> bool:  # fmt: skip
    """Whether the visit fits in the carer's work that day.

    Parameters
    ----------
    entries : sequence of Shift
        The roster's entries of the carer and day: work, meetings, leave, sickness.
    there_back_s : (int, int)
        Seconds from the base and back; (0, 0) where nobody goes (a screen).
    """
    if visit_bar(carer, visit, client, day, Standing.OWN) is not None:
        return False
    away = sorted(
        (entry for entry in entries if entry.kind != "work"), key=lambda entry: entry.start_s
    )
    there_s, back_s = there_back_s
    return any(
        _has_time(visit, entry.start_s + there_s, entry.end_s - back_s, away)
        for entry in entries
        if entry.kind == "work"
    )


def _has_time(visit: Visit, from_s: int, to_s: int, away: Sequence[Shift]) -> bool:
    """Whether some start in the window lies within ``from_s``–``to_s`` and outside ``away``."""
    earliest = max(visit.earliest_s, from_s)
    latest = min(visit.latest_s, to_s - visit.duration_s)
    for line in away:
        if earliest + visit.duration_s > line.start_s and earliest < line.end_s:
            earliest = line.end_s
    return earliest <= latest
