"""Figures of a team, an area, a municipality: sums of its clients' figures, period by period."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from data.model import Municipality
from data.rules import Rules
from data.tables.actuals.performed import PerformedVisit
from routing.followup.client_figures import (
    AGE_UNKNOWN,
    UNDER_65,
    ClientFigures,
    Reckoner,
    by_client,
)
from routing.followup.contacts_in_force import ContactsInForce
from routing.measures.continuity import ContinuityDefinition
from routing.measures.granted import WITHIN_PCT, ordered_min
from routing.measures.numbers import mean, median, pct

NEAR_PCT = 80
"""From this much of a target on, a figure is near it."""


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group in one period."""

    n_clients: int
    """With at least one performed visit."""
    n_visits: int
    contact_pct: float | None
    vice_pct: float | None
    hourly_pct: float | None
    n_clients_at_target: int
    """Clients with a contact who makes at least the target's share."""
    n_clients_with_contact: int
    n_counted: int
    """Clients whom the national definition counts."""
    carers_mean: float | None
    carers_median: float | None
    carers_max: int | None
    carers_any_age_mean: float | None
    """The same without asking for age."""
    carers_everybody_mean: float | None
    """Every client visited at all, all hours and kinds."""
    wished_15_pct: float | None
    wished_30_pct: float | None
    person_wish_pct: float | None
    performed_min: int
    granted_min: int
    ordered_min: int
    performed_of_granted_pct: float | None
    n_over: int
    n_under: int

    def light(self, target_pct: int) -> str:
        """``reached``, ``near`` or ``under`` the target of the contact's share; nothing of none."""
        if self.contact_pct is None:
            return ""
        if self.contact_pct >= target_pct:
            return "reached"
        return "near" if self.contact_pct >= target_pct * NEAR_PCT / 100 else "under"


@dataclass(frozen=True)
class Period:
    """The figures of so many days in a row."""

    first: dt.date
    last: dt.date
    clients: tuple[ClientFigures, ...]
    teams: Mapping[str, GroupFigures]
    areas: Mapping[str, GroupFigures]
    municipality: GroupFigures
    left_out: Mapping[str, int]
    """Visited clients whom the national definition does not count, by the reason."""


def periods_of(
    dates: Sequence[dt.date], days: int, first: dt.date | None = None
) -> list[list[dt.date]]:
    """Whole periods of ``days`` in a row from the first date on; what is left over is no period.

    Where all dates together are fewer than one period, they are one.
    """
    start, last = first or dates[0], dates[-1]
    n = ((last - start).days + 1) // days
    if n < 1:
        return [[start + dt.timedelta(i) for i in range((last - start).days + 1)]]
    return [[start + dt.timedelta(days * k + i) for i in range(days)] for k in range(n)]


def follow_up(
    municipality: Municipality,
    rows: Iterable[PerformedVisit],
    period: Sequence[dt.date],
    rules: Rules,
    *,
    area_of: Mapping[str, str] | None = None,
    definition: ContinuityDefinition | None = None,
) -> Period:
    """Figures of one period, for each client, team, area and the municipality.

    Parameters
    ----------
    rows : iterable of PerformedVisit
        Rows outside the period, and of clients whom the municipality does not know, are not read.
    period : sequence of date
        Days in a row.
    area_of : mapping of team_id to area_id, optional
    definition : ContinuityDefinition, optional
        The national one by default.
    """
    days = frozenset(period)
    visits_of = by_client(row for row in rows if row.date in days)
    ordered = {
        client.client_id: sum(
            ordered_min(visit, client, period)
            for visit in municipality.visits_of[client.client_id]
            if visit.in_frame
        )
        for client in municipality.clients
    }
    reckoner = Reckoner(
        municipality, ContactsInForce(municipality), definition or ContinuityDefinition(), period,
        ordered, area_of or {},
    )  # fmt: skip
    figures = tuple(
        reckoner.figures(client, visits_of.get(client.client_id, []))
        for client in sorted(municipality.clients, key=attrgetter("client_id"))
    )
    target = rules.contacts.share_target_pct
    visited = [client_figures for client_figures in figures if client_figures.n_visits]
    return Period(
        period[0],
        period[-1],
        figures,
        {t: group([f for f in figures if f.team_id == t], target)
         for t in sorted({f.team_id for f in figures})},
        {a: group([f for f in figures if f.area_id == a], target)
         for a in sorted({f.area_id for f in figures} - {""})},
        group(figures, target),
        dict(sorted(Counter(f.left_out for f in visited if f.left_out).items())),
    )  # fmt: skip


def group(figures: Sequence[ClientFigures], target_pct: int) -> GroupFigures:
    """Sum the figures of some clients."""
    visited = [client_figures for client_figures in figures if client_figures.n_visits]
    counted = [client_figures.n_carers for client_figures in visited if client_figures.is_counted]
    any_age = [o.n_carers for o in visited if o.left_out in ("", UNDER_65, AGE_UNKNOWN)]
    n_visits = sum(client_figures.n_visits for client_figures in visited)
    known = [client_figures for client_figures in visited if client_figures.has_contact]
    granted = [client_figures for client_figures in figures if client_figures.granted_min]
    shares = [
        100 * client_figures.performed_min / client_figures.granted_min
        for client_figures in granted
    ]
    n_wished = sum(client_figures.n_wished for client_figures in visited)
    return GroupFigures(
        n_clients=len(visited),
        n_visits=n_visits,
        contact_pct=pct(sum(client_figures.n_by_contact for client_figures in visited), n_visits),
        vice_pct=pct(sum(client_figures.n_by_vice for client_figures in visited), n_visits),
        hourly_pct=pct(sum(client_figures.n_by_hourly for client_figures in visited), n_visits),
        n_clients_at_target=sum(100 * o.n_by_contact >= target_pct * o.n_visits for o in known),
        n_clients_with_contact=len(known),
        n_counted=len(counted),
        carers_mean=mean(counted),
        carers_median=median(counted),
        carers_max=max(counted, default=None),
        carers_any_age_mean=mean(any_age),
        carers_everybody_mean=mean([client_figures.n_carers_all for client_figures in visited]),
        wished_15_pct=pct(sum(client_figures.n_within_15 for client_figures in visited), n_wished),
        wished_30_pct=pct(sum(client_figures.n_within_30 for client_figures in visited), n_wished),
        person_wish_pct=pct(sum(client_figures.n_person_met for client_figures in visited),
                            sum(client_figures.n_person_wished for client_figures in visited)),
        performed_min=round(sum(client_figures.performed_min for client_figures in figures)),
        granted_min=round(sum(client_figures.granted_min for client_figures in granted)),
        ordered_min=round(sum(client_figures.ordered_min for client_figures in figures)),
        performed_of_granted_pct=pct(
            sum(client_figures.performed_min for client_figures in granted),
            sum(client_figures.granted_min for client_figures in granted),
        ),
        n_over=sum(share > 100 + WITHIN_PCT for share in shares),
        n_under=sum(share < 100 - WITHIN_PCT for share in shares),
    )  # fmt: skip
