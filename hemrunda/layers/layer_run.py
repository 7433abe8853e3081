"""Layers planned and written: the same engine, over each one's own clients, units and areas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import PlanRefusedError
from data.layers.layer_kinds import LAYERS
from data.layers.layer_town import layer_kinds_in, tired_shifts
from data.model import NIGHT
from data.plans import Violation
from data.progress import Progress
from data.units import HOUR_S
from hemrunda.workfolder.layer_folder import layer_context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.matter_model import LayerKind
    from hemrunda.effort import Effort
    from hemrunda.workfolder.plan_context import PlanContext


def planned_layers(plan: PlanContext, effort: Effort, progress: Progress) -> list[PlanContext]:
    """Every layer's rounds on the plan's dates, proved; mended from those that stand.

    Raises
    ------
    PlanRefusedError
        Where the independent checker finds a violation.
    """
    layers = [planned_layer(plan, kind, effort, progress) for kind in LAYERS]
    return [layer for layer in layers if layer is not None]


def planned_layer(
    plan: PlanContext, kind: LayerKind, effort: Effort, progress: Progress
) -> PlanContext | None:
    """One layer's rounds, as `planned_layers`."""
    from routing.rounds import QUICK, plan_rounds, replan_rounds

    layer = layer_context(plan, kind, effort.other_areas)
    if layer is None:
        return None
    dates = plan.round_plan.dates  # those without staff too: what is due then is told as unplanned
    rules, before = plan.config.rules, plan.previous_layers.get(kind)
    if before is not None and before.dates == dates:
        rounds = replan_rounds(
            layer.municipality, layer.team_plan, layer.travel, rules, before, seed=effort.seed,
            workers=effort.workers, progress=progress, weights=plan.config.prices,
        )  # fmt: skip
    else:
        rounds = plan_rounds(
            layer.municipality, layer.team_plan, layer.travel, rules, dates=dates,
            seed=effort.seed, workers=effort.workers, n_iterations=effort.n_iterations,
            time_limit_s=effort.time_limit_s, progress=progress, weights=plan.config.prices,
            params=QUICK if effort.is_quick else None,
        )  # fmt: skip
    layer = replace(layer, round_plan=rounds)
    violations = layer_breaches(plan, layer)
    if violations:
        shown = "\n  ".join(
            f"{violation.rule}: {violation.message}" for violation in violations[:10]
        )
        raise PlanRefusedError(
            f"{LAYERS[kind].title}: granskningen fann {len(violations)} brott mot reglerna; "
            f"ingenting "
            f"skrevs.\n  {shown}"
        )
    return layer


def layer_notes(plan: PlanContext, layers: Sequence[PlanContext]) -> list[str]:
    """What of the layers' rosters cannot be used, and when nobody is there, in words."""
    rest_s = plan.config.rules.rounds.rest_between_shifts_s
    notes: list[str] = []
    for rows in plan.municipality.layers:
        name = LAYERS[rows.kind].title.casefold()
        notes += [
            f"{name} {entry.date}: {entry.staff_id} vilar mindre än {rest_s // HOUR_S} timmar till "
            "sitt dagpass; passet används inte"
            for entry in tired_shifts(plan.municipality, rows.kind, rest_s)
        ]
        staffed = {
            entry.date
            for entry in rows.roster
            if entry.kind == "work" and (rows.kind != "night" or entry.label == NIGHT)
        }
        bare = [day for day in plan.round_plan.dates if day not in staffed]
        if bare and rows.kind in layer_kinds_in(plan.municipality):
            what = "nätter" if rows.kind == "night" else "dagar"
            notes.append(f"{name}: {len(bare)} {what} saknar personal, den första {bare[0]}")
    for layer in layers:
        if layer.layer == "alarm":
            notes += _standby(layer)
    return notes


def _standby(layer: PlanContext) -> list[str]:
    """Where the alarm team's readiness has holes, and how far its areas reach, in words."""
    from hemrunda.layers.standby import hours_bare, reach_min

    bare = hours_bare(layer.municipality, layer.round_plan.dates)
    far = reach_min(layer.municipality, layer.team_plan, layer.travel)
    notes = [f"larmteamet: {area} når alla inom {minutes} min" for area, minutes in far.items()]
    if bare:
        notes.append(f"larmteamet: {bare} timmar har ingen i beredskap")
    return notes


def layer_breaches(plan: PlanContext, layer: PlanContext) -> tuple[Violation, ...]:
    """What the independent checker says of a layer, by the tables of the plan that it is over."""
    from routing.check import check_plan
    from routing.check.check_layers import check_layer

    rules, rounds, kind = plan.config.rules, layer.round_plan, layer.layer
    own = check_plan(layer.municipality, layer.team_plan, layer.travel, rules, rounds)
    if kind is None:
        return own
    # A date on which nobody of the layer works is in its plan, and what is due then is listed.
    return (
        *(violation for violation in own if violation.rule != "horizon"),
        *check_layer(plan.municipality, rules, rounds, kind, plan.round_plan.dates),
    )


def write_layers(folder: Path, layers: Sequence[PlanContext], effort: Effort) -> list[Path]:
    """Write each layer's tables, maps and pages below the folder that a run is writing."""
    from hemrunda.writing.plan_files_out import write_all

    effort = replace(effort, before=None, other_areas={})
    return [
        path
        for layer in layers
        if layer.layer
        for path in write_all(
            folder / LAYERS[layer.layer].folder, layer, effort,
            {"command": "plan", "layer": layer.layer},
        )
    ]  # fmt: skip
