"""From roster to routes: which rostered shifts can be used, and the blocks that lie in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from data.care.eligibility import is_absent, overlaps
from data.model import Municipality, Shift
from data.plans import TeamPlan, UnusedShift
from data.rules import RoundRules
from data.units import DAY_S, HOUR_S, clock


@dataclass(frozen=True, slots=True)
class Block:
    """Time at the base: fixed where ``earliest_s == latest_s``, else a break to be placed."""

    kind: Literal["break", "meeting", "handover"]
    earliest_s: int
    latest_s: int
    duration_s: int
    free_s: int = 0
    """Kept free after it: beyond the handover there is room for meetings only."""


@dataclass(frozen=True, slots=True)
class UsableShift:
    """One rostered work shift that becomes one round."""

    shift: Shift
    round_id: str
    base_id: str
    blocks: tuple[Block, ...]
    """In an order and at times that fit; a break stands at its earliest time that fits."""
    starts_s: tuple[int, ...]

    @property
    def fixed(self) -> tuple[tuple[str, int, int], ...]:
        """Kind, start and end of the blocks that do not move."""
        return tuple(
            (block.kind, block.earliest_s, block.earliest_s + block.duration_s)
            for block in self.blocks
            if block.kind != "break"
        )

    @property
    def begins_s(self) -> int:
        """When visits may begin: an evening's handover has meetings only before it."""
        fixed = [block for block in self.blocks if block.kind != "break"]
        if self.shift.part == "evening" and any(block.kind == "handover" for block in fixed):
            return min(block.earliest_s for block in fixed)
        return self.shift.start_s


def _break_starts(
    shift: Shift, rules: RoundRules, fixed: Sequence[Block]
) -> tuple[int, int, int] | None:
    """Earliest and latest start of the break, and the first start clear of fixed blocks."""
    earliest = max(shift.end_s - rules.max_work_without_break_s - rules.break_s, shift.start_s)
    latest = min(shift.start_s + rules.max_work_without_break_s, shift.end_s - rules.break_s)
    start = earliest
    for block in sorted(fixed, key=lambda block: block.earliest_s):
        ends = block.earliest_s + block.duration_s + block.free_s
        if start < ends and block.earliest_s < start + rules.break_s:
            start = ends
    return (earliest, latest, start) if earliest <= latest and start <= latest else None


def blocks_of(
    shift: Shift, meetings: Sequence[Shift], rules: RoundRules
) -> tuple[tuple[Block, ...], tuple[int, ...]] | str:
    """The blocks of a shift with a start for each that fits; or why they cannot all be held."""
    blocks = [
        Block("meeting", meeting.start_s, meeting.start_s, meeting.end_s - meeting.start_s)
        for meeting in meetings
    ]
    if shift.end_s - shift.start_s >= rules.handover_not_under_s and rules.handover_s > 0:
        at_s = _handover_start(shift, meetings, rules.handover_s)
        if at_s < shift.start_s or at_s + rules.handover_s > shift.end_s:
            return "överrapporteringen ryms inte i passet"
        blocks.append(Block("handover", at_s, at_s, rules.handover_s))
    blocks.sort(key=lambda block: (block.earliest_s, block.kind))
    for block, other in pairwise(blocks):
        if block.earliest_s + block.duration_s > other.earliest_s:
            return f"möten och överrapportering krockar kl {clock(other.earliest_s)}"
    blocks = _fenced(shift, blocks)
    placed = [(block.earliest_s, block) for block in blocks]
    if shift.end_s - shift.start_s > rules.break_required_over_s:
        starts = _break_starts(shift, rules, blocks)
        if starts is None:
            return "ingen rast ryms så att ingen arbetar mer än fem timmar i rad"
        earliest, latest, start = starts
        placed.append((start, Block("break", earliest, latest, rules.break_s)))
    placed.sort(key=lambda pair: pair[0])
    return tuple(block for _, block in placed), tuple(start for start, _ in placed)


def _fenced(shift: Shift, blocks: Sequence[Block]) -> list[Block]:
    """The fixed blocks in order, with no room for visits beyond the handover."""
    handover_idx = next((i for i, block in enumerate(blocks) if block.kind == "handover"), None)
    if handover_idx is None:
        return list(blocks)
    is_day = shift.part == "day"
    fenced = []
    for i, block in enumerate(blocks):
        after = blocks[i + 1].earliest_s if i + 1 < len(blocks) else shift.end_s
        is_beyond = i >= handover_idx if is_day else i < handover_idx
        free_s = after - block.earliest_s - block.duration_s if is_beyond else 0
        fenced.append(replace(block, free_s=free_s))
    return fenced


def _handover_start(shift: Shift, meetings: Sequence[Shift], handover_s: int) -> int:
    """Last in a day shift, first in an evening shift; only meetings may lie outside it."""
    if shift.part == "day":
        end_s = shift.end_s
        for meeting in sorted(meetings, key=lambda line: -line.end_s):
            if meeting.end_s > end_s - handover_s:
                end_s = min(end_s, meeting.start_s)
        return end_s - handover_s
    start_s = shift.start_s
    for meeting in sorted(meetings, key=lambda line: line.start_s):
        if meeting.start_s < start_s + handover_s:
            start_s = max(start_s, meeting.end_s)
    return start_s


def _rested(shift: Shift, used: Sequence[Shift], rest_s: int) -> bool:
    """Whether ``shift`` neither overlaps nor follows too soon on a shift of an earlier date."""
    for earlier in used:
        gap_s = (shift.date - earlier.date).days * DAY_S + shift.start_s - earlier.end_s
        if gap_s < 0 or (earlier.date != shift.date and gap_s < rest_s):
            return False
    return True


def usable_shifts(
    municipality: Municipality,
    team_plan: TeamPlan,
    rules: RoundRules,
    dates: Collection[dt.date],
) -> tuple[tuple[UsableShift, ...], tuple[UnusedShift, ...]]:
    """All work shifts on ``dates`` that can be used, and those that cannot, with the reason.

    In order of date, start and staff id, so that neither the roster's row order nor its entry
    numbers matter (faults.md D4).
    """
    wanted = set(dates)
    by_staff: dict[str, list[Shift]] = {}
    for entry in municipality.roster:
        by_staff.setdefault(entry.staff_id, []).append(entry)
    usable: list[UsableShift] = []
    unused: list[UnusedShift] = []
    for staff_id, entries in sorted(by_staff.items()):
        entries.sort(key=lambda entry: (entry.date, entry.start_s, entry.end_s, entry.kind))
        used: list[Shift] = []
        for shift in entries:
            if shift.kind != "work" or shift.date not in wanted:
                if shift.kind == "work" and _rested(shift, used, 0) and shift.date < max(wanted):
                    used.append(shift)
                continue
            reason = _why_not(shift, entries, used, staff_id, municipality, team_plan, rules)
            if isinstance(reason, str):
                if _is_worked(shift, entries, used, rules):  # though no round fits in it
                    used.append(shift)
                unused.append(UnusedShift(shift.date, staff_id, shift.start_s, reason))
                continue
            blocks, starts = reason
            used.append(shift)
            round_id = (
                f"{shift.date.isoformat()}_{staff_id}_{clock(shift.start_s).replace(':', '')}"
            )
            usable.append(
                UsableShift(shift, round_id, team_plan.staff_base[staff_id], blocks, starts)
            )
    usable.sort(
        key=lambda usable_shift: (
            usable_shift.shift.date,
            usable_shift.shift.start_s,
            usable_shift.shift.staff_id,
        )
    )
    unused.sort(
        key=lambda unused_shift: (unused_shift.date, unused_shift.start_s, unused_shift.staff_id)
    )
    return tuple(usable), tuple(unused)


def _is_worked(
    shift: Shift, entries: Sequence[Shift], used: Sequence[Shift], rules: RoundRules
) -> bool:
    """Whether somebody works a shift that no round can be made of: rest counts from it too."""
    return _rested(shift, used, rules.rest_between_shifts_s) and not is_absent(shift, entries)


def _why_not(
    shift: Shift,
    entries: Sequence[Shift],
    used: Sequence[Shift],
    staff_id: str,
    municipality: Municipality,
    team_plan: TeamPlan,
    rules: RoundRules,
) -> str | tuple[tuple[Block, ...], tuple[int, ...]]:
    """The shift's blocks, or why it cannot be used."""
    if staff_id not in municipality.staff_by_id:
        return "personen finns inte bland personalen"
    if staff_id not in team_plan.staff_base or staff_id not in team_plan.staff_area:
        return "personen hör inte till något arbetslag eller område"
    same_date = [entry for entry in entries if entry.date == shift.date]
    if is_absent(shift, same_date):
        return "ledig eller sjuk"
    if not _rested(shift, used, rules.rest_between_shifts_s):
        hours = rules.rest_between_shifts_s // HOUR_S
        return f"mindre än {hours} timmars vila sedan förra passet"
    meetings = [
        replace(
            entry, start_s=max(entry.start_s, shift.start_s), end_s=min(entry.end_s, shift.end_s)
        )
        for entry in same_date
        if entry.kind == "meeting" and overlaps(entry, shift)
    ]
    return blocks_of(shift, meetings, rules)
