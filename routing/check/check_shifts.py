"""Rules on a carer's shift: the roster, its ends, rest, break, handover and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from data.model import Shift
from data.plans import Violation
from data.units import clock, clocks_apart
from routing.check.view import PlanView, Tour


def roster(view: PlanView) -> Iterator[Violation]:
    """``roster``: the carer has a work shift that day in that part, and the round starts with it.

    All three times of the start row are the shift's start.
    """
    for tour in view.tours:
        first = tour.rows[0]
        if tour.shift is None:
            yield tour.broken("roster", f"{tour.carer.staff_id} har inget pass {first.date}")
        elif {first.arrive_s, first.start_s, first.end_s} != {tour.shift.start_s}:
            yield tour.broken("roster", f"rundan börjar inte {clock(tour.shift.start_s)}")


def absence(view: PlanView) -> Iterator[Violation]:
    """``absence``: nobody works, or is on the way, while on leave or sick."""
    for tour in view.tours:
        for entry in view.entries.get((tour.carer.staff_id, tour.rows[0].date), ()):
            if entry.kind not in ("leave", "sick"):
                continue
            works = any(
                row.end_s > entry.start_s
                and row.arrive_s - row.access_s - row.travel_s < entry.end_s
                for row in tour.rows
                if row.kind not in ("start", "end") or row.travel_s
            )
            shift = tour.shift
            is_whole = (
                shift is not None and entry.start_s <= shift.start_s and shift.end_s <= entry.end_s
            )
            if works or is_whole:
                yield tour.broken("absence", f"{tour.carer.staff_id} är frånvarande")


def shift_end(view: PlanView) -> Iterator[Violation]:
    """``shift_end``: everything, the way back to the base included, ends within the shift."""
    for tour in view.tours:
        if tour.shift is None:
            continue
        latest = max(row.end_s for row in tour.rows)
        if latest > tour.shift.end_s:
            ends, shift_ends = clocks_apart(latest, tour.shift.end_s)
            yield tour.broken("shift_end", f"slutar {ends}, passet slutar {shift_ends}")


def overlap(view: PlanView) -> Iterator[Violation]:
    """``overlap``: one carer is in one round at a time, and has one round per shift."""
    per_day: dict[tuple[str, object], list[Tour]] = {}
    for tour in view.tours:
        per_day.setdefault((tour.carer.staff_id, tour.rows[0].date), []).append(tour)
    for tours in per_day.values():
        tours.sort(key=lambda tour: (tour.rows[0].start_s, tour.round_id))
        for before, after in pairwise(tours):
            is_same = before.shift is not None and before.shift == after.shift
            if is_same or after.rows[0].start_s < max(row.end_s for row in before.rows):
                yield after.broken("overlap", f"samtidigt med runda {before.round_id}")


def rest(view: PlanView) -> Iterator[Violation]:
    """``rest``: eleven hours from the end of a day's last shift to the next day's first.

    Rostered times, by the clock, from before the plan's first day on. A shift without a round is
    worked too, unless somebody is away in it or it follows too soon itself: then nobody can be
    asked to. Two shifts on one date (a split duty) are the roster's choice.
    """
    wanted_s = view.rules.rounds.rest_between_shifts_s
    tour_of = {tour.shift: tour for tour in view.tours if tour.shift is not None}
    by_carer: dict[str, list[Shift]] = {}
    for entries in view.entries.values():
        for entry in entries:
            if entry.kind == "work" and (entry in tour_of or not is_away(entry, entries)):
                by_carer.setdefault(entry.staff_id, []).append(entry)
    for shifts in by_carer.values():
        worked: list[Shift] = []
        for shift in sorted(
            shifts,
            key=lambda worked_shift: (worked_shift.date, worked_shift.start_s, worked_shift.end_s),
        ):
            earlier = [worked_shift for worked_shift in worked if worked_shift.date < shift.date]
            rest_s = min(
                (_between_s(worked_shift, shift) for worked_shift in earlier), default=wanted_s
            )
            tour = tour_of.get(shift)
            if tour is not None and rest_s < wanted_s:
                yield tour.broken("rest", f"dygnsvilan är {rest_s // 60} minuter")
            if tour is not None or rest_s >= wanted_s:
                worked.append(shift)


def _between_s(earlier: Shift, later: Shift) -> int:
    return (later.date - earlier.date).days * 86_400 + later.start_s - earlier.end_s


def is_away(shift: Shift, entries: Iterable[Shift]) -> bool:
    """Whether the carer is on leave or sick in any of a shift."""
    return any(
        entry.kind in ("leave", "sick")
        and entry.start_s < shift.end_s
        and entry.end_s > shift.start_s
        for entry in entries
    )


def break_(view: PlanView) -> Iterator[Violation]:
    """``break``: long shifts hold a whole break, and no rostered work over five hours in a row.

    Work is counted from the shift's start to its end as rostered, whatever is planned in it;
    meetings and handover are work. A break shorter than the rule's is none.
    """
    rules = view.rules.rounds
    for tour in view.tours:
        shift = tour.shift
        pauses = [row for row in tour.rows if row.kind == "break"]
        if any(row.end_s - row.start_s < rules.break_s for row in pauses):
            yield tour.broken("break", f"rasten är kortare än {rules.break_s // 60} minuter")
        if shift is None or shift.end_s - shift.start_s <= rules.break_required_over_s:
            continue
        whole = [row for row in pauses if row.end_s - row.start_s >= rules.break_s]
        if not whole:
            yield tour.broken("break", "rast saknas")
            continue
        starts = [shift.start_s, *(row.end_s for row in whole)]
        ends = [*(row.start_s for row in whole), shift.end_s]
        longest = max(end - start for start, end in zip(starts, ends, strict=True))
        if longest > rules.max_work_without_break_s:
            yield tour.broken("break", f"{longest // 60} minuters arbete utan rast")


def handover(view: PlanView) -> Iterator[Violation]:
    """``handover``: at the base, last in a day shift and first in an evening shift (LU-40).

    Only a meeting may stand between it and that end of the shift. Shifts under three hours are
    too short to need one.
    """
    wanted_s, least_s = view.rules.rounds.handover_s, view.rules.rounds.handover_not_under_s
    for tour in view.tours:
        handovers = [row for row in tour.rows if row.kind == "handover"]
        shift = tour.shift
        is_short = shift is not None and shift.end_s - shift.start_s < least_s
        if is_short and not handovers:
            continue
        if len(handovers) != (1 if wanted_s else 0):
            yield tour.broken("handover", f"{len(handovers)} överrapporteringar")
            continue
        if not handovers:
            continue
        row = handovers[0]
        if row.end_s - row.start_s != wanted_s:
            yield tour.broken("handover", f"överrapporteringen är inte {wanted_s // 60} minuter")
        row_idx = tour.rows.index(row)
        outside = tour.rows[row_idx + 1 :] if row.shift == "day" else tour.rows[:row_idx]
        if any(other.kind not in ("start", "end", "meeting") for other in outside):
            yield tour.broken("handover", "överrapporteringen står inte ytterst i passet")


def meeting(view: PlanView) -> Iterator[Violation]:
    """``meeting``: each rostered meeting within the shift is held, at its time, and no other."""
    for tour in view.tours:
        shift = tour.shift
        if shift is None:
            continue
        entries = view.entries[tour.carer.staff_id, shift.date]
        wanted = sorted(
            (max(entry.start_s, shift.start_s), min(entry.end_s, shift.end_s))
            for entry in entries
            if entry.kind == "meeting"
            and entry.start_s < shift.end_s
            and entry.end_s > shift.start_s
        )
        held = sorted((row.start_s, row.end_s) for row in tour.rows if row.kind == "meeting")
        if wanted != held:
            times = ", ".join(f"{clock(start)}–{clock(end)}" for start, end in wanted) or "inga"
            yield tour.broken("meeting", f"möten enligt schema: {times}")
