"""A municipality's horizon as one problem per resource area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.care.care_calendar import occurrences
from data.model import Municipality, VisitOccurrence
from data.plans import TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.engine.weights import RoundWeights
from routing.roster.pins import on_pinned_days, refuse_contradictions
from routing.roster.shifts import usable_shifts
from routing.rounds.round_problem import AreaInput


def split_by_area(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    dates: tuple[dt.date, ...],
    weights: RoundWeights,
    joined: Mapping[str, str] | None = None,
) -> tuple[list[AreaInput], list[tuple[VisitOccurrence, int]], tuple]:  # type: ignore[type-arg]
    """One problem per resource area; carers of visits without a team; shifts not used.

    Areas that ``joined`` gives the same name are planned together.
    """
    shifts, unused = usable_shifts(municipality, team_plan, rules.rounds, dates)
    of_area: dict[str, list[VisitOccurrence]] = {team.area_id: [] for team in team_plan.teams}
    without_team: list[tuple[VisitOccurrence, int]] = []
    due = on_pinned_days(occurrences(municipality, dates), municipality.pins)
    refuse_contradictions(
        municipality, team_plan, travel, municipality.pins, due, shifts, dates,
        any_area=rules.rounds.lend_between_areas,
    )  # fmt: skip
    for occurrence in due:
        team_id = team_plan.team_of_client.get(occurrence.visit.client_id)
        if team_id is None:
            without_team.extend(
                (occurrence, no) for no in range(1, occurrence.visit.carers_required + 1)
            )
        else:
            of_area[team_plan.team_by_id[team_id].area_id].append(occurrence)
    sources = [
        AreaInput(
            area_id, tuple(of_area_id),
            tuple(s for s in shifts if team_plan.staff_area[s.shift.staff_id] == area_id),
            dates, municipality, team_plan, travel, rules, weights, municipality.pins,
        )
        for area_id, of_area_id in sorted(of_area.items())
    ]  # fmt: skip
    return together_as(sources, joined or {}), without_team, unused


def together_as(sources: Sequence[AreaInput], joined: Mapping[str, str]) -> list[AreaInput]:
    """The areas that ``joined`` gives the same name as one problem each, in order of area."""
    groups: dict[str, list[AreaInput]] = {}
    for source in sources:
        groups.setdefault(joined.get(source.area_id, source.area_id), []).append(source)
    return [group[0] if len(group) == 1 else _one_problem(group) for group in groups.values()]


def _one_problem(group: Sequence[AreaInput]) -> AreaInput:
    first = group[0]
    visits = (occurrence for source in group for occurrence in source.occurrences)
    shifts = (shift for source in group for shift in source.shifts)
    return replace(
        first,
        occurrences=tuple(sorted(visits, key=lambda due: due.visit.visit_id)),
        shifts=tuple(
            sorted(shifts, key=lambda s: (s.shift.date, s.shift.start_s, s.shift.staff_id))
        ),
        beside=frozenset(source.area_id for source in group[1:]),
    )
