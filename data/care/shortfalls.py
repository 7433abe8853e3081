"""Unplanned visits by what they have in common, and what would give them room.

Twenty rows of "no room in the window" are one sentence to a manager: the mornings of a weekend lack
two shifts in one team. Visits are told together where the same rule stops them in the same team, on
the same kind of day, in windows that meet. How many shifts are too few is a proven least number:
the part of each visit that must fall in a span whatever its start, over the length of the span.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from data.model import Municipality, Visit
from data.plans import UnplannedRow
from data.units import MINUTE_S, clock

MUST_PRIORITY: Final = 1
"""What the table Besök gives the priority 1 must be done."""
DAYS_SV: Final = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
WEEKDAYS: Final = 5
WAY_S: Final = 6 * MINUTE_S
"""Travel and access of a visit, beside its minutes; as `routing.answers.demand_curve` counts."""
WIDE_S: Final = 4 * 3600
"""A window as long as this says nothing of when in the day staff are missing."""

_REMEDIES: Final = (
    ("ingen i området är schemalagd", "schemalägg någon i området"),
    ("ingen schemalagd får gå", "lyft en spärr, eller byt brukarens lag"),
    ("inget pass i arbetslaget täcker", "ett pass som täcker tiden, eller en annan tid"),
    ("för få i tjänst har delegering", "delegera en till i laget"),
    ("två personer har inte", "{shifts} till, eller ett vidare tidsfönster: två ska mötas"),
    ("inget ledigt utrymme", "{shifts} till, eller vidare tidsfönster"),
)
"""What helps, by how the rule that binds begins (`routing.rounds.unplanned_reasons`)."""
_ELSE: Final = "fråga: hemrunda ask visit MAPP {visit} --day {date}"


@dataclass(frozen=True)
class Shortfall:
    """Unplanned rows that have a cause in common.

    Attributes
    ----------
    cause : str
        In Swedish: which days, when, what is missing and where.
    remedy : str
        What would give them room.
    rows : tuple of UnplannedRow
        In order of date and visit.
    n_must : int
        How many of them must be done.
    """

    cause: str
    remedy: str
    rows: tuple[UnplannedRow, ...]
    n_must: int


def shortfalls(
    municipality: Municipality, team_of: Mapping[str, str], rows: Sequence[UnplannedRow]
) -> list[Shortfall]:
    """The rows told together, those that must be done first, then the most.

    Parameters
    ----------
    municipality : Municipality
    team_of : mapping of client to team
    rows : sequence of UnplannedRow
        Only those that may be told of (`data.care.hidden.shown_unplanned`).
    """
    groups: dict[tuple[str, str, bool], list[UnplannedRow]] = defaultdict(list)
    for row in rows:
        is_weekend = row.date.weekday() >= WEEKDAYS
        groups[team_of.get(row.client_id, ""), row.reason, is_weekend].append(row)
    grouped = [
        _shortfall(team_id, reason, together, municipality.visit_by_id)
        for (team_id, reason, _), alike in groups.items()
        for together in _meeting(alike, municipality.visit_by_id)
    ]
    return sorted(
        grouped, key=lambda shortfall: (-shortfall.n_must, -len(shortfall.rows), shortfall.cause)
    )


def _meeting(
    rows: Sequence[UnplannedRow], visits: Mapping[str, Visit]
) -> Iterator[list[UnplannedRow]]:
    """Rows whose windows meet, wide ones apart."""
    narrow = [row for row in rows if _length_s(visits.get(row.visit_id)) < WIDE_S]
    wide = [row for row in rows if _length_s(visits.get(row.visit_id)) >= WIDE_S]
    together: list[UnplannedRow] = []
    until_s = 0
    for row in sorted(
        narrow, key=lambda missed: (visits[missed.visit_id].earliest_s, _order(missed))
    ):
        visit = visits[row.visit_id]
        if together and visit.earliest_s > until_s:
            yield together
            together = []
        until_s = max(until_s if together else 0, visit.latest_s + visit.duration_s)
        together.append(row)
    if together:
        yield together
    if wide:
        yield wide


def _length_s(visit: Visit | None) -> int:
    return WIDE_S if visit is None else visit.latest_s - visit.earliest_s


def _order(row: UnplannedRow) -> tuple[dt.date, str, int]:
    return row.date, row.visit_id, row.carer_no


def _shortfall(
    team_id: str, reason: str, rows: Sequence[UnplannedRow], visits: Mapping[str, Visit]
) -> Shortfall:
    """One cause in words."""
    ordered = tuple(sorted(rows, key=_order))
    known = [visits[row.visit_id] for row in ordered if row.visit_id in visits]
    days = _days(sorted({row.date.weekday() for row in ordered}))
    span = _span(known)
    n_shifts = _shifts_short(ordered, visits)
    shifts = "ett pass" if n_shifts == 1 else f"{n_shifts} pass"
    place = f" i {team_id}" if team_id else ""
    is_room = reason.startswith(("inget ledigt utrymme", "två personer"))
    what = f"{shifts} för lite{place}" if is_room else f"{reason}{place and f' ({team_id})'}"
    first = ordered[0]
    text = next((words for begins, words in _REMEDIES if reason.startswith(begins)), _ELSE)
    remedy = text.format(shifts=shifts, visit=first.visit_id, date=first.date)
    n_must = sum(row.priority <= MUST_PRIORITY for row in ordered)
    return Shortfall(f"{days}{span}: {what}", remedy, ordered, n_must)


def _span(visits: Sequence[Visit]) -> str:
    if not visits:
        return ""
    begin_s = min(visit.earliest_s for visit in visits)
    end_s = max(visit.latest_s + visit.duration_s for visit in visits)
    return f" kl {clock(begin_s)}–{clock(end_s)}"


def _days(weekdays: Sequence[int]) -> str:
    """Weekdays as they are said: a run of them by its ends."""
    is_run = len(weekdays) > 1 and all(b == a + 1 for a, b in pairwise(weekdays))
    if is_run:
        return f"{DAYS_SV[weekdays[0]]}–{DAYS_SV[weekdays[-1]]}"
    return ", ".join(DAYS_SV[day] for day in weekdays)


def _shifts_short(rows: Sequence[UnplannedRow], visits: Mapping[str, Visit]) -> int:
    """The least number of shifts that a day lacks: a bound over every span of its windows."""
    worst = 1
    by_date: dict[dt.date, list[tuple[int, int, int]]] = defaultdict(list)
    for row in rows:
        visit = visits.get(row.visit_id)
        if visit is not None:
            by_date[row.date].append((visit.earliest_s, visit.latest_s, visit.duration_s + WAY_S))
    for table in by_date.values():
        begins = {early for early, _, _ in table}
        ends = {late + lasts for _, late, lasts in table}
        for begin_s in begins:
            for end_s in ends:
                if end_s > begin_s:
                    inside_s = sum(_inside_s(times, begin_s, end_s) for times in table)
                    worst = max(worst, -(-inside_s // (end_s - begin_s)))
    return worst


def _inside_s(visit: tuple[int, int, int], begin_s: int, end_s: int) -> int:
    """Seconds of a visit that fall in a span whatever its start."""
    early_s, late_s, lasts_s = visit
    least_s = min(early_s + lasts_s - begin_s, end_s - late_s, lasts_s, end_s - begin_s)
    return max(0, least_s)
