"""``late.csv``: how each unplanned visit could be made late; beside the plan, never inside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hemrunda.workfolder.plan_context import PlanAtHand

if TYPE_CHECKING:
    from routing.late.late_suggestions import LateSuggestion

FILE_NAME = "late.csv"
HEADER = (
    "date", "visit_id", "client_id", "carer_no", "staff_id", "start", "late_min", "overtime_min",
    "others_late_min", "priority",
)  # fmt: skip
MOST_SHOWN = 10


def minutes_up(seconds: int) -> int:
    """Whole minutes, never too few."""
    return -(-seconds // 60)


def suggestions(plan: PlanAtHand) -> tuple[LateSuggestion, ...] | None:
    """How late each unplanned visit would be, where ``[soft] suggest`` asks for it; else None."""
    if not plan.config.soft.suggest:
        return None
    from routing.late.late_suggestions import late_suggestions

    return late_suggestions(
        plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.config.soft,
        plan.round_plan,
    )  # fmt: skip


def write_suggestions(out: Path, found: Sequence[LateSuggestion] | None) -> list[Path]:
    """Write ``late.csv``; where nothing was asked for, take away what an older run left."""
    from data.atomic import write_text
    from data.tables.out.writing import csv_text
    from data.units import clock

    path = out / FILE_NAME
    if found is None:
        path.unlink(missing_ok=True)
        return []
    rows = (
        (
            one.date, one.visit_id, one.client_id, one.carer_no, one.staff_id, clock(one.start_s),
            minutes_up(one.late_s), minutes_up(one.overtime_s), minutes_up(one.others_late_s),
            one.priority,
        )
        for one in found
    )  # fmt: skip
    write_text(path, csv_text(HEADER, rows))
    return [path]


def lines_of(found: Sequence[LateSuggestion]) -> list[str]:
    """The suggestions in words, the first of them."""
    from data.units import clock

    lines = []
    for one in found[:MOST_SHOWN]:
        also = f", slutar {minutes_up(one.overtime_s)} min efter passet" if one.overtime_s else ""
        also += (
            f", andra besök {minutes_up(one.others_late_s)} min senare" if one.others_late_s else ""
        )
        late = f"{minutes_up(one.late_s)} min sent" if one.late_s else "i tid"
        lines.append(
            f"{one.date.isoformat()}  {one.visit_id} ({one.client_id})  kl {clock(one.start_s)} "
            f"av {one.staff_id}, {late}{also}"
        )
    if len(found) > MOST_SHOWN:
        lines.append(f"… och {len(found) - MOST_SHOWN} till i {FILE_NAME}")
    return lines
