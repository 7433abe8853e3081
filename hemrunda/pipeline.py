"""The whole wiring on one screen: tables in, teams, contacts, rounds, measures and maps out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.care.hidden import hidden_clients
from data.errors import PlanRefusedError
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan, Violation
from data.progress import Progress
from data.streets import StreetNetwork
from data.travel_times import TravelTimes, modes_of
from hemrunda.config import Config
from hemrunda.effort import Effort
from hemrunda.package_guard import package_notes
from hemrunda.stages import Stages, Took
from hemrunda.workfolder.baseline_plan import Baseline
from hemrunda.workfolder.decisions_kept import notes_on_dates, notes_on_locks
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.workfolder.remembered import keep_travel
from hemrunda.writing.change_files import notes_on_base, write_base
from hemrunda.writing.late_files import lines_of, suggestions, write_suggestions
from hemrunda.writing.place_notes import notes_on, notes_on_premises, refuse_foreign_network
from hemrunda.writing.plan_files_out import Extra, write_all

SHARES = {"travel": 0.10, "teams": 0.15, "rounds": 0.50, "check": 0.10, "files": 0.15}
"""Each stage's share of the progress bar, by the clock on the demo municipality."""


@dataclass
class Outcome:
    """What a run made, and how long each stage took."""

    plan: PlanContext
    summary: Sequence[tuple[str, str]]
    files: list[Path]
    stages: dict[str, Took] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    before: Baseline | None = None
    """What the plan is compared with, where it is not the teams of the clients' table."""
    late: list[str] = field(default_factory=list)
    """How unplanned visits could be made late, in words."""
    layers: Sequence[PlanContext] = ()
    """The plans of the night, the alarm and the homecoming team, where there are such."""


def run(
    municipality: Municipality,
    network: StreetNetwork,
    config: Config,
    effort: Effort,
    out: Path,
    progress: Progress,
    manifest: Mapping[str, object] | None = None,
    extras: Sequence[Extra] = (),
) -> Outcome:
    """Plan a municipality from validated tables to files that a person can open.

    Raises
    ------
    InfeasibleError
        Where the bounds on teams cannot be kept.
    PlanRefusedError
        Where the independent checker finds a violation; nothing has been written then.
    """
    stages = Stages(progress, SHARES)
    plan, notes = with_teams(municipality, network, config, effort, stages)
    return finish(plan, effort, out, stages, manifest or {}, notes, extras)


def with_teams(
    municipality: Municipality,
    network: StreetNetwork,
    config: Config,
    effort: Effort,
    stages: Stages,
    own_seconds: Mapping[str, NDArray[np.int32]] | None = None,
) -> tuple[PlanContext, list[str]]:
    """Travel times, teams and contacts; there are no rounds yet.

    Parameters
    ----------
    own_seconds : mapping of mode to ndarray, optional
        Travel times from elsewhere, over `travel_points`; the engine's own without it.

    Returns
    -------
    plan : PlanContext
    notes : list of str
        What is doubtful about places and packages, in Swedish.

    Raises
    ------
    InfeasibleError, PlanRefusedError
        As `run`.
    """
    from partition import plan_teams, plan_within, refuse_forbidden
    from routing.check import check_teams
    from routing.travel import travel_times

    with stages.stage("travel", "Räknar restider") as part:
        modes = modes_of(municipality.staff, config.general.mode)
        travel, engine, snaps = travel_times(
            network, municipality, modes, profile=config.travel, progress=part
        )
        refuse_foreign_network(snaps)
        if own_seconds is not None:
            travel = TravelTimes(travel.point_ids, own_seconds)
    with stages.stage("teams", "Delar in arbetslag och kontakter") as part:
        refuse_forbidden(municipality, config.rules)
        pct = changes_asked(effort, municipality)
        make = plan_teams if pct is None else partial(plan_within, changes_pct=pct)
        team_plan = make(
            municipality,
            travel,
            config.rules,
            network=network,
            mode=config.general.mode,
            seed=effort.seed,
            workers=effort.workers,
            other_areas=effort.other_areas,
            progress=part,
        )
        refuse(check_teams(municipality, team_plan, config.rules))
    notes = [
        *package_notes(), *notes_on(snaps), *_notes_on_changes(pct, municipality, team_plan),
        *notes_on_premises(municipality, team_plan), *notes_on_dates(municipality),
        *notes_on_locks(municipality),
    ]  # fmt: skip
    empty = RoundPlan((), (), ())
    return PlanContext(config, municipality, network, travel, engine, team_plan, empty), notes


def changes_asked(effort: Effort, municipality: Municipality) -> int | None:
    """Per cent of the clients who may change team; None where as many may as pays."""
    if effort.changes_pct is None and municipality.adopted_on is not None:
        return 0
    return None if effort.changes_pct == 100 else effort.changes_pct


def _notes_on_changes(
    pct: int | None, municipality: Municipality, team_plan: TeamPlan
) -> list[str]:
    """What was kept; and how many must leave a team all the same, also one of a point adopted."""
    if pct is None:
        return []
    when = f" (antagna {municipality.adopted_on})" if municipality.adopted_on else ""
    if pct == 0:
        hidden = hidden_clients(municipality)
        n_moved = sum(
            client.client_id not in hidden
            and bool(client.team_id)
            and team_plan.team_of_client.get(client.client_id, client.team_id) != client.team_id
            for client in municipality.clients
        )
        if n_moved:
            return [
                f"Lag och kontakter{when} är behållna där det går: {n_moved} brukare måste byta "
                "lag för att gränser, lås och beslut ska hålla. Fler ändringar: --changes PROCENT."
            ]
        return [
            f"Lag och kontakter{when} är behållna; bara det som måste har ändrats. "
            "Fler ändringar: --changes PROCENT."
        ]
    return [f"Högst {pct} % av brukarna byter lag{when}, om inte gränserna kräver fler."]


def finish(
    plan: PlanContext,
    effort: Effort,
    out: Path,
    stages: Stages,
    manifest: Mapping[str, object],
    notes: list[str],
    extras: Sequence[Extra] = (),
) -> Outcome:
    """Plan the rounds of teams that are given, prove them, and write everything.

    Raises
    ------
    PlanRefusedError
        Where the independent checker finds a violation; nothing has been written then.
    """
    plan = with_rounds(plan, effort, stages)
    return deliver(plan, effort, out, stages, manifest, notes, extras)


def with_rounds(plan: PlanContext, effort: Effort, stages: Stages) -> PlanContext:
    """The plan with rounds for its teams, not proved yet."""
    from partition.contacts.deputies import twins_by_roster
    from routing.rounds import QUICK, pins_of_plan, plan_rounds

    twin = twins_by_roster(plan.municipality, plan.team_plan.twin)
    plan = replace(plan, team_plan=replace(plan.team_plan, twin=twin))
    rules = plan.config.rules
    if effort.base_weeks:
        return _with_base(plan, effort, stages)
    with stages.stage("rounds", "Planerar rundor") as part:
        round_plan = plan_rounds(
            plan.municipality,
            plan.team_plan,
            plan.travel,
            rules,
            dates=effort.dates or plan.municipality.dates,
            seed=effort.seed,
            workers=effort.workers,
            n_iterations=effort.n_iterations,
            time_limit_s=effort.time_limit_s,
            progress=part,
            weights=plan.config.prices,
            params=QUICK if effort.is_quick else None,
            current=plan.round_plan,
            start=plan.round_plan if effort.goes_on else None,
            replay=effort.replay,
            run_areas=effort.run_areas,
        )
        pins = pins_of_plan(plan.municipality.pins, plan.round_plan)
    town = replace(plan.municipality, pins=pins)
    return replace(plan, municipality=town, round_plan=round_plan)


def _with_base(plan: PlanContext, effort: Effort, stages: Stages) -> PlanContext:
    """The rounds of a base plan's cycle, proved, and of the days that deviate from it (MA-31)."""
    from routing.check import check_plan
    from routing.horizon.base_plan import plan_from_base, repeated, without_deviations
    from routing.rounds import QUICK

    dates, rules = effort.dates or plan.municipality.dates, plan.config.rules
    with stages.stage("rounds", "Planerar grundplanen") as part:
        base, days = plan_from_base(
            plan.municipality, plan.team_plan, plan.travel, rules, dates, effort.base_weeks,
            seed=effort.seed, workers=effort.workers, n_iterations=effort.n_iterations,
            time_limit_s=effort.time_limit_s, progress=part, weights=plan.config.prices,
            params=QUICK if effort.is_quick else None, run_areas=effort.run_areas,
        )  # fmt: skip
        usual = without_deviations(plan.municipality, dates)
        refuse(check_plan(usual, plan.team_plan, plan.travel, rules, base))
    return replace(plan, round_plan=days, base=repeated(base, dates).rows)


def deliver(
    plan: PlanContext,
    effort: Effort,
    out: Path,
    stages: Stages,
    manifest: Mapping[str, object],
    notes: list[str],
    extras: Sequence[Extra] = (),
) -> Outcome:
    """Prove a plan and write everything that is made of it.

    Raises
    ------
    PlanRefusedError
        Where the independent checker finds a violation; nothing has been written then.
    """
    from hemrunda.layers.clock_change import notes_on_clock_change
    from hemrunda.layers.layer_run import layer_notes, planned_layers, write_layers

    summary = proved(plan, stages)
    town = plan.municipality
    with stages.stage("files", "Skriver filer och kartor") as part:
        layers = planned_layers(plan, effort, part)
        late = suggestions(plan)
        files = write_all(
            out, plan, effort, {**manifest, "stages": stages.took},
            [*extras, lambda folder: write_suggestions(folder, late, town, plan.config.headers),
             lambda folder: keep_travel(folder, plan.engine),
             lambda folder: write_layers(folder, layers, effort),
             lambda folder: write_base(folder, plan, effort.base_weeks)],
        )  # fmt: skip
    round_plans = [plan.round_plan, *(layer.round_plan for layer in layers)]
    clocks = notes_on_clock_change(town, round_plans, plan.config.rules.rounds)
    return Outcome(
        plan, summary, files, stages.took,
        [*notes, *notes_on_base(plan, effort.base_weeks), *layer_notes(plan, layers), *clocks],
        before=effort.before,
        late=lines_of(late or ()), layers=layers,
    )  # fmt: skip


def proved(plan: PlanContext, stages: Stages) -> Sequence[tuple[str, str]]:
    """Let the independent checker prove the plan; what it measures, as label and text.

    Raises
    ------
    PlanRefusedError
        Where it finds a violation.
    """
    from routing.check import check_plan, check_teams
    from routing.measures import summary_sv

    with stages.stage("check", "Granskar planen"):
        decided = check_teams(plan.municipality, plan.team_plan, plan.config.rules)
        refuse([violation for violation in decided if violation.rule == "decision"])
        refuse(
            check_plan(
                plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.round_plan,
                view=plan.view,
            )
        )  # fmt: skip
    with stages.watched("measures"):
        return summary_sv(plan.measures)


def refuse(violations: Sequence[Violation]) -> None:
    """Stop before anything is written when the checker has found something."""
    if not violations:
        return
    shown = "\n  ".join(f"{v.rule}: {v.message}" for v in violations[:10])
    more = f"\n  … och {len(violations) - 10} till" if len(violations) > 10 else ""
    raise PlanRefusedError(
        f"Granskningen fann {len(violations)} brott mot reglerna; ingenting skrevs.\n  "
        f"{shown}{more}"
    )
