"""``changes.csv``: what differs between two plans of the same dates; the base plan and its days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.model import Municipality
from data.plans import SMALL_MOVE_S, PlanRow, RoundPlan
from data.units import MINUTE_S

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext
    from routing.answers.plan_changes import VisitChange

FILE_NAME = "changes.csv"
HEADER = (
    "change", "date", "visit_id", "client_id", "carer_no", "date_before", "staff_before",
    "staff_after", "start_before", "start_after", "moved_min", "phone",
)  # fmt: skip


def write_changes(
    folder: Path,
    changes: Sequence[VisitChange],
    municipality: Municipality,
    language: str = "sv",
) -> list[Path]:
    """Write ``changes.csv``, whom to phone; ``private/`` holds all of it, to the minute.

    While anybody is protected there is the private one only: the visits that change on a day are
    those of whoever is ill, and so her round (`data.care.hidden`).
    """
    from data.atomic import write_text
    from data.care.hidden import COARSE_S, hidden_clients, is_coarse, may_show
    from data.tables.out.headings import shared_csv
    from data.tables.out.writing import csv_text

    visible = may_show(municipality)
    step_s = COARSE_S if is_coarse(municipality) else MINUTE_S
    paths = [folder / "private" / FILE_NAME]
    write_text(paths[0], csv_text(HEADER, [change_row(change, MINUTE_S) for change in changes]))
    if not hidden_clients(municipality):
        shared = [change_row(change, step_s) for change in changes if change.client_id in visible]
        paths.insert(0, folder / FILE_NAME)
        write_text(paths[0], shared_csv(HEADER, shared, language))
    return paths


def change_row(change: VisitChange, step_s: int) -> tuple[object, ...]:
    """One change; ``step_s`` is how finely its times are told."""
    from data.units import clock
    from routing.answers.plan_changes import KIND_SV

    def at(start_s: int | None) -> str:
        return "" if start_s is None else clock(start_s // step_s * step_s)

    return (
        KIND_SV[change.kind], change.date, change.visit_id, change.client_id, change.carer_no,
        change.date_before,
        change.staff_before, change.staff_after, at(change.start_before_s),
        at(change.start_after_s),
        round(moved_s(change, step_s) / 60), change.phone,
    )  # fmt: skip


def moved_s(change: VisitChange, step_s: int) -> int:
    """How far a visit moves, s; between the slots where times are told in slots."""
    before_s, after_s = change.start_before_s, change.start_after_s
    if step_s <= MINUTE_S or before_s is None or after_s is None:
        return change.moved_s
    return after_s // step_s * step_s - before_s // step_s * step_s


def deviations(plan: PlanContext) -> tuple[VisitChange, ...]:
    """What differs between the base plan's days and the days as they are planned.

    What found nobody is told as unplanned, whether the base plan had it or not.
    """
    from routing.answers.plan_changes import plan_changes

    base = RoundPlan(plan.round_plan.dates, plan.base, ())
    changes = plan_changes(base, plan.round_plan)
    return tuple(change for change in changes if change.kind != "new_unplanned")


def write_rounds(path: Path, rows: Sequence[PlanRow]) -> list[Path]:
    """Write rounds exactly, for ``private/``; no file where there are none."""
    from data.atomic import write_text
    from data.store.plan_files import ROUND_COLUMNS, round_rows
    from data.tables.out.writing import csv_text

    if not rows:
        return []
    write_text(path, csv_text(ROUND_COLUMNS, round_rows(RoundPlan((), tuple(rows), ()))))
    return [path]


def write_base(folder: Path, plan: PlanContext, n_weeks: int) -> list[Path]:
    """Write ``private/base.csv``, and ``changes.csv`` where the base plan was made now."""
    from hemrunda.workfolder.remembered import BASE

    made = write_rounds(folder / BASE, plan.base)
    if n_weeks:
        made += write_changes(folder, deviations(plan), plan.municipality, plan.config.headers)
    return made


def notes_on_base(plan: PlanContext, n_weeks: int) -> list[str]:
    """How many visits deviate from the base plan that was made now, by kind, in Swedish.

    Those that are moved by a few minutes alone are in ``changes.csv`` and not counted here.
    """
    from routing.answers.plan_changes import KIND_SV

    if not n_weeks:
        return []
    counts = Counter(
        change.kind
        for change in deviations(plan)
        if change.kind != "time" or abs(change.moved_s) >= SMALL_MOVE_S
    )
    n_visits = sum(row.kind == "visit" for row in plan.round_plan.rows)
    kinds = "; ".join(f"{KIND_SV[kind]}: {n}" for kind, n in sorted(counts.items()))
    more = f" ({kinds})" if kinds else ""
    return [
        f"Grundplan om {n_weeks} veckor: {sum(counts.values())} av {n_visits} besök avviker{more}."
    ]
