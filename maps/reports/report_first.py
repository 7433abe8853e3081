"""The first page of a report: what is decided, in five figures, and what it means for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from data.care.shortfalls import MUST_PRIORITY, Shortfall
from data.plans import DivisionFigures
from maps.common.audiences import Manager, Profile
from maps.common.html_parts import Part, Table, Text, change_text, number

CAUSES_MOST = 6
UP, DOWN = "↑", "↓"

Figure = tuple[str, str, int]
"""Text key, place in the measures, and 1 or -1 where more or less is better."""
FIGURES: tuple[Figure, ...] = (
    ("m_planned", "planned.planned_pct", 1),
    ("m_contact", "who.tier_pct.contact", 1),
    ("m_carers_mean", "continuity.distinct_carers_mean", -1),
    ("m_client_time", "hours.client_time_pct", 0),
    ("m_travel", "hours.travel_pct", -1),
)


def at(scope: Mapping[str, Any] | None, place: str) -> float | None:
    """The number at ``a.b.c`` of the measures; None where there is none."""
    value: Any = scope
    for step in place.split("."):
        if not isinstance(value, Mapping) or step not in value:
            return None
        value = value[step]
    return float(value) if isinstance(value, (int, float)) else None


def title(place: str, dates: Sequence[dt.date], words: Mapping[str, str]) -> str:
    """What is decided, where and for which days."""
    if not dates:
        return words["report_title"].format(place=place)
    return words["report_title_when"].format(place=place, first=dates[0], last=dates[-1])


def five_figures(
    scope: Mapping[str, Any], before: Mapping[str, Any] | None, words: Mapping[str, str]
) -> Table | None:
    """Five figures: before, now, the target, which way it is and the most the roster allows."""
    rows = []
    for key, place, better in FIGURES:
        now, was = at(scope, place), at(before, place)
        if now is None and was is None:
            continue
        target, step, ceiling = _aim(key, now, scope)
        cells = [words[key], number(now, 1)]
        if before is not None:
            cells[1:1] = [number(was, 1)]
            cells.append(change_text(was, now, 1, better, words))
        rows.append((*cells, target, {1: UP, -1: DOWN}.get(step, ""), ceiling))
    if not rows:
        return None
    middle = (words["now"],) if before is None else (words["before"], words["now"], words["change"])
    header = (words["measure"], *middle, words["target"], words["towards"], words["ceiling"])
    shares = (0.4, 0.15, 0.17, 0.13, 0.15) if before is None else (
        0.31, 0.09, 0.09, 0.2, 0.12, 0.09, 0.1)  # fmt: skip
    return Table(header, tuple(rows), shares)


def _aim(key: str, now: float | None, scope: Mapping[str, Any]) -> tuple[str, int, str]:
    """The target in words, which way it lies (0 where it is reached), and the ceiling."""
    if key == "m_planned":
        return "100", int(now is not None and now < 100), ""
    if key == "m_contact":
        target = at(scope, "who.contact_target_pct")
        ceiling = at(scope, "who.contact_ceiling_pct")
        ceiling_text = "" if ceiling is None else number(ceiling, 1)
        if target is None:
            return "", 0, ceiling_text
        return number(target, 0), int(now is not None and now < target), ceiling_text
    band = scope.get("hours", {}).get("band_pct")
    if key == "m_client_time" and band:
        low, high = band
        step = 0 if now is None or low <= now <= high else 1 if now < low else -1
        return f"{low}–{high}", step, ""
    return "", 0, ""


def must_parts(
    scope: Mapping[str, Any],
    causes: Sequence[Shortfall],
    profile: Profile,
    words: Mapping[str, str],
) -> list[Part]:
    """What must be done and has no carer: how many, and for managers why and what helps."""
    n_must = at(scope, f"planned.n_unplanned_by_priority.{MUST_PRIORITY}")
    n_all = at(scope, "planned.n_unplanned")
    if n_all is None:
        return []
    if n_must is None or n_must == 0:
        return [Text(words["report_must_none"].format(n=number(n_all, 0)))]
    must = words["report_must"].format(n=number(n_must, 0), others=number(n_all - n_must, 0))
    parts: list[Part] = [Text(must)]
    shown = [row for row in causes if row.n_must] if isinstance(profile, Manager) else []
    if shown:
        rows = tuple((row.cause, row.remedy, str(row.n_must)) for row in shown[:CAUSES_MOST])
        header = (words["cause"], words["helps"], words["visits"])
        parts.append(Table(header, rows, (0.52, 0.36, 0.12), n_text=2))
    if len(shown) > CAUSES_MOST:
        parts.append(Text(words["report_must_more"].format(n=len(shown) - CAUSES_MOST)))
    return parts


def gain_parts(
    now: DivisionFigures | None, before: DivisionFigures | None, words: Mapping[str, str]
) -> list[Part]:
    """What the division gains or costs in minutes on the way a week."""
    if now is None or before is None:
        return []
    step = now.travel_min_week - before.travel_min_week
    key = "report_gain" if step < 0 else "report_cost" if step > 0 else "report_even"
    text = words[key].format(n=number(abs(step), 0), off=number(now.care_off_pct, 1),
                             was=number(before.care_off_pct, 1))  # fmt: skip
    return [Text(text)]
