"""What soft rules cost a planner: the section ``[soft]`` of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.errors import SettingsError
from data.units import HOUR_S


@dataclass(frozen=True, slots=True)
class SoftRules:
    """Prices per minute; everything is measured in minutes of travel.

    Attributes
    ----------
    late_per_min : int
        A visit's start after its window's end, times ``late_weight`` of its priority.
    late_max_per_min : int
        On top, for the latest visit of the day: many a little late before one very late.
    late_weight : mapping of priority to int
    overtime_per_min : int
        Coming back after the shift's end.
    wait_per_min : int
        Standing before a window opens.
    idle_max_per_min : int
        For the carer with most time left over in her shift; 0 lets a carer go home early.
    missed_break : int
        A break that could not be held in its time, in minutes of travel.
    unplanned : mapping of priority to int
        A visit left out altogether, in minutes of travel.
    wish_pct : int
        Price of a minute off a wished time, in per cent of a minute of travel.
    overtime_max_s : int or None
        Nobody is back later than this after her shift's end, at any price: what does not fit is
        left out and named instead. None: no limit but the prices.
    suggest : bool
        Whether ``plan`` and ``rounds`` also say how each unplanned visit could be made late
        (``late.csv``).
    """

    late_per_min: int = 4
    late_max_per_min: int = 2
    late_weight: Mapping[int, int] = field(default_factory=lambda: {1: 3, 2: 1, 3: 1})
    overtime_per_min: int = 6
    wait_per_min: int = 1
    idle_max_per_min: int = 0
    missed_break: int = 600
    unplanned: Mapping[int, int] = field(default_factory=lambda: {1: 100_000, 2: 10_000, 3: 1_000})
    wish_pct: int = 10
    overtime_max_s: int | None = 2 * HOUR_S
    suggest: bool = False

    def __post_init__(self) -> None:
        numbers = [
            self.late_per_min, self.late_max_per_min, self.overtime_per_min, self.wait_per_min,
            self.idle_max_per_min, self.missed_break, self.wish_pct,
            self.overtime_max_s or 0, *self.late_weight.values(), *self.unplanned.values(),
        ]  # fmt: skip
        if min(numbers) < 0 or max(numbers) > 1_000_000:
            raise SettingsError("[soft] priserna ska vara heltal från 0 till 1 000 000")
        if {1, 2, 3} - set(self.late_weight) or {1, 2, 3} - set(self.unplanned):
            raise SettingsError("[soft] late_weight och unplanned ska ha värden för 1, 2 och 3")
