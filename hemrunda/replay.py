"""Making a plan again exactly as it was made, from what its manifest says of the search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import StoreError
from data.plans import AreaEffort
from data.regular_files import json_of

if TYPE_CHECKING:
    from hemrunda.effort import Effort
    from hemrunda.pipeline import Outcome


def as_in(effort: Effort, folder: Path | None) -> Effort:
    """The effort with the seed, the iterations and the batches that made the plan of ``folder``.

    Raises
    ------
    StoreError
        Where the folder's manifest does not say.
    """
    if folder is None:
        return effort
    try:
        said = json_of(folder / "manifest.json")
        areas = tuple(AreaEffort(str(a), int(n), int(b)) for a, n, b in said["effort"])
        return replace(effort, seed=int(said["seed"]), replay=areas)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder.name} säger inte hur planen söktes fram.") from error


def note_on_replay(outcome: Outcome, folder: Path | None) -> list[str]:
    """Whether the plan became the same; where not, the tables or the settings have changed."""
    if folder is None:
        return []
    before = json_of(folder / "manifest.json").get("plan_id")
    if before == outcome.plan.plan_id:
        return [f"Samma plan som i {folder.name} ({before})."]
    return [
        f"Planen blev {outcome.plan.plan_id}, inte {before} som i {folder.name}: indata, gatunät, "
        "inställningar eller dagar är inte desamma."
    ]
