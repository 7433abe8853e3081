"""Which areas must be looked at together, since carers of one come to clients of another."""

from __future__ import annotations

from collections.abc import Iterable

from data.model import Municipality
from data.plans import PlanRow, TeamPlan


def area_of_client(team_plan: TeamPlan, client_id: str) -> str:
    """The resource area of the client's team; "" where she has none."""
    team = team_plan.team_by_id.get(team_plan.team_of_client.get(client_id, ""))
    return team.area_id if team is not None else ""


def is_of_another_area(team_plan: TeamPlan, client_id: str, staff_id: str) -> bool:
    """Whether the carer belongs to another area than the client."""
    area_id = area_of_client(team_plan, client_id)
    return bool(area_id) and team_plan.staff_area.get(staff_id) != area_id


def joined_areas(
    team_plan: TeamPlan, rows: Iterable[PlanRow], municipality: Municipality | None = None
) -> dict[str, str]:
    """The first area of those that lend each other carers, for each area that does.

    Parameters
    ----------
    rows : iterable of PlanRow
        Of a plan: who comes to whom.
    municipality : Municipality, optional
        Its locks say who comes to whom, too.
    """
    pairs = [(row.client_id, row.staff_id) for row in rows if row.client_id]
    if municipality is not None:
        visits = municipality.visit_by_id
        pairs += [
            (visits[pin.visit_id].client_id, pin.staff_id)
            for pin in municipality.pins
            if pin.staff_id and pin.visit_id in visits
        ]
    first: dict[str, str] = {}

    def root(area_id: str) -> str:
        while first.get(area_id, area_id) != area_id:
            area_id = first[area_id]
        return area_id

    for client_id, staff_id in pairs:
        here = area_of_client(team_plan, client_id)
        there = team_plan.staff_area.get(staff_id, "")
        if here and there and here != there:
            root_id, other = sorted((root(here), root(there)))
            first[root_id], first[other] = root_id, root_id
    return {area_id: root(area_id) for area_id in first}
