"""What a client sees that no route shows: two carers at once for two errands, a cleaning in bed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate, pairwise

from routing.measures.slices import Slice

MORNING, CLEANING = "morning", "cleaning"


@dataclass(frozen=True)
class AtHome:
    """Over a slice's visits at the door."""

    n_two_visits_at_once: int
    """Visits that begin while another visit to the same client is going on."""
    n_cleanings_with_morning: int
    """Cleanings on a date when the client has a morning visit too."""
    n_cleanings_before_morning: int
    """Of those: begun before the morning visit, when the client may still be in bed."""


def at_home(cut: Slice) -> AtHome:
    """Measure a slice's visits at the door, the first carer of each."""
    spans: dict[tuple[str, dt.date], list[tuple[int, int, str]]] = defaultdict(list)
    for stop in cut.stops:
        if stop.row.carer_no == 1 and stop.visit.mode == "physical":
            span = (stop.row.start_s, stop.row.end_s, stop.visit.task)
            spans[stop.client.client_id, stop.row.date].append(span)
    n_at_once, n_with, n_before = 0, 0, 0
    for day in spans.values():
        day.sort()
        ends = accumulate((end for _, end, _ in day), max)
        n_at_once += sum(b[0] < end for (_, b), end in zip(pairwise(day), ends, strict=False))
        mornings = [start for start, _, task in day if task == MORNING]
        cleanings = [start for start, _, task in day if task == CLEANING]
        if mornings:
            n_with += len(cleanings)
            n_before += sum(start < min(mornings) for start in cleanings)
    return AtHome(n_at_once, n_with, n_before)
