"""Rounds searched for the division as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from data.progress import Progress
from hemrunda.studio.divisions import held_contacts
from hemrunda.studio.jobs.kept import keep
from hemrunda.studio.shown.job_rows import PlanDone

if TYPE_CHECKING:
    from hemrunda.studio.session import Present, Session
    from hemrunda.studio.studio_scenario import JournalState
    from hemrunda.workfolder.plan_context import PlanContext


def planned(session: Session, asked: Mapping[str, Any], progress: Progress) -> PlanDone:
    """Rounds for the teams as they stand, from those at hand where the teams are the same.

    Clients who have moved get contacts in their new team; everyone else keeps hers.
    """
    from hemrunda.options import default_workers
    from routing.engine.search_params import QUICK
    from routing.measures import summary_sv
    from routing.rounds import plan_rounds

    present = session.present()
    plan, rules = present.plan, present.plan.config.rules
    if present.scenario.moves:
        progress.report(0.02, "Utser kontakter för dem som flyttar")
        plan = replace(plan, team_plan=with_contacts(plan, present.scenario))
    before = plan.round_plan if plan.round_plan.rows else None
    days = plan.municipality.dates[: int(asked.get("n_days") or 0) or None]
    rounds = plan_rounds(
        plan.municipality,
        plan.team_plan,
        plan.travel,
        rules,
        dates=before.dates if before else days,
        seed=1,
        workers=default_workers(),
        time_limit_s=float(asked["seconds"]) if asked.get("seconds") else None,
        progress=Progress(
            lambda done, text: progress.report(0.05 + 0.85 * done, text),
            progress.stop,
            lambda make: progress.show_best(lambda: _as_drawn(present, plan, make())),
        ),
        weights=plan.config.prices,
        params=QUICK if asked.get("quick") else None,
        current=before,
    )
    plan = replace(plan, round_plan=rounds)
    progress.report(0.93, "Mäter planen")
    return {"of": "plan", **keep(session, plan, asked, summary_sv(plan.measures))}


def _as_drawn(present: Present, plan: PlanContext, rounds: Any) -> Present:
    """The best rounds so far as something to be drawn: they are proved when they are taken."""
    made = replace(present, plan=replace(plan, round_plan=rounds))
    made.__dict__["broken"] = ()
    return made


def with_contacts(plan: PlanContext, scenario: JournalState) -> Any:
    """Contacts and covers for teams that have changed; whoever may keep a contact keeps it.

    Contacts that are chosen or locked by hand stay whatever else is dear.
    """
    from data.care.decisions import decide
    from partition import complete_plan

    contact, vice = plan.team_plan.contact, plan.team_plan.vice
    clients = tuple(
        replace(
            client,
            contact_id=contact.get(client.client_id, ""),
            vice_id=vice.get(client.client_id, ""),
        )
        for client in plan.municipality.clients
    )
    known = replace(plan.municipality, clients=clients)
    held = held_contacts(plan.team_plan, scenario)
    return complete_plan(
        decide(known, *held) if held else known, plan.team_plan.teams, plan.travel,
        plan.config.rules, network=plan.network, mode=plan.config.general.mode, seed=1, keeps=True,
    )  # fmt: skip
