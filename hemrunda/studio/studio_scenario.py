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
from hemrunda.workfolder.disruptions import News
from routing.hand.moving import HandMove

PLAIN_ACTS: Final = ("move", "lock_client", "drag", "lock_visit", "lock_round", "adopt")
"""Acts that can be undone."""
STEPS: Final = ("undo", "redo", "approve")


@dataclass(frozen=True)
class Scenario:
    """What stands after all acts.

    Attributes
    ----------
    base : str
        The folder of the plan that all starts from, within the studio's; empty: the working
        folder's own.
    moves : mapping of client_id to team_id
        Since the base.
    drags : tuple of HandMove
        Since the base, in order.
    """

    base: str = ""
    moves: Mapping[str, str] = field(default_factory=dict)
    drags: tuple[HandMove, ...] = ()
    locked_clients: frozenset[str] = frozenset()
    pins: tuple[Pin, ...] = ()
    news: tuple[News, ...] = ()
    live: tuple[int, ...] = ()
    """Revisions of the acts that count, in order."""
    undone: tuple[int, ...] = ()
    """Revisions that can be done again, the next one last."""
    approved: tuple[int, ...] | None = None
    """What was live when it was approved last."""

    @property
    def is_approved(self) -> bool:
        """Whether what stands now is what was approved."""
        return self.approved is not None and self.approved == self.live


def scenario_of(acts: Sequence[Act]) -> Scenario:
    """Fold the acts of a journal."""
    by_rev = {act.rev: act for act in acts}
    live: list[int] = []
    undone: list[int] = []
    approved: tuple[int, ...] | None = None
    for act in acts:
        if act.kind == "undo":
            if live:
                undone.append(live.pop())
        elif act.kind == "redo":
            if undone:
                live.append(undone.pop())
        elif act.kind == "approve":
            approved = tuple(live)
        else:
            live.append(act.rev)
            undone.clear()
    made = Scenario()
    for rev in live:
        made = _after(made, by_rev[rev])
    return replace(made, live=tuple(live), undone=tuple(undone), approved=approved)


def _after(scenario: Scenario, act: Act) -> Scenario:
    args = act.args
    match act.kind:
        case "move":
            moves = {**scenario.moves, **dict.fromkeys(args["client_ids"], args["team_id"])}
            return replace(scenario, moves=moves)
        case "lock_client":
            one = frozenset(args["client_ids"])
            kept = scenario.locked_clients - one
            return replace(scenario, locked_clients=kept | one if args["on"] else kept)
        case "drag":
            return replace(scenario, drags=(*scenario.drags, move_of(args)))
        case "lock_visit" | "lock_round":
            pin = pin_of(args)
            others = tuple(one for one in scenario.pins if _place_of(one) != _place_of(pin))
            return replace(scenario, pins=(*others, pin) if args["on"] else others)
        case "adopt":
            news = scenario.news
            if args.get("news"):
                news = (*news, news_of(args["news"]))
            return replace(scenario, base=args["base"], moves={}, drags=(), news=news)
    return scenario


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


def news_of(args: Mapping[str, Any]) -> News:
    """The morning's news as the page tells them."""

    def texts(name: str) -> tuple[str, ...]:
        return tuple(str(one) for one in args.get(name, ()))

    days = tuple(dt.date.fromisoformat(day) for day in args["days"])
    return News(days, texts("sick"), texts("away"), texts("extra"), texts("new_visits"))


def counted(scenario: Scenario) -> dict[str, int]:
    """How much has been done since the base, for the page's head."""
    return {
        "n_moves": len(scenario.moves),
        "n_drags": len(scenario.drags),
        "n_undo": len(scenario.live),
        "n_redo": len(scenario.undone),
    }


def history(acts: Iterable[Act], scenario: Scenario) -> list[dict[str, Any]]:
    """The acts as the page lists them, newest first, each with whether it counts."""
    live = set(scenario.live)
    return [
        {
            "rev": act.rev, "at": act.at, "who": act.who, "kind": act.kind,
            "args": dict(act.args), "counts": act.kind in STEPS or act.rev in live,
        }
        for act in reversed(list(acts))
    ]  # fmt: skip
