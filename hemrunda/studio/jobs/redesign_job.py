"""The ways from the division as it stands to better ones: each point a whole plan to look at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from data.plans import RoundPlan
from data.progress import Progress
from hemrunda.studio.divisions import as_tables, held_contacts
from hemrunda.studio.jobs.kept import keep
from hemrunda.studio.shown.figure_rows import KeptFront, PointRow
from hemrunda.studio.shown.job_rows import RedesignDone

if TYPE_CHECKING:
    from hemrunda.studio.session import Session
    from partition.redesign.redesign_front import Aim, RedesignPoint

AIMS: Final[tuple[Aim, ...]] = ("balance", "travel")


def redesigned(session: Session, asked: Mapping[str, Any], progress: Progress) -> RedesignDone:
    """Both fronts of the division as it stands, with what is locked kept; none has rounds yet."""
    from data.atomic import write_text
    from data.care.decisions import decide
    from hemrunda.options import default_workers
    from partition import make_redesign

    present = session.present()
    plan, scenario = present.plan, present.scenario
    municipality = as_tables(plan.municipality, plan.team_plan)
    held = held_contacts(plan.team_plan, scenario)
    if held:
        municipality = decide(municipality, *held)
    point_rows: list[PointRow] = []
    for i, aim in enumerate(AIMS):
        points = make_redesign(
            municipality, plan.travel, plan.config.rules, network=plan.network,
            mode=plan.config.general.mode, seed=1, workers=default_workers(),
            time_limit_s=float(asked["seconds"]) if asked.get("seconds") else None, aim=aim,
            progress=_part(progress, i),
        )  # fmt: skip
        for number, point in enumerate(points):
            folder = f"{asked['base']}{aim[0]}{number}"
            keep(session, replace(plan, team_plan=point.plan, round_plan=RoundPlan((), (), ())),
                 {**asked, "base": folder})  # fmt: skip
            point_rows.append(_point_row(session, folder, point))
    front: KeptFront = {"of_rev": present.rev, "live": list(scenario.live), "points": point_rows}
    write_text(session.front_path, json.dumps(front, ensure_ascii=False))
    return {"of": "redesign", "n": len(point_rows)}


def _part(progress: Progress, i: int) -> Progress:
    """The share of the work that one aim is."""
    return Progress(lambda done, text: progress.report((i + done) / len(AIMS), text), progress.stop)


def _point_row(session: Session, folder: str, point: RedesignPoint) -> PointRow:
    """A point in figures, and who moves why; protected clients are counted only."""
    known = session.present().plan.municipality.client_by_id
    return {
        "base": folder,
        "aim": point.aim,
        "n_moved": point.n_moved,
        "n_new_contacts": point.n_new_contacts,
        "n_forced_contacts": point.n_forced_contacts,
        "travel_min_week": point.travel_min_week,
        "travel_gain_min_week": point.travel_gain_min_week,
        "imbalance_pct": point.imbalance_pct,
        "n_fragments": point.n_fragments,
        "gain_pct": round(100 * point.share_of_gain),
        "moves": [
            {"client_id": move.client_id, "from": move.from_team_id, "to": move.to_team_id,
             "reason": move.reason}
            for move in point.moves
            if not known[move.client_id].protected
        ],
    }  # fmt: skip
