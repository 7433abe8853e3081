"""Rules on the table itself: dates, order, sequence, and what each kind of row may hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, get_args

from data.plans import PlanRow, RowKind, Violation
from routing.check.view import PlanView, Tour

KINDS: Final = frozenset(get_args(RowKind))


def horizon(view: PlanView) -> Iterator[Violation]:
    """``horizon``: every row lies on one of the plan's dates; these are in order, and the roster's.

    Between the first and the last, every date that anybody works on, and no other.
    """
    planned = view.plan.dates
    if list(planned) != sorted(set(planned)):
        yield Violation(
            "horizon", "", "", "planens datum står inte i ordning, vart och ett en gång"
        )
    dates = set(planned)
    if dates:
        of_roster = {day for day in view.municipality.dates if min(dates) <= day <= max(dates)}
        for day in sorted(dates - of_roster):
            yield Violation("horizon", "", "", f"ingen arbetar {day} enligt schemat")
        for day in sorted(of_roster - dates):
            yield Violation("horizon", "", "", f"schemats dag {day} saknas i planen")
    for tour in view.tours:
        if any(row.date not in dates for row in tour.rows):
            yield tour.broken("horizon", "rundan ligger utanför planens datum")


def row_order(view: PlanView) -> Iterator[Violation]:
    """``row_order``: rows stand by date, shift, round and sequence; each sequence has no gap.

    A round's sequence may begin at 0 or at 1.
    """
    keys = [(row.date, row.shift, row.round_id, row.seq) for row in view.plan.rows]
    for (before, after), row in zip(pairwise(keys), view.plan.rows[1:], strict=True):
        if after <= before:
            yield Violation("row_order", row.round_id, row.visit_id, "raden står i fel ordning")
    for tour in view.tours:
        first = tour.rows[0].seq
        if first not in (0, 1) or any(row.seq != first + i for i, row in enumerate(tour.rows)):
            yield tour.broken("row_order", "rundans ordningsnummer har en lucka")


def round_form(view: PlanView) -> Iterator[Violation]:
    """``round_form``: one start first, one end last, one carer, one date, one shift."""
    for tour in view.tours:
        yield from (tour.broken("round_form", text) for text in _misformed(tour))


def _misformed(tour: Tour) -> Iterator[str]:
    kinds = [row.kind for row in tour.rows]
    if kinds[0] != "start" or kinds.count("start") != 1:
        yield "rundan börjar inte med en start"
    if kinds[-1] != "end" or kinds.count("end") != 1:
        yield "rundan slutar inte med ett slut"
    if len({(row.staff_id, row.date, row.shift) for row in tour.rows}) > 1:
        yield "rundan har mer än en personal, ett datum eller ett pass"
    if unknown := sorted({kind for kind in kinds if kind not in KINDS}):
        yield f"rundan har rader av okänt slag: {', '.join(unknown)}"
    if any(_is_empty_visit(row) for row in tour.rows):
        yield "ett besök saknar besök, brukare eller nummer, eller en annan rad har ett"


def _is_empty_visit(row: PlanRow) -> bool:
    if row.kind == "visit":
        return not (row.visit_id and row.client_id and row.carer_no)
    return bool(row.visit_id or row.client_id or row.carer_no or row.tier)


def client_of_visit(view: PlanView) -> Iterator[Violation]:
    """``client_of_visit``: the row's client is the one whose visit it is."""
    for stop in view.stops:
        if stop.visit.client_id != stop.row.client_id:
            yield stop.broken("client_of_visit", "besöket hör till en annan brukare")


def row_team(view: PlanView) -> Iterator[Violation]:
    """``row_team``: a visit bears the client's team; other rows the carer's own, if any."""
    for tour in view.tours:
        own = view.team_plan.staff_team.get(tour.carer.staff_id, "")
        for row in tour.rows:
            expected = view.team_plan.team_of_client[row.client_id] if row.kind == "visit" else own
            if row.team_id != expected:
                yield Violation(
                    "row_team", row.round_id, row.visit_id, f"raden borde ha arbetslag {expected}"
                )
