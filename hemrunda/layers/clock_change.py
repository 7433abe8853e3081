"""The two nights a year that are not nine hours long: what a plan by the clock does not hold.

Rounds and rosters are by the clock on the wall (`data.units`). Where the clock is put forward the
hour from two to three does not come, and a rest over it is an hour shorter; where it is put back
the hour comes twice. No plan is changed for it: the planner is told what to look at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from data.care.eligibility import is_absent
from data.care.hidden import may_show
from data.model import Municipality, Shift
from data.plans import RoundPlan
from data.rules import RoundRules
from data.units import DAY_S, HOUR_S, utc_moment

LOST_FROM_S, LOST_TO_S = DAY_S + 2 * HOUR_S, DAY_S + 3 * HOUR_S
"""The hour that is lost or comes twice, in the hours of the date on which the night begins."""
SHOWN_MOST = 6


def clock_shift_s(day: dt.date) -> int:
    """By how much the night after ``day`` is longer than by the clock: -3600, 0 or 3600 s."""
    after_s = LOST_TO_S + HOUR_S
    day_and_night = utc_moment(day, after_s) - utc_moment(day, after_s - DAY_S)
    return int(day_and_night.total_seconds()) - DAY_S


def notes_on_clock_change(
    town: Municipality, plans: Sequence[RoundPlan], rules: RoundRules
) -> list[str]:
    """What each change of the clock within a plan's dates does to visits and rests, in Swedish.

    Parameters
    ----------
    plans : sequence of RoundPlan
        The day's, and its layers'.
    """
    rest_s = rules.rest_between_shifts_s
    shown = may_show(town)
    made = [row for plan in plans for row in plan.rows if row.kind == "visit"]
    notes = []
    for day in plans[0].dates:
        shift_s = clock_shift_s(day)
        if not shift_s:
            continue
        is_shown = {
            row.visit_id: row.client_id in shown
            for row in made
            if row.date == day and row.start_s < LOST_TO_S and row.end_s > LOST_FROM_S
        }
        visits = _listed(
            sorted(visit_id for visit_id, may in is_shown.items() if may),
            list(is_shown.values()).count(False),
        )
        morning = day + dt.timedelta(1)
        if shift_s > 0:
            notes.append(
                f"Natten mot {morning} ställs klockan tillbaka: kl 02–03 kommer två gånger, och "
                f"natten är en timme längre än rundorna. Besök då: {visits}."
            )
            continue
        notes.append(
            f"Natten mot {morning} ställs klockan fram: kl 02–03 finns inte. Besök då blir en "
            f"timme senare: {visits}."
        )
        short = _short_of_rest(town, day, rest_s)
        if short:
            notes.append(
                f"Dygnsvilan över natten mot {morning} är en timme kortare än på klockan, under "
                f"{rest_s // HOUR_S} h: {_listed(short)}."
            )
    return notes


def _listed(ids: Sequence[str], n_hidden: int = 0) -> str:
    """The first of some ids, and how many more there are; who is protected is only counted."""
    listed = ", ".join(ids[:SHOWN_MOST]) or "–"
    n_more = max(0, len(ids) - SHOWN_MOST) + n_hidden
    return f"{listed} (+{n_more})" if n_more else listed


def _short_of_rest(town: Municipality, day: dt.date, rest_s: int) -> list[str]:
    """Who rests long enough by the clock over a night an hour short, and not in truth."""
    entries: dict[tuple[str, dt.date], list[Shift]] = {}
    for entry in (*town.roster, *(entry for layer in town.layers for entry in layer.roster)):
        entries.setdefault((entry.staff_id, entry.date), []).append(entry)
    short = set()
    for (staff_id, date), evening in entries.items():
        ends = [entry.end_s for entry in _worked(evening)] if date == day else []
        next_day = _worked(entries.get((staff_id, day + dt.timedelta(1)), ()))
        if ends and next_day and max(ends) <= LOST_FROM_S:
            gap_s = DAY_S + min(entry.start_s for entry in next_day) - max(ends)
            if rest_s <= gap_s < rest_s + HOUR_S:
                short.add(staff_id)
    return sorted(short)


def _worked(entries: Sequence[Shift]) -> list[Shift]:
    return [entry for entry in entries if entry.kind == "work" and not is_absent(entry, entries)]
