"""A plan mended after news: the plan proved and written, and what has changed beside it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from data.care.care_calendar import is_at_home
from data.errors import SettingsError
from data.model import Municipality
from data.units import MINUTE_S
from hemrunda.effort import Effort
from hemrunda.pipeline import Outcome, deliver
from hemrunda.stages import Stages
from hemrunda.workfolder.decisions_kept import notes_on_locks, with_kept
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.writing.change_files import HEADER, change_row, write_changes, write_rounds

if TYPE_CHECKING:
    from data.plans import PlanRow, RoundPlan, UnplannedRow
    from data.progress import Progress
    from hemrunda.workfolder.disruptions import Disruptions
    from routing.answers.plan_changes import VisitChange
    from routing.engine.search_params import SearchParams
    from routing.engine.weights import RoundWeights

T = TypeVar("T", "PlanRow", "UnplannedRow")
FREED = "frigjort"


def mend(
    plan: PlanContext,
    since: dt.date | None,
    effort: Effort,
    out: Path,
    stages: Stages,
    n_disruptions: int,
    beside: Callable[[Path], None],
) -> tuple[Outcome, tuple[VisitChange, ...]]:
    """Mend the rounds of a plan whose tables hold the news; prove and write the whole as one.

    ``beside`` writes what else is to lie in the folder (`keep_beside`).

    Raises
    ------
    PlanRefusedError
        Where the independent checker finds a violation; nothing has been written then.
    """
    from data.care.hidden import without_hidden
    from data.tables import write_input

    done, changes, sentences = mended(plan, since, effort, stages)
    rows = (dict(zip(HEADER, change_row(change, MINUTE_S), strict=True)) for change in changes)
    done = replace(done, changes=tuple(rows))
    # Who is sick or away stands in the tables; here it is counted only.
    # What a pause frees names a carer and her hour, which tell who is away: for the screen alone.
    kept = [sentence for sentence in sentences if not sentence.startswith(FREED)]
    manifest = {"command": "replan", "n_news": n_disruptions, "n_changes": len(changes),
                "decided": without_hidden(kept, done.municipality),
                "plan_id_before": plan.plan_id, "receipt": plan.receipt.as_list()}  # fmt: skip

    def also(folder: Path) -> list[Path]:
        write_input(plan.municipality, folder / "indata.xlsx")
        beside(folder)
        return [
            folder / "indata.xlsx",
            *write_changes(folder, changes, plan.municipality, plan.config.headers),
            *write_resting(folder, done.resting),
        ]

    outcome = deliver(done, effort, out, stages, manifest, list(sentences), [also])
    return replace(outcome, notes=[*outcome.notes, *_of_layers(done, outcome)]), changes


def with_stand_ins(
    plan: RoundPlan, municipality: Municipality, disruptions: Disruptions
) -> RoundPlan:
    """The rounds with each shorter visit where the longer stood: same person, same place.

    ``municipality`` is as it was before the news.
    """
    from hemrunda.workfolder.disruptions import stand_ins

    names, days = stand_ins(municipality, disruptions), set(disruptions.days)
    if not names:
        return plan

    def of(row: T) -> T:
        is_shorter = row.date in days and row.visit_id in names
        return replace(row, visit_id=names[row.visit_id]) if is_shorter else row

    return replace(
        plan,
        rows=tuple(of(row) for row in plan.rows),
        unplanned=tuple(of(row) for row in plan.unplanned),
    )


def _of_layers(plan: PlanContext, outcome: Outcome) -> list[str]:
    """What has changed in the layers' rounds, in words; nobody who is protected is named."""
    from data.care.hidden import may_show
    from data.layers.layer_kinds import LAYERS
    from routing.answers.plan_changes import plan_changes

    sentences = []
    for layer in outcome.layers:
        before = plan.previous_layers.get(layer.layer) if layer.layer else None
        if layer.layer is None or before is None:
            continue
        shown = may_show(layer.municipality)
        name = LAYERS[layer.layer].title.casefold()
        changes = plan_changes(before, layer.round_plan)
        sentences += [f"{name}: {change.text}" for change in changes if change.client_id in shown]
    return sentences


def mended(
    plan: PlanContext, since: dt.date | None, effort: Effort, stages: Stages
) -> tuple[PlanContext, tuple[VisitChange, ...], Sequence[str]]:
    """The plan with its rounds mended, not proved yet; what changed; which decisions were kept."""
    from partition.contacts.newcomer_contacts import with_first_contacts
    from partition.teams.newcomers import with_newcomers
    from routing.answers.plan_changes import with_phones

    with stages.stage("rounds", "Lagar rundor") as part:
        mode, rules = plan.config.general.mode, plan.config.rules
        known = plan.team_plan.team_of_client
        team_plan = with_newcomers(
            plan.team_plan, plan.municipality, plan.travel, mode, rules.teams
        )
        team_plan, first = with_first_contacts(
            team_plan, plan.municipality, plan.travel, rules, known, mode=mode
        )
        plan, kept = with_kept(replace(plan, team_plan=team_plan))
        before = plan.round_plan
        _refuse_overtaken(plan, since)
        done, changes = repair(plan, since, effort, part, released=kept.client_ids)
    phones = {c.client_id for c in plan.municipality.clients if c.phone_on_delay}
    locks = notes_on_locks(plan.municipality)
    sentences = [*kept.changes, *locks, *_proposed(done, first), *_freed(done, before)]
    return done, with_phones(changes, phones), sentences


def _refuse_overtaken(plan: PlanContext, since: dt.date | None) -> None:
    """Stop where the tables have learnt of a day before ``since`` that its rounds do not hold.

    Raises
    ------
    SettingsError
        With the day to mend from instead.
    """
    town = plan.municipality
    away = [line for line in town.roster if line.kind in ("leave", "sick")]
    late = [
        row.date
        for row in plan.round_plan.rows
        if since is not None and row.date < since and row.kind == "visit"
        if row.visit_id in town.visit_by_id
        if not is_at_home(
            town.visit_by_id[row.visit_id], town.client_by_id[row.client_id], row.date
        )
        or any(
            (line.staff_id, line.date) == (row.staff_id, row.date)
            and line.start_s < row.end_s and row.start_s < line.end_s
            for line in away
        )
    ]  # fmt: skip
    if late:
        raise SettingsError(
            f"Tabellerna säger annat om {min(late)} än planen: ett besök uteblev, eller någon var "
            f"borta. Laga från den dagen: --from {min(late)}."
        )


def _proposed(plan: PlanContext, first: Mapping[str, str]) -> list[str]:
    """Contacts proposed for newcomers, in words; nobody who is protected is named (OR-06)."""
    from data.care.hidden import may_show

    shown = may_show(plan.municipality)
    return [
        f"ny: {client_id} i lag {plan.team_plan.team_of_client[client_id]} får {staff_id} som "
        "omsorgskontakt tills vidare; besluta med hemrunda decide contact"
        for client_id, staff_id in sorted(first.items())
        if client_id in shown
    ]


def _freed(plan: PlanContext, before: RoundPlan) -> list[str]:
    """What pauses free and who gains, in words; nobody who is protected is named (NO-13)."""
    from data.care.hidden import may_show
    from data.units import clock
    from routing.answers.freed_time import freed_time

    shown = may_show(plan.municipality)
    minutes = freed_time(plan.municipality, plan.team_plan, before, plan.round_plan)
    return [
        f"{FREED}: {freed.date} {freed.staff_id} {freed.freed_min} min från {clock(freed.start_s)}"
        + (f"; ryms oplanerat: {', '.join(gains)}" if gains else "")
        for freed in minutes
        if freed.client_id in shown
        for gains in ([v for v in freed.gains if _client_of(plan, v) in shown],)
    ]


def _client_of(plan: PlanContext, visit_id: str) -> str:
    return plan.municipality.visit_by_id[visit_id].client_id


def repair(
    plan: PlanContext,
    since: dt.date | None,
    effort: Effort,
    progress: Progress,
    weights: RoundWeights | None = None,
    released: frozenset[str] = frozenset(),
    *,
    until: dt.date | None = None,
    areas: frozenset[str] | None = None,
    params: SearchParams | None = None,
) -> tuple[PlanContext, tuple[VisitChange, ...]]:
    """The rounds of a plan whose tables hold the news, mended; nothing is proved or written.

    Visits of clients who are ``released`` may change carers at no price. Dates after ``until`` and
    what is not of ``areas`` stay as they are; ``params`` says how long the search goes on where
    the effort does not.
    """
    from routing.roster.resting import resting, with_rested
    from routing.rounds import pins_of_plan, plan_changes, replan_rounds

    before = plan.round_plan
    after = replan_rounds(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        plan.config.rules,
        with_rested(before, plan.resting, plan.municipality),
        since=since,
        until=until,
        areas=areas,
        params=params,
        seed=effort.seed,
        workers=effort.workers,
        n_iterations=effort.n_iterations,
        time_limit_s=effort.time_limit_s,
        progress=progress,
        weights=weights or plan.config.prices,
        replay=effort.replay,
        released=released,
    )
    pins = pins_of_plan(plan.municipality.pins, before)
    mended = replace(
        plan,
        municipality=replace(plan.municipality, pins=pins),
        round_plan=after,
        resting=resting(before, plan.resting, after, plan.municipality),
    )
    return mended, plan_changes(before, after)


def keep_beside(folder: Path, out: Path, network: Path, settings: Path | None) -> None:
    """Put streets and settings beside the new plan, so that it can be asked about like the old.

    They are written to ``folder``, where they do not lie in ``out`` already.
    """
    from hemrunda.config import FILE_NAME as SETTINGS

    if network.exists() and not (out / "network").exists():
        copy = shutil.copytree if network.is_dir() else shutil.copy2
        copy(network, folder / "network")
    if settings is not None and settings.resolve() != (out / SETTINGS).resolve():
        shutil.copy2(settings, folder / SETTINGS)


def write_resting(folder: Path, rows: Sequence[PlanRow]) -> list[Path]:
    """Write where visits stood that a pause has taken out, for when the client is home again."""
    from hemrunda.workfolder.remembered import RESTING

    return write_rounds(folder / RESTING, rows)
