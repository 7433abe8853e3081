"""``hemrunda study``: every plan of a grid, one after the other or many at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data.errors import HemrundaError
from data.model import Municipality
from data.progress import Progress
from data.streets import StreetNetwork
from hemrunda.config import Config, load
from hemrunda.effort import Effort
from hemrunda.scale.executors import Executor, Task
from hemrunda.scale.origins import fingerprint, origin_of
from hemrunda.scale.packing import Failed
from hemrunda.scale.study_grid import Combination, scenario_id
from hemrunda.scale.study_table import CAUSE, RowsOnDisk, cause, fill
from hemrunda.scale.town_task import Row, TownTask, plan_town
from hemrunda.workfolder.inputs import load_streets, network_beside, read_tables, settings_path
from hemrunda.workfolder.what_if import WhatIf

Source = Callable[[Combination], tuple[Municipality, StreetNetwork, Config]]
"""What a combination is planned from; raises `HemrundaError` where it cannot be read."""


@dataclass(frozen=True)
class Study:
    """What is to be planned: keys in order, and the combination of each."""

    keys: Sequence[str]
    combinations: Sequence[Combination]
    source: Source


def study_of(combinations: Sequence[Combination], folder: Path) -> Study:
    """A study of files; paths are from ``folder``."""
    known = cache(fingerprint)

    @cache
    def streets(path: Path) -> StreetNetwork:
        return load_streets(path)

    @cache
    def tables(path: Path, net: Path, general: str, settings: Path | None) -> Municipality:
        config = load(settings, {"general": json.loads(general)})
        return read_tables(path, config, streets(net)).municipality

    def source(combination: Combination) -> tuple[Municipality, StreetNetwork, Config]:
        path, net, given = files_of(combination, folder)
        general = json.dumps(combination.settings.get("general", {}), sort_keys=True)
        return tables(path, net, general, given), streets(net), load(given, combination.settings)

    keys = [
        scenario_id(combination, [known(path) for path in files_of(combination, folder)])
        for combination in combinations
    ]
    return Study(keys, combinations, source)


def study_of_town(
    municipality: Municipality,
    streets: StreetNetwork,
    base: Config,
    config_of: Callable[[Combination], Config],
    combinations: Sequence[Combination],
) -> Study:
    """A study of one town that is read already.

    Parameters
    ----------
    base : Config
        What the settings of a combination are laid over; rows hang on it too.
    config_of : callable
        The settings of a combination; raises `HemrundaError` where they cannot be.
    """

    def source(combination: Combination) -> tuple[Municipality, StreetNetwork, Config]:
        return municipality, streets, config_of(combination)

    town = origin_of(municipality, streets, base)
    keys = [scenario_id(combination, [town]) for combination in combinations]
    return Study(keys, combinations, source)


def files_of(combination: Combination, folder: Path) -> tuple[Path, Path, Path | None]:
    """Tables, streets and settings of a combination: named by it, or lying beside the tables."""
    path = folder / str(combination.get("input", ""))
    beside = path if path.is_dir() else path.parent
    named = folder / combination.get("network") if combination.get("network") else None
    net = network_beside(beside, named) or folder / "network"
    return (
        path,
        net,
        settings_path(
            path, folder / combination.get("settings") if combination.get("settings") else None
        ),
    )


def run_study(
    study: Study, rows: RowsOnDisk, executor: Executor, progress: Progress
) -> Sequence[str]:
    """Plan what has no row yet; give the keys of all that have one now, in order.

    A plan that cannot be made has a row with its cause; nobody else waits for it.
    """
    here = rows.known()
    missing = [i for i, key in enumerate(study.keys) if key not in here]
    n_all = len(study.keys)
    n_here = n_all - len(missing)
    progress.report(n_here / max(n_all, 1), f"{n_here} av {n_all} planer")
    varied = {study.keys[i]: dict(study.combinations[i].varied) for i in missing}
    keys = {f"plan-{i}": study.keys[i] for i in missing}
    done = executor.stream(plan_town, _tasks(study, missing, rows))
    fill(
        rows, keys, done, lambda key, made: {**varied[key], **_row(made)}, progress,
        (n_all, "planer"),
    )  # fmt: skip
    known = rows.known()
    return [key for key in study.keys if key in known]


def _tasks(study: Study, missing: Sequence[int], rows: RowsOnDisk) -> Iterator[Task]:
    """Tasks made one by one as they are asked for; what cannot be read has its row at once."""
    for i in missing:
        combination = study.combinations[i]
        try:
            town, streets, config = study.source(combination)
        except HemrundaError as error:
            rows.add(study.keys[i], {**dict(combination.varied), **cause(str(error))})
            continue
        yield Task(
            f"plan-{i}",
            TownTask(town, streets, config, effort_of(combination, town), what_if(combination)),
        )


def _row(result: Row | Failed) -> Row:
    if isinstance(result, Failed):
        return cause(result.text)
    return {**result, CAUSE: ""}


def effort_of(combination: Combination, town: Municipality) -> Effort:
    """How hard a combination is searched; alone on its thread, many run side by side."""
    days = combination.get("days")
    iterations = combination.get("iterations")
    return Effort(
        seed=int(combination.get("seed", 1)),
        workers=1,
        n_iterations=None if iterations is None else int(iterations),
        is_quick=bool(combination.get("quick", False)),
        dates=town.dates if days is None else town.dates[: int(days)],
        changes_pct=None if combination.get("changes") is None else int(combination.get("changes")),
    )


def what_if(combination: Combination) -> WhatIf:
    """The scenario of more clients, fewer carers or other shifts."""
    hours = combination.get("shift_hours")
    return WhatIf(
        int(combination.get("more_clients", 0)), int(combination.get("fewer_carers", 0)),
        float(hours) if hours else None,
    )  # fmt: skip
