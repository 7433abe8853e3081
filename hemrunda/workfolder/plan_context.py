"""A plan with everything it was made of: tables, streets, minutes, settings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from data.matter_model import LayerKind
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.receipt import NO_RECEIPT, Receipt
from data.streets import StreetNetwork
from data.travel_times import TravelTimes
from hemrunda.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from data.store import Look
    from partition.teams.team_measures import TeamRow
    from routing.check.view import PlanView
    from routing.measures import Measures
    from routing.measures.contact_ceiling import Known
    from routing.travel import TravelEngine


@dataclass(frozen=True)
class KeptMeasures:
    """Measures that a folder keeps, and what they were taken of."""

    values: Mapping[str, Any]
    municipality: Municipality
    team_plan: TeamPlan
    round_plan: RoundPlan

    def are_of(self, plan: PlanContext) -> bool:
        """Whether the plan is still the one they were taken of, nothing put in its place."""
        return (
            self.municipality is plan.municipality
            and self.team_plan is plan.team_plan
            and self.round_plan is plan.round_plan
        )


@dataclass(frozen=True)
class PlanContext:
    """A finished plan, just made or opened again from its folder."""

    config: Config
    municipality: Municipality
    network: StreetNetwork
    travel: TravelTimes
    engine: TravelEngine
    team_plan: TeamPlan
    round_plan: RoundPlan
    receipt: Receipt = NO_RECEIPT
    """How its tables were read."""
    kept_measures: KeptMeasures | None = None
    """What its folder's ``measures.json`` holds, where all that it hangs on is as it was."""
    resting: tuple[PlanRow, ...] = ()
    """Where visits stood that a pause has taken out (`routing.roster.resting`)."""
    base: tuple[PlanRow, ...] = field(default=(), kw_only=True)
    """The base plan that its days were made of (`routing.horizon.base_plan`); empty: none was."""
    previous_layers: Mapping[LayerKind, RoundPlan] = field(default_factory=dict)
    """The rounds of its layers, where its folder has some (`hemrunda.layers.layer_run`)."""
    changes: tuple[Mapping[str, object], ...] = ()
    """Rows of ``changes.csv``, by the code's columns: what its mending has changed."""
    layer: LayerKind | None = None
    """Which layer's plan this is; None for the day's."""

    @cached_property
    def plan_id(self) -> str:
        """A short fingerprint: the same plan has the same id, on paper and on screen."""
        digest = hashlib.sha256()
        for team in self.team_plan.teams:
            digest.update(f"{team.team_id}:{','.join(team.client_ids)};".encode())
        for row in self.round_plan.rows:
            digest.update(f"{row.round_id}{row.seq}{row.visit_id}{row.start_s}".encode())
        return digest.hexdigest()[:8]

    @cached_property
    def view(self) -> PlanView:
        """The plan laid out for the checker and for what is measured of it."""
        from routing.check.view import see

        return see(
            self.municipality, self.team_plan, self.travel, self.config.rules, self.round_plan
        )

    @cached_property
    def measures(self) -> Measures:
        """All measures of the plan; of areas and teams only where nobody is hidden.

        Where anybody is, those are told of without the hidden ones (`shown_measures`).
        """
        from data.care.hidden import hidden_clients
        from routing.measures import measure_view

        is_whole = not hidden_clients(self.municipality)
        return measure_view(self.view, with_parts=is_whole, known=self._known)

    @cached_property
    def _known(self) -> Known:
        """What contacts could reach, found once for all measures of the plan."""
        from routing.measures.contact_ceiling import Known

        return Known()

    @cached_property
    def shown(self) -> PlanContext:
        """The plan with tables and teams of those clients only who may be shown: for reports.

        Of the tables too: how gathered a team lies, or whether it hangs together, depends on who
        else lives near its middle, and so would tell how far from it a hidden home is. The rounds
        stay whole: `maps` and `data.store` tell of them what may be told.
        """
        from data.care.hidden import shown_municipality, shown_teams

        shown = shown_teams(self.municipality, self.team_plan)
        return replace(self, municipality=shown_municipality(self.municipality), team_plan=shown)

    @cached_property
    def shown_measures(self) -> dict[str, Any]:
        """What ``measures.json`` holds: one population throughout, those who may be shown.

        A team's sums less those of its clients, or the municipality's less its teams', would be
        the hidden one's.
        """
        from data.care.hidden import hidden_clients
        from routing.check.view import see
        from routing.measures import measure_view

        if self.kept_measures is not None and self.kept_measures.are_of(self):
            return dict(self.kept_measures.values)
        hidden = hidden_clients(self.municipality)
        if not hidden:
            return self.measures.as_dict()
        rounds = replace(
            self.round_plan,
            rows=tuple(row for row in self.round_plan.rows if row.client_id not in hidden),
            unplanned=tuple(r for r in self.round_plan.unplanned if r.client_id not in hidden),
        )
        shown = self.shown
        view = see(shown.municipality, shown.team_plan, self.travel, self.config.rules, rounds)
        # When a visit is due does not depend on who else there is.
        view.__dict__["due_of"] = self.view.due_of
        view.__dict__["days_of"] = self.view.days_of
        return measure_view(view, known=self._known).as_dict()

    @property
    def look(self) -> Look:
        """How its shared tables look: by the settings, with streets and addresses."""
        from data.store import Look

        return Look(self.config.headers, self.network.addresses, self.network)

    @cached_property
    def contact_ceiling_pct(self) -> Mapping[str, float]:
        """For each client with visits, the highest share that the contact could make."""
        from routing.measures.contact_ceiling import contact_ceiling_pct_by_client
        from routing.measures.slices import whole

        return contact_ceiling_pct_by_client(whole(self.view))

    @cached_property
    def team_rows(self) -> Sequence[TeamRow]:
        """The rows of ``teams.csv``."""
        shown = self.shown
        rows = shown.rows_of(shown.team_plan)
        shown.__dict__["team_rows"] = rows  # What is shown of what is shown is the same.
        return rows

    def rows_of(self, team_plan: TeamPlan) -> list[TeamRow]:
        """The rows of ``teams.csv`` for any division of the clients, by the settings' rules."""
        from partition import team_table

        rules, mode = self.config.rules, self.config.general.mode
        rows: list[TeamRow] = team_table(
            self.municipality, team_plan, self.travel, self.network, rules=rules, mode=mode
        )
        return rows
