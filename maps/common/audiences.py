"""Who a file is for. A profile is a type: what it does not allow is not in its view at all.

The views of `maps.screen.team_view` and `maps.screen.round_view` are made for one profile; the
writers take views only, so a place that a profile must not see never reaches them (requirements
2.1, NO-27).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from data.errors import SettingsError

CELL_MIN = 5
"""Fewest clients in a cell that may be shown (faults.md G7)."""


@dataclass(frozen=True, slots=True)
class Manager:
    """Managers and planners: places and ids of clients, ids of staff."""

    name: ClassVar[str] = "manager"


@dataclass(frozen=True, slots=True)
class Planner:
    """Whoever moves visits in the page of her own machine, with the tables in hand: exact times.

    Never of a file (`profile_of` knows no such name); hidden clients have no stop here either.
    """

    name: ClassVar[str] = "planner"


@dataclass(frozen=True, slots=True)
class StaffRound:
    """A carer: her own stops in one shift, and nobody else's."""

    name: ClassVar[str] = "staff"


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Outsiders under agreement: cells of at least five clients, rounded."""

    name: ClassVar[str] = "anonymous"


@dataclass(frozen=True, slots=True)
class Council:
    """A board: teams and their sums, no points."""

    name: ClassVar[str] = "council"


Profile = Manager | Planner | StaffRound | Anonymous | Council

_BY_NAME: dict[str, Profile] = {
    profile.name: profile for profile in (Manager(), StaffRound(), Anonymous(), Council())
}


def profile_of(profile: str | Profile) -> Profile:
    """The profile by its name; a profile is returned as it is.

    Raises
    ------
    SettingsError
        Where there is no such profile: nothing is guessed (faults.md C8).
    """
    if not isinstance(profile, str):
        return profile
    if profile not in _BY_NAME:
        raise SettingsError(f"Profilen finns inte. Välj en av {', '.join(sorted(_BY_NAME))}.")
    return _BY_NAME[profile]
