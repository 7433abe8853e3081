"""Decisions: what a person decided of teams, contacts, vices, twins, persons, days and times.

A decision holds from its first day to its last. A later one about the same thing takes over from
its own first day, and the earlier one stays in the table as history. `decided` lays those in force
over the tables, so that every engine sees them, and `undecided` takes them off again before tables
are written, so that what was ordered is never overwritten by what was decided for a while.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from data.care.blocks import laid_by_blocks
from data.care.feasible_alone import is_watch, watch_parts
from data.care.matters import laid_by_matters, matter_changes
from data.care.welcome import welcome_visits
from data.model import (
    DATE_MAX,
    DATE_MIN,
    Client,
    Decision,
    DecisionKind,
    Municipality,
    Staff,
    Visit,
)

T = TypeVar("T", Client, Visit, Staff)
Fields = dict[str, Any]
"""Fields of a row, by their names."""


def key_of(decision: Decision) -> tuple[object, ...]:
    """What a decision is about: two of the same key cannot both hold on one day."""
    if decision.kind in ("team", "contact", "vice"):
        return decision.kind, decision.client_id
    if decision.kind == "twin":
        return decision.kind, *sorted((decision.staff_id, decision.twin_id))
    if decision.kind == "person":
        return (
            decision.kind,
            decision.visit_id or decision.client_id,
            decision.task,
            decision.weekdays,
        )
    return decision.kind, decision.visit_id


def horizon_of(municipality: Municipality) -> tuple[dt.date, dt.date]:
    """First and last date of the roster; all of time where there is no roster."""
    dates = municipality.dates
    return (dates[0], dates[-1]) if dates else (DATE_MIN, DATE_MAX)


def in_force(decisions: Iterable[Decision], first: dt.date, last: dt.date) -> tuple[Decision, ...]:
    """The decisions that a plan of ``first``–``last`` is made by, one for each thing decided.

    Of several about one thing the latest that holds on the first day; where none does yet, the
    first that begins within the plan's days.
    """
    latest: dict[tuple[object, ...], Decision] = {}
    for decision in decisions:
        if decision.valid_from > last or decision.valid_to < first:
            continue
        other = latest.get(key_of(decision))
        if other is None or _rank(decision, first) > _rank(other, first):
            latest[key_of(decision)] = decision
    return tuple(latest.values())


def in_force_of(municipality: Municipality) -> tuple[Decision, ...]:
    """The decisions that its plan is made by; about who has left before it begins there is none.

    Such decisions stay in the table as history, and bind nobody (C9).
    """
    if not municipality.decisions:
        return ()
    first, last = horizon_of(municipality)
    client_of = {
        row.visit_id: row.client_id for row in (*municipality.visits, *municipality.aside_visits)
    }
    left = {client.client_id for client in municipality.clients if client.valid_to < first}
    about = (
        decision
        for decision in municipality.decisions
        if (decision.client_id or client_of.get(decision.visit_id)) not in left
    )
    return in_force(about, first, last)


def _rank(decision: Decision, first: dt.date) -> tuple[bool, int, dt.date]:
    begun = decision.valid_from <= first
    begins = decision.valid_from.toordinal()
    return begun, begins if begun else -begins, decision.decided_on or DATE_MIN


def of_kind(municipality: Municipality, kind: DecisionKind) -> dict[str, Decision]:
    """Decisions in force of one kind, by the id that they are about; of twins by both."""
    decision_of: dict[str, Decision] = {}
    for decision in in_force_of(municipality):
        if decision.kind == kind == "twin":
            decision_of[decision.staff_id] = decision_of[decision.twin_id] = decision
        elif decision.kind == kind:
            decision_of[
                decision.client_id if kind in ("team", "contact", "vice") else decision.visit_id
            ] = decision
    return decision_of


def persons_named(municipality: Municipality) -> dict[str, list[Decision]]:
    """Decisions in force that name a carer for a visit (MA-18), by visit id."""
    named: dict[str, list[Decision]] = {}
    for decision in in_force_of(municipality):
        if decision.kind != "person":
            continue
        if decision.visit_id:
            named.setdefault(decision.visit_id, []).append(decision)
            continue
        for visit in municipality.visits_of.get(decision.client_id, ()):
            if not decision.task or visit.task == decision.task:
                named.setdefault(visit.visit_id, []).append(decision)
    return named


def decided(municipality: Municipality) -> Municipality:
    """The municipality with its matters and its decisions in force laid over the tables."""
    bare = undecided(municipality)
    first, _ = horizon_of(bare)
    changes: dict[tuple[str, str], Fields] = {}
    for key, fields in matter_changes(bare, first):
        changes.setdefault(key, {}).update(fields)
    for decision in in_force_of(bare):
        for key, fields in _changes(decision):
            changes.setdefault(key, {}).update(fields)
    laid = laid_by_matters(bare)
    if bare.blocks:
        laid += laid_by_blocks(replace(bare, roster=(*bare.roster, *laid)))
    talks, persons = welcome_visits(bare, first)
    more = (*_handed_on(bare, changes), *talks)
    if not changes and not laid and not more:
        return bare
    for client in bare.clients:
        mine = changes.get(("clients", client.client_id), {})
        if "contact_id" in mine and client.vice_id == mine["contact_id"]:
            mine.setdefault("vice_id", "")
    laid_over: dict[tuple[str, str], Mapping[str, object]] = {}

    def with_changes(table: str, item: T, item_id: str) -> T:
        fields: Fields = changes.get((table, item_id), {})
        if not fields:
            return item
        laid_over[table, item_id] = {name: getattr(item, name) for name in fields}
        return replace(item, **fields)

    return replace(
        bare,
        clients=tuple(with_changes("clients", c, c.client_id) for c in bare.clients),
        visits=(*(with_changes("visits", v, v.visit_id) for v in bare.visits), *more),
        staff=tuple(with_changes("staff", s, s.staff_id) for s in bare.staff),
        decisions=(*bare.decisions, *persons),
        undecided=laid_over,
        roster=(*bare.roster, *laid),
        laid_shifts=laid,
        laid_visits=tuple(visit.visit_id for visit in more),
    )


def _handed_on(bare: Municipality, changes: dict[tuple[str, str], Fields]) -> list[Visit]:
    """The later parts of watches (NO-18); what becomes of each first part is put in ``changes``."""
    parts: list[Visit] = []
    for visit in bare.visits:
        fields: Fields = changes.get(("visits", visit.visit_id), {})
        whole = replace(visit, **fields) if fields else visit
        if is_watch(whole):
            first, *rest = watch_parts(whole, bare.visit_by_id)
            parts += rest
            changes[("visits", visit.visit_id)] = fields | {
                name: getattr(first, name) for name in ("duration_s", "ordered_s", "gap_after")
            }
    return parts


def _changes(decision: Decision) -> Iterator[tuple[tuple[str, str], dict[str, object]]]:
    """Table and id, and the fields that a decision sets there."""
    client, visit = ("clients", decision.client_id), ("visits", decision.visit_id)
    if decision.kind == "team":
        yield client, {"team_id": decision.team_id, "locked_team": True}
    elif decision.kind == "contact":
        yield client, {"contact_id": decision.staff_id}
    elif decision.kind == "vice":
        yield client, {"vice_id": decision.staff_id}
    elif decision.kind == "twin":
        yield ("staff", decision.staff_id), {"twin_id": decision.twin_id}
        yield ("staff", decision.twin_id), {"twin_id": decision.staff_id}
    elif decision.kind == "day":
        yield visit, {"weekdays": decision.weekdays}
    elif decision.kind == "time":
        yield visit, {"earliest_s": decision.start_s, "latest_s": decision.start_s}


def undecided(municipality: Municipality) -> Municipality:
    """The municipality as its tables say, with the decisions beside them and not over them."""
    before = municipality.undecided
    laid, talks = set(municipality.laid_shifts), set(municipality.laid_visits)
    if not before and not laid and not talks:
        return municipality

    def without(table: str, item: T, item_id: str) -> T:
        fields: Mapping[str, Any] = before.get((table, item_id), {})
        return replace(item, **fields) if fields else item

    return replace(
        municipality,
        clients=tuple(without("clients", c, c.client_id) for c in municipality.clients),
        visits=tuple(
            without("visits", v, v.visit_id) for v in municipality.visits if v.visit_id not in talks
        ),
        staff=tuple(without("staff", s, s.staff_id) for s in municipality.staff),
        undecided={},
        roster=tuple(entry for entry in municipality.roster if entry not in laid),
        laid_shifts=(),
        decisions=tuple(
            decision for decision in municipality.decisions if decision.visit_id not in talks
        ),
        laid_visits=(),
    )


def decide(municipality: Municipality, *decisions: Decision) -> Municipality:
    """The municipality with more decisions; the same twice is one."""
    kept = dict.fromkeys([*municipality.decisions, *decisions])
    return decided(replace(undecided(municipality), decisions=tuple(kept)))
