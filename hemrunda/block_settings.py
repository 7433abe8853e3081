"""The tables ``[[blocks]]`` of ``hemrunda.toml``: recurring blocks of working time.

::

    [[blocks]]
    name = "planering"        # as the roster and the measures call it
    minutes = 60
    times = 1                 # in each period
    weeks = 4                 # of so many weeks
    roles = ["kontakt"]       # none: everybody
    weekdays = "mån-fre"
    earliest = "09:00"
    latest = "15:00"
    together = false          # true: the team at once

    [[blocks]]
    name = "larmreserv"
    per_alarm_min = 20        # of Larm per vecka, by team and day
"""

from __future__ import annotations

from typing import Any

from data.matter_model import BlockRule
from data.tables.schema import clock_times, how_often
from data.tables.schema.vocabulary import ROLES_SV

_KEYS = frozenset({
    "name", "minutes", "times", "weeks", "roles", "weekdays", "earliest", "latest", "together",
    "per_alarm_min",
})  # fmt: skip


def blocks_of(table: object, faults: list[str]) -> tuple[BlockRule, ...]:
    """The rules of ``[[blocks]]``; what cannot be meant is added to ``faults``."""
    if not isinstance(table, list) or not all(isinstance(block, dict) for block in table):
        faults.append("[[blocks]] ska vara en eller flera tabeller")
        return ()
    blocks = (_block(block, number, faults) for number, block in enumerate(table, 1))
    return tuple(rule for rule in blocks if rule is not None)


def _block(table: dict[str, Any], number: int, faults: list[str]) -> BlockRule | None:
    where = f"[[blocks]] nr {number}"
    before = len(faults)
    faults += [f"{where}: {key} finns inte" for key in sorted(set(table) - _KEYS)]
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        faults.append(f"{where}: name ska vara text")
    numbers = {
        key: _whole(table.get(key, default), (low, high), f"{where}: {key}", faults)
        for key, default, low, high in (
            ("minutes", 0, 0, 480), ("times", 1, 1, 31), ("weeks", 1, 1, 8),
            ("per_alarm_min", 0, 0, 240),
        )
    }  # fmt: skip
    if not numbers["minutes"] and not numbers["per_alarm_min"]:
        faults.append(f"{where}: minutes ska vara 1–480")
    parts: dict[str, Any] = {}
    for key, parse, default in (
        ("weekdays", how_often.plain_weekdays, "mån-fre"),
        ("earliest", clock_times.clock_s, "08:00"), ("latest", clock_times.clock_s, "15:00"),
    ):  # fmt: skip
        try:
            parts[key] = parse(table.get(key, default))
        except (ValueError, TypeError):
            faults.append(f"{where}: {key} kan inte läsas")
    roles = _roles(table.get("roles", []), where, faults)
    if len(faults) > before:
        return None
    return BlockRule(
        str(name), numbers["minutes"], numbers["times"], numbers["weeks"], roles,
        parts["weekdays"][0], parts["earliest"], parts["latest"], bool(table.get("together")),
        numbers["per_alarm_min"],
    )  # fmt: skip


def _whole(value: object, bounds: tuple[int, int], where: str, faults: list[str]) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not (
        bounds[0] <= value <= bounds[1]
    ):  # fmt: skip
        faults.append(f"{where} ska vara {bounds[0]}–{bounds[1]}")
        return bounds[0]
    return value


def _roles(value: object, where: str, faults: list[str]) -> tuple[str, ...]:
    words = {swedish: code for code, swedish in ROLES_SV.items()} | {c: c for c in ROLES_SV}
    if not isinstance(value, list) or not all(word in words for word in value):
        faults.append(f"{where}: roles ska vara en lista av {', '.join(ROLES_SV.values())}")
        return ()
    return tuple(words[word] for word in value)
