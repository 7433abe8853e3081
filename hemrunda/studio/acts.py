"""What a planner can do, judged before it is written down: moves, drags, locks, plans, approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from data.care.hidden import hidden_clients
from data.errors import PlanRefusedError, SettingsError
from data.model import Municipality
from data.plans import PlanRow, RoundPlan, Violation
from hemrunda.studio import contact_desk
from hemrunda.studio.divisions import broken_contacts, with_moves
from hemrunda.studio.journal import Act
from hemrunda.studio.session import Present, Session
from hemrunda.studio.shown.act_rows import ActDone, DragShown, Effect, Judged, MoveShown, RuleRow
from hemrunda.studio.studio_scenario import disruptions_of, move_of, pin_of
from hemrunda.workfolder.plan_context import PlanContext
from routing.hand.judging import Verdict, judged, places
from routing.hand.moving import HandMove, rounds_on

Args = Mapping[str, Any]
NONSENSE: Final = (
    KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError,
)  # fmt: skip
"""What anything but a sound question runs into, here or when its act is lived with."""
PLACES_MOST: Final = 60
BROKEN_SHOWN: Final = 20
NAME_MOST: Final = 40
DAY_S: Final = 86_400
NAMES_MOST: Final = 20


def act(session: Session, rev: int, who: str, kind: str, args: Args) -> ActDone:
    """Judge an act and write it down; what it does comes back when it is on the disk.

    It is lived with before it is written: what cannot be is refused, and never in the journal.

    Raises
    ------
    ConflictError
        Where somebody has acted since ``rev``.
    SettingsError
        Where it means nothing, or a lock is in its way.
    PlanRefusedError
        Where a plan that breaks rules is to be approved.
    """
    with session.lock:
        present = session.present()
        judge = _JUDGES.get(kind)
        if judge is None:
            raise SettingsError("Det kan inte göras.")
        try:
            kept, effect = judge(session, present, args)
            if rev == session.journal.rev:
                present = session.after(Act(rev + 1, "", who, kind, kept))
        except NONSENSE as error:
            raise SettingsError("Det som skickades går inte att förstå.") from error
        made = session.journal.append(rev, who, kind, kept)
        session.keep(present)
        return {"rev": made.rev, "effect": effect}


def tried(session: Session, kind: str, args: Args) -> Effect:
    """The effect of an act that is not done."""
    if kind not in ("move", "drag"):
        raise SettingsError("Det kan inte prövas.")
    with session.lock:
        _, effect = _JUDGES[kind](session, session.present(), args)
    return effect


def _move(_session: Session, present: Present, args: Args) -> Judged:
    team_id = str(args["team_id"])
    plan, judge = present.plan.team_plan, present.judge
    known = present.plan.municipality.client_by_id
    moving: list[str] = []
    warnings: list[str] = []
    with_them: list[str] = []
    touched = {team_id}
    after = plan
    if team_id in present.scenario.locked_teams:
        raise SettingsError(f"Lag {team_id} är låst. Lås upp det först.")
    for client_id in map(str, args["client_ids"]):
        if after.team_of_client.get(client_id) == team_id and client_id in moving:
            continue
        group = judge.moving(after, client_id, team_id)
        locked = [member for member in group if known[member].locked_team]
        if locked:
            team = after.team_of_client[locked[0]]
            if team in present.scenario.locked_teams:
                raise SettingsError(f"Lag {team} är låst. Lås upp det först.")
            raise SettingsError("Låst till sitt lag. Lås upp först.")
        effect = judge.effect(after, client_id, team_id)
        touched.add(after.team_of_client[client_id])
        warnings = list(effect.warnings)
        with_them += effect.with_client
        moving += group
        after = with_moves(after, dict.fromkeys(group, team_id))
    ids = sorted(touched)
    summary: MoveShown = {
        "client_ids": [member for member in moving if not known[member].protected],
        "team_id": team_id,
        "with": [member for member in with_them if not known[member].protected],
        "before": judge.rows(plan, ids),
        "after": judge.rows(after, ids),
        "contacts": broken_contacts(
            after, [member for member in moving if not known[member].protected]
        ),
        "warnings": warnings,
    }
    return {"client_ids": moving, "team_id": team_id}, summary


def _lock_client(_session: Session, present: Present, args: Args) -> Judged:
    known = present.plan.municipality.client_by_id
    ids = [str(client_id) for client_id in args["client_ids"] if client_id in known]
    return {"client_ids": ids, "on": bool(args["on"])}, {}


def _lock_team(_session: Session, present: Present, args: Args) -> Judged:
    team_id = str(args["team_id"])
    if team_id not in present.plan.team_plan.team_by_id:
        raise SettingsError("Laget finns inte.")
    return {"team_id": team_id, "on": bool(args["on"])}, {}


def _name(_session: Session, present: Present, args: Args) -> Judged:
    """A name for what stands now; one that is taken is moved here."""
    name = " ".join(str(args["name"]).split())
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise SettingsError(f"Ett namn har 1–{NAME_MOST} tecken.")
    if name not in present.scenario.names and len(present.scenario.names) >= NAMES_MOST:
        raise SettingsError(f"Det finns redan {NAMES_MOST} förslag. Ta bort något först.")
    return {"name": name}, {}


def _known_name(_session: Session, present: Present, args: Args) -> Judged:
    if str(args["name"]) not in present.scenario.names:
        raise SettingsError("Det finns inget förslag med det namnet.")
    return {"name": str(args["name"])}, {}


def _drag(_session: Session, present: Present, args: Args) -> Judged:
    move = move_of(args)
    _refuse_locked(present, move)
    _refuse_closed(present, move)
    verdict = judged(present.ground, present.plan.round_plan, move)
    known = present.plan.municipality
    kept = {
        "date": move.date.isoformat(), "visit_id": move.visit_id, "carer_no": move.carer_no,
        "round_id": move.round_id, "start_s": move.start_s,
    }  # fmt: skip
    return kept, drag_shown(verdict, move, known)


def _refuse_locked(present: Present, move: HandMove) -> None:
    for pin in present.plan.municipality.pins:
        if pin.date == move.date and pin.visit_id == move.visit_id:
            raise SettingsError("Besöket är låst. Lås upp det först.")


def _closed_on(present: Present, day: dt.date) -> frozenset[str]:
    """The carers whose whole day is locked."""
    pins = present.plan.municipality.pins
    return frozenset(pin.staff_id for pin in pins if pin.date == day and not pin.visit_id)


def _refuse_closed(present: Present, move: HandMove) -> None:
    """Nothing leaves a day that is locked, and nothing comes to it."""
    closed = _closed_on(present, move.date)
    if not closed:
        return
    rounds = present.plan.round_plan.rounds
    touched = {rows[0].staff_id for rows in rounds_on(present.plan.round_plan, move.date)
               if any(row.visit_id == move.visit_id for row in rows)}  # fmt: skip
    if move.round_id in rounds:
        touched.add(rounds[move.round_id][0].staff_id)
    if held := sorted(touched & closed):
        raise SettingsError(f"Dagen är låst för {held[0]}. Lås upp den först.")


def drag_shown(verdict: Verdict, move: HandMove, known: Municipality) -> DragShown:
    """A verdict as the page shows it; a rule that a hidden client's visit breaks has no id."""
    hidden = hidden_clients(known) if verdict.broken else frozenset()
    return {
        "round_id": move.round_id,
        "start": verdict.start_s,
        "travel_s": verdict.travel_s,
        "wait_s": verdict.wait_s,
        "late_s": verdict.late_s,
        "new_carer": verdict.new_carer,
        "n_pushed": verdict.n_pushed,
        "legal": verdict.is_legal,
        "mended": verdict.mended,
        "broken": [
            _rule_row(violation, known, hidden) for violation in verdict.broken[:BROKEN_SHOWN]
        ],
    }


def _rule_row(violation: Violation, known: Municipality, hidden: Collection[str]) -> RuleRow:
    visit = known.visit_by_id.get(violation.visit_id)
    return {
        "rule": violation.rule,
        "visit": visit.visit_id if visit and visit.client_id not in hidden else "",
        "round": violation.round_id,
        "text": violation.message,
    }


def places_for(session: Session, args: Args, team_id: str) -> list[DragShown]:
    """Where one visit could go at a time: every round of the team that day, judged."""
    with session.lock:
        present = session.present()
    move = move_of({**args, "round_id": ""})
    plan = present.plan
    staff_team = plan.team_plan.staff_team
    wanted = [
        rows[0].round_id
        for rows in rounds_on(plan.round_plan, move.date)
        if not team_id
        or staff_team.get(rows[0].staff_id) == team_id
        or any(row.team_id == team_id for row in rows)
    ]
    closed = _closed_on(present, move.date)
    wanted = [
        round_id
        for round_id in wanted
        if _is_at_work(plan.round_plan.rounds[round_id], move.start_s)
        and plan.round_plan.rounds[round_id][0].staff_id not in closed
    ]
    verdicts = places(present.ground, plan.round_plan, move, wanted[:PLACES_MOST])
    return [
        {**drag_shown(verdict, move, plan.municipality), "round_id": round_id}
        for round_id, verdict in verdicts.items()
    ]


def _is_at_work(rows: Sequence[PlanRow], start_s: int) -> bool:
    """Whether the round is under way then, give or take an hour."""
    return rows[0].start_s - 3600 <= start_s <= rows[-1].end_s + 3600


def _lock_visit(_session: Session, present: Present, args: Args) -> Judged:
    """A lock of a visit, or of a carer's day: of what there is, and of nothing else."""
    pin = pin_of(args)
    known = present.plan.municipality
    if pin.staff_id not in known.staff_by_id or pin.date not in known.dates:
        raise SettingsError("Personen eller dagen finns inte.")
    if pin.visit_id and pin.visit_id not in known.visit_by_id:
        raise SettingsError("Besöket finns inte.")
    if pin.start_s is not None and not 0 <= int(pin.start_s) < DAY_S:
        raise SettingsError("Tiden finns inte på dygnet.")
    kept = {
        "date": pin.date.isoformat(), "visit_id": pin.visit_id, "staff_id": pin.staff_id,
        "start_s": None if pin.start_s is None else int(pin.start_s), "carer_no": pin.carer_no,
        "on": bool(args["on"]),
    }  # fmt: skip
    return kept, {}


def _adopt(session: Session, present: Present, args: Args) -> Judged:
    days = disruptions_of(args["news"]).days if args.get("news") else ()
    taken = session.origin_of(str(args["base"]))
    kept = {key: args[key] for key in ("base", "news", "what") if args.get(key)}
    if args.get("what") == "repair":
        kept["changed"] = _changed(present.plan, taken.round_plan, days)
    return kept, {}


def _changed(
    plan: PlanContext, taken: RoundPlan, days: Sequence[dt.date]
) -> dict[str, list[tuple[str, int]]]:
    """Visits that somebody else makes, or at another time, by day; of nobody hidden.

    Written down with the act, so that they are marked for as long as it counts, on every page.
    """
    from routing.answers.plan_changes import plan_changes

    hidden = hidden_clients(plan.municipality)
    changed: dict[str, list[tuple[str, int]]] = {day.isoformat(): [] for day in days}
    for change in plan_changes(plan.round_plan, taken):
        if change.staff_after and change.client_id not in hidden:
            visits = changed.setdefault(change.date.isoformat(), [])
            visits.append((change.visit_id, change.carer_no))
    return changed


def _step(name: str) -> Callable[[Session, Present, Args], Judged]:
    def step(_session: Session, present: Present, _args: Args) -> Judged:
        scenario = present.scenario
        if not (scenario.live if name == "undo" else scenario.undone):
            raise SettingsError("Det finns inget mer.")
        return {}, {}

    return step


def _approve(_session: Session, present: Present, _args: Args) -> Judged:
    """Only a plan that the independent checker has nothing against is approved."""
    plan = present.plan
    if not plan.round_plan.rows:
        raise PlanRefusedError("Det finns inga rundor än. Planera först.")
    if present.scenario.moves:
        raise PlanRefusedError("Flyttar mellan lag är inte inplanerade. Planera om först.")
    if present.broken:
        first = present.broken[0]
        raise PlanRefusedError(
            f"{len(present.broken)} brott mot reglerna, till exempel: {first.message}. "
            "Rätta eller laga dem först."
        )
    return {"plan_id": plan.plan_id}, {}


_JUDGES: Final[Mapping[str, Callable[[Session, Present, Args], Judged]]] = {
    "move": _move,
    "lock_client": _lock_client,
    "lock_team": _lock_team,
    "contact": lambda _session, present, args: contact_desk.judge_contact(present, args),
    "lock_contact": lambda _session, present, args: contact_desk.judge_lock(present, args),
    "request": lambda _session, present, args: contact_desk.judge_request(present, args),
    "name": _name,
    "open": _known_name,
    "forget": _known_name,
    "drag": _drag,
    "lock_visit": _lock_visit,
    "lock_round": _lock_visit,
    "adopt": _adopt,
    "undo": _step("undo"),
    "redo": _step("redo"),
    "approve": _approve,
}
