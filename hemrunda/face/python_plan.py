"""A proved plan in Python: its frames, measures, maps, and how it is mended."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from data.plans import Violation
from hemrunda.calls.arguments import Arguments
from hemrunda.effort import Effort
from hemrunda.face.own_travel import own_travel
from hemrunda.face.scenario import Scenario
from hemrunda.pipeline import SHARES, proved, with_rounds, with_teams
from hemrunda.stages import Stages, shares_of
from hemrunda.workfolder.plan_context import PlanContext

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from hemrunda.interchange.plan_json import PlanJson
    from hemrunda.interchange.vroom_export import VroomTask
    from maps.screen.folium_elements import Shapes

OnProgress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being done, in Swedish."""


@dataclass(frozen=True, repr=False)
class Plan:
    """Teams, contacts and rounds of a scenario, accepted by the independent checker.

    Attributes
    ----------
    scenario : Scenario
    context : PlanContext
        The plan's own tables: ``team_plan`` and ``round_plan``, travel times, engine.
    stage_s : mapping of str to float
        Seconds that each stage took.
    """

    scenario: Scenario
    context: PlanContext
    effort: Effort
    stage_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def clients(self) -> gpd.GeoDataFrame:
        """Clients as points, with team, contact and deputy."""
        from hemrunda.face.frames import plan_clients

        return plan_clients(self.context)

    @property
    def teams(self) -> pd.DataFrame:
        """One row per team."""
        from hemrunda.face.frames import plan_teams_frame

        return plan_teams_frame(self.context)

    @property
    def rounds(self) -> pd.DataFrame:
        """Every row of every round, times in seconds since the date's midnight."""
        from hemrunda.face.frames import plan_rounds_frame

        return plan_rounds_frame(self.context)

    @property
    def unplanned(self) -> pd.DataFrame:
        """Visits that did not fit, with the reason."""
        from hemrunda.face.frames import plan_unplanned_frame

        return plan_unplanned_frame(self.context)

    @property
    def legs(self) -> gpd.GeoDataFrame:
        """Every leg as a line along the streets."""
        from hemrunda.face.frames import plan_legs

        return plan_legs(self.context)

    @property
    def territories(self) -> gpd.GeoDataFrame:
        """Each team's area."""
        from hemrunda.face.frames import plan_territories

        return plan_territories(self.context)

    def overlay(self, districts: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
        """The teams' areas cut by districts (DeSO, nursing areas): one row per team and district.

        Parameters
        ----------
        districts : GeoDataFrame
            Polygons with a CRS, in any file that ``geopandas.read_file`` reads; those of one name
            are dissolved into one.
        name : str
            The column that names them, such as ``desokod``.

        Returns
        -------
        GeoDataFrame
            ``team_id``, ``name``, ``n_clients`` (who may be shown), ``area_ha``, and how much of
            the team's area it is, ``team_share_pct``.

        Raises
        ------
        SettingsError
            Where the districts have no such column, or no CRS.
        """
        from hemrunda.face.frames import plan_overlay

        return plan_overlay(self.context, districts, name)

    @property
    def measures(self) -> dict[str, Any]:
        """Everything of ``measures.json`` (``docs/en/measures.md``)."""
        return dict(self.context.shown_measures)

    def check(self) -> tuple[Violation, ...]:
        """Prove the plan anew; an empty tuple where every rule holds."""
        from routing.check import check_plan, check_teams

        plan = self.context
        rules = plan.config.rules
        return (
            *check_teams(plan.municipality, plan.team_plan, rules),
            *check_plan(plan.municipality, plan.team_plan, plan.travel, rules, plan.round_plan),
        )

    def map(self, date: dt.date | str | None = None, *, team: str | None = None) -> Any:
        """A folium map with streets, territories and clients, and a date's rounds where asked.

        Layers go on it as on any ``folium.Map``; ``save`` writes one file that asks for nothing.

        Parameters
        ----------
        date : date or ISO text, optional
            Adds the rounds of this date.
        team : str, optional
            Only this team's clients and rounds.
        """
        from hemrunda.face.notebook_map import asked, plan_map

        return plan_map(self.context, *asked(self.context, date, team))

    def map_layers(
        self, date: dt.date | str | None = None, *, team: str | None = None
    ) -> dict[str, Shapes]:
        """What `map` shows, as folium layers by name, to add to any ``folium.Map`` of yours.

        ``streets``, ``areas`` and ``clients``, and ``rounds`` where a date is asked for. The file
        of such a map that opens with no network is written by `hemrunda.save_map`.
        """
        from hemrunda.face.notebook_map import asked, plan_layers

        return plan_layers(self.context, *asked(self.context, date, team))

    def mend(
        self,
        days: Sequence[dt.date | str],
        *,
        sick: Sequence[str] = (),
        away: Sequence[str] = (),
        extra: Sequence[str] = (),
        new_visits: Sequence[str] = (),
        iterations: int | None = None,
        seed: int | None = None,
        progress: OnProgress | None = None,
    ) -> Plan:
        """The plan after news on ``days``, changed as little as can be.

        Parameters
        ----------
        days : sequence of date or ISO text
        sick, away : sequence of str
            Staff ids; client ids.
        extra, new_visits : sequence of str
            As ``hemrunda mend`` takes them.
        """
        from hemrunda.mending import mended
        from hemrunda.workfolder.disruptions import Disruptions, with_disruptions

        given = Arguments()
        dates = tuple(given.date("days", day) for day in given.list_of("days", days))
        if not dates and not given.faults:
            given.refuse("days", "ska ha minst en dag")
        sick, away = given.texts("sick", sick), given.texts("away", away)
        extra, new_visits = given.texts("extra", extra), given.texts("new_visits", new_visits)
        effort, stages = self._effort_and_stages(given, iterations, seed, progress)
        given.close()
        changed, _ = with_disruptions(
            self.scenario.municipality, Disruptions(dates, sick, away, extra, new_visits)
        )
        plan, *_ = mended(replace(self.context, municipality=changed), min(dates), effort, stages)
        proved(plan, stages)
        return Plan(replace(self.scenario, municipality=changed), plan, effort, stages.seconds)

    def decide(
        self,
        kind: Literal["contact", "vice", "team"],
        client_id: str,
        who: str,
        *,
        by: str,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
        iterations: int | None = None,
        seed: int | None = None,
        progress: OnProgress | None = None,
    ) -> Plan:
        """The plan after a decision of somebody's, with nothing else changed but what must.

        Parameters
        ----------
        kind : {"contact", "vice", "team"}
        client_id : str
        who : str
            A carer's id, or a team's.
        by : str
            Who decides: a role or an id, no name.
        since, until : date or ISO text, optional
            When it holds; always where not given.

        Raises
        ------
        InfeasibleError
            Where a rule forbids it; the rule is named.
        """
        from data.care.decisions import decide
        from data.model import DATE_MAX, DATE_MIN, Decision
        from hemrunda.mending import mended

        given = Arguments()
        if kind not in ("contact", "vice", "team"):
            given.refuse("kind", "ska vara contact, vice eller team")
        if given.text("by", by).strip() == "" and isinstance(by, str):
            given.refuse("by", "ska säga vem som beslutar")
        if client_id not in self.scenario.municipality.client_by_id:
            given.refuse("client_id", "brukaren finns inte")
        first = given.date_or_none("since", since) or DATE_MIN
        last = given.date_or_none("until", until) or DATE_MAX
        if last < first:
            given.refuse("until", "ligger före since")
        effort, stages = self._effort_and_stages(given, iterations, seed, progress)
        given.close()
        staff_id, team_id = ("", who) if kind == "team" else (who, "")
        decision = Decision(
            kind, client_id, staff_id=staff_id, team_id=team_id, decided_by=by,
            decided_on=dt.date.today(), valid_from=first, valid_to=last,
        )  # fmt: skip
        town = decide(self.scenario.municipality, decision)
        plan, *_ = mended(replace(self.context, municipality=town), None, effort, stages)
        proved(plan, stages)
        return Plan(replace(self.scenario, municipality=town), plan, effort, stages.seconds)

    def _effort_and_stages(
        self,
        given: Arguments,
        iterations: int | None,
        seed: int | None,
        progress: OnProgress | None,
    ) -> tuple[Effort, Stages]:
        """Of a mending: the plan's own effort, with another seed where one is given."""
        own_seed = self.effort.seed if seed is None else given.whole("seed", seed)
        n_iterations = given.whole_or_none("iterations", iterations)
        effort = replace(self.effort, n_iterations=n_iterations, seed=own_seed)
        return effort, _stages(given, progress, "rounds", "check")

    def as_dict(self) -> PlanJson:
        """The plan as plain JSON (``docs/en/schemas/plan.schema.json``): exact, so not to share."""
        from hemrunda.interchange.plan_json import plan_json

        return plan_json(self.context)

    def to_vroom(self, date: dt.date | str) -> VroomTask:
        """A date's visits and shifts as a problem for VROOM; hidden clients are left out.

        Raises
        ------
        SettingsError
            Where the plan has no such date.
        """
        from hemrunda.interchange.vroom_export import vroom_problem

        given = Arguments()
        day = given.date("date", date)
        given.close()
        return vroom_problem(self.context, day)

    def write(self, folder: str | Path) -> list[Path]:
        """Write all files of the plan, as ``hemrunda plan`` does; return their paths."""
        from hemrunda.writing.plan_files_out import write_all

        given = Arguments()
        path = given.path("folder", folder)
        given.close()
        return write_all(path, self.context, self.effort, {"command": "python"})

    def __repr__(self) -> str:
        plan = self.context
        return (
            f"<Plan {plan.plan_id} of {plan.municipality.name}: "
            f"{len(plan.team_plan.teams)} teams, {len(plan.round_plan.rounds)} rounds, "
            f"{len(plan.round_plan.unplanned)} unplanned>"
        )

    def _repr_html_(self) -> str:
        from routing.measures import summary_sv

        rows = "".join(
            f"<tr><th>{html.escape(label)}</th><td>{html.escape(text)}</td></tr>"
            for label, text in summary_sv(self.context.measures)
        )
        return f"<p>{html.escape(repr(self))}</p><table>{rows}</table>"


def plan(
    scenario: Scenario,
    *,
    days: int | None = None,
    seed: int = 1,
    workers: int = 2,
    iterations: int | None = None,
    seconds: float | None = None,
    travel: Mapping[str, Any] | None = None,
    progress: OnProgress | None = None,
) -> Plan:
    """Plan teams, contacts and rounds, and prove the plan.

    Parameters
    ----------
    scenario : Scenario
    days : int, optional
        The first so many dates of the roster; it has them all.
    seed, workers : int
        One seed, one plan, whatever the number of workers.
    iterations : int, optional
        Of the search, per area.
    seconds : float, optional
        Instead: search for so long.
    travel : mapping of mode to matrix, optional
        Your own travel times (from OSRM, Valhalla, r5 …) in seconds from row to column, in the
        order of ``scenario.travel_points()``, or a frame with its ``point_id`` as labels. None,
        NaN and infinity are no way; parts of a second are rounded; both directions are used.
    progress : callable, optional

    Raises
    ------
    InfeasibleError
        Where the bounds on teams cannot be kept.
    PlanRefusedError
        Where the independent checker finds a violation.
    SettingsError
        Where an argument is none of these, ``travel`` lacks a mode that somebody travels by, or
        a matrix cannot be used; every fault is named.

    Examples
    --------
    >>> import hemrunda as hr
    >>> town = hr.demo(n_clients=40, n_days=1)
    >>> made = hr.plan(town, iterations=200)  # doctest: +SKIP
    >>> made.measures["municipality"]["planned"]["n_unplanned"]  # doctest: +SKIP
    """
    given = Arguments()
    given.a("scenario", scenario, Scenario, "hr.Scenario")
    given.close()
    dates = scenario.municipality.dates
    n_days = len(dates) if days is None else given.whole("days", days, 1, len(dates))
    given.either("iterations", "seconds", (iterations, seconds))
    effort = Effort(
        seed=given.whole("seed", seed),
        workers=given.whole("workers", workers, 1),
        n_iterations=given.whole_or_none("iterations", iterations),
        time_limit_s=given.seconds_or_none("seconds", seconds),
        dates=dates[:n_days],
    )
    stages = _stages(given, progress, "travel", "teams", "rounds", "check")
    given.close()
    teams, _ = with_teams(
        scenario.municipality,
        scenario.streets,
        scenario.config,
        effort,
        stages,
        own_travel(scenario, travel),
    )
    made = with_rounds(teams, effort, stages)
    proved(made, stages)
    return Plan(scenario, made, effort, stages.seconds)


def _stages(given: Arguments, progress: OnProgress | None, *names: str) -> Stages:
    """The stages of a call that ends when the plan is proved: nothing is written."""
    return Stages(given.progress(progress), shares_of(SHARES, *names))
