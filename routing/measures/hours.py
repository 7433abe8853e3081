"""Where the working time goes, whether breaks and ends are kept, and the client-time band."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from routing.check.view import Tour
from routing.measures.numbers import mean, median, minutes, pct
from routing.measures.slices import Slice


@dataclass(frozen=True)
class Hours:
    """Rostered time split so that the parts add up to ``rostered_min`` (to rounding).

    Working time is rostered time less breaks.
    """

    n_shifts: int
    n_rounds: int
    rostered_min: int
    visit_min: int
    travel_min: int
    access_min: int
    wait_min: int
    """Waiting at a client's door for the visit to begin."""
    break_min: int
    meeting_min: int
    meeting_min_by_kind: dict[str, int]
    """Of these minutes: by what the roster or a rule calls them (MA-17)."""
    handover_min: int
    slack_min: int
    """At the base with nothing planned: alarms, documentation, air. Unused shifts are all slack."""
    client_time_pct: float | None
    """Visits in per cent of working time: brukartid."""
    travel_pct: float | None
    """Travel and access in per cent of working time."""
    band_pct: tuple[int, int]
    overhead_pct: float | None
    """Everything else than visits in per cent of working time: kringtid (LU-03, MA-04)."""
    overhead_budget_pct: int
    """What of the price is reckoned for it."""
    band: Literal["under", "inside", "over", ""]
    """Warns on both sides (MA-16): over the band there is no room for what is not planned."""
    n_breaks_due: int
    n_breaks_held: int
    spare_at_end_median_min: float | None
    """Minutes free just before a shift's end: after the way home, or before the last handover."""
    spare_at_end_least_min: float | None
    visits_per_round: float | None
    travel_per_visit_min: float | None


def hours(cut: Slice) -> Hours:
    """Split the working time of the slice's carers."""
    rostered_s = sum(shift.end_s - shift.start_s for shift in cut.shifts)
    rows = [row for tour in cut.tours for row in tour.rows]
    spent = {
        kind: sum(row.end_s - row.start_s for row in rows if row.kind == kind)
        for kind in ("visit", "break", "meeting", "handover")
    }
    travel_s = sum(row.travel_s for row in rows)
    access_s = sum(row.access_s for row in rows)
    wait_s = sum(row.wait_s for row in rows if row.kind == "visit")
    slack_s = rostered_s - sum(spent.values()) - travel_s - access_s - wait_s
    working_s = rostered_s - spent["break"]
    client_pct = pct(spent["visit"], working_s)
    n_visits = sum(row.kind == "visit" for row in rows)
    spare = [_spare_s(tour) / 60 for tour in cut.tours]
    low, high = cut.view.rules.rounds.client_time_band_pct
    due, held = _breaks(cut)
    return Hours(
        n_shifts=len(cut.shifts),
        n_rounds=len(cut.tours),
        rostered_min=minutes([rostered_s]),
        visit_min=minutes([spent["visit"]]),
        travel_min=minutes([travel_s]),
        access_min=minutes([access_s]),
        wait_min=minutes([wait_s]),
        break_min=minutes([spent["break"]]),
        meeting_min=minutes([spent["meeting"]]),
        meeting_min_by_kind=_meetings(cut),
        handover_min=minutes([spent["handover"]]),
        slack_min=minutes([slack_s]),
        client_time_pct=client_pct,
        travel_pct=pct(travel_s + access_s, working_s),
        overhead_pct=pct(working_s - spent["visit"], working_s),
        overhead_budget_pct=cut.view.rules.rounds.overhead_pct,
        band_pct=(low, high),
        band=_band(client_pct, low, high),
        n_breaks_due=due,
        n_breaks_held=held,
        spare_at_end_median_min=median(spare),
        spare_at_end_least_min=round(min(spare), 1) if spare else None,
        visits_per_round=mean([len(tour.stops) for tour in cut.tours]),
        travel_per_visit_min=round((travel_s + access_s) / 60 / n_visits, 2) if n_visits else None,
    )


def _meetings(cut: Slice) -> dict[str, int]:
    """Minutes of meetings held, by the label of the roster's line; ``möte`` where it has none."""
    seconds: Counter[str] = Counter()
    for tour in cut.tours:
        for row in tour.rows:
            if row.kind == "meeting":
                entries = cut.view.entries.get((row.staff_id, row.date), ())
                own = [s for s in entries if s.kind == "meeting" and s.start_s == row.start_s]
                label = next((line.label for line in own if line.label), "möte")
                seconds[label] += row.end_s - row.start_s
    return {label: minutes([total]) for label, total in sorted(seconds.items())}


def _band(client_pct: float | None, low: int, high: int) -> Literal["under", "inside", "over", ""]:
    if client_pct is None:
        return ""
    if client_pct < low:
        return "under"
    return "over" if client_pct > high else "inside"


def _breaks(cut: Slice) -> tuple[int, int]:
    rules = cut.view.rules.rounds
    n_due = n_held = 0
    for tour in cut.tours:
        shift = tour.shift
        if shift is None or shift.end_s - shift.start_s <= rules.break_required_over_s:
            continue
        n_due += 1
        n_held += any(
            row.kind == "break" and row.end_s - row.start_s >= rules.break_s for row in tour.rows
        )
    return n_due, n_held


def _spare_s(tour: Tour) -> int:
    """Seconds free before the shift's end, those before a closing handover included."""
    last = tour.rows[-1]
    spare_s = max(0, tour.shift.end_s - last.end_s) if tour.shift else 0
    if len(tour.rows) > 1 and tour.rows[-2].kind == "handover":
        spare_s += tour.rows[-2].wait_s
    return spare_s
