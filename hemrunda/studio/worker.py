"""Long work in a process of its own: asked by lines of JSON, and answering by lines.

It keeps the folder open, so that the second question is answered at once. ``stop`` ends the search
and keeps the best so far; when whoever asked is gone, so is it.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.errors import HemrundaError
from data.progress import Progress

if TYPE_CHECKING:
    from hemrunda.studio.session import Session
    from hemrunda.workfolder.plan_context import PlanContext
    from routing.engine.weights import RoundWeights

REPORT_EVERY_S: Final = 0.2
Tell = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Answer the questions that come on standard input, until there are no more."""
    sys.stdout, answers = sys.stderr, sys.stdout
    lock = threading.Lock()

    def tell(found: Mapping[str, Any]) -> None:
        with lock:
            answers.write(json.dumps(found, ensure_ascii=True) + "\n")
            answers.flush()

    questions: queue.Queue[dict[str, Any] | None] = queue.Queue()
    stop = threading.Event()

    def listen() -> None:
        for line in sys.stdin:
            asked = json.loads(line)
            if asked["kind"] == "stop":
                stop.set()
            else:
                questions.put(asked)
        os._exit(0)  # nobody is left to tell: no half-made plan is worth finishing

    threading.Thread(target=listen, daemon=True).start()
    sessions: dict[str, Session] = {}
    while (asked := questions.get()) is not None:
        stop.clear()
        tell(_answered(asked, sessions, tell, stop))


def _answered(
    asked: Mapping[str, Any], sessions: dict[str, Session], tell: Tell, stop: threading.Event
) -> dict[str, Any]:
    from hemrunda.studio.session import Session

    reported_s = 0.0

    def report(done: float, text: str) -> None:
        nonlocal reported_s
        now_s = time.monotonic()
        if now_s - reported_s >= REPORT_EVERY_S:
            reported_s = now_s
            tell({"kind": "progress", "job": asked["job"], "done": round(done, 3), "text": text})

    progress = Progress(report, stop)
    try:
        session = sessions.get(asked["folder"])
        if session is None:
            sessions.clear()
            session = sessions[asked["folder"]] = Session(
                Path(asked["folder"]),
                Progress(lambda done, text: report(0.04 * done, f"Öppnar mappen: {text}")),
            )
        session.catch_up()
        work = {"plan": planned, "repair": repaired, "warm": warmed}[asked["kind"]]
        answer = work(session, asked, progress)
    except HemrundaError as error:
        return {"kind": "failed", "job": asked["job"], "text": str(error)}
    except Exception as error:  # no trace: it could quote a client's address
        text = f"Oväntat fel ({type(error).__name__}). Ingenting har ändrats."
        return {"kind": "failed", "job": asked["job"], "text": text}
    return {"kind": "done", "job": asked["job"], **answer}


def warmed(_session: Session, _asked: Mapping[str, Any], _progress: Progress) -> dict[str, Any]:
    """The folder is open: what comes next is answered at once."""
    return {"of": "warm"}


def planned(session: Session, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Rounds for the teams as they stand, from those at hand where the teams are the same.

    Clients who have moved get contacts in their new team; everyone else keeps hers.
    """
    from hemrunda.options import default_workers
    from routing.engine.weights import QUICK
    from routing.measures import summary_sv
    from routing.rounds import plan_rounds

    present = session.present()
    plan, rules = present.plan, present.plan.config.rules
    if present.scenario.moves:
        progress.report(0.02, "Utser kontakter för dem som flyttar")
        plan = replace(plan, team_plan=with_contacts(plan))
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
            lambda done, text: progress.report(0.05 + 0.85 * done, text), progress.stop
        ),
        weights=plan.config.prices,
        params=QUICK if asked.get("quick") else None,
        current=before,
    )
    plan = replace(plan, round_plan=rounds)
    progress.report(0.93, "Mäter planen")
    return {"of": "plan", **_kept(session, plan, asked, summary_sv(plan.measures))}


def with_contacts(plan: PlanContext) -> Any:
    """Contacts and covers for teams that have changed; whoever may keep a contact keeps it."""
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
    return complete_plan(
        replace(plan.municipality, clients=clients), plan.team_plan.teams, plan.travel,
        plan.config.rules, network=plan.network, mode=plan.config.general.mode, seed=1, keeps=True,
    )  # fmt: skip


def repaired(session: Session, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Several ways to mend the plan after news, each proved, for the planner to choose from."""
    from data.errors import PlanRefusedError
    from hemrunda.effort import Effort
    from hemrunda.mending import repair
    from hemrunda.options import default_workers
    from hemrunda.pipeline import refuse
    from hemrunda.studio.studio_scenario import news_of
    from hemrunda.workfolder.disruptions import with_news
    from routing.check import check_plan

    plan = session.present().plan
    news = news_of(asked["news"])
    municipality, sentences = with_news(plan.municipality, news)
    plan = replace(plan, municipality=municipality)
    effort = Effort(workers=default_workers())
    proposals: list[dict[str, Any]] = []
    wanted = asked.get("ways") or list(WAYS)
    for i, way in enumerate(wanted):
        progress.report(i / len(wanted), f"Lagar: {WAYS[way]}")
        made, changes = repair(
            plan, news.days[0], effort, Progress(stop=progress.stop), weights(way)
        )
        try:
            refuse(
                check_plan(
                    made.municipality, made.team_plan, made.travel, made.config.rules,
                    made.round_plan,
                )
            )  # fmt: skip
        except PlanRefusedError as error:
            proposals.append({"way": way, "title": WAYS[way], "refused": str(error)})
            continue
        base = asked["base"] + way
        kept = _kept(session, made, {**asked, "base": base})
        proposals.append({"way": way, "title": WAYS[way], **told_of(plan, made, changes), **kept})
    return {"of": "repair", "told": sentences, "repairs": proposals, "news": asked["news"]}


WAYS: Final = {
    "calls": "Minst att ringa om",
    "faces": "Samma ansikten",
    "hours": "Kortast vägar och arbetstid",
}


def weights(way: str) -> RoundWeights:
    """What each way of mending holds dear."""
    from routing.engine.weights import RoundWeights

    plain = RoundWeights()
    if way == "calls":
        return replace(plain, change=2 * plain.change, move_pct=2 * plain.move_pct)
    if way == "faces":
        return replace(plain, face_daily=3000, face_other=2500, change=plain.change // 2)
    return replace(
        plain, face_daily=plain.face_daily // 4, face_other=plain.face_other // 4,
        change=plain.change // 4, move_pct=plain.move_pct // 2,
    )  # fmt: skip


def told_of(before: PlanContext, after: PlanContext, changes: Any) -> dict[str, Any]:
    """What a mended plan means for people: whom to phone, who meets somebody new, how long ways."""
    shown = {client.client_id for client in before.municipality.clients if not client.protected}
    known = {(row.client_id, row.staff_id) for row in before.round_plan.rows if row.client_id}
    worth = [change for change in changes if change.kind != "time" or abs(change.moved_s) >= 300]
    rows = [
        {
            "kind": one.kind, "date": one.date.isoformat(), "visit_id": one.visit_id,
            "client_id": one.client_id if one.client_id in shown else "",
            "before": one.staff_before, "after": one.staff_after,
            "start_before": one.start_before_s, "start_after": one.start_after_s,
            "is_stranger": bool(one.staff_after)
            and (one.client_id, one.staff_after) not in known,
        }
        for one in worth
    ]  # fmt: skip

    def travel_sum_s(plan: PlanContext) -> int:
        return sum(row.travel_s + row.access_s for row in plan.round_plan.rows)

    return {
        "calls": rows,
        "n_clients_to_call": len({one.client_id for one in worth}),
        "n_strangers": len(
            {(one.client_id, one.staff_after) for one in worth if one.staff_after} - known
        ),
        "n_unplanned": sum(one.kind in ("dropped", "new_unplanned") for one in changes),
        "n_small": len(changes) - len(worth),
        "travel_min": round((travel_sum_s(after) - travel_sum_s(before)) / 60),
    }


def _kept(
    session: Session, plan: PlanContext, asked: Mapping[str, Any], summary: Any = ()
) -> dict[str, Any]:
    """Write a plan among the studio's own, to be looked at and taken or left."""
    from data.store import write_plan_alone

    write_plan_alone(
        session.plan_folder(asked["base"]),
        plan.municipality,
        plan.team_plan,
        plan.round_plan,
        {"command": "studio", "plan_id": plan.plan_id},
    )
    return {"base": asked["base"], "summary": summary, "plan_id": plan.plan_id}


if __name__ == "__main__":
    main()
