"""Attacks on a finished plan: bits flipped, rules broken by hand, hidden homes sought."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import StoreError
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, TeamPlan
from data.store import plan_files, read_outputs
from data.store.outputs import CHECKED, SHARED

SPEED_MS = 4.0


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


def hidden_homes_found(out: Path, n_sets: int) -> str:
    """Hide four clients drawn at random, again and again; how many homes are found, and by chance.

    From the shared rows, by what each carer's slots and days hold too little (`data.care.hidden`).
    A home is found where it is among the best five per cent of addresses; those of visible
    clients, ranked alike, say how many are found because people live where people live.
    """
    from hemrunda.workfolder.plan_folder import open_plan

    at = open_plan(out, None, None, None)
    town = at.municipality
    places = np.array([(one.x, one.y) for one in at.network.addresses], dtype=np.float64)
    rng = np.random.default_rng(1)
    visited = sorted({row.client_id for row in at.round_plan.rows if row.client_id})
    hidden_ranks: list[float] = []
    open_ranks: list[float] = []
    excess: list[float] = []
    for _ in range(n_sets):
        chosen = set(rng.choice(visited, 4, replace=False))
        clients = tuple(replace(c, protected=c.client_id in chosen) for c in town.clients)
        marked = replace(town, clients=clients)
        rows = plan_files.shared_round_rows(marked, at.round_plan)
        ranks: dict[bool, list[float]] = {True: [], False: []}
        for by in ((2,), (2, 11)):
            score = _spare(marked, rows, by, places)
            for one in marked.clients:
                if one.client_id in visited:
                    here = score[int(np.argmin(np.hypot(*(places - (one.x, one.y)).T)))]
                    rank = 100 * float((score > here).mean() + (score == here).mean() / 2)
                    ranks[bool(one.protected)].append(rank)
        hidden_ranks += ranks[True]
        open_ranks += ranks[False]
        excess.append(_found(ranks[True]) - _found(ranks[False]))
    error = float(np.std(excess, ddof=1)) / len(excess) ** 0.5
    return (
        f"{len(hidden_ranks)} hidden homes ranked, {_found(hidden_ranks):.1f} % among the best 5 % "
        f"(visible ones {_found(open_ranks):.1f} %); a set's excess {np.mean(excess):+.1f} points, "
        f"standard error {error:.1f}"
    )


def _found(ranks: list[float]) -> float:
    """Per cents of ranks that are among the best five."""
    return float(100 * np.mean(np.array(ranks) < 5))


def _spare(town: Municipality, rows: list[list[Any]], by: tuple[int, ...], places: Any) -> Any:
    """For each address, how much less than usual is done in the groups of rows around it."""
    homes = {c.client_id: (c.x, c.y) for c in town.clients if not c.protected}
    lasts = {visit.visit_id: visit.duration_s for visit in town.visits}
    groups: dict[tuple[Any, ...], list[list[Any]]] = {}
    for row in rows:
        if row[8] in homes:
            groups.setdefault(tuple(row[i] for i in by), []).append(row)
    loads = []
    for members in groups.values():
        at = np.array([homes[row[8]] for row in members])
        way_s = float(np.hypot(*np.diff(at, axis=0).T).sum()) / SPEED_MS
        loads.append((at, sum(lasts[row[7]] for row in members) + way_s))
    usual = float(np.mean([load for _, load in loads]))
    votes, weight = np.zeros(len(places)), np.ones(len(places))
    for at, load in loads:
        far = np.hypot(places[:, :1] - at[:, 0], places[:, 1:] - at[:, 1]).min(axis=1)
        near = np.exp(-((far / 300.0) ** 2) / 2)
        votes += near * (usual - load)
        weight += near
    return votes / weight
