"""A working folder opened: its tables and streets, the plan it starts from, and what was done."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import SettingsError, StoreError
from data.plans import RoundPlan, Team, TeamPlan, Violation
from data.progress import Progress
from data.store import PLAN_FILE
from hemrunda.studio.journal import Journal
from hemrunda.studio.studio_scenario import Scenario, scenario_of
from hemrunda.workfolder.disruptions import with_news
from hemrunda.workfolder.plan_context import PlanContext
from routing.hand.moving import moved
from routing.hand.timing import Ground

if TYPE_CHECKING:
    from data.errors import Fault
    from partition.teams.move_effect import MoveJudge

STUDIO = "studio"
TABLES = "indata.xlsx"


@dataclass(frozen=True)
class Present:
    """Everything as it stands after some acts; made anew after each, and kept until the next."""

    rev: int
    scenario: Scenario
    plan: PlanContext

    @property
    def ground(self) -> Ground:
        """What moves by hand are judged on."""
        plan = self.plan
        return Ground(plan.municipality, plan.team_plan, plan.travel, plan.config.rules)

    @cached_property
    def broken(self) -> tuple[Violation, ...]:
        """What the independent checker says of the whole plan, where there are rounds."""
        from routing.check import check_plan

        plan = self.plan
        if not plan.round_plan.rows:
            return ()
        return check_plan(
            plan.municipality, plan.team_plan, plan.travel, plan.config.rules, plan.round_plan
        )

    @cached_property
    def judge(self) -> MoveJudge:
        """Judges moves of clients between teams."""
        from partition.teams.move_effect import MoveJudge

        plan = self.plan
        return MoveJudge(
            plan.municipality, plan.travel, plan.config.rules,
            network=plan.network, mode=plan.config.general.mode,
        )  # fmt: skip


class Session:
    """One working folder.

    Raises
    ------
    InputError
        Where the tables have faults; all of them.
    SettingsError, StoreError, NetworkError
        Where settings, plan or streets cannot be read.
    """

    def __init__(self, folder: Path, progress: Progress) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.journal = Journal(folder / STUDIO / "journal.jsonl")
        self.warnings: tuple[Fault, ...] = ()
        self._tables = self._read(progress)
        self._bases: dict[str, PlanContext] = {}
        self._present: Present | None = None
        progress.report(0.6, "Öppnar planen")
        self.base_of(scenario_of(self.journal.acts).base, progress)

    def _read(self, progress: Progress) -> PlanContext:
        """Tables, streets and minutes, with no plan yet."""
        from hemrunda.workfolder.inputs import (
            load_streets,
            network_beside,
            read_tables,
            settings_for,
        )
        from routing.travel import travel_times

        source = self.folder / TABLES if (self.folder / TABLES).exists() else self.folder
        config = settings_for(source, None)
        progress.report(0.1, "Läser gatunätet")
        network = load_streets(network_beside(self.folder, None))
        progress.report(0.2, "Läser tabellerna")
        tables = read_tables(source, config, network)
        self.warnings = tuple(tables.warnings)
        municipality = tables.municipality
        progress.report(0.35, "Räknar restider")
        modes = sorted({carer.travel_mode for carer in municipality.staff} | {config.general.mode})
        travel, engine, _ = travel_times(network, municipality, modes, profile=config.travel)
        no_teams = TeamPlan((), {}, {}, {}, {}, {}, {}, {})
        no_rounds = RoundPlan((), (), ())
        return PlanContext(
            config, municipality, network, travel, engine, no_teams, no_rounds, tables.receipt
        )

    def base_of(self, name: str, progress: Progress | None = None) -> PlanContext:
        """The plan that acts start from: one of the studio's, the folder's own, or today's teams.

        Raises
        ------
        StoreError
            Where there is no whole plan of that name.
        """
        from data.store import read_outputs

        with self.lock:
            if name not in self._bases:
                folder = self.plan_folder(name) if name else self.folder
                if name or (folder / PLAN_FILE).exists():
                    team_plan, round_plan = read_outputs(folder)
                    made = replace(self._tables, team_plan=team_plan, round_plan=round_plan)
                else:
                    made = replace(self._tables, team_plan=todays_teams(self._tables, progress))
                self._bases[name] = made
            return self._bases[name]

    def plan_folder(self, name: str) -> Path:
        """Where the studio keeps a plan of its own."""
        if not name.isalnum():
            raise StoreError("Planen finns inte.")
        return self.folder / STUDIO / "plans" / name

    def catch_up(self) -> None:
        """Read what another process has acted since."""
        self.journal.catch_up()

    def present(self) -> Present:
        """Everything after the acts so far."""
        with self.lock:
            rev = self.journal.rev
            if self._present is None or self._present.rev != rev:
                scenario = scenario_of(self.journal.acts)
                before = self._present
                if before is not None and before.scenario.live == scenario.live:
                    self._present = replace(before, rev=rev, scenario=scenario)
                else:
                    plan = self._applied(scenario, before)
                    self._present = Present(rev, scenario, plan)
                    self._keep_judge(before)
            return self._present

    def _keep_judge(self, before: Present | None) -> None:
        """What judges moves depends on the tables alone: kept where they are the same."""
        if before is not None and "judge" in before.__dict__ and self._present is not None:
            was, now = before.plan.municipality, self._present.plan.municipality
            if was.clients == now.clients and was.visits is now.visits:
                self._present.__dict__["judge"] = before.judge

    def _applied(self, scenario: Scenario, before: Present | None) -> PlanContext:
        base = self.base_of(scenario.base)
        municipality = base.municipality
        for news in scenario.news:
            municipality, _ = with_news(municipality, news)
        clients = tuple(
            replace(client, locked_team=True)
            if client.client_id in scenario.locked_clients
            else client
            for client in municipality.clients
        )
        if clients == municipality.clients:
            clients = municipality.clients
        pins = (*municipality.pins, *scenario.pins)
        municipality = replace(municipality, clients=clients, pins=pins)
        team_plan = with_moves(base.team_plan, scenario.moves)
        rounds = retagged(base, team_plan, scenario.moves)
        plan = replace(base, municipality=municipality, team_plan=team_plan, round_plan=rounds)
        ground = Ground(municipality, team_plan, plan.travel, plan.config.rules)
        drags = scenario.drags
        if before is not None:
            was = before.scenario
            n = len(was.drags)
            is_same = (was.base, was.moves, was.news) == (
                scenario.base, scenario.moves, scenario.news,
            )  # fmt: skip
            if is_same and was.drags == drags[:n]:  # more drags: go on from what stands
                rounds, drags = before.plan.round_plan, drags[n:]
        for move in drags:
            rounds = moved(ground, rounds, move)
        return replace(plan, round_plan=rounds)


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
    teams = [Team(one, "", "", tuple(ids)) for one, ids in sorted(members.items())]
    placed = {one for ids in members.values() for one in ids}
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
                    [one for one in team.client_ids if moves.get(one, team.team_id) == team.team_id]
                    + [
                        one
                        for one, to in moves.items()
                        if to == team.team_id and team_plan.team_of_client.get(one) != to
                    ]
                )
            ),
        )
        for team in team_plan.teams
    )
    return replace(team_plan, teams=teams)


def retagged(base: PlanContext, team_plan: TeamPlan, moves: Mapping[str, str]) -> RoundPlan:
    """The rounds with the new team on the rows of clients who have moved."""
    if not moves:
        return base.round_plan
    staff = base.municipality.staff_by_id
    rows = tuple(
        replace(
            row,
            team_id=team_plan.team_of_client[row.client_id],
            tier=team_plan.tier(row.client_id, row.staff_id, staff[row.staff_id].role),
        )
        if row.client_id in moves
        else row
        for row in base.round_plan.rows
    )
    return replace(base.round_plan, rows=rows)


def broken_contacts(team_plan: TeamPlan, client_ids: Sequence[str]) -> list[dict[str, str]]:
    """Clients whose contact works in another team than theirs."""
    broken = []
    for client_id in client_ids:
        contact = team_plan.contact.get(client_id, "")
        team_id = team_plan.team_of_client[client_id]
        of_contact = team_plan.staff_team.get(contact, "")
        if contact and of_contact and of_contact != team_id:
            broken.append({"client_id": client_id, "contact_id": contact, "team_id": of_contact})
    return broken


def day_of(plan: PlanContext, text: Any) -> Any:
    """A date of the plan as the page tells it.

    Raises
    ------
    SettingsError
        Where it is no date of the plan.
    """
    date = next((day for day in plan.round_plan.dates if day.isoformat() == text), None)
    if date is None:
        raise SettingsError("Planen har inte den dagen.")
    return date
