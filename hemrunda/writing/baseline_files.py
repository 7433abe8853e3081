"""What ``hemrunda baseline`` leaves: today's plan as files like ours, its faults, and the page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hemrunda.workfolder.plan_context import PlanContext
from maps.reports.baseline_page import BaselineFacts

if TYPE_CHECKING:
    from data.plans import Violation
    from data.tables.actuals.actual_rounds import ActualPlan

FAULT_COLUMNS: Final = ("kind", "rule", "round_id", "visit_id", "row", "column", "message")
_OF_WHO_COMES: Final = frozenset({
    "distinct_carers_mean", "distinct_carers_median", "distinct_carers_share", "n_clients_counted",
})  # fmt: skip


_KIND_OF_RULE: Final = {"handover": "handover", "meeting": "meeting", "break": "break"}
"""Rules about rows that many exports do not hold at all; those are not charged for it."""
GAP_SIZES: Final = (("högst 1 min", 60), ("1–5 min", 300), ("över 5 min", 86_400))


def breaches_of(plan: PlanContext, kinds: frozenset[str]) -> tuple[Violation, ...]:
    """Every rule that today's plan breaks, teams and contacts first.

    Parameters
    ----------
    plan : PlanContext
    kinds : frozenset of str
        Kinds of rows that the export holds; what it never holds is not charged.
    """
    from routing.check import check_plan, check_teams

    rules = plan.config.rules
    breaches = (
        *check_teams(plan.municipality, plan.team_plan, rules),
        *check_plan(plan.municipality, plan.team_plan, plan.travel, rules, plan.round_plan),
    )
    return tuple(b for b in breaches if _KIND_OF_RULE.get(b.rule, "visit") in {"visit", *kinds})


def shareable_of(plan: PlanContext, breaches: Sequence[Violation]) -> list[Violation]:
    """Those breaches that others may read of: none of the hidden's visits, and no exact times."""
    from data.care.hidden import hidden_clients, is_coarse, may_show

    if not is_coarse(plan.municipality):
        return list(breaches)
    visible, visits = may_show(plan.municipality), plan.municipality.visit_by_id
    is_of_team = bool(hidden_clients(plan.municipality))
    return [
        replace(breach, message="", round_id="" if is_of_team else breach.round_id)
        for breach in breaches
        if not breach.visit_id
        or (breach.visit_id in visits and visits[breach.visit_id].client_id in visible)
    ]


def gaps_of(plan: PlanContext) -> dict[str, int]:
    """How many legs to those who may be shown have too little time, by how much is missing."""
    from data.care.hidden import hidden_clients

    hidden = hidden_clients(plan.municipality)
    counts = dict.fromkeys((name for name, _ in GAP_SIZES), 0)
    for row in plan.round_plan.rows:
        if row.wait_s < 0 and row.client_id not in hidden:
            counts[next((n for n, most_s in GAP_SIZES if -row.wait_s <= most_s), "över 5 min")] += 1
    return counts


def measures_of(plan: PlanContext, actual: ActualPlan) -> dict[str, Any]:
    """The measures as ``measures.json`` has them; none of who comes where nobody is named."""
    measures: dict[str, Any] = plan.shown_measures
    if actual.names_carers:
        return measures
    for scope in (
        measures["municipality"],
        *measures["areas"].values(),
        *measures["teams"].values(),
    ):
        scope["who"] = {}
        scope["continuity"] = {
            name: None if name in _OF_WHO_COMES else value
            for name, value in scope["continuity"].items()
        }
    return measures


def write_baseline(
    out: Path,
    plan: PlanContext,
    actual: ActualPlan,
    breaches: Sequence[Violation],
    *,
    manifest: Mapping[str, object],
    map_days: int,
    proposal: tuple[str, Mapping[str, Any]] | None,
) -> list[Path]:
    """Write all files; those to open first at the head.

    Parameters
    ----------
    proposal : tuple of str and mapping, optional
        The folder's name and the measures of our own plan, to stand beside.
    """
    from data.store import renewing, stage_outputs
    from hemrunda.writing.plan_files_out import facts_of, write_maps

    days = plan.round_plan.dates
    # The page counts what faults.csv lists: the difference would be the hidden's.
    counts = Counter(breach.rule for breach in shareable_of(plan, breaches))
    whole = {
        **manifest,
        "command": "baseline",
        **facts_of(plan),
        "n_rows": actual.n_rows,
        "n_rows_left_out": actual.n_left_out,
        "export_faults": dict(actual.reasons),
        "breaches": dict(counts),
        "travel_gaps": gaps_of(plan),
    }
    measures = measures_of(plan, actual)
    with renewing(out, whole) as folder:
        stage_outputs(
            folder, plan.municipality, plan.team_plan, plan.round_plan,
            measures=measures, team_table=plan.team_rows, look=plan.look,
        )  # fmt: skip
        tables = sorted(path for path in folder.iterdir() if path.is_file())
        _write_faults(folder, plan, actual, breaches)
        page = folder / "baseline.html"
        facts = BaselineFacts(
            actual.n_rows, actual.n_left_out, len(plan.round_plan.rounds), len(days),
            actual.names_carers, counts, actual.reasons,
        )  # fmt: skip
        _write_page(page, plan, facts, measures, proposal)
        maps = write_maps(folder / "maps", plan, days[:map_days])
        made = [path.relative_to(folder) for path in (page, *maps, *tables)]
    return [*(out / name for name in made), out / "faults.csv"]


def _write_page(
    path: Path,
    plan: PlanContext,
    facts: BaselineFacts,
    measures: Mapping[str, Any],
    proposal: tuple[str, Mapping[str, Any]] | None,
) -> None:
    from maps.reports.baseline_page import write_baseline_page

    write_baseline_page(
        path,
        facts,
        measures,
        place=plan.municipality.name,
        mark=f"{plan.plan_id} · {dt.date.today().isoformat()}",
        proposal=proposal[1] if proposal else None,
        folder=proposal[0] if proposal else "",
        language=plan.config.general.language,
    )


def _write_faults(
    folder: Path, plan: PlanContext, actual: ActualPlan, breaches: Sequence[Violation]
) -> None:
    """Write ``faults.csv``; what tells of hidden clients, and exact times, is private (C7)."""
    from data.atomic import write_text
    from data.tables.out.headings import shared_csv
    from data.tables.out.writing import csv_text

    whole = _fault_rows(actual, breaches)
    write_text(folder / "private" / "faults.csv", csv_text(FAULT_COLUMNS, whole))
    whole = _fault_rows(actual, shareable_of(plan, breaches))
    shared = shared_csv(FAULT_COLUMNS, whole, plan.config.headers)
    write_text(folder / "faults.csv", shared)


def _fault_rows(actual: ActualPlan, breaches: Sequence[Violation]) -> list[list[object]]:
    rows: list[list[object]] = [
        ["export", "", "", "", fault.row, fault.column, f"{fault.problem}. {fault.allowed}"]
        for fault in actual.faults
    ]
    rows += [["rule", b.rule, b.round_id, b.visit_id, "", "", b.message] for b in breaches]
    return rows
