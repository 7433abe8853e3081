"""The same half-hour from day to day: time classes of daily visits.

After the time classes of Feillet et al. 2014 (doi 10.1002/net.21522): the spread from the earliest
to the latest start is spoilt by one odd day in a fortnight; the share of starts in the commonest
half-hour is not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from routing.measures.numbers import pct, share_pct
from routing.measures.slices import Slice

HALF_HOUR_S = 30 * 60


@dataclass(frozen=True)
class DailyTimes:
    """Over visits that happen every day of every week and are planned at least twice."""

    n_visits: int
    in_commonest_half_hour_pct: float | None
    """Starts that lie in their own visit's commonest half-hour, of all their starts."""
    spread_within_30_pct: float | None
    """Visits whose earliest and latest start are at most half an hour apart."""


def daily_times(cut: Slice) -> DailyTimes:
    """Measure a slice's daily visits."""
    starts: dict[str, list[int]] = defaultdict(list)
    for stop in cut.stops:
        if stop.visit.is_daily and stop.row.carer_no == 1:
            starts[stop.visit.visit_id].append(stop.row.start_s)
    many = [times for times in starts.values() if len(times) > 1]
    return DailyTimes(
        n_visits=len(many),
        in_commonest_half_hour_pct=pct(sum(map(n_in_half_hour, many)), sum(map(len, many))),
        spread_within_30_pct=share_pct([max(times) - min(times) <= HALF_HOUR_S for times in many]),
    )


def n_in_half_hour(starts_s: list[int]) -> int:
    """The most of ``starts_s`` that lie within any half-hour, ends included."""
    times, first, most = sorted(starts_s), 0, 0
    for last, time in enumerate(times):
        while time - times[first] > HALF_HOUR_S:
            first += 1
        most = max(most, last - first + 1)
    return most
