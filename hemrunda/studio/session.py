"""A working folder opened: its tables and streets, the plan it starts from, and what was done."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import SettingsError, StoreError
from data.plans import RoundPlan, TeamPlan, Violation
from data.progress import Progress
from data.store import PLAN_FILE
from data.store.manifest import register_growing
from hemrunda.studio.divisions import (
    locked_clients,
    retagged,
    todays_teams,
    with_chosen,
    with_moves,
)
from hemrunda.studio.journal import Act, Journal
from hemrunda.studio.studio_scenario import JournalState, scenario_at, scenario_of
from hemrunda.workfolder.disruptions import with_disruptions
from hemrunda.workfolder.plan_context import PlanContext
from routing.hand.moving import moved
from routing.hand.timing import Ground
from routing.travel.shared_tables import SharedTables

if TYPE_CHECKING:
    from data.errors import Fault
    from partition.teams.move_effect import MoveJudge

STUDIO = "studio"
TABLES = "indata.xlsx"
SIDES_KEPT = 8
"""States looked at beside another that are kept worked out."""


@dataclass(frozen=True)
class Present:
    """Everything as it stands after some acts; made anew after each, and kept until the next."""

    rev: int
    scenario: JournalState
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

    def __init__(
        self, folder: Path, progress: Progress, shared: SharedTables | None = None
    ) -> None:
        self.folder = folder
        self.shared = shared or SharedTables()
        self.lock = threading.RLock()
        self.journal = Journal(folder / STUDIO / "journal.jsonl")
        with contextlib.suppress(StoreError):  # another command writes there; it registers it too
            register_growing(folder)
        self.warnings: tuple[Fault, ...] = ()
        self._tables = self._read(progress)
        self._origins: dict[str, PlanContext] = {}
        self._present: Present | None = None
        self._sides: dict[tuple[str, tuple[int, ...]], Present] = {}
        progress.report(0.6, "Öppnar planen")
        self.origin_of(scenario_of(self.journal.acts).origin, progress)

    def _read(self, progress: Progress) -> PlanContext:
        """Tables, streets and minutes, with no plan yet."""
        from data.travel_times import modes_of
        from hemrunda.workfolder.inputs import (
            load_streets,
            network_beside,
            read_tables,
            settings_for,
        )
        from routing.travel import travel_times

        source = self.tables
        config = settings_for(source, None)
        progress.report(0.1, "Läser gatunätet")
        network = load_streets(network_beside(self.folder, None))
        progress.report(0.2, "Läser tabellerna")
        tables = read_tables(source, config, network)
        self.warnings = tuple(tables.warnings)
        municipality = tables.municipality
        progress.report(0.35, "Räknar restider")
        modes = modes_of(municipality.staff, config.general.mode)
        travel, engine, _ = travel_times(
            network, municipality, modes, profile=config.travel, shared=self.shared
        )
        no_teams = TeamPlan((), {}, {}, {}, {}, {}, {}, {})
        no_rounds = RoundPlan((), (), ())
        return PlanContext(
            config, municipality, network, travel, engine, no_teams, no_rounds, tables.receipt
        )

    def origin_of(self, name: str, progress: Progress | None = None) -> PlanContext:
        """The plan that acts start from: one of the studio's, the folder's own, or today's teams.

        Raises
        ------
        StoreError
            Where there is no whole plan of that name.
        """
        from data.store import read_outputs

        with self.lock:
            if name not in self._origins:
                folder = self.plan_folder(name) if name else self.folder
                if name or (folder / PLAN_FILE).exists():
                    team_plan, round_plan = read_outputs(folder)
                    made = replace(self._tables, team_plan=team_plan, round_plan=round_plan)
                else:
                    made = replace(self._tables, team_plan=todays_teams(self._tables, progress))
                self._origins[name] = made
            return self._origins[name]

    def plan_folder(self, name: str) -> Path:
        """Where the studio keeps a plan of its own."""
        if not name.isalnum():
            raise StoreError("Planen finns inte.")
        return self.folder / STUDIO / "plans" / name

    @property
    def tables(self) -> Path:
        """The workbook, or the folder of tables."""
        return self.folder / TABLES if (self.folder / TABLES).exists() else self.folder

    @property
    def front_path(self) -> Path:
        """Where the points of the last redesign are told of."""
        return self.folder / STUDIO / "front.json"

    def catch_up(self) -> None:
        """Read what another process has acted since."""
        self.journal.catch_up()

    def present(self) -> Present:
        """Everything after the acts so far."""
        with self.lock:
            rev = self.journal.rev
            if self._present is None or self._present.rev != rev:
                self._present = self._present_of(rev, scenario_of(self.journal.acts))
            return self._present

    def after(self, act: Act) -> Present:
        """Everything as it would be after one more act: whether it can be lived with."""
        with self.lock:
            return self._present_of(act.rev, scenario_of((*self.journal.acts, act)))

    def keep(self, present: Present) -> None:
        """Go on from what has been worked out, now that its act is written down."""
        with self.lock:
            if present.rev == self.journal.rev:
                self._present = present

    def _present_of(self, rev: int, scenario: JournalState) -> Present:
        before = self._present
        if before is not None and before.scenario.live == scenario.live:
            return replace(before, rev=rev, scenario=scenario)
        made = Present(rev, scenario, self._applied(scenario, before))
        _keep_judge(before, made)
        return made

    def side(self, name: str) -> Present:
        """A state to look at beside another.

        Parameters
        ----------
        name : str
            ``now``; ``start``: before all acts; ``name:`` and what a state is called; ``plan:`` and
            a plan of the studio's own that nobody has taken yet.

        Raises
        ------
        SettingsError, StoreError
            Where there is no such state.
        """
        with self.lock:
            present = self.present()
            kind, _, which = name.partition(":")
            match kind:
                case "now":
                    return present
                case "start":
                    scenario = JournalState()
                case "name":
                    if which not in present.scenario.names:
                        raise SettingsError("Det finns inget förslag med det namnet.")
                    by_rev = {act.rev: act for act in self.journal.acts}
                    scenario = scenario_at(by_rev, present.scenario.names[which])
                case "plan":
                    scenario = JournalState(origin=which, disruptions=present.scenario.disruptions)
                case _:
                    raise SettingsError("Det finns inget sådant förslag.")
            key = (scenario.origin, scenario.live)
            if key == (present.scenario.origin, present.scenario.live):
                return present  # nothing has been done since: worked out and measured already
            if key not in self._sides:
                if len(self._sides) >= SIDES_KEPT:
                    self._sides.pop(next(iter(self._sides)))
                self._sides[key] = Present(0, scenario, self._applied(scenario, None))
            return self._sides[key]

    def _applied(self, scenario: JournalState, before: Present | None) -> PlanContext:
        origin = self.origin_of(scenario.origin)
        municipality = origin.municipality
        for disruptions in scenario.disruptions:
            municipality, _ = with_disruptions(municipality, disruptions)
        team_plan = with_chosen(with_moves(origin.team_plan, scenario.moves), scenario.contacts)
        held = locked_clients(team_plan, scenario)
        clients = tuple(
            replace(client, locked_team=True) if client.client_id in held else client
            for client in municipality.clients
        )
        if clients == municipality.clients:
            clients = municipality.clients
        off = {
            (day, visit_id)
            for disruptions in scenario.disruptions
            for day in disruptions.days
            for visit_id in (
                *disruptions.cancelled,
                *(text.partition(",")[0] for text in disruptions.shortened),
            )
        }
        pins = tuple(
            pin
            for pin in (*municipality.pins, *scenario.pins)
            if (pin.date, pin.visit_id) not in off
        )
        municipality = replace(municipality, clients=clients, pins=pins)
        rounds = retagged(origin, team_plan, {*scenario.moves, *scenario.contacts})
        plan = replace(origin, municipality=municipality, team_plan=team_plan, round_plan=rounds)
        ground = Ground(municipality, team_plan, plan.travel, plan.config.rules)
        drags = scenario.drags
        if before is not None:
            was = before.scenario
            n = len(was.drags)
            is_same = (was.origin, was.moves, was.contacts, was.disruptions) == (
                scenario.origin, scenario.moves, scenario.contacts, scenario.disruptions,
            )  # fmt: skip
            if is_same and was.drags == drags[:n]:  # more drags: go on from what stands
                rounds, drags = before.plan.round_plan, drags[n:]
        for move in drags:
            rounds = moved(ground, rounds, move)
        return replace(plan, round_plan=rounds)


def _keep_judge(before: Present | None, made: Present) -> None:
    """What judges moves depends on the tables alone: kept where they are the same."""
    if before is None or "judge" not in before.__dict__:
        return
    was, now = before.plan.municipality, made.plan.municipality
    if was.clients == now.clients and was.visits is now.visits:
        made.__dict__["judge"] = before.judge


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
