"""The night planned and written: the same engine, over the night's own clients, units and areas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import PlanRefusedError
from data.model import NIGHT
from data.night.night_layer import has_night, tired_nights
from data.plans import Violation
from data.progress import Progress
from data.units import HOUR_S
from hemrunda.workfolder.night_folder import FOLDER, night_at_hand

if TYPE_CHECKING:
    from hemrunda.effort import Effort
    from hemrunda.workfolder.plan_context import PlanContext


def planned_night(plan: PlanContext, effort: Effort, progress: Progress) -> PlanContext | None:
    """The night's rounds on the plan's dates, proved; mended from the night that stands.

    Raises
    ------
    PlanRefusedError
        Where the independent checker finds a violation.
    """
    from routing.rounds import QUICK, plan_rounds, replan_rounds

    night = night_at_hand(plan, effort.other_areas)
    if night is None:
        return None
    dates = [day for day in plan.round_plan.dates if day in set(night.municipality.dates)]
    rules, before = plan.config.rules, plan.earlier_night
    if not dates:
        return None
    if before is not None and before.dates == tuple(dates):
        rounds = replan_rounds(
            night.municipality, night.team_plan, night.travel, rules, before, seed=effort.seed,
            workers=effort.workers, progress=progress, weights=plan.config.prices,
        )  # fmt: skip
    else:
        rounds = plan_rounds(
            night.municipality, night.team_plan, night.travel, rules, dates=dates,
            seed=effort.seed, workers=effort.workers, n_iterations=effort.n_iterations,
            time_limit_s=effort.time_limit_s, progress=progress, weights=plan.config.prices,
            params=QUICK if effort.is_quick else None,
        )  # fmt: skip
    night = replace(night, round_plan=rounds)
    found = night_breaches(plan, night)
    if found:
        shown = "\n  ".join(f"{one.rule}: {one.message}" for one in found[:10])
        raise PlanRefusedError(
            f"Granskningen fann {len(found)} brott mot reglerna på natten; ingenting skrevs.\n"
            f"  {shown}"
        )
    return night


def night_notes(plan: PlanContext) -> list[str]:
    """What of the night's roster cannot be used, in words."""
    rest_s = plan.config.rules.rounds.rest_between_shifts_s
    tired = tired_nights(plan.municipality, rest_s)
    nights = {line.date for line in plan.municipality.night_roster if line.label == NIGHT}
    bare = [day for day in plan.round_plan.dates if day not in nights]
    notes = [
        f"natten {line.date}: {line.staff_id} vilar mindre än {rest_s // HOUR_S} timmar till sitt "
        "dagpass; nattpasset används inte"
        for line in tired
    ]
    if bare and has_night(plan.municipality):
        notes.append(f"{len(bare)} nätter saknar personal i schemat, den första {bare[0]}")
    return notes


def night_breaches(plan: PlanContext, night: PlanContext) -> tuple[Violation, ...]:
    """What the independent checker says of a night, by the tables of the plan that it is over."""
    from routing.check import check_plan
    from routing.check.check_night import check_night

    rules, rounds = plan.config.rules, night.round_plan
    return (
        *check_plan(night.municipality, night.team_plan, night.travel, rules, rounds),
        *check_night(plan.municipality, rules, rounds),
    )


def write_night(folder: Path, night: PlanContext, effort: Effort) -> list[Path]:
    """Write the night's tables, maps and pages below the folder that a run is writing."""
    from hemrunda.writing.plan_files_out import write_all

    manifest = {"command": "plan", "layer": "night"}
    return write_all(folder / FOLDER, night, replace(effort, before=None, other_areas={}), manifest)
