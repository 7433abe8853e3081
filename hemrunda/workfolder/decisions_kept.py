"""Decisions laid over a plan at hand: the table Beslut, and edits of the clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from data.care.decisions import decide, key_of, of_kind, undecided
from data.errors import SettingsError
from data.model import Client, Decision, DecisionKind, Municipality
from data.plans import TeamPlan
from hemrunda.console import plain
from hemrunda.speech.messages import localised
from hemrunda.workfolder.history import record_decisions
from hemrunda.workfolder.plan_context import PlanContext
from hemrunda.workfolder.plan_folder import PlanFolder

if TYPE_CHECKING:
    from partition.contacts.decision_keeping import Kept

BY_TABLE = "brukartabellen"
"""Who decided where a cell of the clients' table has been changed since the plan."""
_COLUMNS: tuple[tuple[DecisionKind, str, str], ...] = (
    ("team", "team_id", "Arbetslag"),
    ("contact", "contact_id", "Omsorgskontakt"),
    ("vice", "vice_id", "Vice"),
)


def edits_since(plan: TeamPlan, municipality: Municipality) -> tuple[Decision, ...]:
    """Teams, contacts and vices that somebody has written into the clients' table since the plan.

    What the plan says already, and what a decision says otherwise, is none.
    """
    now = {
        "team": plan.team_of_client, "contact": plan.contact, "vice": plan.vice,
    }  # fmt: skip
    edits = []
    for kind, column, header in _COLUMNS:
        spoken_for = of_kind(municipality, kind)
        for client, value in _changed(plan, municipality, column):
            client_id = client.client_id
            if not value or now[kind].get(client_id) == value or client_id in spoken_for:
                continue
            if client_id in plan.team_of_client:
                edits.append(_edit(kind, client_id, value, f"Brukare, {header}"))
    return tuple(edits)


def _edit(kind: DecisionKind, client_id: str, value: str, source: str) -> Decision:
    is_team = kind == "team"
    return Decision(
        kind,
        client_id,
        staff_id="" if is_team else value,
        team_id=value if is_team else "",
        decided_by=BY_TABLE,
        decided_on=dt.date.today(),
        source=source,
    )


def notes_on_edits(plan: TeamPlan, municipality: Municipality) -> list[str]:
    """Changed cells of the clients' table that no decision is made of, so that none is silent."""
    notes = []
    for kind, column, header in _COLUMNS:
        spoken_for = of_kind(municipality, kind)
        for client, value in _changed(plan, municipality, column):
            if not value:
                notes.append(f"{client.client_id}: {header} är tömd i tabellen; planens står kvar.")
            elif client.client_id in spoken_for:
                notes.append(
                    f"{client.client_id}: {header} är ändrad, men tabellen Beslut går före."
                )
    return notes


def _changed(
    plan: TeamPlan, municipality: Municipality, column: str
) -> Iterator[tuple[Client, str]]:
    at = ("team_id", "contact_id", "vice_id").index(column)
    for client in undecided(municipality).clients:
        was = plan.was.get(client.client_id)
        value: str = getattr(client, column)
        if was is not None and was[at] != value:
            yield client, value


def with_kept(plan: PlanContext) -> tuple[PlanContext, Kept]:
    """A plan whose division keeps every decision; edits of the clients' table become decisions.

    Raises
    ------
    InfeasibleError
        Where a rule forbids a decision, naming the row and the rule.
    """
    from partition import with_decisions

    edits = edits_since(plan.team_plan, plan.municipality)
    municipality = decide(plan.municipality, *edits)
    kept = with_decisions(
        plan.team_plan,
        municipality,
        plan.travel,
        plan.config.rules,
        mode=plan.config.general.mode,
    )
    notes = notes_on_edits(plan.team_plan, plan.municipality)
    kept = replace(kept, changes=(*kept.changes, *notes))
    return replace(plan, municipality=municipality, team_plan=kept.plan), kept


def accept(at: PlanFolder, *decisions: Decision) -> None:
    """Try decisions on a plan, and keep them beside the tables, as one, where no rule forbids any.

    Raises
    ------
    InfeasibleError
        With the rule that forbids one of them; nothing is written then.
    SettingsError
        Where the plan does not know an id.
    """
    plan = at.open()
    municipality = plan.municipality
    for decision in decisions:
        _refuse_unknown(decision, municipality)
        _refuse_contradicted(decision, municipality)
        municipality = decide(municipality, decision)
    _, kept = with_kept(replace(plan, municipality=municipality))
    source = at.source or at.folder / "indata.xlsx"
    path = record_decisions(source, decisions)
    for line in kept.changes:
        click.echo(plain(localised(line, with_words=True)))
    if len(decisions) == 1:
        click.echo(f"Beslutet står i {path}. Rundorna: hemrunda mend {at.folder} --out NY")
    else:
        click.echo(f"Besluten står i {path}. Rundorna: hemrunda mend {at.folder} --out NY")


def _refuse_unknown(decision: Decision, municipality: Municipality) -> None:
    known: tuple[tuple[str, Container[str]], ...] = (
        (decision.client_id, municipality.client_by_id),
        (decision.staff_id, municipality.staff_by_id),
    )
    for name, ids in known:
        if name and name not in ids:
            raise SettingsError(f"{name} finns inte i planen.")


def _refuse_contradicted(decision: Decision, municipality: Municipality) -> None:
    for other in municipality.decisions:
        same = (key_of(other), other.valid_from, other.decided_on)
        if (
            same == (key_of(decision), decision.valid_from, decision.decided_on)
            and other != decision
        ):
            raise SettingsError(
                f"{other.source or 'Tabellen Beslut'} säger annat om samma sak från samma dag. "
                "Ta bort den raden, eller ange --from."
            )
