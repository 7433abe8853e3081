"""Travel times from elsewhere (OSRM, Valhalla, r5 …) as the engine wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from data.care.homes import travel_points
from data.errors import SettingsError
from data.travel_times import modes_of
from data.units import MODES, UNREACHABLE_S

if TYPE_CHECKING:
    from hemrunda.face.scenario import Scenario

LONGEST_S: Final = 86_400
"""Longer than a day is a leg in other units (milliseconds), unless it is `UNREACHABLE_S`."""


def own_travel(
    scenario: Scenario, travel: Mapping[str, Any] | None
) -> dict[str, NDArray[np.int32]] | None:
    """The user's own matrices in whole seconds, `UNREACHABLE_S` where there is no way.

    Raises
    ------
    SettingsError
        With every fault: a mode that is none or is missing, a matrix of another size, labels that
        are not the points', negative times, texts, a way from a point to itself.
    """
    if travel is None:
        return None
    town = scenario.municipality
    if not isinstance(travel, Mapping):
        raise SettingsError("Restiderna går inte att använda. travel: ska vara en dict.")
    faults = [
        f"{mode}: färdsättet finns inte. Välj {', '.join(MODES)}"
        for mode in travel
        if mode not in MODES
    ]
    if missing := [
        m for m in modes_of(town.staff, scenario.config.general.mode) if m not in travel
    ]:
        faults.append(
            f"Restider saknas för {', '.join(missing)}. Någon i personalen färdas så; "
            "lägg till en matris, eller ändra färdsättet"
        )
    points = tuple(travel_points(town))
    tables = {
        mode: _seconds(mode, travel[mode], points, faults) for mode in MODES if mode in travel
    }
    if faults:
        raise SettingsError(f"Restiderna går inte att använda. {'; '.join(faults)}.")
    return tables


def _seconds(mode: str, given: Any, points: Sequence[str], faults: list[str]) -> NDArray[np.int32]:
    """One matrix; None, NaN and infinity are no way, and parts of a second are rounded."""
    n = len(points)
    try:
        table = np.array(_in_order(given, points), dtype=np.float64)
    except _UnlabelledError:
        faults.append(f"{mode}: raderna och kolumnerna har andra namn än travel_points")
        return np.zeros((n, n), np.int32)
    except (TypeError, ValueError, OverflowError):
        faults.append(f"{mode}: ska vara sekunder; None eller NaN där ingen väg finns")
        return np.zeros((n, n), np.int32)
    if table.shape != (n, n):
        shape = " × ".join(map(str, table.shape))
        faults.append(f"{mode}: ska ha {n} rader och kolumner, som travel_points; har {shape}")
        return np.zeros((n, n), np.int32)
    no_way = ~(table < UNREACHABLE_S)  # NaN among them
    whole = np.rint(np.where(no_way, 0.0, table))
    if (table < 0).any():
        faults.append(f"{mode}: ingen restid kan vara under 0")
    if (whole > LONGEST_S).any():
        faults.append(f"{mode}: restider över ett dygn; ska vara sekunder")
    if np.diagonal(whole).any() or np.diagonal(no_way).any():
        faults.append(f"{mode}: restiden från en plats till den själv ska vara 0")
    return np.where(no_way, UNREACHABLE_S, whole).clip(0, UNREACHABLE_S).astype(np.int32)


class _UnlabelledError(Exception):
    """A frame whose labels are neither the points' nor plain positions."""


def _in_order(given: Any, points: Sequence[str]) -> Any:
    """A labelled frame in the points' order; anything else as it stands."""
    if not hasattr(given, "index") or not hasattr(given, "columns"):
        return given
    labels = (list(given.index), list(given.columns))
    if all(names == list(range(len(names))) for names in labels):
        return given.to_numpy(dtype=object)
    if any(sorted(map(str, names)) != sorted(points) for names in labels):
        raise _UnlabelledError
    return given.loc[list(points), list(points)].to_numpy(dtype=object)
