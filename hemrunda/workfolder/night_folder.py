"""The night's folder within that of the day's plan: whether there is one, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data.errors import StoreError
from data.night.night_layer import has_night, night_of
from data.plans import RoundPlan

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

FOLDER: Final = "natt"
"""Where the night's plan lies, within the folder of the day's."""


def is_night_folder(folder: Path) -> bool:
    """Whether a folder holds the night's plan of the folder that it lies in."""
    from data.store import read_manifest

    if folder.resolve().name != FOLDER:
        return False
    try:
        return bool(read_manifest(folder).get("layer") == "night")
    except StoreError:
        return False


def earlier_night(folder: Path) -> RoundPlan | None:
    """The rounds of a plan's night; None where its folder has none that is whole."""
    from data.store import read_outputs

    if not (folder / FOLDER).is_dir():
        return None
    try:
        return read_outputs(folder / FOLDER)[1]
    except StoreError:
        return None


def night_at_hand(
    plan: PlanContext, said: Mapping[str, Mapping[str, str]] | None = None
) -> PlanContext | None:
    """The night over a plan's town and streets, with its areas and no rounds yet; None without one.

    Parameters
    ----------
    plan : PlanContext
    said : mapping of service to mapping of client_id to area, optional
        Other services' areas; those of the service whose name begins with natt are the night's.
    """
    from partition.layers.night_areas import night_areas
    from routing.travel import travel_times

    if not has_night(plan.municipality) or not plan.municipality.bases:
        return None
    night = night_of(plan.municipality, plan.config.rules.rounds.rest_between_shifts_s)
    mode = plan.config.general.mode
    modes = sorted({one.travel_mode for one in night.staff} | {mode})
    engine = replace(plan.engine)
    travel, engine, _ = travel_times(
        plan.network, night, modes, profile=plan.config.travel, engine=engine
    )
    areas = next(
        (area for service, area in (said or {}).items() if service.casefold().startswith(FOLDER)),
        {},
    )
    teams = night_areas(night, travel, mode, areas)
    return replace(
        plan,
        municipality=night,
        travel=travel,
        engine=engine,
        team_plan=teams,
        round_plan=RoundPlan((), (), ()),
        kept_measures=None,
        earlier_night=None,
    )


def opened_night(plan: PlanContext, folder: Path, *, verify: bool = False) -> PlanContext | None:
    """The night that lies in a folder, over the plan that it is of; None where there is none."""
    from data.store import read_outputs

    night = night_at_hand(plan) if folder.is_dir() else None
    if night is None:
        return None
    team_plan, round_plan = read_outputs(folder, verify=verify)
    return replace(night, team_plan=team_plan, round_plan=round_plan)
