"""The independent checker: one readable function per rule, over the plan's tables.

It shares no code with the search (design.md section 4): occurrences, travel, access, tiers and
breaks are worked out here again from the municipality, the travel times and the rules. No plan
is written that it refuses. The rules are listed, each with its meaning, in ``docs/en/rules.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from data.model import Municipality
from data.plans import RoundPlan, TeamPlan, Violation
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.check import check_contacts as contacts
from routing.check import check_decisions as decisions
from routing.check import check_legs as legs
from routing.check import check_locks as locks
from routing.check import check_persons as persons
from routing.check import check_shifts as shifts
from routing.check import check_teams as teams
from routing.check import clashes, coverage, form, intervals
from routing.check.view import PlanView, TeamView, known_ids, see

PlanRule = Callable[[PlanView], Iterator[Violation]]
TeamRule = Callable[[TeamView], Iterator[Violation]]

PLAN_RULES: tuple[PlanRule, ...] = (
    form.horizon,
    form.row_order,
    form.round_form,
    form.client_of_visit,
    form.row_team,
    coverage.due_date,
    coverage.carer_no,
    coverage.duplicate,
    coverage.covered,
    coverage.unplanned_row,
    intervals.interval,
    shifts.roster,
    shifts.absence,
    shifts.shift_end,
    shifts.overlap,
    shifts.rest,
    shifts.break_,
    shifts.handover,
    shifts.meeting,
    legs.mode,
    legs.travel,
    legs.access,
    legs.arithmetic,
    legs.slack,
    clashes.window,
    clashes.duration,
    clashes.sync,
    clashes.time_lag,
    clashes.clash,
    clashes.heavy,
    clashes.one_errand,
    persons.skills,
    persons.blocked,
    persons.pet_allergy,
    persons.own_area,
    persons.persons_max,
    persons.tier,
    locks.pin,
    locks.closed,
    locks.order,
    decisions.decided_visit,
)
"""Every rule for rounds, in the order in which violations are reported."""

TEAM_RULES: tuple[TeamRule, ...] = (
    teams.team_cover,
    teams.team_size,
    teams.household,
    teams.together,
    teams.locked_team,
    teams.team_base,
    teams.staff_place,
    teams.contact_listed,
    teams.contact_title,
    teams.contact_blocked,
    teams.contact_delegation,
    teams.contact_team,
    teams.contact_load,
    teams.vice,
    teams.twin,
    decisions.decision,
    teams.twin_weekend,
    teams.area_teams,
    contacts.contact_minutes,
)
"""Every rule for teams and contacts."""


def check_plan(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    round_plan: RoundPlan,
    *,
    view: PlanView | None = None,
) -> tuple[Violation, ...]:
    """Prove the rounds, rule by rule.

    Parameters
    ----------
    municipality, team_plan, travel, rules
        What the plan was made from.
    round_plan : RoundPlan
        The plan. Rows that name an unknown id are reported and then left out, so that the
        other rules still say what they can.
    view : PlanView, optional
        The same laid out by `see` already.

    Returns
    -------
    tuple of Violation
        Empty where every rule holds; else all violations, in the order of `PLAN_RULES`.
    """
    violations = list(known_ids(municipality, team_plan, travel, round_plan))
    view = view or see(municipality, team_plan, travel, rules, round_plan)
    for rule in PLAN_RULES:
        violations.extend(rule(view))
    return tuple(violations)


def check_teams(
    municipality: Municipality, team_plan: TeamPlan, rules: Rules
) -> tuple[Violation, ...]:
    """Prove teams and contacts, rule by rule.

    Returns
    -------
    tuple of Violation
        Empty where every rule holds. ``round_id`` holds the team's id where there is one.
    """
    view = TeamView(municipality, team_plan, rules)
    return tuple(violation for rule in TEAM_RULES for violation in rule(view))
