"""A rule on what a contact's clients ask of her, where the municipality has made it hard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from data.model import Visit
from data.plans import Violation
from routing.check.view import TeamView

FULL_WEEK_MIN = 37 * 60
"""Full time on a rotating roster, by the municipal agreement AB."""
ON_DUTY_PCT = 60
"""Of the visits in her own shift, those that a full-time contact is on duty for."""


def contact_minutes(view: TeamView) -> Iterator[Violation]:
    """``contact_minutes``: where hard, nobody's clients ask for more than she has (MA-08, MA-09).

    Minutes a week in her shift, times the share of it that she is on duty for; against the middle
    of the client-time band of her employment.
    """
    if not view.rules.contacts.minutes_hard:
        return
    days = sorted(entry.date for entry in view.municipality.roster if entry.kind == "work")
    asked: dict[str, int] = defaultdict(int)
    for client_id, staff_id in view.team_plan.contact.items():
        carer = view.municipality.staff_by_id.get(staff_id)
        if carer is None:
            continue
        seconds = 0.0
        for visit in view.municipality.visits_of.get(client_id, ()):
            is_late = visit.earliest_s >= view.municipality.hours.evening_from_s
            is_hers = is_late == (carer.shift_group == "evening")
            is_due = not days or (visit.valid_from <= days[-1] and visit.valid_to >= days[0])
            if is_hers and is_due and visit.mode != "external":
                seconds += visit.duration_s * _a_week(visit)
        asked[staff_id] += round(seconds * ON_DUTY_PCT / 100 / 60)
    low, high = view.rules.rounds.client_time_band_pct
    for staff_id, minutes in sorted(asked.items()):
        share = view.municipality.staff_by_id[staff_id].employment_pct / 100 * (low + high) / 200
        most = round(FULL_WEEK_MIN * share)
        if minutes > most:
            text = f"{staff_id}: brukarna kräver {minutes} min/vecka, högst {most}"
            yield Violation("contact_minutes", "", "", text)


def _a_week(visit: Visit) -> float:
    return (visit.n_per_period or len(visit.weekdays)) / visit.every_weeks
