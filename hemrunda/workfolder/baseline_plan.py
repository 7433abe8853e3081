"""What a plan is compared with: an earlier plan's folder, or the clients' teams of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import StoreError
from data.regular_files import json_of

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext


@dataclass(frozen=True)
class Baseline:
    """Teams, contacts and measures of before."""

    team_of: Mapping[str, str]
    contact_of: Mapping[str, str]
    measures: Mapping[str, Any] = field(default_factory=dict)
    """What ``measures.json`` held; empty where only the division is known."""


def read_baseline(folder: Path | None) -> Baseline | None:
    """An earlier plan's folder, read whole; None where there is no folder.

    Raises
    ------
    StoreError
        Where the folder holds no whole plan.
    """
    if folder is None:
        return None
    from data.store import read_outputs

    team_plan, _ = read_outputs(folder)
    return Baseline(dict(team_plan.team_of_client), dict(team_plan.contact), read_measures(folder))


def read_measures(folder: Path) -> Mapping[str, Any]:
    """What ``measures.json`` of a plan's folder holds.

    Raises
    ------
    StoreError
        Where there is none, or it is no such file.
    """
    try:
        measures = json_of(folder / "measures.json")
    except (OSError, ValueError) as error:
        raise StoreError(f"Mappen {folder.name} har inga mått. Gör planen först.") from error
    if not isinstance(measures, dict):
        raise StoreError(f"measures.json i {folder.name} är skadad. Gör om planen.")
    return measures


def of_today(plan: PlanContext) -> Baseline:
    """The teams and contacts that the clients' table tells."""
    clients = plan.municipality.clients
    return Baseline(
        {client.client_id: client.team_id for client in clients if client.team_id},
        {client.client_id: client.contact_id for client in clients if client.contact_id},
    )
