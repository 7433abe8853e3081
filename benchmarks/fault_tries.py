"""Attacks on a finished plan: bits flipped, rules broken by hand, hidden homes sought."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from data.errors import StoreError
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.store import read_outputs
from data.store.outputs import CHECKED, SHARED

MOST_ERRORS = 3
"""An excess of so many standard errors in one plan is no chance, with seven attacks on it."""


def flips(out: Path, n_each: int, complaints: list[str]) -> int:
    """Flip one bit at a time in every file that is read back; each must be found."""
    rng = random.Random(1)
    n_flips = 0
    for name in (*CHECKED, *SHARED, "manifest.json"):
        path = out / name
        if not path.is_file():
            continue
        whole = path.read_bytes()
        for _ in range(n_each):
            at, bit = rng.randrange(len(whole)), rng.randrange(8)
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            n_flips += 1
            try:
                read_outputs(out)
            except StoreError:
                continue
            complaints.append(f"{name}: bit {bit} of byte {at} flipped and not found")
        path.write_bytes(whole)
    return n_flips


def _rows_changed(rows: tuple[PlanRow, ...], at: int, **changes: Any) -> tuple[PlanRow, ...]:
    return (*rows[:at], replace(rows[at], **changes), *rows[at + 1 :])


Broken = tuple[TeamPlan, RoundPlan]
Break = Callable[[Municipality, TeamPlan, RoundPlan, random.Random], Broken]
Change = Callable[[PlanRow, random.Random], dict[str, Any]]


def _of_row(change: Change, kind: str = "visit") -> Break:
    """A break of one row, drawn among those of a kind."""

    def broken(_town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random) -> Broken:
        at = rng.choice([i for i, row in enumerate(plan.rows) if row.kind == kind])
        return teams, replace(plan, rows=_rows_changed(plan.rows, at, **change(plan.rows[at], rng)))

    return broken


def _without_row(
    _town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random
) -> Broken:
    at = rng.choice([i for i, row in enumerate(plan.rows) if row.kind == "visit"])
    return teams, replace(plan, rows=plan.rows[:at] + plan.rows[at + 1 :])


def _row_twice(_town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random) -> Broken:
    at = rng.randrange(len(plan.rows))
    return teams, replace(plan, rows=plan.rows[: at + 1] + plan.rows[at:])


def _without_day(
    _town: Municipality, teams: TeamPlan, plan: RoundPlan, _rng: random.Random
) -> Broken:
    return teams, replace(plan, dates=plan.dates[1:])


def _lost_unplanned(
    town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random
) -> Broken:
    if not plan.unplanned:
        return _without_row(town, teams, plan, rng)
    return teams, replace(plan, unplanned=plan.unplanned[1:])


def _client_moved(
    _town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random
) -> Broken:
    """A client of one team is put in another, and the rounds know nothing of it."""
    visited = sorted({row.client_id for row in plan.rows if row.client_id})
    client = rng.choice(visited)
    others = [team.team_id for team in teams.teams if client not in team.client_ids]
    if not others:
        return _client_lost(_town, teams, plan, rng)
    to = rng.choice(others)
    moved = tuple(
        replace(team, client_ids=tuple(sorted(
            {*team.client_ids, client} if team.team_id == to else {*team.client_ids} - {client})))
        for team in teams.teams
    )  # fmt: skip
    return replace(teams, teams=moved), plan


def _client_lost(
    _town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random
) -> Broken:
    at = rng.randrange(len(teams.teams))
    lost = replace(teams.teams[at], client_ids=teams.teams[at].client_ids[1:])
    return replace(teams, teams=(*teams.teams[:at], lost, *teams.teams[at + 1 :])), plan


def _untitled_contact(
    town: Municipality, teams: TeamPlan, plan: RoundPlan, rng: random.Random
) -> Broken:
    """A contact who may not be one."""
    client = rng.choice(sorted(teams.contact))
    staff = [one.staff_id for one in town.staff if not one.may_be_contact]
    return replace(teams, contact={**teams.contact, client: rng.choice(staff or ["nobody"])}), plan


BREAKS: dict[str, Break] = {
    "later": _of_row(lambda r, g: {"start_s": r.start_s + g.randrange(1, 7200)}),
    "shorter": _of_row(lambda r, g: {"end_s": r.end_s - g.randrange(1, 600)}),
    "nearer": _of_row(lambda r, _: {"travel_s": r.travel_s - 1}),
    "no door": _of_row(lambda r, _: {"access_s": r.access_s - 1}),
    "earlier there": _of_row(lambda r, g: {"arrive_s": r.arrive_s - g.randrange(1, 600)}),
    "other carer": _of_row(lambda r, _: {"staff_id": r.staff_id + "x"}),
    "other client": _of_row(lambda r, _: {"client_id": r.client_id + "x"}),
    "other number": _of_row(lambda r, _: {"carer_no": r.carer_no + 1}),
    "other team": _of_row(lambda r, _: {"team_id": r.team_id + "x"}),
    "other tier": _of_row(lambda r, _: {"tier": "pool" if r.tier != "pool" else "contact"}),
    "other mode": _of_row(lambda r, _: {"mode": "car" if r.mode != "car" else "walk"}),
    "a gap": _of_row(lambda r, _: {"seq": r.seq + 100}),
    "other shift": _of_row(lambda r, _: {"shift": "evening" if r.shift == "day" else "day"}),
    "no kind": _of_row(lambda _r, _: {"kind": "fika"}, "break"),
    "short break": _of_row(lambda r, _: {"end_s": r.end_s - 60}, "break"),
    "late start": _of_row(lambda r, _: {"start_s": r.start_s + 60}, "start"),
    "late end": _of_row(lambda r, _: {"end_s": r.end_s + 7200}, "end"),
    "a visit less": _without_row, "a row twice": _row_twice, "a day less": _without_day,
    "unplanned lost": _lost_unplanned, "client moved": _client_moved, "client lost": _client_lost,
    "untitled contact": _untitled_contact,
}  # fmt: skip


def mutations(out: Path, n_tries: int, complaints: list[str]) -> int:
    """Break a plan or its teams in one place; the checker must say so every time."""
    from hemrunda.workfolder.plan_folder import open_plan
    from routing.check import check_plan, check_teams

    at = open_plan(out, None, None, None)
    town, rules = at.municipality, at.config.rules
    rng = random.Random(1)
    names = list(BREAKS)
    for number in range(n_tries):
        name = names[number % len(names)]
        teams, plan = BREAKS[name](town, at.team_plan, at.round_plan, rng)
        found = (
            *check_teams(town, teams, rules), *check_plan(town, teams, at.travel, rules, plan),
        )  # fmt: skip
        if not found:
            complaints.append(f"mutation '{name}' ({number}) and the checker says nothing")
    return n_tries


def hidden_homes_found(out: Path, n_sets: int, complaints: list[str]) -> str:
    """Hide four clients drawn at random, again and again, and seek their homes in what is told."""
    from benchmarks.secrecy import APART, NOW, TOGETHER, table, town_of

    told = []
    for way in (TOGETHER, APART):
        for _, name, (found,) in table([town_of(out, n_sets, way)]):
            if name not in NOW:
                continue
            (more, error), (nearer, _) = found.more, found.nearer
            told.append(f"{way}, {name} {more:+.1f} ({error:.1f}) points, {nearer:+.1f} places")
            if more > MOST_ERRORS * error:
                complaints.append(f"hidden homes are found by {told[-1]}")
    return f"{n_sets} sets, hidden homes found more than others, and nearer: {'; '.join(told)}"
