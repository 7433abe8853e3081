"""A plan that is adopted: its teams, contacts, vices, twins, premises and times go into the tables.

The next plan then starts from what was agreed. Nothing that was ordered is touched, and what a
decision lays over the tables for a while only is not written into them: it ends by itself.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from data.care.decisions import decided, in_force_of, undecided
from data.model import DATE_MAX, Base, Client, Municipality, Staff
from data.plans import RoundPlan, TeamPlan


@dataclass(frozen=True, slots=True)
class AdoptedChange:
    """One thing that an adoption changes in the tables."""

    what: str
    """``team``, ``contact``, ``vice``, ``evening_vice``, ``staff_team``, ``twin``, ``premises``."""
    about_id: str
    before: str
    after: str


def adopted(
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan | None = None,
    *,
    on: dt.date,
) -> Municipality:
    """The municipality with a plan written back into its tables.

    Parameters
    ----------
    team_plan : TeamPlan
        A plan's, or that of a point of a redesign.
    round_plan : RoundPlan, optional
        Gives each visit its usual time: the median of its starts.
    on : date
        The day of adoption; from then on teams and contacts stay (`Municipality.adopted_on`).
    """
    bare = undecided(municipality)
    for_a_while = {
        (decision.kind, decision.client_id)
        for decision in in_force_of(bare)
        if decision.valid_to < DATE_MAX
    }
    usual = _usual_times(round_plan)
    changed = replace(
        bare,
        clients=tuple(_client(client, team_plan, for_a_while) for client in bare.clients),
        staff=tuple(_carer(carer, team_plan) for carer in bare.staff),
        bases=_bases(bare.bases, team_plan),
        visits=tuple(
            replace(visit, usual_s=usual.get(visit.visit_id, visit.usual_s))
            for visit in bare.visits
        ),
        adopted_on=on,
    )
    return decided(changed)


def _client(client: Client, plan: TeamPlan, for_a_while: set[tuple[Any, str]]) -> Client:
    client_id = client.client_id
    if client_id not in plan.team_of_client:
        return client
    changed: dict[str, Any] = {
        "team_id": plan.team_of_client[client_id],
        "contact_id": plan.contact.get(client_id, ""),
        "vice_id": plan.vice.get(client_id, ""),
        "evening_vice_id": plan.evening_vice.get(client_id, ""),
    }
    kept = {name: change for name, change in changed.items()
            if (name.removesuffix("_id"), client_id) not in for_a_while}  # fmt: skip
    return replace(client, **kept)


def _carer(carer: Staff, plan: TeamPlan) -> Staff:
    staff_id = carer.staff_id
    if staff_id not in plan.staff_area:
        return carer
    team_id = plan.staff_team.get(staff_id, "")
    if not team_id:  # the pool serves an area: any team of it tells which
        area = {team.team_id: team.area_id for team in plan.teams}
        mine = plan.staff_area[staff_id]
        is_there = area.get(carer.team_id) == mine
        team_id = carer.team_id if is_there else min(t for t, a in area.items() if a == mine)
    base_id = carer.base_id and plan.staff_base.get(staff_id, carer.base_id)
    return replace(carer, team_id=team_id, twin_id=plan.twin.get(staff_id, ""), base_id=base_id)


def _bases(bases: tuple[Base, ...], plan: TeamPlan) -> tuple[Base, ...]:
    """Premises with the teams that they serve, where a team that one of them names has moved."""
    named = {team_id for base in bases for team_id in base.team_ids}
    place = {team.team_id: team.base_id for team in plan.teams if team.base_id}
    known = {base.base_id for base in bases}
    moved = {team: base for team, base in place.items() if team in named and base in known}
    return tuple(
        replace(
            base,
            team_ids=tuple(sorted(
                {t for t in base.team_ids if moved.get(t, base.base_id) == base.base_id}
                | {t for t, base_id in moved.items() if base_id == base.base_id}
            )),
        )
        for base in bases
    )  # fmt: skip


def _usual_times(plan: RoundPlan | None) -> Mapping[str, int]:
    """The median start of each visit, in whole minutes."""
    starts: dict[str, list[int]] = defaultdict(list)
    for row in plan.rows if plan is not None else ():
        if row.kind == "visit":
            starts[row.visit_id].append(row.start_s)
    return {
        visit: round(statistics.median(starts_s) / 60) * 60 for visit, starts_s in starts.items()
    }


_FIELDS: Final = (
    ("team", "team_id"), ("contact", "contact_id"), ("vice", "vice_id"),
    ("evening_vice", "evening_vice_id"),
)  # fmt: skip


def adoption_changes(before: Municipality, after: Municipality) -> tuple[AdoptedChange, ...]:
    """What differs in teams, contacts, vices and twins between two states of the tables."""
    old, new = undecided(before), undecided(after)
    changes = []
    for client in new.clients:
        was = old.client_by_id.get(client.client_id)
        for what, name in _FIELDS:
            changes.append((what, client.client_id, getattr(was, name, ""), getattr(client, name)))
    for carer in new.staff:
        had = old.staff_by_id.get(carer.staff_id)
        for what, name in (("staff_team", "team_id"), ("twin", "twin_id"), ("premises", "base_id")):
            changes.append((what, carer.staff_id, getattr(had, name, ""), getattr(carer, name)))
    return tuple(AdoptedChange(*change) for change in changes if change[2] != change[3])
