"""Who answers in other services for a team's clients: a card for each team (FA-08).

From the table of other services' areas by client (nurse, rehabilitation, assessment, night).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from data.plans import TeamPlan


@dataclass(frozen=True, slots=True)
class TeamService:
    """One area of another service, in one team."""

    team_id: str
    service: str
    area: str
    n_clients: int
    of_clients: int
    """Clients of the team for whom the service's area is known."""


def team_services(
    team_plan: TeamPlan, other_areas: Mapping[str, Mapping[str, str]]
) -> tuple[TeamService, ...]:
    """Each team's areas of each service, the one with most of its clients first.

    Parameters
    ----------
    other_areas : mapping of service to mapping of client_id to area
    """
    services = []
    for team in team_plan.teams:
        for service in sorted(other_areas):
            areas = other_areas[service]
            counts = Counter(areas[c] for c in team.client_ids if areas.get(c))
            known = sum(counts.values())
            services += [
                TeamService(team.team_id, service, area, n, known)
                for area, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            ]
    return tuple(services)
