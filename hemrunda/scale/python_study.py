"""`hemrunda.study`: a grid of plans in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import SettingsError
from hemrunda.calls.arguments import Arguments
from hemrunda.config import Config, load
from hemrunda.face.scenario import Scenario
from hemrunda.scale.cluster_address import executor_at
from hemrunda.scale.study_grid import OF_FILES, Combination, combinations
from hemrunda.scale.study_run import run_study, study_of_town
from hemrunda.scale.study_table import RowsOnDisk

if TYPE_CHECKING:
    import pandas as pd


def study(
    scenario: Scenario,
    grid: Mapping[str, Sequence[Any]],
    folder: str | Path,
    *,
    cluster: str = "threads:2",
    certificates: str | Path | None = None,
    settings: str | Path | None = None,
    progress: Callable[[float, str], None] | None = None,
    **fixed: Any,
) -> pd.DataFrame:
    """Plan every combination of a grid; one row of measures per plan.

    Parameters
    ----------
    scenario : Scenario
    grid : mapping of str to list
        ``seed``, ``days``, ``iterations``, ``quick``, ``changes``, ``more_clients``,
        ``fewer_carers``, ``shift_hours``, or a setting such as ``teams.clients_max``.
    folder : path
        Rows are kept there as they come; a study that was stopped goes on with the others. A row
        of another town, other streets or other settings is not taken for one of these.
    cluster : str
        ``threads:N``, ``processes:N``, ``local:N`` or ``tls://host:port``; the table is the same.
    certificates : path, optional
        For ``tls://``.
    settings : path, optional
        What the grid's settings are laid over; the defaults without it. Where there is no file and
        the grid has no settings the scenario's own hold.
    **fixed
        The same names as in ``grid``, for what does not vary.

    Returns
    -------
    DataFrame
        In the order of the grid; ``cause`` says why a plan could not be made.

    Raises
    ------
    SettingsError
        Where the grid or the cluster is no such thing.
    """
    given = Arguments()
    given.a("scenario", scenario, Scenario, "hr.Scenario")
    lists = {
        name: list(given.list_of(f"grid[{name!r}]", values))
        for name, values in given.mapping("grid", grid).items()
    }
    path, cluster = given.path("folder", folder), given.text("cluster", cluster)
    keys_of_cluster = given.path_or_none("certificates", certificates)
    if keys_of_cluster is not None and not cluster.startswith("tls://"):
        given.refuse("certificates", "gäller bara tls://")
    settings_path = given.path_or_none("settings", settings)
    watched = given.progress(progress)
    given.close()
    forbidden = sorted(OF_FILES & {*lists, *fixed})
    if forbidden:
        raise SettingsError(f"{', '.join(forbidden)} hör till studier av filer (hemrunda study).")
    asked = list(combinations(fixed, lists))

    @cache
    def config_of(combination: Combination) -> Config:
        if not combination.settings and settings_path is None:
            return scenario.config
        return load(settings_path, combination.settings)

    for combination in asked:
        config_of(combination)  # one that cannot be is refused before any plan is made
    base = scenario.config if settings_path is None else load(settings_path, {})
    made = study_of_town(scenario.municipality, scenario.streets, base, config_of, asked)
    rows = RowsOnDisk(path)
    with executor_at(cluster, keys_of_cluster) as executor:
        known = run_study(made, rows, executor, watched)
    return rows.write_table(known)
