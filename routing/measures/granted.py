"""Minutes granted, ordered, planned and performed, client by client (NO-10, LU-03, NO-06).

All are the client's time over the plan's dates: a visit by two carers counts once. What is granted
is a sum a week, counted by the days on which the client is served; what is ordered is what the
visits of the tables come to, a fortnightly one by half. What is granted outside the frame (the
column `I ramtid` says no) is in none of them (NO-09).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.model import Client, Visit
from routing.check.due import is_open
from routing.check.view import PlanView
from routing.measures.slices import Slice

WITHIN_PCT = 5
"""So far from what is granted is neither over nor under."""


@dataclass(frozen=True, slots=True)
class ClientMinutes:
    """One client's minutes over the plan's dates."""

    client_id: str
    team_id: str
    granted_min: float
    ordered_min: float
    planned_min: float
    unplanned_min: float
    performed_min: float | None = None
    """None where nobody has said what was performed."""

    @property
    def got_min(self) -> float:
        """What the client gets: performed where that is known, else planned."""
        return self.planned_min if self.performed_min is None else self.performed_min

    @property
    def pct(self) -> float | None:
        """What the client gets, in per cent of what is granted."""
        return round(100 * self.got_min / self.granted_min, 1) if self.granted_min else None

    @property
    def status(self) -> str:
        """``over``, ``under``, ``within``, or nothing where nothing is granted."""
        if self.pct is None:
            return ""
        if abs(self.pct - 100) <= WITHIN_PCT:
            return "within"
        return "over" if self.pct > 100 else "under"


@dataclass(frozen=True)
class Granted:
    """The clients of a slice to whom minutes are granted."""

    n_clients: int
    granted_min: int
    ordered_min: int
    planned_min: int
    planned_pct: float | None
    """Of what is granted."""
    ordered_pct: float | None
    n_over: int
    """Clients who get more than 105 % of what is granted."""
    n_under: int
    """Clients who get less than 95 % of it."""


def ordered_min(visit: Visit, client: Client, dates: Sequence[dt.date]) -> float:
    """Minutes that a visit comes to over the dates, in the mean."""
    if visit.mode == "external":
        return 0.0
    n_days = sum(is_open(visit, client, day) for day in dates)
    each = visit.n_per_period / len(visit.weekdays) if visit.n_per_period else 1.0
    return n_days * each / visit.every_weeks * (visit.ordered_s or visit.duration_s) / 60


def client_minutes(
    view: PlanView, performed: Mapping[str, float] | None = None
) -> tuple[ClientMinutes, ...]:
    """Every client's minutes, by client id.

    Parameters
    ----------
    view : PlanView
    performed : mapping of str to float, optional
        Minutes performed on the plan's dates by client id; a client not in it got none.
    """
    planned: Counter[str] = Counter()
    unplanned: Counter[str] = Counter()
    for stop in view.stops:
        if stop.row.carer_no == 1 and stop.visit.in_frame:
            planned[stop.client.client_id] += stop.row.end_s - stop.row.start_s
    visits = view.municipality.visit_by_id
    for row in view.plan.unplanned:
        if row.carer_no == 1 and row.visit_id in visits and visits[row.visit_id].in_frame:
            unplanned[row.client_id] += visits[row.visit_id].duration_s
    dates = view.plan.dates
    minutes = []
    for client in sorted(view.municipality.clients, key=lambda client: client.client_id):
        name = client.client_id
        own = [visit for visit in view.municipality.visits_of[name] if visit.in_frame]
        minutes.append(
            ClientMinutes(
                name,
                view.team_plan.team_of_client.get(name, ""),
                client.granted_min_week * sum(map(client.is_served_on, dates)) / 7,
                sum(ordered_min(visit, client, dates) for visit in own),
                planned[name] / 60,
                unplanned[name] / 60,
                None if performed is None else performed.get(name, 0.0),
            )
        )
    return tuple(minutes)


def granted(cut: Slice, minutes: Iterable[ClientMinutes]) -> Granted:
    """Sum a slice's clients to whom minutes are granted, of ``minutes`` from `client_minutes`."""
    members = {client.client_id for client in cut.clients}
    rows = [row for row in minutes if row.client_id in members and row.granted_min]
    total = sum(row.granted_min for row in rows)
    ordered, planned = (sum(getattr(row, name) for row in rows)
                        for name in ("ordered_min", "planned_min"))  # fmt: skip
    return Granted(
        n_clients=len(rows),
        granted_min=round(total),
        ordered_min=round(ordered),
        planned_min=round(planned),
        planned_pct=round(100 * planned / total, 1) if total else None,
        ordered_pct=round(100 * ordered / total, 1) if total else None,
        n_over=sum(row.status == "over" for row in rows),
        n_under=sum(row.status == "under" for row in rows),
    )
