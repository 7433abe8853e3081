"""Decisions laid over a plan at hand: the table Beslut, and edits of the clients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Container, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from data.care.care_calendar import is_at_home
from data.care.decisions import decide, horizon_of, in_force_of, key_of, of_kind, undecided
from data.care.eligibility import is_absent_throughout
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
    notes: list[str] = []
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
    place = ("team_id", "contact_id", "vice_id").index(column)
    for client in undecided(municipality).clients:
        was = plan.was.get(client.client_id)
        value: str = getattr(client, column)
        if was is not None and was[place] != value:
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
    notes = notes_on_edits(plan.team_plan, plan.municipality) + notes_on_dates(municipality)
    kept = replace(kept, changes=(*kept.changes, *notes))
    return replace(plan, municipality=municipality, team_plan=kept.plan), kept


def notes_on_dates(municipality: Municipality, new: Collection[Decision] = ()) -> list[str]:
    """Decisions that a plan cannot follow day by day, so that none is silent.

    A plan has one contact, one team, one time throughout its days: what begins or ends within them
    holds for all of them or for none. Of ``new`` ones it is told too where they are for other days.
    """
    first, last = horizon_of(municipality)
    in_force = set(in_force_of(municipality))
    notes: list[str] = []
    for decision in municipality.decisions:
        begins, ends = decision.valid_from, decision.valid_to
        if decision in in_force:
            notes += _notes_on_standing(decision, municipality)
        elif begins > last and decision in new:
            notes.append(
                f"{_named(decision)}: börjar {begins}, efter planens sista dag {last}. Den här "
                "planen ändras inte; nästa håller det."
            )
        elif ends < first and decision in new:
            notes.append(
                f"{_named(decision)}: slutade {ends}, före planens första dag {first}, och ändrar "
                "ingenting."
            )
        elif first < begins <= last:
            notes.append(
                f"{_named(decision)}: börjar {begins}, när ett annat redan gäller. Det andra hålls "
                f"till planens sista dag {last}; nästa plan håller detta."
            )
    return notes


def _notes_on_standing(decision: Decision, municipality: Municipality) -> Iterator[str]:
    """Days that a decision does not hold for and is held on, and who is not at work on any."""
    first, last = horizon_of(municipality)
    if decision.visit_id in municipality.laid_visits:
        return
    if decision.valid_from > first:
        yield (
            f"{_named(decision)}: börjar {decision.valid_from}, och hålls redan från planens "
            f"första dag {first}."
        )
    if decision.valid_to < last:
        yield (
            f"{_named(decision)}: slutar {decision.valid_to}, och hålls till planens sista dag "
            f"{last}."
        )
    for staff_id in filter(None, (decision.staff_id, decision.twin_id)):
        if not _is_at_work(staff_id, municipality):
            yield f"{_named(decision)}: {staff_id} är inte i tjänst någon av planens dagar."


def notes_on_locks(municipality: Municipality) -> list[str]:
    """Locks that a plan has nothing to hold by, so that none is silent: whose client is away then.

    A lock of a day that the plan does not have is counted: it may be for the next one.
    """
    days = set(municipality.dates)
    notes: list[str] = []
    for pin in municipality.pins:
        visit = municipality.visit_by_id.get(pin.visit_id)
        if visit is None or pin.date not in days:
            continue
        client = municipality.client_by_id[visit.client_id]
        if not is_at_home(visit, client, pin.date):
            notes.append(f"låsningen av {pin.visit_id} {pin.date} vilar: brukaren är borta då")
    n_other = sum(pin.date not in days for pin in municipality.pins)
    if n_other:
        notes.append(f"låsningar av dagar som planen inte har, och som inte ändrar den: {n_other}")
    return notes


def _is_at_work(staff_id: str, municipality: Municipality) -> bool:
    entries = [entry for entry in municipality.roster if entry.staff_id == staff_id]
    return any(
        entry.kind == "work" and not is_absent_throughout(entry, entries) for entry in entries
    )


def _named(decision: Decision) -> str:
    from partition.contacts.decision_keeping import label

    return label(decision)


def accept(plan_folder: PlanFolder, *decisions: Decision) -> None:
    """Try decisions on a plan, and keep them beside the tables, as one, where no rule forbids any.

    Raises
    ------
    InfeasibleError
        With the rule that forbids one of them; nothing is written then.
    SettingsError
        Where the plan does not know an id.
    """
    plan = plan_folder.open()
    municipality = plan.municipality
    for decision in decisions:
        _refuse_unknown(decision, plan)
        _refuse_contradicted(decision, municipality)
        municipality = decide(municipality, decision)
        _refuse_outranked(decision, municipality)
    _, kept = with_kept(replace(plan, municipality=municipality))
    source = plan_folder.source or plan_folder.folder / "indata.xlsx"
    path = record_decisions(source, decisions)
    notes = notes_on_dates(municipality, decisions)
    for line in dict.fromkeys([*kept.changes, *notes]):
        click.echo(plain(localised(line, with_words=True)))
    folder = plan_folder.folder
    if len(decisions) == 1:
        click.echo(f"Beslutet står i {path}. Rundorna: hemrunda mend {folder} --out NY")
    else:
        click.echo(f"Besluten står i {path}. Rundorna: hemrunda mend {folder} --out NY")


def _refuse_unknown(decision: Decision, plan: PlanContext) -> None:
    known: tuple[tuple[str, Container[str]], ...] = (
        (decision.client_id, plan.team_plan.team_of_client),
        (decision.staff_id, plan.municipality.staff_by_id),
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


def _refuse_outranked(decision: Decision, municipality: Municipality) -> None:
    """Stop where another decision goes before a new one all through the plan, and after it."""
    first, _ = horizon_of(municipality)
    in_force = in_force_of(municipality)
    if decision in in_force or decision.valid_from > first or decision.valid_to < first:
        return
    other = next((rival for rival in in_force if key_of(rival) == key_of(decision)), None)
    if other is not None:
        raise SettingsError(
            f"{other.source or 'Tabellen Beslut'}: går före om samma sak, från {other.valid_from}. "
            "Ange en senare dag med --from."
        )
