"""A grid of settings that somebody has clicked together: a plan of each, a row as each is made.

The same study as ``hemrunda study`` makes of files (`hemrunda.scale.study_run`), of the tables that
are open. What is made stays: a study that was stopped goes on, and one more value makes its plans
only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from data.progress import Progress
from hemrunda.studio.comparing.study_desk import KeptStudy, asked_of, study_folder
from hemrunda.studio.shown.job_rows import StudyDone

if TYPE_CHECKING:
    from hemrunda.config import Config
    from hemrunda.scale.study_grid import Combination
    from hemrunda.studio.session import Session


def studied(session: Session, sent: Mapping[str, Any], progress: Progress) -> StudyDone:
    """Plan what has no row yet, of the tables as they are with what is locked.

    Raises
    ------
    SettingsError
        Where what is sent makes no grid, or the package that keeps rows is missing.
    """
    from data.atomic import write_text
    from hemrunda.config import load
    from hemrunda.options import default_workers
    from hemrunda.scale.cluster_address import executor_at
    from hemrunda.scale.study_grid import combinations
    from hemrunda.scale.study_run import run_study, study_of_town
    from hemrunda.scale.study_table import RowsOnDisk
    from hemrunda.workfolder.inputs import settings_path

    present = session.present()
    plan, asked = present.plan, asked_of(sent, present)
    fixed = {"days": asked["n_days"], "quick": asked["quick"]}
    grid = list(combinations(fixed, asked["grid"]))
    settings = settings_path(session.tables, None)

    @cache
    def config_of(combination: Combination) -> Config:
        return load(settings, combination.settings) if combination.settings else plan.config

    study = study_of_town(plan.municipality, plan.network, plan.config, config_of, grid)
    folder = study_folder(session)
    rows = RowsOnDisk(folder)
    kept: KeptStudy = {
        **asked, "keys": list(study.keys), "live": list(present.scenario.live),
    }  # fmt: skip
    write_text(folder / "asked.json", json.dumps(kept, ensure_ascii=False))
    with executor_at(f"threads:{default_workers()}") as executor:
        known = run_study(study, rows, executor, progress)
    rows.write_table(known)
    return {"of": "study", "n_made": len(known), "n_all": len(grid)}
