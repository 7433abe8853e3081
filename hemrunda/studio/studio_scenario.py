"""What the acts of a journal come to: moves, locks, drags, news, and whether it is approved.

A pure function of the log, so that whatever was acknowledged is there after any crash, and undoing
is nothing but another act.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from data.model import Pin
from hemrunda.studio.journal import Act
from hemrunda.studio.shown.act_rows import CountedActs, HistoryRow
from hemrunda.workfolder.disruptions import Disruptions
from routing.hand.moving import HandMove

PLAIN_ACTS: Final = (
    "move", "lock_client", "lock_team", "lock_contact", "contact", "drag", "lock_visit",
    "lock_round", "adopt",
)  # fmt: skip
"""Acts that can be undone."""
STEPS: Final = ("undo", "redo", "approve", "name", "open", "forget", "request")
"""Acts that cannot: they go between states, name them, or tell what a client has asked for."""
LEFT: Final = "Före bytet"
"""Where an unnamed state stays when another is opened."""


@dataclass(frozen=True)
class MendedDay:
    """What the last repair of a day changed: visits with the carer's number, and the time then."""

    since: str = ""
    changed: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True)
class JournalState:
    """What stands after all acts.

    Attributes
    ----------
    origin : str
        The folder of the plan that all starts from, within the studio's; empty: the working
        folder's own.
    moves : mapping of client_id to team_id
        Since the origin.
    drags : tuple of HandMove
        Since the origin, in order.
    """

    origin: str = ""
    moves: Mapping[str, str] = field(default_factory=dict)
    drags: tuple[HandMove, ...] = ()
    locked_clients: frozenset[str] = frozenset()
    locked_teams: frozenset[str] = frozenset()
    locked_contacts: frozenset[str] = frozenset()
    """Clients whose contact is to stay whatever is planned."""
    contacts: Mapping[str, str] = field(default_factory=dict)
    """Contacts chosen by hand since the origin, by client."""
    pins: tuple[Pin, ...] = ()
    disruptions: tuple[Disruptions, ...] = ()
    mended: Mapping[dt.date, MendedDay] = field(default_factory=dict)
    """What repairs changed, by day; a plan taken whole is new all over, and marks nothing."""
    live: tuple[int, ...] = ()
    """Revisions of the acts that count, in order."""
    undone: tuple[int, ...] = ()
    """Revisions that can be done again, the next one last."""
    approved: tuple[int, ...] | None = None
    """What was live when it was approved last."""
    names: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """States that have been given a name: what was live then."""
    requests: Mapping[str, dt.date] = field(default_factory=dict)
    """Clients who have asked for another contact and not got one yet, and when (LU-06)."""

    @property
    def is_approved(self) -> bool:
        """Whether what stands now is what was approved."""
        return self.approved is not None and self.approved == self.live


def scenario_of(acts: Sequence[Act]) -> JournalState:
    """Fold the acts of a journal."""
    by_rev = {act.rev: act for act in acts}
    live: list[int] = []
    undone: list[int] = []
    approved: tuple[int, ...] | None = None
    names: dict[str, tuple[int, ...]] = {}
    requests: dict[str, Act] = {}
    for act in acts:
        match act.kind:
            case "undo":
                if live:
                    undone.append(live.pop())
            case "redo":
                if undone:
                    live.append(undone.pop())
            case "approve":
                approved = tuple(live)
            case "name":
                names[str(act.args["name"])] = tuple(live)
            case "forget":
                names.pop(str(act.args["name"]), None)
            case "open":
                live, undone = _acts_of_state(names, str(act.args["name"]), live), []
            case "request":
                _asked(requests, act)
            case _:
                live.append(act.rev)
                undone.clear()
    return replace(
        scenario_at(by_rev, live), undone=tuple(undone), approved=approved, names=names,
        requests=_waiting(requests, [by_rev[rev] for rev in live]),
    )  # fmt: skip


def scenario_at(by_rev: Mapping[int, Act], live: Sequence[int]) -> JournalState:
    """What some acts come to, whatever else the journal holds."""
    made = JournalState()
    for rev in live:
        made = _after(made, by_rev[rev])
    return replace(made, live=tuple(live))


def _acts_of_state(names: dict[str, tuple[int, ...]], name: str, live: Sequence[int]) -> list[int]:
    """The acts of a named state; what is left without a name gets one, so that it is not lost."""
    if name not in names:
        return list(live)
    counts = list(names[name])
    if tuple(live) not in names.values():
        names[LEFT] = tuple(live)
    return counts


def _asked(requests: dict[str, Act], act: Act) -> None:
    client_id = str(act.args["client_id"])
    if act.args["on"]:
        requests[client_id] = act
    else:
        requests.pop(client_id, None)


def _waiting(requests: Mapping[str, Act], live: Sequence[Act]) -> dict[str, dt.date]:
    """Requests that no later choice of a contact has answered."""
    answered = {str(act.args["client_id"]): act.rev for act in live if act.kind == "contact"}
    return {
        client_id: dt.date.fromisoformat(act.args["day"])
        for client_id, act in requests.items()
        if answered.get(client_id, 0) < act.rev
    }


def _after(scenario: JournalState, act: Act) -> JournalState:
    args = act.args
    match act.kind:
        case "move":
            moves = {**scenario.moves, **dict.fromkeys(args["client_ids"], args["team_id"])}
            return replace(scenario, moves=moves)
        case "lock_client":
            held = _held(scenario.locked_clients, args["client_ids"], args["on"])
            return replace(scenario, locked_clients=held)
        case "lock_team":
            held = _held(scenario.locked_teams, [args["team_id"]], args["on"])
            return replace(scenario, locked_teams=held)
        case "lock_contact":
            held = _held(scenario.locked_contacts, [args["client_id"]], args["on"])
            return replace(scenario, locked_contacts=held)
        case "contact":
            chosen = {**scenario.contacts, args["client_id"]: args["staff_id"]}
            return replace(scenario, contacts=chosen)
        case "drag":
            return replace(scenario, drags=(*scenario.drags, move_of(args)))
        case "lock_visit" | "lock_round":
            pin = pin_of(args)
            others = tuple(other for other in scenario.pins if _place_of(other) != _place_of(pin))
            return replace(scenario, pins=(*others, pin) if args["on"] else others)
        case "adopt":
            disruptions = scenario.disruptions
            if args.get("news"):
                disruptions = (*disruptions, disruptions_of(args["news"]))
            return replace(
                scenario, origin=args["base"], moves={}, drags=(), contacts={},
                disruptions=disruptions, mended=_mended(scenario.mended, args),
            )  # fmt: skip
    return scenario


def _mended(
    before: Mapping[dt.date, MendedDay], args: Mapping[str, Any]
) -> Mapping[dt.date, MendedDay]:
    """The days that are marked when a plan has been taken."""
    if args.get("what") != "repair":
        return {}
    since = str(args.get("news", {}).get("since") or "")
    after = {
        dt.date.fromisoformat(day): MendedDay(
            since, frozenset((str(visit_id), int(carer_no)) for visit_id, carer_no in changed)
        )
        for day, changed in args.get("changed", {}).items()
    }
    return {**before, **after}


def _held(before: frozenset[str], ids: Iterable[str], is_on: bool) -> frozenset[str]:
    """What is locked after more of it is locked, or let go."""
    member_ids = frozenset(ids)
    return before | member_ids if is_on else before - member_ids


def move_of(args: Mapping[str, Any]) -> HandMove:
    """A drag as the page tells it."""
    return HandMove(
        dt.date.fromisoformat(args["date"]), str(args["visit_id"]), int(args["carer_no"]),
        str(args["round_id"]), int(args["start_s"]),
    )  # fmt: skip


def pin_of(args: Mapping[str, Any]) -> Pin:
    """A lock of a visit, or of a carer's whole day, as the page tells it."""
    return Pin(
        dt.date.fromisoformat(args["date"]), str(args.get("visit_id", "")), str(args["staff_id"]),
        args.get("start_s"), int(args.get("carer_no", 1)),
    )  # fmt: skip


def _place_of(pin: Pin) -> tuple[object, ...]:
    """What only one lock can be about."""
    if pin.visit_id:
        return pin.date, pin.visit_id, pin.carer_no
    return pin.date, pin.staff_id


def disruptions_of(args: Mapping[str, Any]) -> Disruptions:
    """The morning's news as the page tells them."""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(str(value) for value in args.get(name, ()))

    days = tuple(dt.date.fromisoformat(day) for day in args["days"])
    kinds = (
        "sick", "away", "extra", "new_visits", "late", "leaves", "home", "keys", "vacant",
        "cancelled", "shortened",
    )  # fmt: skip
    return Disruptions(days, **{kind: texts(kind) for kind in kinds})


def counted(scenario: JournalState) -> CountedActs:
    """How much has been done since the origin, for the page's head."""
    return {
        "n_moves": len(scenario.moves),
        "n_contacts": len(scenario.contacts),
        "n_drags": len(scenario.drags),
        "n_undo": len(scenario.live),
        "n_redo": len(scenario.undone),
    }


def history(acts: Iterable[Act], scenario: JournalState) -> list[HistoryRow]:
    """The acts as the page lists them, newest first, each with whether it counts."""
    live = set(scenario.live)
    return [
        {
            "rev": act.rev, "at": act.at, "who": act.who, "kind": act.kind,
            "args": dict(act.args), "counts": act.kind in STEPS or act.rev in live,
        }
        for act in reversed(list(acts))
    ]  # fmt: skip
