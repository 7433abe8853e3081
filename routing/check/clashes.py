"""Rules on a visit's time: window, duration, two carers together, time-lags, clash limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from data.plans import Violation
from data.units import clocks_apart, minutes_apart
from routing.check.view import PlanView, Stop


def window(view: PlanView) -> Iterator[Violation]:
    """``window``: the visit starts between its earliest and its latest time."""
    for stop in view.stops:
        visit = stop.visit
        if not visit.earliest_s <= stop.row.start_s <= visit.latest_s:
            start_s = stop.row.start_s
            early, earliest = clocks_apart(min(start_s, visit.earliest_s - 1), visit.earliest_s)
            late, latest = clocks_apart(max(start_s, visit.latest_s + 1), visit.latest_s)
            start = early if start_s < visit.earliest_s else late
            yield stop.broken("window", f"börjar {start}, får börja {earliest}–{latest}")


def duration(view: PlanView) -> Iterator[Violation]:
    """``duration``: the visit lasts as long as it needs, no less and no more."""
    for stop in view.stops:
        lasts_s = stop.row.end_s - stop.row.start_s
        if lasts_s != stop.visit.duration_s:
            lasts, wanted = minutes_apart(lasts_s, stop.visit.duration_s)
            yield stop.broken("duration", f"varar {lasts} min, ska vara {wanted} min")


def sync(view: PlanView) -> Iterator[Violation]:
    """``sync``: carers of one visit are different people and start at the same second."""
    for stops in view.stops_of.values():
        if stops[0].visit.carers_required == 1:
            continue
        by_date: dict[object, list[Stop]] = {}
        for stop in stops:
            by_date.setdefault(stop.row.date, []).append(stop)
        for together in by_date.values():
            if len({stop.row.start_s for stop in together}) > 1:
                yield together[-1].broken("sync", "personalen börjar inte samtidigt")
            if len({stop.row.staff_id for stop in together}) < len(together):
                yield together[-1].broken("sync", "samma person är båda två")


def time_lag(view: PlanView) -> Iterator[Violation]:
    """``time_lag``: from a visit's end to the other's start the same day lies what is asked."""
    for stops in view.stops_of.values():
        for lag in stops[0].visit.gap_after:
            for stop in stops:
                for other in view.stops_of.get(lag.visit_id, ()):
                    if other.row.date != stop.row.date:
                        continue
                    gap_s = other.row.start_s - stop.row.end_s
                    if not lag.min_s <= gap_s <= lag.max_s:
                        yield stop.broken(
                            "time_lag", f"{gap_s // 60} minuter till besök {lag.visit_id}"
                        )


def clash(view: PlanView) -> Iterator[Violation]:
    """``clash``: no carer has more of a heavy task in a half-day than the limit (MA-34)."""
    limits, noon_s = view.rules.rounds.clash_limits, view.municipality.hours.noon_s
    done: Counter[tuple[str, object, bool, str]] = Counter()
    for stop in view.stops:
        key = (stop.row.staff_id, stop.row.date, stop.row.start_s < noon_s, stop.visit.task)
        done[key] += 1
        if stop.visit.task in limits and done[key] > limits[stop.visit.task]:
            half = "förmiddag" if key[2] else "eftermiddag"
            yield stop.broken("clash", f"{done[key]} av {stop.visit.task} samma {half}")


def heavy(view: PlanView) -> Iterator[Violation]:
    """``heavy``: no carer has more heavy tasks of all kinds in a half-day than the most (MA-35)."""
    rules = view.rules.rounds
    if not rules.heavy_hard:
        return
    noon_s = view.municipality.hours.noon_s
    done: Counter[tuple[str, object, bool]] = Counter()
    for stop in view.stops:
        if stop.visit.task in rules.clash_limits:
            key = (stop.row.staff_id, stop.row.date, stop.row.start_s < noon_s)
            done[key] += 1
            if done[key] > rules.heavy_most:
                half = "förmiddag" if key[2] else "eftermiddag"
                yield stop.broken("heavy", f"{done[key]} tunga insatser samma {half}")


def one_errand(view: PlanView) -> Iterator[Violation]:
    """``one_errand``: two visits in one home do not overlap, where their windows leave an order.

    Only where the setting asks for it; what a planner has locked is as it is.
    """
    if not view.rules.rounds.one_errand:
        return
    locked = {pin.visit_id for pin in view.municipality.pins}
    at_home: dict[tuple[str, object], list[Stop]] = {}
    for stop in view.stops:
        if stop.visit.mode == "physical" and stop.row.carer_no == 1:
            at_home.setdefault((stop.client.client_id, stop.row.date), []).append(stop)
    for stops in at_home.values():
        stops.sort(key=lambda stop: stop.row.start_s)
        for i, this_stop in enumerate(stops):
            for other in stops[i + 1 :]:
                meets = other.row.start_s < this_stop.row.end_s
                is_free = not {this_stop.visit.visit_id, other.visit.visit_id} & locked
                if meets and is_free and _has_order(this_stop, other):
                    text = (
                        f"börjar innan besök {this_stop.visit.visit_id} är slut hos samma brukare"
                    )
                    yield other.broken("one_errand", text)


def _has_order(stop: Stop, other: Stop) -> bool:
    """Whether either could end before the other must have begun; not where a gap ties them."""
    a, b = stop.visit, other.visit
    if any(gap.visit_id in (a.visit_id, b.visit_id) for gap in a.gap_after + b.gap_after):
        return False
    return a.earliest_s + a.duration_s <= b.latest_s or b.earliest_s + b.duration_s <= a.latest_s
