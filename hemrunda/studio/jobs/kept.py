"""Plans that long work has made: kept among the studio's own until somebody takes or leaves one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hemrunda.studio.shown.job_rows import KeptPlan

if TYPE_CHECKING:
    from hemrunda.studio.session import Session
    from hemrunda.workfolder.plan_context import PlanContext

LATER: Final = "later"
"""Under this name a piece of work leaves what it does after its answer is told: a second answer."""


def keep(
    session: Session, plan: PlanContext, asked: Mapping[str, Any], summary: Any = ()
) -> KeptPlan:
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
