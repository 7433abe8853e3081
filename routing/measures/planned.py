"""Visits planned and unplanned, and who makes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from data.model import PERSONAL_CARE_TASKS
from data.plans import Tier
from routing.measures.contact_ceiling import Known, contact_ceiling
from routing.measures.contact_possible import non_daily, without_both_pct
from routing.measures.numbers import never_whole, pct, share_pct
from routing.measures.slices import Slice

TIERS: tuple[Tier, ...] = ("contact", "vice", "team", "floater", "pool")


@dataclass(frozen=True)
class PlannedVisits:
    """Carer-visits: a visit that needs two carers counts twice, here and in all shares below."""

    n_due: int
    n_planned: int
    n_unplanned: int
    planned_pct: float | None
    n_planned_by_priority: dict[str, int]
    n_unplanned_by_priority: dict[str, int]
    n_unplanned_by_reason: dict[str, int]


def planned_visits(cut: Slice) -> PlannedVisits:
    """Count what is planned, and what is not and why."""
    n_planned, n_unplanned = len(cut.stops), len(cut.unplanned)
    planned = Counter(stop.visit.priority for stop in cut.stops)
    unplanned = Counter(row.priority for row in cut.unplanned)
    reasons = Counter(row.reason for row in cut.unplanned)
    return PlannedVisits(
        n_due=n_planned + n_unplanned,
        n_planned=n_planned,
        n_unplanned=n_unplanned,
        planned_pct=never_whole(n_planned, n_planned + n_unplanned),
        n_planned_by_priority={str(p): planned[p] for p in (1, 2, 3)},
        n_unplanned_by_priority={str(p): unplanned[p] for p in (1, 2, 3)},
        n_unplanned_by_reason=dict(sorted(reasons.items())),
    )


@dataclass(frozen=True)
class WhoComes:
    """Shares of the planned carer-visits, in per cent."""

    tier_pct: dict[str, float | None]
    contact_ceiling_pct: float | None
    """Never below ``tier_pct["contact"]``: see `routing.measures.contact_ceiling`."""
    contact_of_ceiling_pct: float | None
    """Of the visits that contacts could make, those that they make."""
    contact_target_pct: int
    non_daily_by_contact_pct: float | None
    n_non_daily_possible: int
    """Visits that are not daily and that the contact could make on an allowed day."""
    non_daily_of_possible_pct: float | None
    """The share of these that she makes: see `routing.measures.contact_possible`."""
    personal_care_day_by_contact_pct: float | None
    without_both_pct: float | None
    """Clients' days with a visit on which neither contact nor vice is at work (LU-14)."""
    n_contacts: int
    n_contacts_below_min: int
    n_clients_without_contact: int


def who_comes(cut: Slice, known: Known | None = None) -> WhoComes:
    """By tier, with the ceiling beside it, and where the contact matters most.

    ``known`` are ceilings of shifts, shared by the scopes of one plan.
    """
    tiers = Counter(stop.row.tier for stop in cut.stops)
    plan, rules = cut.view.team_plan, cut.view.rules.contacts
    possible, ceiling = non_daily(cut, known), contact_ceiling(cut, known)
    not_daily = [s.row.tier == "contact" for s in cut.stops if not s.visit.is_daily]
    personal = [
        s.row.tier == "contact"
        for s in cut.stops
        if s.row.shift == "day" and s.visit.task in PERSONAL_CARE_TASKS
    ]
    loads = Counter(
        plan.contact[client.client_id] for client in cut.clients if client.client_id in plan.contact
    )
    return WhoComes(
        tier_pct={str(tier): pct(tiers[tier], len(cut.stops)) for tier in TIERS},
        contact_ceiling_pct=pct(ceiling, len(cut.stops)),
        contact_of_ceiling_pct=pct(tiers["contact"], ceiling),
        contact_target_pct=rules.share_target_pct,
        non_daily_by_contact_pct=share_pct(not_daily),
        n_non_daily_possible=possible.n_possible,
        non_daily_of_possible_pct=possible.by_contact_pct,
        personal_care_day_by_contact_pct=share_pct(personal),
        without_both_pct=without_both_pct(cut),
        n_contacts=len(loads),
        n_contacts_below_min=sum(n < rules.clients_min for n in loads.values()),
        n_clients_without_contact=sum(
            client.needs_contact and client.client_id not in plan.contact for client in cut.clients
        ),
    )
