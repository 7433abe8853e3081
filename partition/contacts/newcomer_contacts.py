"""A contact for whoever is new in a plan that is mended: proposed at once, decided afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from data.model import Municipality
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from partition.contacts.contact_candidates import contact_candidates


def with_first_contacts(
    plan: TeamPlan,
    municipality: Municipality,
    travel: TravelTimes,
    rules: Rules,
    known: Collection[str],
    *,
    mode: str = "bike",
) -> tuple[TeamPlan, dict[str, str]]:
    """The division with a contact for each client who is new, needs one, and has none (OR-06).

    The best of the candidates of her own team whom no rule forbids and who has the minutes; where
    there is nobody she waits as before. Nobody else's contact changes.

    Parameters
    ----------
    plan : TeamPlan
        With the newcomers in their teams (`partition.teams.newcomers`).
    municipality, travel, rules
    known : collection of str
        Clients whom the plan had before: they are not new.
    mode : str
        How nearness is measured.

    Returns
    -------
    plan : TeamPlan
    proposed : dict of client_id to staff_id
    """
    proposed: dict[str, str] = {}
    for client_id in sorted(plan.without_contact):
        if client_id in known or client_id not in plan.team_of_client:
            continue
        candidates = contact_candidates(municipality, plan, travel, rules, client_id, mode=mode)
        able = [
            candidate
            for candidate in candidates
            if candidate.is_possible and candidate.free_min_week >= 0
        ]
        best = next((candidate for candidate in able if candidate.is_same_team), None)
        if best is None:
            continue
        proposed[client_id] = best.staff_id
        plan = replace(
            plan,
            contact={**plan.contact, client_id: best.staff_id},
            without_contact={c: why for c, why in plan.without_contact.items() if c != client_id},
        )
    return plan, proposed
