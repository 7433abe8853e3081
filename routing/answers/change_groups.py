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

from data.units import MINUTE_S, clock
from routing.answers.plan_changes import KIND_SV, VisitChange

SMALL_S: Final = 5 * MINUTE_S
"""A time that moves less, with the same carer, is a count and no line."""
UNMADE: Final = frozenset({"dropped", "new_unplanned"})
WITHOUT: Final = "Utan personal"
PHONE: Final = "Ring dessa"
OTHER_CARER: Final = "Byter person"
OTHER_TIME: Final = "Bara ny tid"
ITEMS_MOST: Final = 6


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
    of: dict[str, list[VisitChange]] = defaultdict(list)
    n_small = 0
    for one in changes:
        if one.kind == "time" and abs(one.moved_s) < SMALL_S:
            n_small += 1
        else:
            of[_group_of(one)].append(one)
    groups = [
        ChangeGroup(WITHOUT, len(of[WITHOUT]), tuple(one.text for one in of[WITHOUT])),
        ChangeGroup(PHONE, len(of[PHONE]), _lines(of[PHONE], _client, _whole)),
        ChangeGroup(OTHER_CARER, len(of[OTHER_CARER]), _lines(of[OTHER_CARER], _carer, _taken)),
        ChangeGroup(OTHER_TIME, len(of[OTHER_TIME]), _lines(of[OTHER_TIME], _carer, _moved)),
    ]
    return [group for group in groups if group.n_changes], n_small


def _group_of(one: VisitChange) -> str:
    if one.kind in UNMADE:
        return WITHOUT
    if one.phone:
        return PHONE
    return OTHER_TIME if one.kind == "time" else OTHER_CARER


def _lines(
    changes: Sequence[VisitChange],
    whose: Callable[[VisitChange], str],
    said: Callable[[VisitChange], str],
) -> tuple[str, ...]:
    """One line for each day and person, the first of their changes in order of time."""
    by: dict[tuple[dt.date, str], list[VisitChange]] = defaultdict(list)
    for one in changes:
        by[one.date, whose(one)].append(one)
    lines = []
    for (day, who), group in sorted(by.items()):
        group.sort(key=lambda one: (one.start_after_s or one.start_before_s or 0, one.visit_id))
        told = [said(one) for one in group[:ITEMS_MOST]]
        more = [f"… och {len(group) - ITEMS_MOST} till"] if len(group) > ITEMS_MOST else []
        lines.append(f"{day.isoformat()}  {who}: {', '.join([*told, *more])}")
    return tuple(lines)


def _client(one: VisitChange) -> str:
    return one.client_id


def _carer(one: VisitChange) -> str:
    return one.staff_after or one.staff_before


def _whole(one: VisitChange) -> str:
    """What to say on the telephone."""
    if one.staff_before == one.staff_after or not (one.staff_before and one.staff_after):
        who = one.staff_after or one.staff_before
    else:
        who = f"{one.staff_after} i stället för {one.staff_before}"
    kind = "" if one.kind in ("carer", "time", "day") else f"{KIND_SV[one.kind]} "
    return f"{kind}{_times(one)} {who}"


def _taken(one: VisitChange) -> str:
    """What the carer is to make that was another's, or was not."""
    was = (
        f" (var {one.staff_before})" if one.kind in ("carer", "day") else f" ({KIND_SV[one.kind]})"
    )
    return f"{one.visit_id} {_times(one)}{was}"


def _moved(one: VisitChange) -> str:
    return f"{one.visit_id} {_times(one)}"


def _times(one: VisitChange) -> str:
    """The time, or both where it has moved; another day too."""
    after, before = one.start_after_s, one.start_before_s
    if after is None or before is None:
        start_s = before if after is None else after
        return "" if start_s is None else clock(start_s)
    day = f"{one.date_before.isoformat()} " if one.kind == "day" and one.date_before else ""
    if not day and abs(after - before) < MINUTE_S:
        return clock(after)
    return f"{day}{clock(before)} → {clock(after)}"
