"""Rules on the way from row to row: mode, travel, access, and that the times add up."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from data.model import Client
from data.plans import PlanRow, Violation
from data.units import MINUTE_S, UNREACHABLE_S, clock, minutes_apart
from routing.check.view import PlanView, Tour


class Leg(NamedTuple):
    """The way to ``row``: between two points, from the door of ``left`` (None: the base)."""

    row: PlanRow
    before: PlanRow
    from_idx: int
    to_idx: int
    left: Client | None
    goes_to: Client | None
    moves: bool
    """False for digital visits, which leave the carer where she is."""


def _legs(view: PlanView, tour: Tour) -> Iterator[Leg]:
    base = view.travel.idx[f"base:{tour.base_id}"]
    here, goal = (base if home is None else home for home in _homes(view, tour, base))
    left = None
    for before, row in pairwise(tour.rows):
        there, client = goal if row.kind == "end" else base, None
        if row.kind == "visit":
            if view.municipality.visit_by_id[row.visit_id].mode == "digital":
                yield Leg(row, before, here, here, left, left, False)
                continue
            client = view.municipality.client_by_id[row.client_id]
            there = view.travel.idx[f"client:{row.client_id}"]
        yield Leg(row, before, here, there, left, client, True)
        here, left = there, client


def _homes(view: PlanView, tour: Tour, base: int) -> tuple[int | None, int | None]:
    """The home that the tour begins at, and ends at; None: the base.

    She begins (ends) at home where she is said to, unless handover opens (closes) the shift, her
    way is over two hours, or it leaves no room for a break before (after) all time fixed at the
    base; with none, within half the shift.
    """
    home, shift = view.travel.idx.get(f"home:{tour.carer.staff_id}"), tour.shift
    seconds = view.travel.seconds.get(tour.carer.travel_mode)
    if home is None or shift is None or seconds is None:
        return None, None
    fixed = [row for row in tour.rows if row.kind in ("meeting", "handover")]
    is_closed = any(row.kind == "handover" for row in fixed)
    half = (shift.start_s + shift.end_s) // 2
    room_s = (
        min([row.start_s for row in fixed] or [half]) - shift.start_s,
        shift.end_s - max([row.end_s for row in fixed] or [half]),
    )
    home_legs_s = int(seconds[home, base]), int(seconds[base, home])
    said = tour.carer.starts_home, tour.carer.ends_home
    shut = is_closed and shift.part == "evening", is_closed and shift.part == "day"
    break_s = view.rules.rounds.break_s
    begins, ends = (
        home
        if said[i] and not shut[i] and home_legs_s[i] <= min(room_s[i] - break_s, 7_200)
        else None
        for i in (0, 1)
    )
    return begins, ends


def mode(view: PlanView) -> Iterator[Violation]:
    """``mode``: every leg goes by the carer's own mode; rows without a leg may leave it empty."""
    for tour in view.tours:
        for row in tour.rows:
            if row.mode == tour.carer.travel_mode:
                continue
            if row.mode in ("", "digital") and not row.travel_s and not row.access_s:
                continue
            message = f"färdsätt {row.mode}, borde vara {tour.carer.travel_mode}"
            yield Violation("mode", row.round_id, row.visit_id, message)


def travel(view: PlanView) -> Iterator[Violation]:
    """``travel``: each leg takes what the travel times say, and there is a way at all."""
    for tour in view.tours:
        seconds = view.travel.seconds.get(tour.carer.travel_mode)
        if seconds is None:
            yield tour.broken("travel", f"restider saknas för {tour.carer.travel_mode}")
            continue
        for leg in _legs(view, tour):
            expected = int(seconds[leg.from_idx, leg.to_idx]) if leg.moves else 0
            if expected >= UNREACHABLE_S:
                text = "det finns ingen väg hit"
            elif leg.row.travel_s != expected:
                text = f"restiden är {expected} s, inte {leg.row.travel_s} s"
            else:
                continue
            yield Violation("travel", leg.row.round_id, leg.row.visit_id, text)


def access(view: PlanView) -> Iterator[Violation]:
    """``access``: the seconds at the door are those of the access rules."""
    for tour in view.tours:
        for leg in _legs(view, tour):
            expected = _access_s(view, tour.carer.travel_mode, leg) if leg.moves else 0
            if leg.row.access_s != expected:
                text = f"tiden vid dörren är {expected} s, inte {leg.row.access_s} s"
                yield Violation("access", leg.row.round_id, leg.row.visit_id, text)


def _access_s(view: PlanView, by: str, leg: Leg) -> int:
    rules, client, left = view.rules.access, leg.goes_to, leg.left
    if client is None:
        return 0
    if left is not None:
        if left.client_id == client.client_id:
            return 0
        if client.household_id and left.household_id == client.household_id:
            return 0
    seconds = rules.physical_key_s if client.physical_key else 0
    if left is not None and client.building_id and left.building_id == client.building_id:
        return seconds + rules.same_building_s
    noted_s = client.parking_s if by == "car" else None
    seconds += rules.parking_s.get(by, 0) if noted_s is None else noted_s
    return seconds + (rules.house_s if client.dwelling == "house" else rules.flat_s)


def arithmetic(view: PlanView) -> Iterator[Violation]:
    """``arithmetic``: arrival is the end before plus travel and access; waiting fills the rest."""
    for tour in view.tours:
        for before, row in pairwise(tour.rows):
            arrive_s = before.end_s + row.travel_s + row.access_s
            is_right = (
                row.arrive_s == arrive_s
                and row.start_s == arrive_s + row.wait_s
                and row.end_s >= row.start_s
                and min(row.wait_s, row.travel_s, row.access_s) >= 0
                and (row.kind != "end" or row.arrive_s == row.start_s == row.end_s)
            )
            if not is_right:
                text = f"tiderna går inte ihop, framme tidigast {clock(arrive_s + MINUTE_S - 1)}"
                yield Violation("arithmetic", row.round_id, row.visit_id, text)
        first = tour.rows[0]
        if first.travel_s or first.access_s or first.wait_s:
            yield tour.broken("arithmetic", "starten har en resa")


def slack(view: PlanView) -> Iterator[Violation]:
    """``slack``: after every visit lies at least the reserved time (FA-02), as waiting."""
    wanted_s = view.rules.rounds.slack_s_per_visit
    if not wanted_s:
        return
    for tour in view.tours:
        end_s = tour.shift.end_s if tour.shift else 0
        for before, row in pairwise(tour.rows):
            spare_s = end_s - row.end_s if row.kind == "end" else row.wait_s
            if before.kind == "visit" and spare_s < wanted_s:
                spare, wanted = minutes_apart(spare_s, wanted_s)
                text = f"{spare} min luft efter besöket, ska vara {wanted} min"
                yield Violation("slack", row.round_id, before.visit_id, text)
