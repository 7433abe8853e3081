"""A day under soft rules in words: what the engine is asked, in ids and plain numbers.

One unit of time throughout, the caller's own (minutes, seconds). Prices are integers per unit of
time. `benchmarks.soft_day.problem` turns it into the engine's arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MUST = 1_000_000
"""Price of leaving out what must be planned."""


class Window(NamedTuple):
    """From when a visit may start, and until when its start (or end) is not late."""

    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Need:
    """One carer that a visit needs.

    Attributes
    ----------
    duration : int
    carers : mapping of str to int
        The carers who may, each with a price for not being the one wished for (0 where she is).
    """

    duration: int
    carers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SoftVisit:
    """One visit to a client by one carer, or by two different ones.

    Attributes
    ----------
    visit_id : str
    place : int
        Row of the travel matrix; -1 for a visit that the carer makes from where she is.
    windows : tuple of Window
        One or two, in order. Never before the first; after its latest the visit is late, until
        the second begins.
    needs : tuple of Need
        One or two.
    lag : (int, int) or None
        Least and most of the second carer's start minus the first's; (0, 0) is at the same
        time, None any time within the windows.
    absent_price : int
        What it costs to leave the visit out.
    last_start : int or None
        No start after this, at any price.
    wished : (int, int) or None
        A start, and the price of each unit of time off it, in 1/64.
    """

    visit_id: str
    place: int
    windows: tuple[Window, ...]
    needs: tuple[Need, ...]
    lag: tuple[int, int] | None = None
    absent_price: int = MUST
    late_weight: int = 1
    met_at_end: bool = False
    last_start: int | None = None
    wished: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SoftLag:
    """Least and most of the start of ``other_id`` minus the start of ``visit_id``; never broken."""

    visit_id: str
    other_id: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Lunch:
    """When a lunch may start, and how long it is."""

    earliest: int
    latest: int
    duration: int


@dataclass(frozen=True, slots=True)
class SoftCarer:
    """A shift: from and to when and where, and the lunch that belongs to it.

    Attributes
    ----------
    last_end : int or None
        Never back after this, at any price.
    """

    carer_id: str
    start: int
    end: int
    from_place: int
    to_place: int
    lunch: Lunch | None = None
    mode: int = 0
    """Which of the travel matrices is hers."""
    last_end: int | None = None


@dataclass(frozen=True, slots=True)
class SoftPrices:
    """What each soft rule costs, per unit of time but for the lunch.

    Attributes
    ----------
    travel, late, wait, overtime : int
        Per unit of each.
    late_max, idle_max : int
        Per unit of the latest visit's lateness, and of the idlest carer's idle time (before
        leaving, waiting, after coming back, within the shift).
    missed_lunch : int
        For each carer who should have one and has none.
    """

    travel: int = 1
    late: int = 1
    late_max: int = 0
    wait: int = 0
    overtime: int = 1
    idle_max: int = 0
    missed_lunch: int = 0


@dataclass(frozen=True)
class SoftDay:
    """All of one day.

    Attributes
    ----------
    travel : array-like of int, shape (n_places, n_places) or (n_modes, n_places, n_places)
        Times from row to column; the diagonal is 0.
    lags : tuple of SoftLag
        Between visits, by one carer or several.
    """

    visits: tuple[SoftVisit, ...]
    carers: tuple[SoftCarer, ...]
    travel: object
    prices: SoftPrices = field(default_factory=SoftPrices)
    lags: tuple[SoftLag, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of a route; ``visit_id`` is empty for a lunch.

    ``place`` is where it happens: for a lunch, a neighbouring stop's place.
    """

    visit_id: str
    need: int
    place: int
    arrive: int
    start: int
    end: int
    late: int


@dataclass(frozen=True, slots=True)
class SoftRoute:
    """One carer's day: when she leaves, her stops, when she is back."""

    carer_id: str
    depart: int
    stops: tuple[Stop, ...]
    finish: int


@dataclass(frozen=True)
class SoftPlan:
    """What the engine answers.

    Attributes
    ----------
    routes : tuple of SoftRoute
        In the order of the carers; those without stops are included.
    absent : tuple of str
        Visits left out.
    cost : int
    schedule : tuple of (int, float, float)
        The batches run: iterations, temperature at start, cooling per iteration. The same
        schedule and seed make the same plan again.
    """

    routes: tuple[SoftRoute, ...]
    absent: tuple[str, ...]
    cost: int
    seed: tuple[int, ...]
    schedule: tuple[tuple[int, float, float], ...] = ()

    @property
    def n_iterations(self) -> int:
        """Iterations in all."""
        return sum(batch[0] for batch in self.schedule)
