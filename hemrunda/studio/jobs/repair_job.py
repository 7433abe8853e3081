"""A day mended in three ways after the morning's news."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from data.model import Pin
from data.progress import Progress
from data.units import clock
from hemrunda.studio.jobs.kept import keep
from hemrunda.studio.shown.job_rows import (
    Asked,
    CallRow,
    LongerRow,
    RepairKept,
    RepairRefused,
    RepairRow,
    RepairsDone,
    RepairShown,
    RepairsUnproved,
)

if TYPE_CHECKING:
    from data.model import Municipality
    from data.plans import RoundPlan
    from hemrunda.studio.session import Session
    from hemrunda.workfolder.disruptions import Disruptions
    from hemrunda.workfolder.plan_context import PlanContext
    from routing.engine.weights import RoundWeights


LEAVING_S: Final = 30 * 60
"""What somebody who falls ill at work gets to end the visit and to go home."""
NOBODY: Final = "ingen"
"""A delegation that nobody holds."""
WHO_STAYS: Final = "kvar"
"""A delegation that everybody holds but those who go home."""
TOO_LATE: Final = "tiden hade gått när dagen lagades"
PER_VISIT: Final = 200
"""Iterations a visit: three answers beside each other are to come while the phone rings."""


@dataclass(frozen=True)
class _Made:
    """One way to mend the day."""

    shown: RepairShown
    plan: PlanContext
    refusal: Future[str]
    """What the independent checker has against it; empty where nothing."""


def repaired(session: Session, asked: Mapping[str, Any], progress: Progress) -> RepairsUnproved:
    """Several ways to mend the days of the news, for the planner to choose from.

    Nothing of other days or areas is changed, and nothing that has begun by the time it is now.
    They are told of at once, and proved and kept after that (`LATER`): the phone is ringing. Each
    way is proved beside the search of the next one, whose kernels leave the interpreter free.
    """
    from hemrunda.effort import Effort
    from hemrunda.mending import repair
    from hemrunda.options import default_workers
    from routing.engine.search_params import MENDING

    begun_s = time.monotonic()
    plan, disruptions, notes = _after_disruptions(session.present().plan, asked["news"])
    frozen, gone = _frozen(plan, disruptions, _since_s(asked["news"]))
    effort = Effort(workers=default_workers())
    params = replace(MENDING, iterations_per_visit=PER_VISIT)
    areas = _areas_of(plan, disruptions)
    made: list[_Made] = []
    prover = ThreadPoolExecutor(1)
    wanted = asked.get("ways") or list(REMEDIES)
    for i, remedy in enumerate(wanted):
        progress.report(i / len(wanted), f"Lagar: {REMEDIES[remedy]}")
        mended, changes = repair(
            frozen, disruptions.days[0], effort, Progress(stop=progress.stop), weights(remedy),
            until=disruptions.days[-1], areas=areas, params=params,
        )  # fmt: skip
        pins = mended.municipality.pins
        mended = replace(
            mended, municipality=replace(plan.municipality, pins=pins),
            round_plan=_with_reason_too_late(mended.round_plan, gone, disruptions.days[0]),
        )  # fmt: skip
        folder = asked["base"] + remedy
        shown: RepairShown = {
            "way": remedy,
            "title": REMEDIES[remedy],
            "base": folder,
            **repair_row(plan, mended, changes),
        }
        made.append(_Made(shown, mended, prover.submit(_refusal, mended)))
    prover.shutdown(wait=False)
    done: RepairsDone = {
        "of": "repair", "notes": notes, "repairs": [repair.shown for repair in made],
        "is_proved": False,
        "news": _as_sent(asked["news"], disruptions),
        "seconds": round(time.monotonic() - begun_s, 1),
    }  # fmt: skip
    return {**done, "later": partial(_proved, session, asked, done, made)}


def _proved(
    session: Session,
    asked: Mapping[str, Any],
    done: RepairsDone,
    made: Sequence[_Made],
) -> RepairsDone:
    """The same, each way proved and kept, or refused: none can be taken before."""
    repairs: list[RepairKept | RepairRefused] = []
    for of_way in made:
        repair, refused = of_way.shown, of_way.refusal.result()
        if refused:
            repairs.append({"way": repair["way"], "title": repair["title"], "refused": refused})
            continue
        kept = keep(session, of_way.plan, {**asked, "base": repair["base"]})
        repairs.append({**repair, **kept})
    return {**done, "repairs": repairs, "is_proved": True}


def _areas_of(plan: PlanContext, disruptions: Disruptions) -> frozenset[str] | None:
    """The areas that the news are of; None where they are of no one in particular."""
    if disruptions.is_empty:
        return None
    team_plan = plan.team_plan
    first = [text.partition(",")[0] for text in (
        *disruptions.sick, *disruptions.away, *disruptions.extra, *disruptions.new_visits,
        *disruptions.late, *disruptions.leaves,
        *disruptions.home, *disruptions.keys, *disruptions.vacant,
    )]  # fmt: skip
    of_visit = plan.municipality.visit_by_id
    first += [
        of_visit[staff_id].client_id for staff_id in sorted(disruptions.off) if staff_id in of_visit
    ]
    areas = set()
    for record_id in first:
        team_id = (
            team_plan.team_of_client.get(record_id)
            or team_plan.staff_team.get(record_id)
            or record_id
        )
        team = team_plan.team_by_id.get(team_id)
        areas.add(team_plan.staff_area.get(record_id) or (team.area_id if team else ""))
    return frozenset(areas) if "" not in areas else None


def _after_disruptions(
    plan: PlanContext, sent: Mapping[str, Any]
) -> tuple[PlanContext, Disruptions, Sequence[str]]:
    """The plan over tables that hold the news, with carers who are new among its teams."""
    from hemrunda.mending import with_stand_ins
    from hemrunda.studio.studio_scenario import disruptions_of
    from hemrunda.workfolder.decisions_kept import notes_on_locks
    from hemrunda.workfolder.disruptions import with_disruptions
    from partition.teams.newcomers import with_newcomers

    disruptions = _at_work(plan, disruptions_of(sent), _since_s(sent))
    municipality, notes = with_disruptions(plan.municipality, disruptions)
    team_plan = with_newcomers(
        plan.team_plan, municipality, plan.travel, plan.config.general.mode, plan.config.rules.teams
    )
    rounds = with_stand_ins(plan.round_plan, plan.municipality, disruptions)
    after = replace(plan, municipality=municipality, team_plan=team_plan, round_plan=rounds)
    rested = notes_on_locks(plan.municipality)
    rests = [note for note in notes_on_locks(municipality) if note not in rested]
    return after, disruptions, [*notes, *rests]


def _since_s(sent: Mapping[str, Any]) -> int | None:
    """What time it is, where the planner says so."""
    from data.tables.schema.clock_times import clock_s

    return clock_s(str(sent["since"])) if sent.get("since") else None


def _at_work(plan: PlanContext, disruptions: Disruptions, since_s: int | None) -> Disruptions:
    """The news, with those who fall ill at work leaving it instead of never having come."""
    if since_s is None:
        return disruptions
    day = disruptions.days[0]
    leaves, sick = [*disruptions.leaves], []
    for staff_id in disruptions.sick:
        done = [row.end_s for row in plan.round_plan.rows
                if (row.date, row.staff_id, row.kind) == (day, staff_id, "visit")
                and row.start_s < since_s]  # fmt: skip
        if done:
            leaves.append(f"{staff_id},{clock(max(since_s, *done) + LEAVING_S)}")
        else:
            sick.append(staff_id)
    return replace(disruptions, sick=tuple(sick), leaves=tuple(leaves))


def _as_sent(sent: Mapping[str, Any], disruptions: Disruptions) -> Asked:
    return {**sent, "sick": list(disruptions.sick), "leaves": list(disruptions.leaves)}


def _frozen(
    plan: PlanContext, disruptions: Disruptions, since_s: int | None
) -> tuple[PlanContext, frozenset[str]]:
    """The plan to mend: what has begun is locked, and nothing else can begin before it is now.

    The visits whose time has gone without their having begun come beside it; nobody can make them,
    so that they are told of instead of being put into the past. Those of the late have not begun.
    Who goes home ill gets nobody new on the way.
    """
    if since_s is None:
        return plan, frozenset()
    day, municipality = disruptions.days[0], plan.municipality
    late = {text.partition(",")[0] for text in disruptions.late}
    held = {(pin.date, pin.visit_id, pin.carer_no) for pin in municipality.pins}
    begun = [
        Pin(row.date, row.visit_id, row.staff_id, row.start_s, row.carer_no)
        for row in plan.round_plan.rows
        if row.kind == "visit" and row.date == day and row.start_s < since_s
        and row.staff_id not in late and row.visit_id not in disruptions.cancelled
    ]  # fmt: skip
    ids = {pin.visit_id for pin in begun}
    gone = frozenset(
        visit.visit_id for visit in municipality.visits
        if visit.visit_id not in ids and visit.latest_s < since_s
    )  # fmt: skip
    visits = tuple(
        visit if visit.visit_id in ids
        else replace(visit, skills=visit.skills | {NOBODY}) if visit.visit_id in gone
        else replace(visit, earliest_s=max(visit.earliest_s, since_s))
        for visit in municipality.visits
    )  # fmt: skip
    pins = [pin for pin in begun if (pin.date, pin.visit_id, pin.carer_no) not in held]
    held_now = replace(municipality, visits=visits, pins=(*municipality.pins, *pins))
    return replace(plan, municipality=_without_leavers(held_now, begun, disruptions.leaves)), gone


def _without_leavers(
    municipality: Municipality, begun: Sequence[Pin], leaves: Sequence[str]
) -> Municipality:
    """The tables, where who goes home begins no more visit: not even one of a client seen today."""
    gone_home = {text.partition(",")[0] for text in leaves}
    if not gone_home:
        return municipality
    ids = {pin.visit_id for pin in begun}
    seen = {municipality.visit_by_id[pin.visit_id].client_id
            for pin in begun if pin.staff_id in gone_home}  # fmt: skip
    clients = tuple(
        client if client.client_id in seen else replace(client,
        blocked_staff=client.blocked_staff | gone_home)
        for client in municipality.clients
    )  # fmt: skip
    # A block would lie on what has begun too: what is left of these asks for who stays instead.
    visits = tuple(
        replace(visit, skills=visit.skills | {WHO_STAYS})
        if visit.client_id in seen and visit.visit_id not in ids else visit
        for visit in municipality.visits
    )  # fmt: skip
    staff = tuple(
        carer if carer.staff_id in gone_home
        else replace(carer, skills={**carer.skills, WHO_STAYS: dt.date.max})
        for carer in municipality.staff
    )  # fmt: skip
    return replace(municipality, clients=clients, visits=visits, staff=staff)


def _with_reason_too_late(rounds: RoundPlan, gone: frozenset[str], day: dt.date) -> RoundPlan:
    """The rounds, with the true reason why what is too late has nobody."""
    unplanned = tuple(
        replace(row, reason=TOO_LATE) if row.date == day and row.visit_id in gone else row
        for row in rounds.unplanned
    )
    return replace(rounds, unplanned=unplanned)


def _refusal(made: PlanContext) -> str:
    """What the independent checker has against a plan; else empty."""
    from routing.check import check_plan

    violations = check_plan(
        made.municipality, made.team_plan, made.travel, made.config.rules, made.round_plan
    )
    return (
        f"{len(violations)} brott mot reglerna, till exempel: {violations[0].message}"
        if violations
        else ""
    )


REMEDIES: Final = {
    "calls": "Minst att ringa om",
    "faces": "Samma ansikten",
    "hours": "Kortast vägar och arbetstid",
}


def weights(remedy: str) -> RoundWeights:
    """What each way of mending holds dear."""
    from routing.engine.weights import RoundWeights

    plain = RoundWeights()
    if remedy == "calls":
        return replace(plain, change=2 * plain.change, move_pct=2 * plain.move_pct)
    if remedy == "faces":
        return replace(
            plain, new_carer_daily=3 * plain.new_carer_daily,
            new_carer_other=20 * plain.new_carer_other,
            change=plain.change // 5,
        )  # fmt: skip
    return replace(
        plain, new_carer_daily=plain.new_carer_daily // 10,
        new_carer_other=plain.new_carer_other // 6,
        change=plain.change // 32, move_pct=plain.move_pct // 2,
    )  # fmt: skip


def repair_row(before: PlanContext, after: PlanContext, changes: Any) -> RepairRow:
    """What a mended plan means for people: whom to phone, who meets somebody new, how long ways."""
    shown = {client.client_id for client in before.municipality.clients if not client.protected}
    known = {(row.client_id, row.staff_id) for row in before.round_plan.rows if row.client_id}
    worth = [change for change in changes if change.kind != "time" or abs(change.moved_s) >= 300]
    rows: list[CallRow] = [
        {
            "kind": change.kind, "date": change.date.isoformat(), "visit_id": change.visit_id,
            "client_id": change.client_id if change.client_id in shown else "",
            "before": change.staff_before, "after": change.staff_after,
            "start_before": change.start_before_s, "start_after": change.start_after_s,
            "is_stranger": bool(change.staff_after)
            and (change.client_id, change.staff_after) not in known,
        }
        for change in worth
    ]  # fmt: skip

    def travel_s_of(plan: PlanContext) -> int:
        return sum(row.travel_s + row.access_s for row in plan.round_plan.rows)

    return {
        "calls": rows,
        "n_clients_to_call": len({change.client_id for change in worth}),
        "n_strangers": len(
            {(change.client_id, change.staff_after) for change in worth if change.staff_after}
            - known
        ),
        "n_unplanned": sum(change.kind in ("dropped", "new_unplanned") for change in changes),
        "n_small": len(changes) - len(worth),
        "travel_min": round((travel_s_of(after) - travel_s_of(before)) / 60),
        "longer": _longer(before.round_plan, after.round_plan),
    }


def _longer(before: RoundPlan, after: RoundPlan) -> list[LongerRow]:
    """Who works longer on a day than she would have, the longest first.

    A mended plan keeps every shift's end: what is left of overtime is the longer day within it, and
    the whole of a shift that is called in.
    """
    was = _worked(before)
    rows: list[LongerRow] = []
    for (date, staff_id), (worked_s, end_s) in _worked(after).items():
        more_min = round((worked_s - was.get((date, staff_id), (0, 0))[0]) / 60)
        if more_min > 0:
            rows.append({
                "staff_id": staff_id, "date": date.isoformat(), "more_min": more_min, "end": end_s,
            })  # fmt: skip
    return sorted(rows, key=lambda row: (-row["more_min"], row["staff_id"], row["date"]))


def _worked(plan: RoundPlan) -> dict[tuple[dt.date, str], tuple[int, int]]:
    """Seconds from leaving the base until back at it, and when that is, by date and carer."""
    worked: dict[tuple[dt.date, str], tuple[int, int]] = {}
    for rows in plan.rounds.values():
        key = rows[0].date, rows[0].staff_id
        sum_s, end_s = worked.get(key, (0, 0))
        length_s = rows[-1].end_s - rows[0].start_s
        worked[key] = sum_s + length_s, max(end_s, rows[-1].end_s)
    return worked
