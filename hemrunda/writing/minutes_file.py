"""``minutes.csv``: each client's minutes, granted, ordered, planned, performed (NO-10, LU-03)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hemrunda.workfolder.plan_context import PlanContext

FILE_NAME: Final = "minutes.csv"
HEADER: Final = (
    "client_id", "team_id", "granted_min", "ordered_min", "planned_min", "unplanned_min",
    "performed_min", "pct_of_granted", "status",
)  # fmt: skip


def write_minutes(
    out: Path, plan: PlanContext, performed: Mapping[str, float] | None = None
) -> Path:
    """Write each client's minutes over the plan's dates; protected clients are in no list (C7)."""
    from data.atomic import write_text
    from data.care.hidden import may_show
    from data.tables.out.headings import shared_csv
    from routing.measures.granted import client_minutes

    shown = may_show(plan.municipality)
    rows = (
        (
            minutes.client_id, minutes.team_id, round(minutes.granted_min),
            round(minutes.ordered_min),
            round(minutes.planned_min), round(minutes.unplanned_min),
            "" if minutes.performed_min is None else round(minutes.performed_min),
            "" if minutes.pct is None else minutes.pct, minutes.status,
        )
        for minutes in client_minutes(plan.view, performed)
        if minutes.client_id in shown
    )  # fmt: skip
    path = out / FILE_NAME
    write_text(path, shared_csv(HEADER, rows, plan.config.headers))
    return path
