"""``services.csv``: who answers in other services for each team's clients (FA-08)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hemrunda.workfolder.plan_context import PlanContext

FILE_NAME: Final = "services.csv"
HEADER: Final = ("team_id", "service", "area_id", "n_clients", "of_clients")


def write_services(
    out: Path, plan: PlanContext, other_areas: Mapping[str, Mapping[str, str]]
) -> Path:
    """Write each team's areas of each service; of clients who may be shown."""
    from data.atomic import write_text
    from data.tables.out.headings import shared_csv
    from partition.layers.team_services import team_services

    rows = (
        (service.team_id, service.service, service.area, service.n_clients, service.of_clients)
        for service in team_services(plan.shown.team_plan, other_areas)
    )
    path = out / FILE_NAME
    write_text(path, shared_csv(HEADER, rows, plan.config.headers))
    return path
