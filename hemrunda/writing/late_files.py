"""``late.csv``: how each unplanned visit could be made late; beside the plan, never inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.model import Municipality
from data.units import MINUTE_S
from hemrunda.workfolder.plan_context import PlanContext

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


def suggestions(plan: PlanContext) -> tuple[LateSuggestion, ...] | None:
    """How late each unplanned visit would be, where ``[soft] suggest`` asks for it; else None."""
    if not plan.config.soft.suggest:
        return None
    from routing.late.late_suggestions import late_suggestions

    return late_suggestions(
        plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.config.soft,
        plan.round_plan,
    )  # fmt: skip


def write_suggestions(
    folder: Path,
    suggestions: Sequence[LateSuggestion] | None,
    municipality: Municipality,
    language: str = "sv",
) -> list[Path]:
    """Write ``late.csv`` where it was asked for, and the exact one to ``private/``."""
    from data.atomic import write_text
    from data.care.hidden import COARSE_S, hidden_clients, is_coarse, may_show
    from data.tables.out.headings import shared_csv
    from data.tables.out.writing import csv_text

    if suggestions is None:
        return []
    visible = may_show(municipality)
    step_s = COARSE_S if is_coarse(municipality) else MINUTE_S
    paths = [folder / FILE_NAME, folder / "private" / FILE_NAME]
    shown = [suggestion for suggestion in suggestions if suggestion.client_id in visible]
    if hidden_clients(municipality):  # no shared file tells which carer has time where
        shown = [replace(suggestion, staff_id="") for suggestion in shown]
    shared = [_row(suggestion, step_s) for suggestion in shown]
    write_text(paths[0], shared_csv(HEADER, shared, language))
    write_text(
        paths[1], csv_text(HEADER, [_row(suggestion, MINUTE_S) for suggestion in suggestions])
    )
    return paths


def _row(suggestion: LateSuggestion, step_s: int) -> tuple[object, ...]:
    """One suggestion; ``step_s`` is how finely its times are told."""
    from data.units import clock

    start = clock(suggestion.start_s // step_s * step_s)
    late, over, others = (
        -(-seconds // step_s) * step_s // MINUTE_S
        for seconds in (suggestion.late_s, suggestion.overtime_s, suggestion.others_late_s)
    )
    return (
        suggestion.date, suggestion.visit_id, suggestion.client_id, suggestion.carer_no,
        suggestion.staff_id, start, late, over,
        others, suggestion.priority,
    )  # fmt: skip


def lines_of(suggestions: Sequence[LateSuggestion]) -> list[str]:
    """The suggestions in words, the first of them."""
    from data.units import clock

    lines = []
    for suggestion in suggestions[:MOST_SHOWN]:
        also = (
            f", slutar {minutes_up(suggestion.overtime_s)} min efter passet"
            if suggestion.overtime_s
            else ""
        )
        also += (
            f", andra besök {minutes_up(suggestion.others_late_s)} min senare"
            if suggestion.others_late_s
            else ""
        )
        late = f"{minutes_up(suggestion.late_s)} min sent" if suggestion.late_s else "i tid"
        lines.append(
            f"{suggestion.date.isoformat()}  {suggestion.visit_id} ({suggestion.client_id})  "
            f"kl {clock(suggestion.start_s)} "
            f"av {suggestion.staff_id}, {late}{also}"
        )
    if len(suggestions) > MOST_SHOWN:
        lines.append(f"… och {len(suggestions) - MOST_SHOWN} till i {FILE_NAME}")
    return lines
