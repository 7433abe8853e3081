"""What has changed, as somebody acts on it: whom to phone, who gets another carer, who a new time.

One line a client to phone, and one line a carer and day for the rest, so that a morning's repair is
read at a glance and dealt out carer by carer.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from data.plans import SMALL_MOVE_S
from data.units import MINUTE_S, clock
from routing.answers.plan_changes import KIND_SV, VisitChange

UNMADE: Final = frozenset({"dropped", "new_unplanned"})
WITHOUT: Final = "Utan personal"
PHONE: Final = "Ring dessa"
OTHER_CARER: Final = "Byter person"
OTHER_TIME: Final = "Bara ny tid"
ITEMS_MOST: Final = 6
"""Changes named of one group; the rest are counted."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """One thing to do, and its lines."""

    title: str
    n_changes: int
    lines: tuple[str, ...]


def change_groups(changes: Sequence[VisitChange]) -> tuple[list[ChangeGroup], int]:
    """The changes by what is to be done about them, and how many are too small for a line.

    Each change is in one group: the first of `WITHOUT`, `PHONE`, `OTHER_CARER` (another day, a new
    visit or one that is gone too) and `OTHER_TIME` that it belongs to.
    """
    changes_of: dict[str, list[VisitChange]] = defaultdict(list)
    n_small = 0
    for change in changes:
        if change.kind == "time" and abs(change.moved_s) < SMALL_MOVE_S:
            n_small += 1
        else:
            changes_of[_group_of(change)].append(change)
    groups = [
        ChangeGroup(
            WITHOUT, len(changes_of[WITHOUT]), tuple(change.text for change in changes_of[WITHOUT])
        ),
        ChangeGroup(PHONE, len(changes_of[PHONE]), _lines(changes_of[PHONE], _client, _whole)),
        ChangeGroup(
            OTHER_CARER,
            len(changes_of[OTHER_CARER]),
            _lines(changes_of[OTHER_CARER], _carer, _taken),
        ),
        ChangeGroup(
            OTHER_TIME, len(changes_of[OTHER_TIME]), _lines(changes_of[OTHER_TIME], _carer, _moved)
        ),
    ]
    return [group for group in groups if group.n_changes], n_small


def _group_of(change: VisitChange) -> str:
    if change.kind in UNMADE:
        return WITHOUT
    if change.phone:
        return PHONE
    return OTHER_TIME if change.kind == "time" else OTHER_CARER


def _lines(
    changes: Sequence[VisitChange],
    whose: Callable[[VisitChange], str],
    said: Callable[[VisitChange], str],
) -> tuple[str, ...]:
    """One line for each day and person, the first of their changes in order of time."""
    by: dict[tuple[dt.date, str], list[VisitChange]] = defaultdict(list)
    for change in changes:
        by[change.date, whose(change)].append(change)
    lines = []
    for (day, who), group in sorted(by.items()):
        group.sort(
            key=lambda change: (change.start_after_s or change.start_before_s or 0, change.visit_id)
        )
        items = [said(change) for change in group[:ITEMS_MOST]]
        more = [f"… och {len(group) - ITEMS_MOST} till"] if len(group) > ITEMS_MOST else []
        lines.append(f"{day.isoformat()}  {who}: {', '.join([*items, *more])}")
    return tuple(lines)


def _client(change: VisitChange) -> str:
    return change.client_id


def _carer(change: VisitChange) -> str:
    return change.staff_after or change.staff_before


def _whole(change: VisitChange) -> str:
    """What to say on the telephone."""
    if change.staff_before == change.staff_after or not (
        change.staff_before and change.staff_after
    ):
        who = change.staff_after or change.staff_before
    else:
        who = f"{change.staff_after} i stället för {change.staff_before}"
    kind = "" if change.kind in ("carer", "time", "day") else f"{KIND_SV[change.kind]} "
    return f"{kind}{_times(change)} {who}"


def _taken(change: VisitChange) -> str:
    """What the carer is to make that was another's, or was not."""
    was = (
        f" (var {change.staff_before})"
        if change.kind in ("carer", "day")
        else f" ({KIND_SV[change.kind]})"
    )
    return f"{change.visit_id} {_times(change)}{was}"


def _moved(change: VisitChange) -> str:
    return f"{change.visit_id} {_times(change)}"


def _times(change: VisitChange) -> str:
    """The time, or both where it has moved; another day too."""
    after, before = change.start_after_s, change.start_before_s
    if after is None or before is None:
        start_s = before if after is None else after
        return "" if start_s is None else clock(start_s)
    day = (
        f"{change.date_before.isoformat()} " if change.kind == "day" and change.date_before else ""
    )
    if not day and abs(after - before) < MINUTE_S:
        return clock(after)
    return f"{day}{clock(before)} → {clock(after)}"
