"""Divisions as the studio has them: today's, after moves, with contacts chosen by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from data.model import Decision
from data.plans import RoundPlan, Team, TeamPlan
from hemrunda.studio.shown.act_rows import BrokenContact

if TYPE_CHECKING:
    from data.model import Municipality
    from data.progress import Progress
    from hemrunda.studio.studio_scenario import JournalState
    from hemrunda.workfolder.plan_context import PlanContext


def todays_teams(tables: PlanContext, progress: Progress | None = None) -> TeamPlan:
    """The division that the clients' table tells, with contacts kept; a new one where it has none.

    Clients of whom the table says nothing join the team of those nearest.
    """
    from partition import complete_plan, plan_teams
    from partition.annealing.care_work import planned_clients
    from partition.teams.newcomers import with_newcomers

    rules, mode = tables.config.rules, tables.config.general.mode
    known = planned_clients(tables.municipality)
    common = (tables.travel, rules)
    members: dict[str, list[str]] = {}
    for client in known:
        if client.team_id:
            members.setdefault(client.team_id, []).append(client.client_id)
    if not members:
        plan: TeamPlan = plan_teams(
            tables.municipality, *common, network=tables.network, mode=mode, seed=1,
            **({"progress": progress} if progress else {}),
        )  # fmt: skip
        return plan
    teams = [Team(team_id, "", "", tuple(ids)) for team_id, ids in sorted(members.items())]
    placed = {client_id for ids in members.values() for client_id in ids}
    if len(placed) < len(known):
        empty = TeamPlan(tuple(teams), {}, {}, {}, {}, {}, {}, {})
        teams = list(
            with_newcomers(empty, tables.municipality, tables.travel, mode, rules.teams).teams
        )
    made: TeamPlan = complete_plan(
        tables.municipality, teams, *common, network=tables.network, mode=mode, seed=1, keeps=True
    )
    return made


def with_moves(team_plan: TeamPlan, moves: Mapping[str, str]) -> TeamPlan:
    """The division after some clients' moves; contacts stay as they are until it is planned."""
    if not moves:
        return team_plan
    teams = tuple(
        replace(
            team,
            client_ids=tuple(
                sorted(
                    [
                        client_id
                        for client_id in team.client_ids
                        if moves.get(client_id, team.team_id) == team.team_id
                    ]
                    + [
                        client_id
                        for client_id, to in moves.items()
                        if to == team.team_id and team_plan.team_of_client.get(client_id) != to
                    ]
                )
            ),
        )
        for team in team_plan.teams
    )
    return replace(team_plan, teams=teams)


def retagged(before: PlanContext, team_plan: TeamPlan, client_ids: Collection[str]) -> RoundPlan:
    """The rounds with the new team and nearness on the rows of clients who have got others."""
    if not client_ids:
        return before.round_plan
    staff = before.municipality.staff_by_id
    rows = tuple(
        replace(
            row,
            team_id=team_plan.team_of_client[row.client_id],
            tier=team_plan.tier(row.client_id, row.staff_id, staff[row.staff_id].role),
        )
        if row.client_id in client_ids
        else row
        for row in before.round_plan.rows
    )
    return replace(before.round_plan, rows=rows)


def broken_contacts(team_plan: TeamPlan, client_ids: Sequence[str]) -> list[BrokenContact]:
    """Clients whose contact works in another team than theirs."""
    broken: list[BrokenContact] = []
    for client_id in client_ids:
        contact = team_plan.contact.get(client_id, "")
        team_id = team_plan.team_of_client[client_id]
        of_contact = team_plan.staff_team.get(contact, "")
        if contact and of_contact and of_contact != team_id:
            broken.append({"client_id": client_id, "contact_id": contact, "team_id": of_contact})
    return broken


def with_chosen(team_plan: TeamPlan, contacts: Mapping[str, str]) -> TeamPlan:
    """The division after contacts are chosen by hand; a vice who becomes contact changes places."""
    if not contacts:
        return team_plan
    contact, vice = dict(team_plan.contact), dict(team_plan.vice)
    without = dict(team_plan.without_contact)
    for client_id, staff_id in contacts.items():
        before = contact.get(client_id, "")
        contact[client_id] = staff_id
        without.pop(client_id, None)
        if vice.get(client_id) == staff_id:
            vice.pop(client_id)
            if before:
                vice[client_id] = before
    return replace(team_plan, contact=contact, vice=vice, without_contact=without)


def locked_clients(team_plan: TeamPlan, scenario: JournalState) -> frozenset[str]:
    """Clients who stay in their team: locked by themselves, or with all of their team."""
    team_of = team_plan.team_of_client.items()
    return scenario.locked_clients | {
        client_id for client_id, team_id in team_of if team_id in scenario.locked_teams
    }


def held_contacts(team_plan: TeamPlan, scenario: JournalState) -> tuple[Decision, ...]:
    """Contacts that are chosen or locked by hand, as decisions that the engines keep."""
    held = {
        client_id: team_plan.contact.get(client_id, "") for client_id in scenario.locked_contacts
    }
    held |= scenario.contacts
    return tuple(
        Decision("contact", client_id, staff_id=staff_id, decided_by="studion")
        for client_id, staff_id in sorted(held.items())
        if staff_id and client_id in team_plan.team_of_client
    )


def as_tables(municipality: Municipality, team_plan: TeamPlan) -> Municipality:
    """The tables as if the division were the one that they tell: what a redesign begins from."""
    team_of, contact, vice = team_plan.team_of_client, team_plan.contact, team_plan.vice
    return replace(
        municipality,
        clients=tuple(
            replace(
                client, team_id=team_of.get(client.client_id, client.team_id),
                contact_id=contact.get(client.client_id, ""),
                vice_id=vice.get(client.client_id, ""),
            )
            for client in municipality.clients
        ),
        staff=tuple(
            replace(carer, team_id=team_plan.staff_team.get(carer.staff_id, carer.team_id))
            for carer in municipality.staff
        ),
    )  # fmt: skip
