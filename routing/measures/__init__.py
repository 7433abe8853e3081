"""What a plan is worth, in numbers: for the municipality, each area and each team.

Each measure's definition stands in ``docs/en/measures.md``. Single carers are measured only where
asked for (the manager profile): staff are data subjects too (requirements 2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from data.care.set_aside import aside_counts
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.rules import Rules
from data.travel_times import TravelTimes
from routing.check.view import PlanView, see
from routing.measures import slices
from routing.measures.at_home import AtHome, at_home
from routing.measures.contact_ceiling import Known
from routing.measures.continuity import Continuity, ContinuityDefinition, continuity
from routing.measures.evenness import Evenness, Fairness, evenness, fairness
from routing.measures.granted import ClientMinutes, Granted, client_minutes, granted
from routing.measures.hours import Hours, hours
from routing.measures.person_measures import Person, persons
from routing.measures.planned import PlannedVisits, WhoComes, planned_visits, who_comes
from routing.measures.rounds_load import Load, load
from routing.measures.summary import summary_sv

__all__ = ["ContinuityDefinition", "Measures", "Scope", "measure", "measure_view", "summary_sv"]


@dataclass(frozen=True)
class Scope:
    """All measures of one municipality, area or team."""

    n_clients: int
    planned: PlannedVisits
    granted: Granted
    who: WhoComes
    continuity: Continuity
    evenness: Evenness
    fairness: Fairness
    at_home: AtHome
    hours: Hours
    load: Load


@dataclass(frozen=True)
class Measures:
    """All measures of a plan."""

    name: str
    dates: tuple[str, ...]
    clients_per_team: Mapping[str, int]
    """Clients of each team, by team id."""
    municipality: Scope
    areas: Mapping[str, Scope]
    teams: Mapping[str, Scope]
    definition: ContinuityDefinition
    aside: Mapping[str, int] = field(default_factory=dict)
    """Clients in no team: with an alarm only (``alarm_only``), and by other provider (LU-01)."""
    persons: Mapping[str, Person] = field(default_factory=dict)
    """By staff id; empty unless asked for."""

    def as_dict(self) -> dict[str, object]:
        """Everything as plain lists, dicts, numbers and text, ready for ``measures.json``."""
        fields = asdict(self)
        fields["dates"] = list(self.dates)
        fields["definition"]["exclude_tasks"] = sorted(self.definition.exclude_tasks)
        return fields


def measure(
    municipality: Municipality,
    team_plan: TeamPlan,
    travel: TravelTimes,
    rules: Rules,
    round_plan: RoundPlan,
    *,
    definition: ContinuityDefinition | None = None,
    with_persons: bool = False,
    known: Known | None = None,
) -> Measures:
    """Measure a plan that `routing.check` has passed.

    Parameters
    ----------
    municipality, team_plan, travel, rules, round_plan
        The plan and what it was made from.
    definition : ContinuityDefinition, optional
        Which clients and visits the continuity figure counts; the national one by default.
    with_persons : bool
        Measure each carer too: for the manager profile only.
    known : Known, optional
        What has been found of the same plan's contacts: measured again without some of its
        clients, most of it holds.
    """
    view = see(municipality, team_plan, travel, rules, round_plan)
    return measure_view(view, definition=definition, with_persons=with_persons, known=known)


def measure_view(
    view: PlanView,
    *,
    definition: ContinuityDefinition | None = None,
    with_persons: bool = False,
    with_parts: bool = True,
    known: Known | None = None,
) -> Measures:
    """As `measure`, of a plan that is laid out already; ``with_parts``: areas and teams too."""
    municipality, team_plan = view.municipality, view.team_plan
    chosen = definition or ContinuityDefinition()
    everything, known = slices.whole(view), known or Known()
    minutes = client_minutes(view)
    areas = slices.areas(everything) if with_parts else {}
    teams = slices.teams(everything) if with_parts else {}
    return Measures(
        name=municipality.name,
        dates=tuple(day.isoformat() for day in view.plan.dates),
        clients_per_team={team.team_id: len(team.client_ids) for team in team_plan.teams},
        municipality=_scope(everything, chosen, known, minutes),
        areas={key: _scope(cut, chosen, known, minutes) for key, cut in areas.items()},
        teams={key: _scope(cut, chosen, known, minutes) for key, cut in teams.items()},
        definition=chosen,
        aside=aside_counts([c for c in municipality.aside_clients if not c.protected]),
        persons=persons(everything, known) if with_persons else {},
    )


def _scope(
    cut: slices.Slice,
    definition: ContinuityDefinition,
    known: Known,
    minutes: tuple[ClientMinutes, ...],
) -> Scope:
    return Scope(
        n_clients=len(cut.clients),
        planned=planned_visits(cut),
        granted=granted(cut, minutes),
        who=who_comes(cut, known),
        continuity=continuity(cut, definition),
        evenness=evenness(cut),
        fairness=fairness(cut),
        at_home=at_home(cut),
        hours=hours(cut),
        load=load(cut),
    )
