"""Many plans beside each other: what may be varied, and the rows that there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict

from data.errors import SettingsError
from data.tables.schema.vocabulary import MODES_SV

if TYPE_CHECKING:
    from hemrunda.studio.session import Present, Session

PLANS_MOST: Final = 200
"""Of one grid: what is clicked together shall be done before the day is."""
VALUES_MOST: Final = 12
SHIFT_HOURS: Final = (0, 6, 7, 8, 9, 10)
"""Lengths of shifts that may be tried, each carer's hours being kept; 0: as the roster has them."""
SHOWN: Final = (
    "n_teams", "n_unplanned", "n_unplanned_1", "contact_pct", "distinct_carers_mean", "travel_min",
    "client_time_pct", "n_shifts", "n_rounds", "n_change_team",
)  # fmt: skip
"""Measures of a row (`hemrunda.scale.town_task`) that the page shows."""


class ValueRow(TypedDict):
    """A value that may be chosen, in words, and whether it is what holds now."""

    value: int | str
    text: str
    is_now: bool


class FactorRow(TypedDict):
    """Something to be varied."""

    key: str
    title: str
    values: list[ValueRow]


class StudyAsked(TypedDict):
    """What is asked for: values by factor, and how far and how hard each plan is made."""

    grid: dict[str, list[int | str]]
    n_days: int
    quick: bool


class KeptStudy(StudyAsked):
    """The same as it is kept, with the keys of its plans and the acts that it was made after."""

    keys: list[str]
    live: list[int]


class StudyRow(TypedDict):
    """One plan: what was chosen, what it came to, or why it could not be made."""

    varied: dict[str, int | str]
    measures: dict[str, float | None]
    cause: str


class StudyPayload(TypedDict):
    """Everything of the view."""

    factors: list[FactorRow]
    asked: StudyAsked | None
    rows: list[StudyRow]
    n_all: int
    is_fresh: bool
    folder: str


def study_folder(session: Session) -> Path:
    """Where rows are kept."""
    return session.folder / "studio" / "study"


def factors_of(present: Present) -> list[FactorRow]:
    """What may be varied in this town, with values around those that hold now."""
    plan = present.plan
    teams, n = plan.config.rules.teams, len(plan.municipality.clients)
    n_carers = len(plan.municipality.staff)
    sizes = sorted({max(1, teams.clients_max + step) for step in (-10, -5, 0, 5, 10)})
    more = sorted({round(n * share / 100) for share in (0, 5, 10, 20)})
    fewer = sorted({0, *(max(1, round(n_carers * share / 100)) for share in (2, 5, 10))})
    return [
        _factor("teams.clients_max", "Brukare i ett lag, högst", sizes, teams.clients_max),
        {
            "key": "general.mode", "title": "Färdsätt som lagen mäts med",
            "values": [{"value": mode, "text": text, "is_now": mode == plan.config.general.mode}
                       for mode, text in MODES_SV.items()],
        },
        {
            "key": "shift_hours", "title": "Passens längd i timmar",
            "values": [{"value": hours, "text": str(hours) if hours else "som i schemat",
                        "is_now": not hours} for hours in SHIFT_HOURS],
        },
        _factor("fewer_carers", "Färre medarbetare", fewer, 0),
        _factor("more_clients", "Fler brukare", more, 0),
        _factor("seed", "Omgångar, för att se slumpen", [1, 2, 3], 1),
    ]  # fmt: skip


def _factor(key: str, title: str, values: Sequence[int], now: int) -> FactorRow:
    return {
        "key": key, "title": title,
        "values": [{"value": v, "text": str(v), "is_now": v == now} for v in values],
    }  # fmt: skip


def asked_of(sent: Mapping[str, Any], present: Present) -> StudyAsked:
    """What a page sent, as far as it makes a grid.

    Raises
    ------
    SettingsError
    """
    known = {factor["key"] for factor in factors_of(present)}
    grid: dict[str, list[int | str]] = {}
    n_plans = 1
    for key, values in sorted(dict(sent.get("grid") or {}).items()):
        kind = str if key == "general.mode" else int
        is_fit = key in known and isinstance(values, list) and 0 < len(values) <= VALUES_MOST
        if not is_fit or not all(type(value) is kind for value in values):
            raise SettingsError("Välj minst ett värde av det som ska jämföras, högst tolv.")
        if kind is int and not all(0 <= value <= 10_000 for value in values):
            raise SettingsError("Ett värde är för stort eller under 0.")
        if kind is str and not all(value in MODES_SV for value in values):
            raise SettingsError("Färdsättet finns inte.")
        grid[key] = sorted(set(values))
        n_plans *= len(grid[key])
    if n_plans > PLANS_MOST:
        raise SettingsError(f"Det blir {n_plans} planer. Välj högst {PLANS_MOST}.")
    n_days = min(max(int(sent.get("n_days") or 1), 1), len(present.plan.municipality.dates))
    return {"grid": grid, "n_days": n_days, "quick": bool(sent.get("quick", True))}


def kept_study(session: Session) -> KeptStudy | None:
    """The study that was asked for last; None where there is none, or it cannot be read."""
    path = study_folder(session) / "asked.json"
    try:
        kept: KeptStudy = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept


def study_payload(session: Session) -> StudyPayload:
    """What may be varied, and the rows of the last study as far as they are made."""
    present = session.present()
    factors, kept = factors_of(present), kept_study(session)
    if kept is None:
        return {"factors": factors, "asked": None, "rows": [], "n_all": 0, "is_fresh": True,
                "folder": ""}  # fmt: skip
    return {
        "factors": factors,
        "asked": {"grid": kept["grid"], "n_days": kept["n_days"], "quick": kept["quick"]},
        "rows": _rows(study_folder(session), kept),
        "n_all": len(kept["keys"]),
        "is_fresh": kept["live"] == list(present.scenario.live),
        "folder": "studio/study",
    }


def _rows(folder: Path, kept: KeptStudy) -> list[StudyRow]:
    from hemrunda.scale.study_table import CAUSE, RowsOnDisk

    on_disk = RowsOnDisk(folder)
    there = on_disk.known()
    rows: list[StudyRow] = []
    for key in kept["keys"]:
        if key not in there:
            continue
        row = on_disk.row(key)
        rows.append({
            "varied": {name: _plain(row[name]) for name in kept["grid"] if name in row},
            "measures": {name: _number(row.get(name)) for name in SHOWN},
            "cause": str(row.get(CAUSE) or ""),
        })  # fmt: skip
    return rows


def _plain(value: Any) -> int | str:
    return value if isinstance(value, str) else int(value)


def _number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
