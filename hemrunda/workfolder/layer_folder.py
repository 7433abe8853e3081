"""A layer's folder within that of the day's plan: whether there is one, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import StoreError
from data.layers.layer_kinds import KIND_OF_FOLDER, LAYERS
from data.layers.layer_town import layer_kinds_in, layer_town
from data.matter_model import LayerKind
from data.plans import RoundPlan

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext


def layer_of_folder(folder: Path) -> LayerKind | None:
    """Which layer's plan of the folder that it lies in a folder holds; None where it is none."""
    from data.store import read_manifest

    kind = KIND_OF_FOLDER.get(folder.resolve().name)
    try:
        return kind if kind and read_manifest(folder).get("layer") == kind else None
    except StoreError:
        return None


def previous_layers(folder: Path) -> dict[LayerKind, RoundPlan]:
    """The rounds of a plan's layers, of each whose folder holds some that are whole."""
    from data.store import read_outputs

    plans: dict[LayerKind, RoundPlan] = {}
    for kind, words in LAYERS.items():
        if not (folder / words.folder).is_dir():
            continue
        try:
            plans[kind] = read_outputs(folder / words.folder)[1]
        except StoreError:
            continue
    return plans


def layer_context(
    plan: PlanContext, kind: LayerKind, said: Mapping[str, Mapping[str, str]] | None = None
) -> PlanContext | None:
    """A layer over a plan's town and streets, with its areas and no rounds yet; None without one.

    Parameters
    ----------
    plan : PlanContext
    kind : str
    said : mapping of service to mapping of client_id to area, optional
        Other services' areas; those of the service whose name begins as the layer's folder does
        (natt, larm, hemgång) are the layer's.
    """
    from data.travel_times import modes_of
    from partition.layers.layer_areas import layer_areas
    from routing.travel import travel_times

    words = LAYERS[kind]
    if kind not in layer_kinds_in(plan.municipality) or not plan.municipality.bases:
        return None
    town = layer_town(plan.municipality, kind, plan.config.rules.rounds.rest_between_shifts_s)
    mode = plan.config.general.mode
    modes = modes_of(town.staff, mode)
    engine = replace(plan.engine)
    travel, engine, _ = travel_times(
        plan.network, town, modes, profile=plan.config.travel, engine=engine
    )
    begins = (words.folder, words.area.casefold())
    areas = next(
        (area for service, area in (said or {}).items() if service.casefold().startswith(begins)),
        {},
    )
    teams = layer_areas(town, travel, mode, words.area, areas)
    return replace(
        plan,
        municipality=town,
        travel=travel,
        engine=engine,
        team_plan=teams,
        round_plan=RoundPlan((), (), ()),
        kept_measures=None,
        previous_layers={},
        layer=kind,
    )


def load_layer(
    plan: PlanContext, folder: Path, kind: LayerKind, *, verify: bool = False
) -> PlanContext | None:
    """A layer below a plan's folder, over the plan that it is of; None where there is none."""
    from data.store import read_outputs

    folder_of_layer = folder / LAYERS[kind].folder
    layer = layer_context(plan, kind) if folder_of_layer.is_dir() else None
    if layer is None:
        return None
    team_plan, round_plan = read_outputs(folder_of_layer, verify=verify)
    return replace(layer, team_plan=team_plan, round_plan=round_plan)


def load_layers(plan: PlanContext, folder: Path) -> list[PlanContext]:
    """Every layer that lies in a plan's folder, in the order in which they are planned."""
    layers = [load_layer(plan, folder, kind) for kind in LAYERS]
    return [layer for layer in layers if layer is not None]
